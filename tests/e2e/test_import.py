"""A clerk brings a register in: a faulty file, its faults by row and column, the corrected file, the register (issue A, real input)."""

import pytest
from playwright.sync_api import expect

from risks.models import RiskPoint
from tests.factories.organisation import small_unit
from tests.reporting.import_files import register, row

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = [
    row("印章管理", position="经办", level="★★★", measures="1.双人保管;2.每月抽查"),
    row("公务接待", level="★★", measures="先审批后接待"),
    row("行政许可受理", department="行政审批科", level="★", measures="一次性告知"),
]
FAULTY = [
    GOOD[0],
    row("公务接待", department="综合科", level="★★"),
    row("行政许可受理", department="行政审批科", level="★", content="字" * 2_500),
]


def payload(*rows):
    return {"name": "登记册.xlsx", "mimeType": "application/octet-stream", "buffer": register(*rows).getvalue()}


def test_a_faulty_register_is_mended_and_imported(browser_page, phone_page, login, axe, screenshot):
    unit = small_unit()
    page = browser_page
    login(page, unit.office_clerk)
    page.goto("/reports/imports/")
    expect(page.get_by_text("还没有导入过登记册")).to_be_visible()
    page.get_by_role("link", name="上传登记册").first.click()
    axe(page)
    page.get_by_label("Excel 文件").set_input_files(payload(*FAULTY))
    page.get_by_role("button", name="上传并读取").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("登记册.xlsx")
    expect(page.get_by_label("B 列 部门")).to_have_value("department")
    expect(page.get_by_label("“★★★”对应的等级")).to_have_value("3")
    axe(page)
    screenshot(page, "import-mapping")
    # a change is kept at once
    page.get_by_label("K 列 责任领导").select_option("")
    expect(page.get_by_text("已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("K 列 责任领导")).to_have_value("")
    page.get_by_role("button", name="试导入", exact=True).click()

    expect(page.get_by_text("登记册有错误")).to_be_visible()
    faults = page.locator("#findings tbody tr")
    expect(faults).to_have_count(2)
    expect(faults.nth(0)).to_contain_text("3")
    expect(faults.nth(0)).to_contain_text("B 部门")
    expect(faults.nth(0)).to_contain_text("综合科")
    expect(faults.nth(1)).to_contain_text("4")
    expect(faults.nth(1)).to_contain_text("F 风险内容")
    axe(page)
    screenshot(page, "import-faults")
    page.get_by_role("link", name="文字过长").click()
    expect(page.locator("#findings tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 清单").click()
    assert download.value.suggested_filename == "试导入问题清单.xlsx"
    assert not RiskPoint.objects.exists()

    login(phone_page, unit.office_clerk)
    phone_page.goto(page.url)
    expect(phone_page.get_by_text("登记册有错误")).to_be_visible()

    page.get_by_role("link", name="上传改正后的文件").click()
    page.get_by_label("Excel 文件").set_input_files(payload(*GOOD))
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_text("已沿用当时的列对应")).to_be_visible()
    expect(page.get_by_label("K 列 责任领导")).to_have_value("")
    page.get_by_role("button", name="试导入", exact=True).click()
    expect(page.get_by_text("可以导入", exact=True).first).to_be_visible()
    page.locator("summary", has_text="导入 3 个风险点").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("将 3 个风险点、4 条防控措施登记到测试市农业农村局登记册。")
    dialog.get_by_role("button", name="导入 3 个风险点").click()

    expect(page.get_by_text("3 个风险点已登记造册")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="在登记册中查看").click()
    for title in ("印章管理", "公务接待", "行政许可受理"):
        expect(page.locator("#results").get_by_text(title, exact=True).first).to_be_visible()
    assert RiskPoint.objects.count() == 3
