"""A file is asked for, approved and read; the person signs on a phone; the annual report with its pictures. All by mouse and keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from early_warnings.models import Tier
from reporting.annual import services as annual
from reporting.integrity import services
from reporting.models import FileLook
from tests.early_warnings.points import entered
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import advance, drafted, fresh, starter


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    return small_unit()


def test_asked_for_approved_read_and_signed(
    browser_page: Page, phone_page: Page, login: Any, axe: Any, screenshot: Any, new_context: Any, bureau: SmallUnit
) -> None:
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT), "issued")
    entered(bureau, bureau.clerk, "GZ-01")
    services.save_settings(unit=bureau.unit, own_file="sign", longest_days=30, by=fresh(bureau.discipline_head))

    page = browser_page
    login(page, bureau.departments[0].deputy_head)
    page.goto("/reports/integrity-files/")
    page.get_by_role("link", name="申请查阅").first.click()
    page.locator("[name=person]").fill(bureau.clerk.name)
    page.get_by_label("选拔任用", exact=True).check()
    page.locator("[name=matter]").fill("财务科副科长拟任人选考察")
    axe(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("待审批", exact=True)).to_be_visible()
    request = page.url

    chair = new_context().new_page()
    login(chair, bureau.discipline_head)
    chair.goto("/")
    chair.get_by_role("link", name="审批廉政档案查阅申请").click()
    axe(chair)
    chair.get_by_role("button", name="批准查阅").click()
    expect(chair.get_by_text("已批准", exact=True)).to_be_visible()

    page.goto(request)
    page.get_by_role("link", name="查阅档案").click()
    expect(page.get_by_text("本次查阅已记录")).to_be_visible()
    expect(page.get_by_text(warning.grounds)).to_be_visible()
    axe(page)
    screenshot(page, "integrity-file")
    assert FileLook.objects.count() == 1

    login(phone_page, bureau.clerk)
    phone_page.goto("/reports/integrity-files/own/")
    for box in phone_page.get_by_role("checkbox").all():
        box.check()
    phone_page.locator("[name=remark]").fill("对记分有异议")
    phone_page.get_by_role("button", name="对所选条目签字").click()
    expect(phone_page.get_by_text("对记分有异议").first).to_be_visible()
    expect(phone_page.get_by_text("本人未签字")).to_have_count(0)
    axe(phone_page)

    report = annual.begin(unit=bureau.unit, year=2026, by=fresh(starter(bureau)))
    chair.goto(report.get_absolute_url())
    expect(chair.get_by_role("heading", name="预警与整改")).to_be_visible()
    expect(chair.locator(".chart canvas, .chart svg").first).to_be_visible()
    axe(chair)
    chair.get_by_role("link", name="撰写").click()
    chair.locator("[name=work_done]").fill("组织开展廉政风险排查。")
    expect(chair.get_by_text("已保存").first).to_be_visible()
    axe(chair)
