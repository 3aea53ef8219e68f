"""整改台账: how each measure stands, how late it is, who sees it, and that filters leave what they say."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from early_warnings import rectification
from early_warnings.models import DispositionKind, RectificationMeasure, Warning
from early_warnings.services import dispositions, ending, rectifying
from tests.factories import warnings as made
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def rows(user: Any) -> dict[str, tuple[str, int]]:
    """Text of each measure the person sees → how it stands, how many days late."""
    today = timezone.localdate()
    found = rectification.measures_of(made.fresh(user), today)
    return {measure.text: (measure.standing, rectification.days_late(measure, today)) for measure in found}


def planned(bureau: SmallUnit, text: str, *, state: str = "rectifying", due: int = 20, **more: Any) -> Warning:
    """A warning whose only measure is called `text` and due in so many days."""
    warning = made.advance(bureau, made.drafted(bureau, **more), state)
    RectificationMeasure.objects.filter(report__warning=warning).update(text=text, due_on=timezone.localdate() + timedelta(days=due))
    return Warning.objects.get(pk=warning.pk)


def test_how_each_measure_stands_and_how_late_it_is(bureau: SmallUnit) -> None:
    planned(bureau, "整改中")
    planned(bureau, "当日到期", due=0)
    planned(bureau, "逾期", due=-3)
    planned(bureau, "按期完成", state="reported")
    planned(bureau, "晚了五天", state="verified", due=-5)
    planned(bureau, "已销号", state="closed")
    gone = planned(bureau, "撤销", due=-9)
    ending.withdraw(warning=gone, reason="情况不实", by=made.fresh(bureau.discipline_head))
    raised = planned(bureau, "升级", state="reported")
    ending.escalate(warning=raised, reason="问题仍在", by=made.fresh(bureau.discipline_head))
    made.advance(bureau, made.drafted(bureau), "acknowledged")  # no measure yet: no row
    assert rows(bureau.discipline_head) == {
        "整改中": ("open", 0),
        "当日到期": ("open", 0),
        "逾期": ("overdue", 3),
        "按期完成": ("done", 0),
        "晚了五天": ("verified", 5),
        "已销号": ("verified", 0),
        "撤销": ("withdrawn", 0),
        "升级": ("raised", 0),
    }


def test_of_a_round_that_was_sent_back_only_the_next_one_stands(bureau: SmallUnit) -> None:
    warning = planned(bureau, "措施", state="reported")
    first = RectificationMeasure.objects.get()
    again = timezone.localdate() + timedelta(days=9)
    rectifying.re_rectify(warning=warning, reason="未到位", due_on=again, by=made.fresh(bureau.discipline_head))
    [measure] = rectification.measures_of(bureau.discipline_head, timezone.localdate())
    assert (measure.report.round, measure.is_done, measure.done_on) == (2, True, first.done_on)
    assert rectification.standing_label(measure) == "已完成，待核验"
    by = made.fresh(made.recipient(bureau, warning))
    undone = rectifying.record_measure(measure=measure, done=False, note="重新组织", by=by)
    assert (undone.is_done, undone.done_on) == (False, None)


def test_what_the_database_keeps_of_a_done_measure(bureau: SmallUnit) -> None:
    planned(bureau, "措施")
    with pytest.raises(Exception, match="warnings_measure_done_when"):
        RectificationMeasure.objects.update(is_done=True)


def test_everybody_sees_the_measures_of_the_warnings_they_see(bureau: SmallUnit) -> None:
    planned(bureau, "对个人的措施")
    planned(bureau, "对科室的措施", tier="important", department=bureau.departments[1].department)
    both = {"对个人的措施", "对科室的措施"}
    assert set(rows(bureau.discipline_head)) == both
    assert set(rows(bureau.clerk)) == {"对个人的措施"}
    assert set(rows(bureau.departments[1].head)) == both
    assert set(rows(bureau.departments[1].staff[1])) == set()
    assert set(rows(bureau.departments[2].head)) == set()


def test_the_proposal_and_its_answer_are_told_to_who_may_see_the_disposition(bureau: SmallUnit) -> None:
    warning = planned(bureau, "措施", tier="important", department=bureau.departments[1].department)
    kind = DispositionKind.objects.get(unit=None, code="discipline-proposal")
    ordered = dispositions.order(warning=warning, kind=kind, by=made.fresh(bureau.discipline_head))
    head = bureau.discipline_head
    [measure] = rectification.measures_of(head, timezone.localdate())
    assert rectification.proposals_of(head, [measure]) == {warning.pk: f"待反馈，期限 {ordered.due_on.isoformat()}"}
    dispositions.carry_out(disposition=ordered, record="已书面反馈", by=made.fresh(head))
    today = timezone.localdate().isoformat()
    assert rectification.proposals_of(head, [measure]) == {warning.pk: f"{today} 已反馈：已书面反馈"}
    assert rectification.proposals_of(bureau.clerk, [measure]) == {}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("", {"整改中", "逾期", "晚完成"}),
        ("standing=overdue", {"逾期"}),
        ("standing=verified", {"晚完成"}),
        ("late=late", {"逾期", "晚完成"}),
        ("tier=important", {"逾期"}),
        ("q=整改", {"整改中"}),
        ("due_from={today}", {"整改中"}),
        ("due_until={today}", {"逾期", "晚完成"}),
        ("standing=nothing&late=x", {"整改中", "逾期", "晚完成"}),
    ],
)
def test_filters(bureau: SmallUnit, query: str, texts: set[str]) -> None:
    planned(bureau, "整改中")
    planned(bureau, "逾期", due=-3, tier="important", department=bureau.departments[1].department)
    planned(bureau, "晚完成", state="verified", due=-5)
    client = Client()
    client.force_login(bureau.discipline_head)
    page = client.get(f"{reverse('warnings:rectification_ledger')}?{query.format(today=timezone.localdate())}")
    assert {row.record.text for row in page.context["table"].page.object_list} == texts


def test_the_order_asked_for_is_that_of_the_file_too(bureau: SmallUnit) -> None:
    for due in (5, 1, 9):
        planned(bureau, f"第{due}日", due=due)
    client = Client()
    client.force_login(bureau.discipline_head)
    for sort, wanted in (("", [9, 1, 5]), ("due_on", [1, 5, 9]), ("-due_on", [9, 5, 1]), ("pk;drop", [9, 1, 5])):
        page = client.get(reverse("warnings:rectification_ledger"), {"sort": sort})
        assert [row.record.text for row in page.context["table"].page.object_list] == [f"第{due}日" for due in wanted]
        text = client.get(reverse("warnings:rectification_export"), {"sort": sort, "format": "csv"}).content.decode()
        assert [text.index(f"第{due}日") for due in wanted] == sorted(text.index(f"第{due}日") for due in wanted)


def test_queries_of_the_ledger(bureau: SmallUnit, count_queries: Any) -> None:
    def more(count: int) -> None:
        for _n in range(min(count, 9)):
            planned(bureau, "措施")

    count_queries("warnings:rectification_ledger", user=bureau.discipline_head, make_rows=more)


def test_the_board_counts_what_the_ledger_lists(bureau: SmallUnit) -> None:
    planned(bureau, "逾期", due=-3)
    planned(bureau, "整改中")
    client = Client()
    client.force_login(bureau.discipline_head)
    board = client.get(reverse("warnings:board"))
    assert board.context["overdue_measures"] == 1
    assert f'{reverse("warnings:rectification_ledger")}?standing=overdue"' in board.content.decode()
