"""Rules of re-grading from a draft to being in force: numbers with their examples, what they would do, switched on with a reason."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from regrading.models import RuleSet
from risks.models import RiskPoint
from tests.e2e.steps import confirm
from tests.factories.organisation import SmallUnit, small_unit
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.e2e


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    """Two points of the second level that start at 53; the measure of one is five days overdue, and nobody graded them yet."""
    made, today = small_unit(), timezone.localdate()
    for title, days in [("逾期未整改的风险", 5), ("按期整改的风险", -30)]:
        risk = imported(made, title, label="二级", probability=3, harm=4)
        risk.measures.update(due_on=today.fromordinal(today.toordinal() - days))
    RiskPoint.objects.update(registered_on=today)
    return made


def test_a_draft_is_tried_out_and_switched_on(
    browser_page: Page, phone_page: Page, login: Any, axe: Any, watch: Any, screenshot: Any, bureau: SmallUnit
) -> None:
    page = browser_page
    watch.allow(r"status 422|422 \(")
    login(page, bureau.office_clerk)
    page.goto("/regrading/rules/")
    axe(page)
    page.get_by_role("button", name="起草新版本").click()
    expect(page.get_by_text("2条措施逾期，其中1条超过1个月：+9分")).to_be_visible()
    axe(page)

    # The example follows while typing; a ceiling below it is refused beside the field, and nothing is lost.
    page.locator("[name=measures_overdue]").fill("20")
    expect(page.get_by_text("2条措施逾期，其中1条超过1个月：+20分")).to_be_visible()
    page.locator("[name=measures_most]").fill("15")
    expect(page.get_by_text("各项数字填写正确后计算示例").first).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("最高限额不得低于20分").first).to_be_visible()
    page.locator("[name=measures_most]").fill("40")
    expect(page.get_by_text("2条措施逾期，其中1条超过1个月：+41分")).to_have_count(0)
    expect(page.get_by_text("2条措施逾期，其中1条超过1个月：+40分")).to_be_visible()
    page.locator("[name=note]").fill("加大逾期措施分值")
    page.get_by_role("button", name="保存并试算").click()

    expect(page.get_by_text("1个风险点得分等级升高").first).to_be_visible()
    axe(page)
    screenshot(page, "what-if")
    page.locator(".rule-matrix td.is-change a").click()
    row = page.locator("tbody tr").filter(has_text="逾期未整改的风险")
    expect(row).to_contain_text("57")
    expect(row).to_contain_text("73")
    axe(page)

    page.goto(RuleSet.objects.get(unit=bureau.unit).get_absolute_url())
    axe(page)
    confirm(page, "启用", "措施逾期问题突出")
    expect(page.get_by_text("规则已启用")).to_be_visible()
    expect(page.get_by_text("措施逾期问题突出").first).to_be_visible()
    held = RuleSet.objects.get(unit=bureau.unit)
    assert (held.state, held.values.measures.overdue, held.values.measures.most) == ("in_force", 20, 40)

    login(phone_page, bureau.discipline_head)
    phone_page.goto(held.get_absolute_url())
    axe(phone_page)
