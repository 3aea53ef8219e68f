"""A lead on the desk of the discipline committee: entered, judged by one, confirmed by another, ended, found in the ledger."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from leads.models import Lead
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.e2e


@pytest.fixture
def unit(transactional_db: None) -> SmallUnit:
    return small_unit()


def test_from_entry_to_the_ledger(unit, new_context, login, axe, screenshot):
    reported = unit.departments[2].head
    head: Page = new_context().new_page()
    login(head, unit.discipline_head)
    head.goto("/leads/")
    expect(head.get_by_text("目前没有待受理、待研判的廉情。")).to_be_visible()
    axe(head)

    # The head of the committee enters what the audit found.
    head.get_by_role("link", name="登记廉情").click()
    head.locator("select[name=channel]").select_option("audit", force=True)
    head.get_by_label(re.compile(reported.name)).check()
    head.get_by_label("一句话概括").fill("执法经费报销凭证不全")
    head.get_by_label("具体情况").fill("上半年十二笔执法经费报销缺少原始凭证。")
    axe(head)
    screenshot(head, "lead-enter", full_page=True)
    head.get_by_role("button", name="登记", exact=True).click()
    expect(head.get_by_role("heading", name="执法经费报销凭证不全")).to_be_visible()
    axe(head)

    # Taken up and judged; the one who proposed cannot confirm, and reads why.
    head.get_by_role("button", name="受理", exact=True).click()
    head.get_by_role("link", name="提出研判意见").click()
    head.get_by_label("二级 较重").check()
    head.get_by_label("可能造成的不良影响").fill("经费管理失范，可能形成账外资金。")
    head.get_by_label("防控措施").fill("约谈大队长，补齐凭证，复核上年度报销。")
    head.get_by_label("教育提醒").check()
    head.get_by_label("办理期限").fill("2027-12-31")
    axe(head)
    screenshot(head, "lead-judgement", full_page=True)
    head.get_by_role("button", name="提出", exact=True).click()
    refused = head.get_by_role("button", name="确认研判意见")
    expect(refused).to_be_disabled()

    # Another member confirms.
    member: Page = new_context(viewport={"width": 390, "height": 844}).new_page()
    login(member, unit.departments[0].staff[1])
    member.goto("/leads/")
    member.get_by_role("link", name=Lead.objects.get().number).click()
    screenshot(member, "lead-on-a-phone", full_page=True)
    axe(member)
    member.get_by_text("确认研判意见").first.click()
    member.get_by_role("dialog").get_by_role("button", name="确认研判意见").click()
    expect(member.get_by_text("研判意见已确认。")).to_be_visible()

    # The result, and the end.
    head.reload()
    head.get_by_role("link", name="登记处置结果").click()
    head.get_by_label("处置结果").fill("已约谈提醒，凭证于十二月十日前补齐。")
    head.get_by_role("button", name="保存").click()
    head.get_by_text("办结", exact=True).first.click()
    head.get_by_role("dialog").get_by_role("button", name="办结").click()
    expect(head.get_by_text("廉情已办结。")).to_be_visible()
    screenshot(head, "lead-ended", full_page=True)

    # The ledger on screen and as a file.
    head.goto("/leads/ledger/?q=凭证")
    expect(head.get_by_role("link", name=Lead.objects.get().number)).to_be_visible()
    axe(head)
    screenshot(head, "lead-ledger")
    with head.expect_download() as download:
        head.get_by_role("link", name="导出").click()
    rows = CalamineWorkbook.from_filelike(BytesIO(Path(download.value.path()).read_bytes())).get_sheet_by_index(0).to_python()
    assert any("执法经费报销凭证不全" in row for row in rows)

    # The person reported: nothing, wherever they look.
    suspect: Page = new_context().new_page()
    login(suspect, reported)
    suspect.goto("/")
    expect(suspect.get_by_text("凭证不全")).to_have_count(0)
    expect(suspect.get_by_role("link", name="廉情办理")).to_have_count(0)


def test_the_catalogue_of_signs(unit, new_context, login, axe, screenshot):
    head: Page = new_context(viewport={"width": 390, "height": 844}).new_page()
    login(head, unit.discipline_head)
    head.goto("/leads/signs/?field=funds")
    expect(head.get_by_text("大额资金拆分成多笔支付").first).to_be_visible()
    axe(head)
    screenshot(head, "lead-signs", full_page=True)
    head.get_by_role("link", name="新增迹象").click()
    head.get_by_label("领域").select_option("funds")
    head.get_by_role("textbox", name="迹象").fill("备用金长期不清理")
    head.get_by_label("默认等级").select_option("2")
    head.get_by_role("button", name="保存").click()
    expect(head.get_by_text("备用金长期不清理")).to_be_visible()
