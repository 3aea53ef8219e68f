"""The whole way in one browser test, in Chinese: a clerk fills in and signs, the head rates, the deputy reviews and returns, the clerk
mends, the deputy agrees, the leading group grades, the risk stands in the register, and the exported file says what the screen says."""

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.risks.finding import Stage, stage

TITLE = "放宽受理条件收受好处"
CONTENT = "窗口受理人员可以对熟人的申请降低材料要求，换取吃请或者红包，使不合格申请进入审查环节"
MEASURE = "受理材料由两人当场核对并签名，科长每月抽查一成卷宗"
HEADINGS = [
    "序号",
    "编号",
    "单位/科室",
    "岗位",
    "风险类别",
    "职权事项",
    "风险点",
    "风险内容及表现形式",
    "发生几率",
    "危害程度",
    "风险等级",
    "防控措施",
    "直接责任人",
    "部门负责人",
    "责任领导",
    "登记日期",
    "建议等级",
]


@pytest.fixture
def world(transactional_db: None) -> Stage:
    return stage()


@pytest.fixture
def person(new_context: Any, login: Any) -> Any:
    """`person(user)`: a window of this person."""

    def open_window(user: Any) -> Page:
        page: Page = new_context().new_page()
        login(page, user)
        return page

    return open_window


def sign(page: Page) -> None:
    page.locator("summary", has_text="签字上报").click()
    page.get_by_role("dialog").get_by_role("button", name="签字上报").click()
    expect(page.get_by_text("已签字上报").first).to_be_visible()


def fill(page: Page) -> None:
    """The clerk: duties, a risk on the step of the chart on which it sits, the commitment, the signature."""
    page.goto("/")
    page.get_by_role("link", name="经办").first.click()
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("岗位职责").fill("负责种子经营许可申请的受理、材料核对和流转")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("link", name="种子经营许可受理").click()
    page.locator(".fc-step.fc-start").click()
    page.get_by_label("廉政风险点", exact=False).first.fill(TITLE)
    page.get_by_label("廉政风险内容").fill(CONTENT)
    page.get_by_label("表现形式").fill("卷宗中缺少场所证明而系统显示材料齐全")
    page.get_by_label("业务流程").check()
    page.get_by_label("3 有时发生").check()
    page.get_by_label("5 特别严重").check()
    page.locator("textarea[name='measures-0-text']").fill(MEASURE)
    page.get_by_role("button", name="保存风险点").click()
    page.get_by_role("button", name="继续填写承诺").click()
    page.get_by_role("button", name="保存并核对").click()
    sign(page)


def review(page: Page, clerk: Any, button: str, done: str, opinion: str) -> None:
    """Open the form from the queue, write an opinion, decide."""
    page.goto("/risks/review/")
    page.get_by_role("link", name=clerk.name).click()
    expect(page.get_by_role("heading", name=re.compile(TITLE))).to_be_visible()
    if button == "退回":  # the first click asks for the reason
        page.get_by_role("button", name=button).click()
    page.locator("textarea[name=opinion]").fill(opinion)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(done).first).to_be_visible()


def test_from_the_clerk_to_the_file(world: Stage, person: Any, watch: Any, axe: Any, tmp_path: Path) -> None:
    org = world.org
    head, deputy = org.departments[1].head, org.deputies[0]
    form = world.form(world.clerk)

    clerk = person(world.clerk)
    fill(clerk)
    review(person(head), world.clerk, "同意", "已同意", "情况属实")
    reviewer = person(deputy)
    review(reviewer, world.clerk, "退回", "已退回", "表现形式请写明如何发现")

    # Mended: the reason stands on the form, and it comes back to the deputy, not to the head.
    clerk.goto("/")
    clerk.get_by_role("link", name="经办").first.click()
    expect(clerk.get_by_text("表现形式请写明如何发现").first).to_be_visible()
    entry = form.entries.get()
    clerk.goto(f"/risks/forms/{form.pk}/risks/{entry.pk}/")
    clerk.get_by_label("表现形式").fill("同一代理人的申请总是当天受理，卷宗中缺少场所证明")
    clerk.get_by_role("button", name="保存风险点").click()
    clerk.goto(f"/risks/forms/{form.pk}/check/")
    sign(clerk)
    boss = person(head)
    boss.goto("/risks/review/")
    expect(boss.get_by_role("link", name=world.clerk.name)).to_have_count(0)
    review(reviewer, world.clerk, "同意", "已同意", "同意")

    # What is signed and agreed is no longer written.
    watch.allow("status 4")
    clerk.goto(f"/risks/forms/{form.pk}/")
    expect(clerk.get_by_role("button", name="保存风险点")).to_have_count(0)
    expect(clerk.get_by_text("表现形式请写明如何发现").first).to_be_visible()

    group = person(org.head)
    group.goto("/risks/grading/")
    group.get_by_role("button", name=re.compile("确认全部|确认.*未")).click()
    group.get_by_role("button", name="确认 1 个风险点").click()
    expect(group.get_by_text("1 份承诺表完成定级")).to_be_visible()

    # The register: 3 × 5 = 15 is 一级, for which the unit head answers.
    group.goto("/risks/register/?q=放宽受理")
    row = group.locator(".list-table tbody tr")
    expect(row).to_have_count(1)
    for text in (TITLE, "一级", org.head.name):
        expect(row).to_contain_text(text)
    with group.expect_download() as download:
        group.get_by_role("link", name="导出").first.click()
    path = tmp_path / "register.xlsx"
    download.value.save_as(path)

    # The file says what the screen says.
    rows = [list(cells) for cells in load_workbook(path).active.iter_rows(values_only=True)]
    start = next(n for n, cells in enumerate(rows) if cells[0] == "序号")
    assert [str(cell).replace("\n", "") for cell in rows[start]] == HEADINGS
    assert len(rows) == start + 3
    assert rows[-1][0].startswith("导出日期")
    line = dict(zip(HEADINGS, rows[start + 1], strict=True))
    shown = row.inner_text()
    for column in ("编号", "风险点", "责任领导"):
        assert line[column] in shown
    assert line["单位/科室"] == org.departments[1].department.name
    assert line["风险点"] == TITLE
    assert CONTENT in line["风险内容及表现形式"]
    assert "同一代理人的申请总是当天受理" in line["风险内容及表现形式"]
    assert (line["发生几率"], line["危害程度"], line["风险等级"]) == (3, 5, "一级")
    assert line["职权事项"] == "种子经营许可受理"
    assert line["防控措施"] == MEASURE
    assert (line["部门负责人"], line["责任领导"]) == (head.name, org.head.name)

    # The point's page tells its history, and the chart has the dot.
    row.get_by_role("link").first.click()
    expect(group.get_by_text(org.head.name).first).to_be_visible()
    expect(group.get_by_text(MEASURE)).to_be_visible()
    axe(group)
