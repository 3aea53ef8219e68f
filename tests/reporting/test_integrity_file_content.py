"""What stands in an integrity file, what is left out by 001, and what never comes in (domain §5, §9; ADR 0024)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.services import effects as grade_effects
from assessments.states import RoundState
from early_warnings.models import DispositionKind, PointSource, Tier, WarningRecusal
from early_warnings.services import dispositions, ending
from early_warnings.services import points as point_services
from reporting.integrity import services
from reporting.integrity.models import FileSettings
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import committee, entered, proposed
from tests.factories.leads import CONTENT, TITLE, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import advance, drafted, fresh, starter
from tests.reporting.file_requests import approved, everything, lines, personnel, read


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def test_issued_warnings_and_dispositions_stand_in_it_and_nothing_that_is_not_told(bureau: SmallUnit) -> None:
    lead_about(bureau, bureau.clerk, by=starter(bureau))
    drafted(bureau, Tier.GENERAL)
    issued = advance(bureau, drafted(bureau, Tier.IMPORTANT), "rectifying")
    withdrawn = advance(bureau, drafted(bureau, Tier.HIGHEST), "issued")
    ending.withdraw(warning=withdrawn, reason="依据不足", by=fresh(starter(bureau)))
    kind = DispositionKind.objects.get(unit=None, code="notice-of-criticism")
    ordered = dispositions.order(warning=issued, kind=kind, by=bureau.discipline_head)
    cancelled = dispositions.order(warning=issued, kind=kind, by=bureau.discipline_head)
    dispositions.cancel(disposition=cancelled, reason="重复", by=bureau.discipline_head)
    dispositions.carry_out(disposition=ordered, record="已通报。", by=bureau.discipline_head, worked=True)
    proposed(bureau, bureau.clerk, facts="尚未认定")
    found = approved(bureau)
    with CaptureQueriesContext(connection) as captured:
        file = read(bureau, found)
    [(title, text, mark)] = lines(file, "warnings")
    assert issued.number in title
    assert issued.grounds in text
    assert mark == ""
    [(title, text, _mark)] = lines(file, "dispositions")
    assert (title, issued.number in text, "已见成效" in text) == (kind.name, True, True)
    assert lines(file, "points") == []
    for hidden in (TITLE, CONTENT, withdrawn.number, "尚未认定", "重复"):
        assert hidden not in everything(file)
    assert not [query["sql"] for query in captured if "leads_" in query["sql"]]
    assert len(captured) <= 40


@pytest.mark.parametrize(("code", "entered_at_all"), [("admonition", True), ("criticism", False)])
def test_what_worked_stands_as_its_effect_allows(bureau: SmallUnit, code: str, entered_at_all: bool) -> None:
    """批评教育 that worked is not entered, nor the warning, nor its points; 诫勉谈话 that worked is, and hinders nothing."""
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT), "rectifying")
    entered(bureau, bureau.clerk, "GZ-01", source_kind=PointSource.WARNING, warning=warning)
    ordered = dispositions.order(warning=warning, kind=DispositionKind.objects.get(unit=None, code=code), by=bureau.discipline_head)
    found = approved(bureau)
    before = read(bureau, found)
    assert all(len(lines(before, section)) == 1 for section in ("warnings", "dispositions", "points"))
    dispositions.carry_out(disposition=ordered, record="已谈话。", by=bureau.discipline_head, worked=True)
    after = read(bureau, found)
    rows = [lines(after, section) for section in ("warnings", "dispositions", "points")]
    if not entered_at_all:
        assert rows == [[], [], []]
        assert warning.number not in everything(after)
        return
    assert [len(row) for row in rows] == [1, 1, 1]
    assert all("任用" in mark for [(_title, _text, mark)] in rows)


def test_a_mistake_is_marked_apart(bureau: SmallUnit) -> None:
    facts = {"error_kind": "mistake", "error_grounds": "先行先试，未谋取私利。"}
    advance(bureau, drafted(bureau, Tier.IMPORTANT, **facts), "issued")
    [(_title, _text, mark)] = lines(read(bureau, approved(bureau)), "warnings")
    assert mark == "探索创新中的失误，未谋私利，不作负面评价"


def test_points_stand_without_their_source_and_not_once_taken_back(bureau: SmallUnit) -> None:
    kept = entered(bureau, bureau.clerk, "GZ-01", source_kind=PointSource.OTHER, source_text="群众来信反映")
    wrong = entered(bureau, bureau.clerk, "GZ-02")
    first, second = committee(bureau)
    point_services.confirm(entry=point_services.counter(entry=wrong, by=first, reason="记错对象"), by=second)
    file = read(bureau, approved(bureau))
    [(title, text, _mark)] = lines(file, "points")
    assert title == kept.behaviour.text
    assert kept.basis in text
    for hidden in ("群众来信反映", "记错对象", wrong.behaviour.text):
        assert hidden not in everything(file)


def test_grades_once_they_are_final_with_what_they_keep_from(bureau: SmallUnit) -> None:
    final, running = a_round(bureau, year=2025, quarter=4), a_round(bureau, quarter=3, state=RoundState.APPEAL)
    result(bureau, assessed(bureau, bureau.clerk, final))
    result(bureau, assessed(bureau, bureau.clerk, running), "一般")
    grade_effects.begin(final)
    [(title, text, _mark)] = lines(read(bureau, approved(bureau)), "grades")
    assert title == "2025年第4季度：不良"
    assert "50.00 分" in text
    assert "不得评先评优" in text


def test_a_reader_recused_from_a_warning_does_not_meet_it_in_the_file(bureau: SmallUnit) -> None:
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT), "issued")
    entered(bureau, bureau.clerk, "GZ-01", source_kind=PointSource.WARNING, warning=warning)
    office = personnel(bureau)
    WarningRecusal.objects.create(warning=warning, person=office, reason="亲属关系", by=bureau.discipline_head)
    file = read(bureau, approved(bureau))
    assert [lines(file, section) for section in ("warnings", "points")] == [[], []]
    FileSettings.objects.filter(unit=None).update(own_file="read")
    assert len(lines(services.look_at_own(by=fresh(bureau.clerk), how="page"), "warnings")) == 1
