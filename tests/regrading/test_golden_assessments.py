"""Grades of the holder and contact-rate surveys as evidence, by examples worked out by hand."""

from datetime import date

import pytest

from tests.factories.positions import UserFactory
from tests.regrading.evidence_world import World, told, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db: None) -> World:
    return world()


class TestGrades:
    @pytest.mark.parametrize(("severity", "points"), [(0, -4), (1, None), (2, 6), (3, 15)])
    def test_points(self, place: World, severity: int, points: int | None) -> None:
        place.grade(severity)
        line = told(place.graded(place.point()), "grades")
        assert (line and line[1]) == points
        if line:
            assert line[2] == {"year": 2026, "quarter": 3, "grade": "好良一不"[severity] + {0: "", 2: "般", 3: "良"}[severity]}

    def test_the_latest_counts(self, place: World) -> None:
        place.grade(3, 1), place.grade(2, 2)
        assert told(place.graded(place.point()), "grades") == ("grades", 6, {"year": 2026, "quarter": 2, "grade": "一般"})

    def test_a_corrected_one_counts_as_corrected(self, place: World) -> None:
        place.grade(3), place.grade(2, number=2)
        assert told(place.graded(place.point()), "grades") == ("grades", 6, {"year": 2026, "quarter": 3, "grade": "一般"})

    def test_not_before_it_is_final(self, place: World) -> None:
        place.grade(3, state="appeal")
        assert told(place.graded(place.point()), "grades") is None

    @pytest.mark.parametrize(("year", "quarter", "counts"), [(2025, 3, False), (2025, 4, True)])
    def test_window(self, place: World, year: int, quarter: int, counts: bool) -> None:
        place.grade(3, quarter, year=year)
        assert (told(place.graded(place.point()), "grades") is not None) is counts

    def test_only_that_of_the_holder(self, place: World) -> None:
        place.grade(3)
        assert told(place.graded(place.point(direct_holder=UserFactory())), "grades") is None

    def test_open_only_when_the_whole_unit_was_told(self, place: World) -> None:
        place.grade(3, 2), place.grade(2, 3, scope="department")
        risk = place.point()
        assert told(place.graded(risk), "grades") == ("grades", 6, {"year": 2026, "quarter": 3, "grade": "一般"})
        assert told(place.graded(risk, results=None), "grades") == ("grades", 15, {"year": 2026, "quarter": 2, "grade": "不良"})


class TestSurveys:
    # 95 per cent, Wilson: 3 of 12 at least 8.89 %; 12 of 40 at least 18.07 %; 30 of 40 at least 59.8 %; 1 of 12 at least 1.49 %.
    @pytest.mark.parametrize(("contacts", "n", "low", "points"), [(3, 12, 8, 3), (12, 40, 18, 6), (30, 40, 59, 12), (1, 12, 1, None)])
    def test_lower_bound(self, place: World, contacts: int, n: int, low: int, points: int | None) -> None:
        place.survey(contacts, n)
        expected = points and ("surveys", points, {"kind": "external", "low": low, "whole_unit": True})
        assert told(place.graded(place.point()), "surveys") == expected

    def test_of_the_department_where_it_is_shown(self, place: World) -> None:
        place.survey(30, 60, department=[20, 0], elsewhere=[40, 30])
        assert told(place.graded(place.point()), "surveys") is None  # at least 0 % of its own
        expected = ("surveys", 12, {"kind": "external", "low": 59, "whole_unit": False})
        assert told(place.graded(place.point(department=place.elsewhere)), "surveys") == expected

    def test_of_the_unit_where_the_department_has_too_few(self, place: World) -> None:
        place.survey(12, 40, department=[3, 0], elsewhere=[37, 12])
        expected = ("surveys", 6, {"kind": "external", "low": 18, "whole_unit": True})
        assert told(place.graded(place.point()), "surveys") == expected

    def test_too_few_answers(self, place: World) -> None:
        place.survey(9, 9)
        assert told(place.graded(place.point()), "surveys") is None

    def test_window_and_the_worse_kind(self, place: World) -> None:
        place.survey(30, 40, closed=date(2025, 11, 21))
        place.survey(3, 12), place.survey(12, 40, "internal", closed=date(2026, 11, 22))
        found = place.graded(place.point())
        assert told(found, "surveys") == ("surveys", 6, {"kind": "internal", "low": 18, "whole_unit": True})
