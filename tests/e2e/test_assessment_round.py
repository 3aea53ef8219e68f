"""The secretary's round from the first page to the end, with the committees deciding, an appeal, and a corrected result."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import Answer, Rater, Result, Round
from assessments.services import ballots
from tests.e2e.steps import confirm
from tests.factories.assessments import secretary
from tests.factories.organisation import SmallUnit, small_unit

Window = Callable[[Any], Page]


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    return small_unit()


def everybody_answers(found: Round) -> None:
    """Raters have a test of their own (test_rating.py)."""
    for rater in Rater.objects.filter(assessed__round=found).select_related("assessed", "person"):
        indicators = found.groups.get(group=rater.assessed.group).frozen.indicators
        ballots.vote(assessed=rater.assessed, by=rater.person, answers={i.key: Answer.GOOD.value for i in indicators})


def days_of(found: Round, phase: str, last: int) -> None:
    """Let a phase end so many days from today."""
    day = timezone.localdate() + timedelta(days=last)
    found.phases.filter(phase=phase).update(starts_on=day - timedelta(days=4), ends_on=day)


@pytest.mark.e2e
def test_from_setting_up_to_final(bureau: SmallUnit, window: Window, watch: Any, axe: Any, screenshot: Any) -> None:
    watch.allow(r"status 422|422 \(")  # a score without grounds yet
    clerk, chief = secretary(bureau), bureau.discipline_head
    page = window(clerk)
    page.goto("/assessments/rounds/")
    page.get_by_role("link", name="新建季度考核").click()
    page.locator("main form .btn-primary").click()
    expect(page.get_by_role("heading", name="季度廉政考核")).to_be_visible()
    found = Round.objects.get()
    assert found.assessed.count() == 16
    confirm(page, "开始测评")
    expect(page.get_by_text("测评人正在测评").first).to_be_visible()
    axe(page)
    found.refresh_from_db()

    everybody_answers(found)
    page.reload()
    expect(page.get_by_text("除测评人本人外").first).to_be_visible()
    confirm(page, "结束测评", "测评人均已提交。")

    page.get_by_role("link", name="评分表").click()
    target = bureau.departments[1].staff[0]
    row = page.locator("tr", has_text=target.name).first
    cell = row.locator("td").first
    cell.locator("[name=grounds]").fill("窗口抽查发现超时办件一件。")
    cell.locator("[name=score]").fill("40")
    cell.locator("[name=score]").press("Tab")
    expect(cell.locator(".score-status")).to_contain_text("已保存")
    screenshot(page, "assessment-scoring")
    axe(page)
    page.get_by_role("button", name="计算廉政档案得分").click()
    page.wait_for_load_state("networkidle")
    fill_rest(page)
    fill_rest(window_at(window(chief), found, "scoring"))
    page.goto(f"/assessments/rounds/{found.pk}/scoring/")
    confirm(page, "提交审核")

    for member, button in ((chief, "全部审核通过"), (clerk, "全部审核通过")):
        review = window_at(window(member), found, "review")
        review.get_by_role("button", name=button).click()
        review.wait_for_load_state("networkidle")
    page = window_at(window(chief), found, "review")
    confirm(page, "报党委确认")
    for member in (bureau.head, bureau.deputies[0]):
        desk = window_at(window(member), found, "confirm")
        axe(desk)
        desk.get_by_role("button", name="全部确认").click()
        desk.wait_for_load_state("networkidle")
    confirm(window_at(window(bureau.head), found, "confirm"), "公布结果")

    days_of(found, "notice", -6)
    days_of(found, "appeal", 4)
    page = window_at(window(clerk), found)
    confirm(page, "开始申诉期")
    own = window(target)
    own.goto("/assessments/results/")
    own.get_by_role("link", name="季度廉政考核").first.click()
    expect(own.get_by_text("窗口抽查发现超时办件一件。").first).to_be_visible()
    axe(own)
    own.locator(".page-actions, main").get_by_role("link", name="申诉", exact=True).first.click()
    own.locator("[name=text]").fill("该件系申请人补正材料期间，按规定不计入办理时限，附补正通知书。")
    own.locator("main form .btn-primary").click()
    own.wait_for_load_state("networkidle")

    first = Result.objects.get(assessed__person=target)
    answerer = clerk if first.reviewed_by_id == chief.pk else chief
    desk = window(answerer)
    desk.goto("/assessments/appeals/")
    desk.get_by_role("link", name=target.name).first.click()
    answer_with_correction(desk)
    desk = window_at(window(bureau.head), found, "confirm")
    desk.get_by_role("button", name="全部确认").click()
    desk.wait_for_load_state("networkidle")
    own.goto("/assessments/results/")
    own.get_by_role("link", name="季度廉政考核").first.click()
    expect(own.get_by_text("经申诉更正").first).to_be_visible()
    expect(own.get_by_text("首次结果").first).to_be_visible()

    days_of(found, "appeal", -1)
    confirm(window_at(window(clerk), found), "宣布生效")
    found.refresh_from_db()
    assert found.state == "final"
    assert Result.objects.filter(assessed__person=target, state="confirmed").count() == 2


def window_at(page: Page, found: Round, name: str = "") -> Page:
    page.goto(f"/assessments/rounds/{found.pk}/" + (f"{name}/" if name else ""))
    return page


def fill_rest(page: Page) -> None:
    """Full marks for whoever has none yet."""
    for method in ("supervision", "talks"):
        page.locator("details.card summary").click()
        form = page.locator("details.card form")
        form.locator("[name=method]").select_option(method)
        form.locator("[name=score]").fill("100")
        form.locator("[name=grounds]").fill("本季度未发现问题。")
        form.locator("button[type=submit]").click()
        page.wait_for_load_state("networkidle")


def answer_with_correction(page: Page) -> None:
    page.locator("[name=outcome][value=change]").check()
    page.locator("[name=answer]").fill("经复核，该件确属补正期间，监督检查得分更正为100分。")
    page.locator("[name=score_supervision]").fill("100")
    page.locator("main form .btn-primary").click()
    page.wait_for_load_state("networkidle")
