"""The pages of warnings: each person gets through their part by forms alone, and sees what they may see."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.workdays import add_workdays
from early_warnings.approvals_page import waiting_for
from early_warnings.models import DispositionKind, Tier, Warning
from early_warnings.permissions.warnings import may_decide
from early_warnings.services import deadlines, dispositions, drafting
from tests.factories import warnings as made
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(user: Any, name: str, pk: int, **data: Any) -> Any:
    answer = client_of(user).post(reverse(f"warnings:{name}", args=[pk]), data)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return answer


def seen(user: Any, name: str, *args: Any, query: str = "") -> str:
    answer = client_of(user).get(reverse(f"warnings:{name}", args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


DAY = {"measures-TOTAL_FORMS": "1", "measures-INITIAL_FORMS": "0", "measures-MIN_NUM_FORMS": "1", "measures-MAX_NUM_FORMS": "30"}


def test_a_general_warning_from_draft_to_closing_by_forms_alone(bureau: SmallUnit) -> None:
    committee, head, clerk = made.starter(bureau), bureau.head, bureau.clerk
    level = made.tier_level(Tier.GENERAL)
    draft = {"subject_kind": "person", "person": clerk.pk, "level": level.pk, "grounds": "多次超时限办理审批事项", "source_kind": "other"}
    answer = client_of(committee).post(reverse("warnings:new"), draft)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    warning = Warning.objects.get()
    assert "提交前" in seen(committee, "detail", warning.pk)
    assert client_of(committee).post(reverse("warnings:submit", args=[warning.pk]), {"version": warning.version}).status_code == 409
    post(committee, "edit", warning.pk, version=warning.version, basis="审批时限规定", requirements="十五日内整改", **draft)
    warning.refresh_from_db()
    post(committee, "submit", warning.pk, version=warning.version)
    warning.refresh_from_db()
    assert "多次超时限" in seen(head, "approvals")
    post(head, "decide", warning.pk, version=warning.version, decision="approve", opinion="", back="approvals")
    warning.refresh_from_db()
    post(committee, "issue", warning.pk, version=warning.version)
    assert warning.subject_label in seen(clerk, "mine")
    warning.refresh_from_db()
    post(clerk, "acknowledge", warning.pk, version=warning.version)
    warning.refresh_from_db()
    due = (timezone.localdate() + timedelta(days=10)).isoformat()
    rows = DAY | {"measures-0-text": "组织学习审批时限规定", "measures-0-due_on": due}
    post(clerk, "plan", warning.pk, version=warning.version, causes="对时限规定不熟悉", **rows)
    warning.refresh_from_db()
    measure = warning.reports.get().measures.get()
    post(clerk, "measure", measure.pk, version=measure.version, done="yes", note="已组织学习")
    post(clerk, "report", warning.pk, version=warning.version, causes="对时限规定不熟悉", results="已全部整改到位")
    warning.refresh_from_db()
    other = bureau.discipline_head
    post(committee, "verify", warning.pk, version=warning.version, opinion="现场核验属实")
    warning.refresh_from_db()
    page = seen(other, "detail", warning.pk)
    assert "约谈" in page
    assert client_of(other).post(reverse("warnings:close", args=[warning.pk]), {"version": warning.version}).status_code == 409
    made.hold_talk(bureau, warning)
    warning.refresh_from_db()
    post(other, "close", warning.pk, version=warning.version)
    warning.refresh_from_db()
    assert warning.state == "closed"
    assert "已销号" in seen(clerk, "mine", query="?tab=ended")


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("state", made.STATES_ON_THE_WAY)
def test_the_page_of_every_state_answers_whoever_may_see_it(bureau: SmallUnit, tier: str, state: str) -> None:
    warning = made.advance(bureau, made.drafted(bureau, tier), state)
    for user in (made.starter(bureau), bureau.discipline_head):
        assert "变动记录" in seen(user, "detail", warning.pk)
        seen(user, "ledger")
    issued, submitted = warning.issued_at is not None, warning.submitted_at is not None
    in_party = warning.responsible in (bureau.head, *bureau.deputies)
    for user, may in ((bureau.clerk, issued), (warning.responsible, submitted if in_party else issued), (bureau.head, submitted)):
        wanted = 200 if may else 404
        assert client_of(user).get(warning.get_absolute_url()).status_code == wanted, user
    for user in (bureau.departments[1].staff[1], bureau.departments[2].head):
        assert client_of(user).get(warning.get_absolute_url()).status_code == 404, user


def test_who_is_warned_reads_neither_votes_nor_log_nor_what_is_missing(bureau: SmallUnit) -> None:
    warning = made.advance(bureau, made.drafted(bureau, Tier.HIGHEST), "reported")
    page = seen(bureau.clerk, "detail", warning.pk)
    for hidden in ("党委决定情况", "监督记录", "现场核查拨付情况", "暂停该项目拨付", "销号条件"):
        assert hidden not in page
    inside = seen(bureau.discipline_head, "detail", warning.pk)
    for shown in ("党委决定情况", "现场核查拨付情况", "暂停该项目拨付", "销号条件"):
        assert shown in inside


def test_the_board_counts_by_tab_and_tier(bureau: SmallUnit) -> None:
    made.drafted(bureau)
    made.advance(bureau, made.drafted(bureau, Tier.IMPORTANT), "submitted")
    made.advance(bureau, made.drafted(bureau, Tier.HIGHEST), "rectifying")
    page = client_of(made.starter(bureau)).get(reverse("warnings:board"))
    counts = {str(item["label"]): item["count"] for item in page.context["tab_items"]}
    assert counts == {"本委待办": 1, "草稿": 1, "待批准": 1, "办理中": 1, "已超期": 0, "已办结": 0}
    assert [(str(label), count) for label, count, _url in page.context["tiers"]] == [("一般预警", 0), ("重要预警", 0), ("最高预警", 1)]
    assert client_of(bureau.clerk).get(reverse("warnings:board")).status_code == 404


def test_the_ledger_as_a_file_says_what_the_screen_says(bureau: SmallUnit) -> None:
    closed = made.advance(bureau, made.drafted(bureau, Tier.GENERAL), "closed")
    made.drafted(bureau, Tier.HIGHEST, department=bureau.departments[2].department)
    answer = client_of(bureau.discipline_head).get(reverse("warnings:export") + "?state=closed")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(n for n, row in enumerate(rows) if row[0] == "序号")
    found = dict(zip(rows[at], rows[at + 1], strict=True))
    assert found["文号"] == closed.number
    assert found["被预警对象"] == bureau.clerk.name
    assert found["状态"] == "已销号"
    assert "组织学习审批时限规定" in found["整改措施"]
    assert len([row for row in rows[at + 1 :] if isinstance(row[0], int)]) == 1


def test_a_form_opened_before_somebody_else_acted_conflicts(bureau: SmallUnit) -> None:
    warning = made.drafted(bureau)
    stale = warning.version
    made.advance(bureau, warning, "submitted")
    data = {"subject_kind": "unit", "level": made.tier_level(Tier.GENERAL).pk, "grounds": "别的", "source_kind": "other", "version": stale}
    assert client_of(made.starter(bureau)).post(reverse("warnings:edit", args=[warning.pk]), data).status_code in (403, 409)
    warning.refresh_from_db()
    assert warning.subject_kind == "person"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"grounds": ""}, "这个字段是必填项"),
        ({"person": ""}, "请选择被预警人"),
        ({"due_on": "2020-01-01"}, "整改期限"),
        ({"error_kind": "mistake"}, "认定"),
    ],
)
def test_bad_drafts_are_refused_with_a_message(bureau: SmallUnit, data: dict[str, str], message: str) -> None:
    good = {
        "subject_kind": "person",
        "person": bureau.clerk.pk,
        "level": made.tier_level(Tier.GENERAL).pk,
        "grounds": "多次超时限",
        "source_kind": "other",
    }
    answer = client_of(made.starter(bureau)).post(reverse("warnings:new"), good | data)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Warning.objects.exists()


def test_queries_of_the_lists(bureau: SmallUnit, count_queries: Any) -> None:
    def more(count: int) -> None:
        for _n in range(count):
            made.drafted(bureau)

    count_queries("warnings:board", user=bureau.discipline_head, make_rows=more)
    count_queries("warnings:ledger", user=bureau.discipline_head, make_rows=lambda _count: None)


def test_queries_of_approvals(bureau: SmallUnit, count_queries: Any) -> None:
    def more(count: int) -> None:
        for _n in range(min(count, 12)):
            made.advance(bureau, made.drafted(bureau), "submitted")

    count_queries("warnings:approvals", user=bureau.head, make_rows=more)


def test_queries_of_ones_own(bureau: SmallUnit, count_queries: Any) -> None:
    def more(count: int) -> None:
        for _n in range(min(count, 9)):
            made.advance(bureau, made.drafted(bureau), "issued")

    count_queries("warnings:mine", user=bureau.clerk, make_rows=more)
    count_queries("warnings:rectifications", user=bureau.departments[1].head, make_rows=lambda _count: None)


def test_the_list_of_approvals_judges_as_the_step_does(bureau: SmallUnit) -> None:
    made.advance(bureau, made.drafted(bureau), "submitted")
    made.advance(bureau, made.drafted(bureau, Tier.HIGHEST, unit_wide=True), "submitted")
    made.advance(bureau, made.drafted(bureau, Tier.IMPORTANT, department=bureau.departments[2].department), "submitted")
    own = made.drafted(bureau, by=bureau.discipline_head)
    drafting.submit(warning=own, by=bureau.discipline_head)
    allowed = []
    for user in (bureau.head, *bureau.deputies, bureau.discipline_head):
        for card in waiting_for(made.fresh(user), timezone.localdate()):
            alone = may_decide(made.fresh(user), Warning.objects.get(pk=card.warning.pk))
            assert (bool(card.verdict), str(card.verdict.reason)) == (bool(alone), str(alone.reason))
            allowed.append(bool(alone))
    assert set(allowed) == {True, False}


def test_one_more_measure_while_it_is_rectified(bureau: SmallUnit) -> None:
    warning = made.advance(bureau, made.drafted(bureau), "rectifying")
    due = (timezone.localdate() + timedelta(days=12)).isoformat()
    post(bureau.clerk, "add_measure", warning.pk, text="建立到期提醒台账", due_on=due)
    assert "建立到期提醒台账" in seen(bureau.clerk, "detail", warning.pk)
    past = client_of(bureau.clerk).post(reverse("warnings:add_measure", args=[warning.pk]), {"text": "补记", "due_on": "2020-01-01"})
    assert past.status_code == 422
    assert warning.reports.get().measures.count() == 2


def test_whether_a_disposition_worked_can_be_said_later(bureau: SmallUnit) -> None:
    warning = made.advance(bureau, made.drafted(bureau, Tier.IMPORTANT), "rectifying")
    kind = DispositionKind.objects.get(unit=None, code="admonition")
    disposition = dispositions.order(warning=warning, kind=kind, by=bureau.discipline_head)
    post(
        bureau.discipline_head,
        "disposition_done",
        disposition.pk,
        on=timezone.localdate(),
        record="已诫勉谈话",
        version=disposition.version,
    )
    disposition.refresh_from_db()
    assert (disposition.worked, disposition.is_protected) == (None, False)
    post(bureau.discipline_head, "disposition_judge", disposition.pk, worked="yes", version=disposition.version)
    disposition.refresh_from_db()
    assert disposition.is_protected
    assert "不影响任用" in seen(bureau.clerk, "detail", warning.pk)


def test_a_delay_told_up_the_chain_stands_on_the_page(bureau: SmallUnit) -> None:
    warning = made.advance(bureau, made.drafted(bureau), "issued")
    deadlines.follow(today=add_workdays(timezone.localdate(), 40))  # nobody is told anything on a day off
    assert warning.escalations.exists()
    assert "逐级追究" in seen(bureau.discipline_head, "detail", warning.pk)
    assert "逐级追究" not in seen(bureau.clerk, "detail", warning.pk)


@pytest.mark.parametrize("key", ["no-key", "00000000-0000-0000-0000-000000000000"])
def test_a_lead_that_does_not_exist_starts_no_warning(bureau: SmallUnit, key: str) -> None:
    assert client_of(made.starter(bureau)).get(reverse("warnings:new") + f"?lead={key}").status_code == 404
