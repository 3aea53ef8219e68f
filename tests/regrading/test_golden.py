"""Every rule of re-grading by examples worked out by hand, with the rules that every unit starts with (regrading/rules.py)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from regrading.evidence import evaluate, everything, seen_by
from regrading.rules import Rules
from risks.models import Level, LevelScale, RiskPoint
from tests.factories.positions import UnitFactory, UserFactory
from tests.factories.powers import CatalogueFactory, PowerItemFactory
from tests.factories.risks import level
from tests.regrading.evidence_world import START, TODAY, World, told, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db: None) -> World:
    return world()


def test_without_evidence_a_point_keeps_the_level_people_decided(place: World) -> None:
    for severity in (1, 2, 3):
        found = place.graded(place.point(severity))
        assert (found.level_id, found.direction, found.cannot) == (level(severity).pk, "", "")
        assert [line[0] for line in found.contributions] == ["base"]


@pytest.mark.parametrize(
    ("severity", "factors", "expected"),
    [
        (1, (1, 1, None), 0),
        (1, (5, 5, None), 39),
        (2, (1, 1, None), 40),
        (2, (3, 4, None), 53),  # 40 + 11/24 · 29 = 53.29
        (2, (2, 4, None), 48),  # 40 + 7/24 · 29 = 48.46
        (3, (3, 3, None), 80),  # 70 + 8/24 · 30 = 80
        (2, (5, 5, 5), 69),
        (2, (3, 3, 3), 46),  # 40 + 26/124 · 29 = 46.08
        (1, (5, None, None), 39),  # the only factor given, at its top
        (1, (2, None, None), 10),  # 1/4 · 39 = 9.75
        (2, (None, None, None), 40),
        (1, (2, 4, None), 11),  # 7/24 · 39 = 11.375
        (1, (4, 4, 4), 20),  # 63/124 · 39 = 19.81
        (1, (3, 1, None), 3),  # 2/24 · 39 = 3.25
        (1, (3, 3, None), 13),
        (1, (5, 1, None), 7),  # 4/24 · 39 = 6.5: up
    ],
)
def test_start_in_the_band(place: World, severity: int, factors: tuple[int | None, ...], expected: int) -> None:
    found = place.graded(place.point(severity, **dict(zip(("probability", "harm", "influence"), factors, strict=True))))
    given = sum(factor is not None for factor in factors)
    assert found.score == expected
    assert found.contributions == [("base", expected, {"floor": {1: 0, 2: 40, 3: 70}[severity], "factors": given})]


class TestLeads:
    def test_points_by_judgement(self, place: World) -> None:
        for severity in (1, 2, 3, None):
            place.lead(severity=severity)
        found = place.graded(place.point())
        assert told(found, "leads") == ("leads", 4 + 8 + 15 + 2, {"judged": 3, "unjudged": 1, "gravest": 3})
        assert (found.score, found.direction) == (START + 29, "rise")
        assert sorted(points for _kind, _pk, points in found.sources) == [2, 4, 8, 15]

    def test_most(self, place: World) -> None:
        for _n in range(3):
            place.lead(severity=3)
        assert told(place.graded(place.point()), "leads") == ("leads", 30, {"judged": 3, "gravest": 3, "most": 30})

    @pytest.mark.parametrize(
        ("day", "counts"),
        [
            (date(2025, 11, 21), False),
            (date(2025, 11, 22), True),  # twelve months before, the window's first day
            (date(2026, 11, 22), True),
            (date(2026, 11, 23), False),
        ],
    )
    def test_window(self, place: World, day: date, counts: bool) -> None:
        place.lead(day)
        assert (told(place.graded(place.point()), "leads") is not None) is counts

    def test_the_latest_confirmed_judgement_counts(self, place: World) -> None:
        lead = place.lead(severity=3)
        place.judge(lead, 1, date(2026, 7, 1))
        place.judge(lead, 2, date(2026, 12, 1))  # after the day
        assert place.graded(place.point()).sources == [("lead", lead.pk, 4)]

    def test_unfounded_and_cleared_ones_count_for_nothing_until_opened_again(self, place: World) -> None:
        place.lead(severity=3, outcome="unfounded")
        place.lead(severity=3, outcome="unfounded", state="cleared")
        assert told(place.graded(place.point()), "leads") is None
        again = place.lead(severity=3, outcome="unfounded", state="studying")
        assert place.graded(place.point()).sources == [("lead", again.pk, 2)]

    def test_on_whom(self, place: World) -> None:
        own, of_department, of_unit = (
            place.point(), place.point(level_of="department", position=None, direct_holder=place.other),
            place.point(level_of="unit", department=None, position=None, direct_holder=place.other),
        )  # fmt: skip
        place.lead(department=place.department)
        assert [bool(place.graded(risk).sources) for risk in (own, of_department, of_unit)] == [False, True, False]
        place.lead(unit=place.unit)
        assert [len(place.graded(risk).sources) for risk in (own, of_department, of_unit)] == [0, 1, 1]
        place.lead(person=place.clerk)
        assert [len(place.graded(risk).sources) for risk in (own, of_department, of_unit)] == [1, 1, 1]

    def test_a_guessed_subject_is_nobody_yet(self, place: World) -> None:
        place.lead(person=place.clerk, is_guess=True)
        assert place.graded(place.point()).sources == []

    def test_on_the_power_in_whatever_version(self, place: World) -> None:
        old = PowerItemFactory(catalogue=CatalogueFactory(unit=UnitFactory()), lineage=place.item.lineage)
        merged = PowerItemFactory(catalogue=place.item.catalogue, absorbed=[place.item.lineage])
        apart = PowerItemFactory(catalogue=place.item.catalogue)
        place.lead(person=None, power_item=old)
        hit = [bool(place.graded(place.point(power_item=item)).sources) for item in (place.item, merged, apart, None)]
        assert hit == [True, True, False, False]

    def test_on_holder_and_power_counts_once(self, place: World) -> None:
        place.lead(power_item=place.item, severity=2)
        assert told(place.graded(place.point(power_item=place.item)), "leads") == ("leads", 8, {"judged": 1, "gravest": 2})


class TestWarnings:
    def test_tiers(self, place: World) -> None:
        place.warning("general"), place.warning("important")
        found = place.graded(place.point())
        assert told(found, "warnings") == ("warnings", 23, {"general": 1, "important": 1})

    def test_closed_ones_count_half_rounded_up(self, place: World) -> None:
        place.warning("important", state="closed")
        assert told(place.graded(place.point()), "warnings") == ("warnings", 8, {"important": 1, "closed": 1})  # 7.5

    def test_most(self, place: World) -> None:
        place.warning("highest"), place.warning("highest")
        found = place.graded(place.point())
        assert told(found, "warnings") == ("warnings", 40, {"highest": 2, "most": 40})
        assert found.score == START + 40

    def test_not_issued_withdrawn_and_old_ones_count_for_nothing(self, place: World) -> None:
        place.warning(state="approved", issued_at=None, issued_by=None, number="")
        place.warning(state="withdrawn")
        place.warning(on=date(2025, 11, 21))
        assert told(place.graded(place.point()), "warnings") is None
        place.warning(on=date(2025, 11, 22))
        assert told(place.graded(place.point()), "warnings") == ("warnings", 8, {"general": 1})

    def test_raised_ones_count_until_the_next_is_issued(self, place: World) -> None:
        raised = place.warning("general", state="escalated")
        draft: dict[str, Any] = {"previous": raised, "issued_at": None, "issued_by": None, "number": "", "state": "draft"}
        following = place.warning("important", **draft)
        assert place.graded(place.point()).sources == [("warning", raised.pk, 8)]
        following.delete()
        following = place.warning("important", on=date(2026, 11, 20), previous=raised)
        assert place.graded(place.point()).sources == [("warning", following.pk, 15)]

    def test_on_whom(self, place: World) -> None:
        risks = [
            place.point(), place.point(direct_holder=place.other), place.point(department=place.elsewhere, direct_holder=place.other),
            place.point(level_of="unit", department=None, position=None, direct_holder=None),
        ]  # fmt: skip
        one = place.warning()
        assert [len(place.graded(risk).sources) for risk in risks] == [1, 0, 0, 0]
        # About a person: where that person worked when it was drafted does not make it one of the department.
        assert one.subject_kind == "person"
        place.warning(department=place.department)
        assert [len(place.graded(risk).sources) for risk in risks] == [2, 1, 0, 0]
        place.warning(unit_wide=True)
        assert [len(place.graded(risk).sources) for risk in risks] == [2, 1, 0, 1]

    def test_on_the_power_of_its_lead(self, place: World) -> None:
        lead = place.lead(date(2024, 1, 1), person=place.other, power_item=place.item)
        warning = place.warning(person=place.other)
        warning.lead_links.create(lead=lead)
        risk = place.point(power_item=place.item)
        assert place.graded(risk).sources == [("warning", warning.pk, 8)]
        # Who does not see the lead does not learn of the power it names.
        assert place.graded(risk, warnings=type(warning).objects.all()).sources == []


class TestMeasures:
    def test_overdue_ones_and_their_full_months(self, place: World) -> None:
        risk = place.point()
        place.measure(risk, due_on=date(2026, 8, 22))  # three months to the day
        place.measure(risk, due_on=date(2026, 10, 23))  # not yet one
        assert told(place.graded(risk), "measures") == ("measures", 2 * 4 + 3, {"overdue": 2, "months": 3})

    @pytest.mark.parametrize(("due_on", "points"), [(date(2026, 11, 22), None), (date(2026, 11, 21), 4), (None, None)])
    def test_the_day_itself_is_in_time(self, place: World, due_on: date | None, points: int | None) -> None:
        risk = place.point()
        place.measure(risk, due_on=due_on)
        line = told(place.graded(risk), "measures")
        assert (line and line[1]) == points

    def test_most(self, place: World) -> None:
        risk = place.point()
        place.measure(risk, due_on=date(2025, 1, 1))  # 4 + 22
        assert told(place.graded(risk), "measures") == ("measures", 20, {"overdue": 1, "months": 22, "most": 20})

    def test_confirmed_ones_relieve(self, place: World) -> None:
        risk = place.point()
        place.measure(risk, "confirmed"), place.measure(risk, "confirmed"), place.measure(risk, "done"), place.measure(risk, "dropped")
        found = place.graded(risk)
        assert told(found, "measures") == ("measures", -4, {"confirmed": 2})
        assert found.score == START - 4

    def test_most_relief(self, place: World) -> None:
        risk = place.point()
        for _n in range(6):
            place.measure(risk, "confirmed")
        assert told(place.graded(risk), "measures") == ("measures", -10, {"confirmed": 6, "most": 10})

    def test_no_relief_while_anything_is_overdue(self, place: World) -> None:
        risk = place.point()
        place.measure(risk, "confirmed"), place.measure(risk, due_on=date(2026, 11, 1))
        assert told(place.graded(risk), "measures") == ("measures", 4, {"overdue": 1})

    def test_as_it_was_on_an_earlier_day(self, place: World) -> None:
        risk = place.point(registered_on=date(2026, 1, 1))
        place.measure(risk, "confirmed", due_on=date(2026, 1, 31))  # done on 1 March, confirmed on the 2nd
        points = [(told(place.graded(risk, as_of=day), "measures") or (0, 0))[1] for day in map(date.fromisoformat, DAYS)]
        assert points == [0, 4, 4, 0, -2]


DAYS = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-02")


@pytest.mark.parametrize(
    ("reviewed", "points", "months"),
    [
        (date(2025, 11, 23), 0, 0),
        (date(2025, 11, 22), 3, 12),
        (date(2025, 5, 23), 3, 12),
        (date(2025, 5, 22), 5, 18),
        (date(2024, 5, 22), 9, 30),
        (date(2020, 1, 1), 9, 78),
    ],
)
def test_time_without_review(place: World, reviewed: date, points: int, months: int) -> None:
    found = place.graded(place.point(registered_on=date(2019, 1, 1), reviewed_on=reviewed))
    assert told(found, "review") == (("review", points, {"months": months}) if points else None)


def test_never_reviewed_counts_from_the_entry(place: World) -> None:
    assert told(place.graded(place.point(registered_on=date(2025, 11, 22))), "review") == ("review", 3, {"months": 12})


@pytest.mark.parametrize(
    ("make", "score", "level_severity", "direction"),
    [
        (lambda w, r: [w.lead(severity=3), w.warning("highest"), w.warning("highest")], 100, 3, "rise"),  # 53 + 15 + 40, to 100
        (lambda w, r: [w.lead(severity=3), w.lead(), w.lead()], 72, 3, "rise"),
        (lambda w, r: [w.lead(severity=3)], 68, 2, ""),
        (lambda w, r: [w.lead(severity=3), w.lead()], 70, 3, "rise"),  # the first score of the band
    ],
)
def test_sum_and_level(place: World, make: Callable[[World, RiskPoint], Any], score: int, level_severity: int, direction: str) -> None:
    risk = place.point()
    make(place, risk)
    found = place.graded(risk)
    assert (found.score, found.level_id, found.direction) == (score, level(level_severity).pk, direction)


@pytest.mark.parametrize(
    ("probability", "harm", "score", "direction"),
    [
        (1, 1, 30, "fall"),  # 40 − 10
        (2, 3, 36, "fall"),  # 40 + 6.04 − 10
        (2, 4, 38, ""),  # the light level's score, but not three points below the band
        (1, 4, 34, "fall"),  # 40 + 3.625 − 10
        (1, 3, 32, "fall"),
        (3, 3, 40, ""),
    ],
)
def test_a_fall_needs_its_margin(place: World, probability: int, harm: int, score: int, direction: str) -> None:
    risk = place.point(probability=probability, harm=harm)
    for _n in range(5):
        place.measure(risk, "confirmed")
    found = place.graded(risk)
    assert (found.score, found.direction) == (score, direction)


def test_three_points_below_the_band_is_the_first_fall(place: World) -> None:
    risk = place.point(probability=5, harm=2)  # 40 + 10.875 → 51
    place.grade(0)
    for _n in range(5):
        place.measure(risk, "confirmed")
    assert place.graded(risk, Rules(fall_margin=3)).score == 37
    assert place.graded(risk, Rules(fall_margin=3)).direction == "fall"
    assert place.graded(risk, Rules(fall_margin=4)).direction == ""


def test_never_below_nought(place: World) -> None:
    risk = place.point(1, probability=1, harm=1)
    place.measure(risk, "confirmed")
    assert place.graded(risk).score == 0


def test_a_level_the_rules_do_not_know_cannot_be_computed(place: World) -> None:
    scale = LevelScale.objects.create(code="four", name="四级")
    levels = [
        Level.objects.create(scale=scale, severity=n, label=f"L{n}", name=f"L{n}", colour="red", answerer="deputy") for n in (1, 2, 3, 4)
    ]
    found = place.graded(place.point(current_level=levels[0]))
    assert (found.score, found.level_id, found.contributions) == (None, None, [])
    assert (found.cannot, found.direction) == ("severity_not_in_rules", "")


def test_a_scale_of_fewer_levels_shares_the_whole_range(place: World) -> None:
    scale = LevelScale.objects.create(code="two", name="两级")
    low, high = (
        Level.objects.create(scale=scale, severity=n, label=f"L{n}", name=f"L{n}", colour="red", answerer="deputy") for n in (2, 3)
    )
    assert place.graded(place.point(current_level=low, probability=5, harm=5)).score == 69
    assert place.graded(place.point(current_level=low, probability=1, harm=1)).score == 0  # its lightest level begins at 0
    assert place.graded(place.point(current_level=high, probability=5, harm=5)).score == 100


def test_open_evidence_alone_knows_neither_leads_nor_warnings_nor_surveys(place: World) -> None:
    risk = place.point()
    alone = place.graded(risk, results=None)
    place.lead(severity=3), place.warning("highest"), place.survey(30, 40), place.grade(3, scope="person")
    assert place.graded(risk, results=None) == alone
    assert place.graded(risk, as_of=TODAY).score == 100  # 53 + 15 + 25 + 15 + 12


def test_a_reader_who_sees_no_source_reads_the_rest(place: World) -> None:
    """Nothing found is no error: each kind of evidence empty, for one who sees none of it."""
    found = next(iter(evaluate(RiskPoint.objects.filter(pk=place.point().pk), rules=Rules(), as_of=TODAY, **seen_by(UserFactory())).rows()))
    assert (found.score, [line[0] for line in found.contributions]) == (START, ["base"])


def test_confidential_sources_alone(place: World) -> None:
    """Of the points only those that something confidential weighs against; a result shown to all is none of it."""
    lead = place.lead(severity=3)
    place.grade(3)
    risks = [place.point(), place.point(direct_holder=place.other), place.point(direct_holder=None)]
    place.measure(risks[0], due_on=date(2026, 11, 1))
    points = RiskPoint.objects.filter(pk__in=[risk.pk for risk in risks])
    (found,) = evaluate(points, rules=Rules(), as_of=TODAY, confidential_only=True, **everything()).rows()
    assert (found.risk_id, found.score, found.sources) == (risks[0].pk, START + 15 + 15 + 4, [("lead", lead.pk, 15)])
