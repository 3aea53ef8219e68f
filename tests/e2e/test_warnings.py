"""A general, an important (department) and a highest warning from the lead to the closing, by everybody who has a part in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from early_warnings.models import Tier, Warning
from leads.models import Lead
from leads.services import judging
from tests.e2e.steps import confirm
from tests.factories import warnings as made
from tests.factories.leads import judgement_facts, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import RuleFactory

Window = Callable[[Any], Page]


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    return small_unit()


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def send(page: Page) -> None:
    """The primary button of the form on the page."""
    page.locator("main form .btn-primary").last.click()
    page.wait_for_load_state("networkidle")


def tick(page: Page, selector: str) -> None:
    """Choose it by the keyboard: lists of many options scroll."""
    box = page.locator(selector).last
    box.focus()
    box.press("Space")
    expect(box).to_be_checked()


def step(page: Page, name: str) -> None:
    """A step with a page of its own."""
    page.locator(".page-actions, main").get_by_role("link", name=name, exact=True).first.click()


def draft(page: Page, lead: Lead, tier: str) -> Warning:
    page.goto(lead.get_absolute_url())
    step(page, "启动预警")
    expect(page.get_by_text(lead.number).first).to_be_visible()
    tick(page, f"input[name=level][value='{made.tier_level(tier).pk}']")
    page.locator("[name=grounds]").fill("多次超时限办理审批事项，材料去向登记不全。")
    page.locator("[name=basis]").fill("《行政审批限时办结规定》第六条")
    page.locator("[name=requirements]").fill("查明原因，制定措施，按期书面回告。")
    send(page)
    return Warning.objects.get()


def approve_and_issue(window: Window, bureau: SmallUnit, warning: Warning) -> None:
    committee, secretary = window(made.starter(bureau)), window(bureau.head)
    confirm(committee, "提请党委批准")
    secretary.goto("/warnings/approvals/")
    expect(secretary.get_by_text("多次超时限办理审批事项")).to_be_visible()
    secretary.get_by_role("button", name="批准", exact=True).click()
    expect(secretary.get_by_text("没有待审批的预警")).to_be_visible()
    committee.reload()
    confirm(committee, "签发预警")
    warning.refresh_from_db()
    expect(committee.get_by_text(warning.number).first).to_be_visible()


def receive_and_plan(page: Page, warning: Warning) -> None:
    page.goto("/warnings/mine/")
    page.get_by_role("link", name=warning.subject_label).first.click()
    confirm(page, "签收")
    step(page, "分析原因、制定措施")
    page.locator("[name=causes]").fill("对时限规定不熟悉，缺少提醒。")
    page.locator("[name=measures-0-text]").fill("组织学习审批时限规定，建立到期提醒。")
    page.locator("[name=measures-0-due_on]").fill(day(10))
    send(page)
    expect(page.get_by_text("原因和措施已确定").first).to_be_visible()


def carry_out_and_report(page: Page, warning: Warning, rule: Any = None) -> None:
    page.goto(warning.get_absolute_url())
    page.get_by_role("link", name="记录", exact=True).click()
    page.locator("[name=note]").fill("已组织学习，签到表附后。")
    send(page)
    step(page, "报告整改情况")
    page.locator("[name=results]").fill("措施已全部落实。")
    if rule is not None:
        tick(page, f"input[name=rules][value='{rule.pk}']")
    send(page)
    expect(page.get_by_text("由纪委核验").first).to_be_visible()


def hold_talk(window: Window, leader: Any, person: Any, warning: Warning) -> None:
    """The leader plans, holds and finishes the talk; the person confirms the record."""
    page = window(leader)
    page.goto(warning.get_absolute_url())
    page.get_by_role("link", name="安排约谈").click()
    page.locator("select[name=person]").select_option(str(person.pk), force=True)
    page.locator("[name=reason]").fill("预警约谈：指出问题，明确要求")
    send(page)
    page.get_by_role("link", name=f"廉政约谈 · {person.name}").click()
    page.get_by_role("link", name="填写谈话记录").click()
    page.locator("[name=held_at]").fill(timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=place]").fill("二楼会议室")
    page.locator("[name=content]").fill("指出问题，提出整改要求。")
    send(page)
    talk_url = page.url
    other = window(person)
    other.goto(talk_url)
    confirm(other, "确认记录", "没有意见，认真整改。")
    page.goto(talk_url)
    confirm(page, "办结")


def verify_and_close(window: Window, bureau: SmallUnit, warning: Warning) -> None:
    committee, other = window(made.starter(bureau)), window(bureau.discipline_head)
    committee.goto(warning.get_absolute_url())
    step(committee, "核验整改情况")
    committee.locator("[name=opinion]").fill("现场核验属实，措施落实到位。")
    send(committee)
    # Who verified does not close.
    expect(committee.get_by_role("button", name="预警销号")).to_have_attribute("aria-disabled", "true")
    other.goto(warning.get_absolute_url())
    expect(other.locator(".need-open")).to_have_count(0)
    confirm(other, "预警销号")
    expect(other.get_by_text("已销号").first).to_be_visible()
    warning.refresh_from_db()
    assert warning.state == "closed"


def judged(bureau: SmallUnit, *about: Any) -> Lead:
    """A lead of which a warning is to be made, through its services."""
    lead = lead_about(bureau, *about, by=made.starter(bureau))
    judging.take_up(lead=lead, by=made.fresh(made.starter(bureau)))
    judgement = judging.propose_judgement(
        lead=Lead.objects.get(pk=lead.pk), facts=judgement_facts(outcome="warn"), by=made.fresh(made.starter(bureau))
    )
    judging.confirm_judgement(judgement=judgement, by=made.fresh(bureau.discipline_head))
    return Lead.objects.get(pk=lead.pk)


def test_a_general_warning_from_the_lead_to_the_closing(bureau: SmallUnit, window: Window, axe: Any) -> None:
    committee, clerk = window(made.starter(bureau)), bureau.clerk
    committee.goto("/leads/enter/")
    committee.locator("[name=channel]").select_option("letters", force=True)
    tick(committee, f"[name=people][value='{clerk.pk}']")
    committee.locator("[name=title]").fill("反映审批办件多次超时")
    committee.locator("[name=content]").fill("来信反映窗口三次超过承诺时限，未说明理由。")
    send(committee)
    lead = Lead.objects.get()
    committee.goto(lead.get_absolute_url())
    committee.get_by_role("button", name="受理").click()
    step(committee, "提出研判意见")
    tick(committee, "[name=level]")
    for name in ("effects", "measures", "opinion"):
        committee.locator(f"[name={name}]").fill("情况基本属实，建议预警提醒。")
    tick(committee, "[name=outcome][value=warn]")
    committee.locator("[name=due_on]").fill(day(30))
    send(committee)
    head = window(bureau.discipline_head)
    head.goto(lead.get_absolute_url())
    confirm(head, "确认研判意见")

    warning = draft(committee, lead, Tier.GENERAL)
    approve_and_issue(window, bureau, warning)
    receive_and_plan(window(clerk), warning)
    hold_talk(window, bureau.departments[1].head, clerk, warning)
    carry_out_and_report(window(clerk), warning)
    verify_and_close(window, bureau, warning)
    axe(window(bureau.discipline_head))
    # The person reads the outcome, and nothing of the lead.
    mine = window(clerk)
    mine.goto(warning.get_absolute_url())
    expect(mine.get_by_text("已销号").first).to_be_visible()
    expect(mine.get_by_text(lead.number)).to_have_count(0)


def test_an_important_warning_of_a_department(bureau: SmallUnit, window: Window, axe: Any) -> None:
    department = bureau.departments[1]
    rule = RuleFactory(unit=bureau.unit)
    warning = draft(window(made.starter(bureau)), judged(bureau, department.department), Tier.IMPORTANT)
    assert (warning.department, warning.responsible) == (department.department, department.leader)
    approve_and_issue(window, bureau, warning)
    receive_and_plan(window(department.head), warning)
    leader = window(department.leader)
    leader.goto("/warnings/rectifications/")
    leader.get_by_role("link", name=department.department.name).first.click()
    expect(leader.get_by_text("已向党委报告结果").first).to_be_visible()
    leader.get_by_role("link", name="登记报告").click()
    tick(leader, "[name=addressee][value=party_committee]")
    leader.locator("[name=text]").fill("科室台账已分岗管理，制度已修订。")
    send(leader)
    carry_out_and_report(window(department.head), warning, rule)
    verify_and_close(window, bureau, warning)
    axe(leader)


def test_a_highest_warning(bureau: SmallUnit, window: Window, axe: Any) -> None:
    department = bureau.departments[1]
    warning = draft(window(made.starter(bureau)), judged(bureau, department.department), Tier.HIGHEST)
    assert warning.responsible == bureau.head
    approve_and_issue(window, bureau, warning)
    receive_and_plan(window(department.head), warning)
    head, discipline = window(bureau.head), window(bureau.discipline_head)

    head.goto(warning.get_absolute_url())
    head.get_by_role("link", name="成立小组").click()
    send(head)
    head.get_by_role("link", name="登记联席会议").click()
    head.locator("[name=held_at]").fill(timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    for who in (bureau.head, *bureau.deputies):
        tick(head, f"[name=attendees][value='{who.pk}']")
    head.locator("[name=decisions]").fill("暂停拨付，逐项复核。")
    send(head)
    expect(head.get_by_text("暂停拨付，逐项复核。")).to_be_visible()
    hold_talk(window, bureau.head, department.head, warning)

    discipline.goto(warning.get_absolute_url())
    expect(discipline.locator(".need-open").first).to_be_visible()
    discipline.get_by_role("link", name="添加记录").click()
    discipline.locator("[name=text]").fill("列席联席会议，封存档案。")
    send(discipline)
    for addressee in ("party_committee", "higher_discipline", "higher_party"):
        discipline.get_by_role("link", name="登记报告").click()
        tick(discipline, f"[name=addressee][value={addressee}]")
        discipline.locator("[name=text]").fill("处置情况报告。")
        send(discipline)
    carry_out_and_report(window(department.head), warning)
    # The head of the department warned reads neither the meetings nor the log.
    warned = window(department.head)
    warned.goto(warning.get_absolute_url())
    for hidden in ("暂停拨付，逐项复核。", "列席联席会议，封存档案。"):
        expect(warned.get_by_text(hidden)).to_have_count(0)
    verify_and_close(window, bureau, warning)
    axe(discipline)
