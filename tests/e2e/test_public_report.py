"""An anonymous report on a phone, the desk on a large screen, and questions and answers in both directions."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from leads.models import Lead
from tests.factories.organisation import SmallUnit, small_unit
from tests.leads.reports import photo

pytestmark = pytest.mark.e2e


@pytest.fixture
def unit(transactional_db: None) -> SmallUnit:
    return small_unit()


def no_sideways(page: Page) -> None:
    page.evaluate("window.lookForSidewaysScroll()")


def test_report_question_answer(unit, phone_page, new_context, login, axe, screenshot, tmp_path: Path):
    citizen: Page = phone_page
    (tmp_path / "现场.jpg").write_bytes(photo())
    (tmp_path / "票据.pdf").write_bytes(b"%PDF-1.4 paper")

    # A citizen finds the unit, reads what is kept, and reports with a picture.
    citizen.goto("/leads/public/")
    expect(citizen.get_by_role("heading", name="反映廉政问题")).to_be_visible()
    expect(citizen.get_by_text("您的网络地址、浏览器和设备信息。")).to_be_visible()
    axe(citizen)
    screenshot(citizen, "public-start")
    citizen.get_by_role("link", name="向测试市农业农村局反映").click()
    citizen.get_by_label("反映对象").fill("CS行政审批科科长")
    citizen.get_by_label("一句话概括").fill("审批前收受企业购物卡")
    citizen.get_by_label("具体情况").fill("九月上旬在科室门口收下企业送的购物卡，次日即予审批。")
    citizen.get_by_label("图片和材料").set_input_files(tmp_path / "现场.jpg")
    axe(citizen)
    screenshot(citizen, "public-report", full_page=True)
    citizen.get_by_role("button", name="提交反映").click()
    expect(citizen.get_by_role("heading", name="您的反映已收到")).to_be_visible()
    code = citizen.locator(".public-code").inner_text()
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", code)
    axe(citizen)
    screenshot(citizen, "public-receipt")
    assert {cookie["name"] for cookie in citizen.context.cookies()} <= {"csrftoken"}
    stored = citizen.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "购物卡" not in stored, "the browser keeps nothing of it either"

    # The desk reads it, sees the picture, and asks.
    lead = Lead.objects.get()
    member: Page = new_context().new_page()
    login(member, unit.discipline_head)
    member.goto(lead.get_absolute_url())
    expect(member.get_by_text("审批前收受企业购物卡").first).to_be_visible()
    with member.expect_download() as download:
        member.get_by_role("link", name=re.compile("现场.jpg")).click()
    assert b"PLANTED-DEVICE" not in Path(download.value.path()).read_bytes()
    member.get_by_label("致反映人").fill("请问具体是哪一天？有无其他人在场？")
    member.get_by_role("button", name="发送给反映人").click()
    expect(member.get_by_text("请问具体是哪一天？有无其他人在场？")).to_be_visible()
    axe(member, "#messages")

    # The person reported finds nothing, wherever the address came from.
    suspect: Page = new_context().new_page()
    login(suspect, unit.departments[1].head)
    suspect.goto("/")
    expect(suspect.get_by_text("购物卡")).to_have_count(0)

    # The citizen comes back with the code, typed as on paper, and answers with a document.
    citizen.goto("/leads/public/")
    citizen.get_by_role("link", name="查询反映").click()
    citizen.get_by_label("回执码").fill(code.lower().replace("-", " "))
    screenshot(citizen, "public-code")
    citizen.get_by_role("button", name="查询", exact=True).click()
    expect(citizen.get_by_text("请问具体是哪一天？有无其他人在场？")).to_be_visible()
    expect(citizen.get_by_text(unit.discipline_head.name)).to_have_count(0)
    expect(citizen).to_have_url(re.compile(r"/leads/public/follow-up/$"))
    citizen.get_by_label("您的留言").fill("九月三日上午，窗口的同事也在。")
    citizen.get_by_label("图片和材料").set_input_files(tmp_path / "票据.pdf")
    axe(citizen)
    citizen.get_by_role("button", name="发送").click()
    expect(citizen.get_by_text("您的留言已收到。")).to_be_visible()
    expect(citizen.get_by_text("九月三日上午，窗口的同事也在。")).to_be_visible()
    screenshot(citizen, "public-follow-up", full_page=True)
    no_sideways(citizen)

    # And the desk has the answer.
    member.reload()
    expect(member.get_by_text("九月三日上午，窗口的同事也在。")).to_be_visible()
    expect(member.get_by_role("link", name="票据.pdf").first).to_be_visible()
    screenshot(member, "lead-with-messages", full_page=True)


def test_what_is_wrong_is_said_and_what_was_typed_stays(unit, browser_page, watch, tmp_path: Path, screenshot):
    watch.allow(r"status 422|422 \(")
    page: Page = browser_page
    (tmp_path / "程序.pdf").write_bytes(b"MZ\x90\x00 no paper at all")
    page.goto(f"/leads/public/{unit.unit.code}/")
    page.get_by_label("反映对象").fill("某科室")
    page.get_by_label("一句话概括").fill("概括")
    page.get_by_label("具体情况").fill("写了很久的内容。")
    page.get_by_label("图片和材料").set_input_files(tmp_path / "程序.pdf")
    page.get_by_role("button", name="提交反映").click()
    expect(page.get_by_text("不接受这种类型的文件")).to_be_visible()
    expect(page.get_by_label("具体情况")).to_have_value("写了很久的内容。")
    screenshot(page, "public-refused", full_page=True)
    page.get_by_role("button", name="提交反映").click()
    expect(page.get_by_role("heading", name="您的反映已收到")).to_be_visible()
    assert Lead.objects.count() == 1


def test_without_scripts(unit, new_context):
    page: Page = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"/leads/public/{unit.unit.code}/")
    page.get_by_label("反映对象").fill("某科室")
    page.get_by_label("一句话概括").fill("概括")
    page.get_by_label("具体情况").fill("内容。")
    page.get_by_role("button", name="提交反映").click()
    code = page.locator(".public-code").inner_text()
    page.goto("/leads/public/follow-up/")
    page.get_by_label("回执码").fill(code)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_text("已收到", exact=True)).to_be_visible()


def test_a_named_report_and_its_identity(unit, new_context, login, axe, screenshot):
    # A member of staff reports by name, and finds it among the own reports.
    clerk: Page = new_context(viewport={"width": 390, "height": 844}).new_page()
    login(clerk, unit.clerk)
    clerk.goto("/leads/report/")
    clerk.locator("[name=name]").fill("某设备公司业务员")
    clerk.get_by_label("一句话概括").fill("约请评审人员吃饭")
    clerk.get_by_label("具体情况").fill("九月十日晚约请两名评审人员吃饭。")
    clerk.get_by_role("button", name="提交反映").click()
    expect(clerk).to_have_url(re.compile(r"/leads/mine/[0-9a-f-]{36}/$"))
    expect(clerk.get_by_text("已收到", exact=True)).to_be_visible()
    axe(clerk)
    screenshot(clerk, "my-report", full_page=True)
    clerk.goto("/leads/mine/")
    expect(clerk.get_by_role("link", name=re.compile("约请评审人员吃饭"))).to_be_visible()
    axe(clerk)

    # A member of the discipline committee learns who it was, with a reason, and not before.
    member: Page = new_context().new_page()
    login(member, unit.departments[0].staff[1])
    member.goto(Lead.objects.get().get_absolute_url())
    expect(member.get_by_text(unit.clerk.name)).to_have_count(0)
    member.locator("#identity summary").click()
    dialog = member.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("需要当面核实吃饭的时间和人员")
    screenshot(member, "identity-dialog")
    dialog.get_by_role("button", name="查看反映人身份").click()
    expect(member.get_by_text(unit.clerk.name)).to_be_visible()
    axe(member)
    screenshot(member, "identity")
    member.goto(Lead.objects.get().get_absolute_url())
    expect(member.get_by_text("需要当面核实吃饭的时间和人员")).to_be_visible()
    expect(member.get_by_text(unit.clerk.name)).to_have_count(0)
