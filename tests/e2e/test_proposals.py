"""The office decides proposals of levels in a browser: choose, look at what will happen, accept; keep one with a reason."""

import pytest
from playwright.sync_api import expect

from regrading.models import Proposal, ScoreChange
from tests.factories.organisation import small_unit
from tests.factories.risks import level
from tests.regrading.proposals_world import TODAY, common_rules, proposed


@pytest.fixture
def bureau(transactional_db):
    made = small_unit(code="YA", name="云安市农业农村局")
    for n, (old, new, score) in enumerate([(1, 2, 52), (1, 3, 78), (2, 1, 31)]):
        risk = proposed(made, old, new, score, title=f"审批环节风险{n + 1}").risk
        for past in (20, score):
            ScoreChange.objects.create(risk=risk, on=TODAY, score=past, level=level(old), rule_set=common_rules())
    return made


def test_decide(bureau, browser_page, login, axe, screenshot):
    page = browser_page
    login(page, bureau.office_clerk)
    page.goto("/regrading/proposals/")
    expect(page.get_by_role("link", name="审批环节风险2")).to_be_visible()
    expect(page.get_by_role("img", name="2 次评估：20→78")).to_be_visible()
    axe(page)
    screenshot(page, "proposals")

    page.get_by_label("选择“审批环节风险1”").check()
    page.get_by_label("选择“审批环节风险2”").check()
    page.get_by_role("button", name="对所选作出决定…").click()
    expect(page.get_by_role("heading", name="采纳建议等级")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="调整 2 项等级").click()
    expect(page.get_by_text("已调整 2 个风险点的等级。")).to_be_visible()

    page.get_by_role("radio", name="维持原等级").check()
    page.get_by_role("textbox", name="理由").fill("整改措施尚未验收,暂不降低")
    page.get_by_role("button", name="对所列 1 项作出决定…").click()
    page.get_by_role("button", name="维持 1 项等级").click()
    expect(page.get_by_text("已维持 1 个风险点的等级。")).to_be_visible()
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["accepted", "accepted", "declined"]

    page.goto("/risks/register/")
    page.get_by_role("link", name=Proposal.objects.order_by("pk").last().risk.number).click()
    expect(page.get_by_role("heading", name="为什么是这个等级")).to_be_visible()
    axe(page)
    screenshot(page, "why-this-level")
