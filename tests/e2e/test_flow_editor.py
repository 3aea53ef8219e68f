"""The flowchart editor in a real browser: a clerk builds a flow from nothing; drawing, findings and saving follow."""

import re

import pytest
from playwright.sync_api import expect

from positions.models import FlowStep
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, simple_flow

# Labels end in a word that optional fields carry.
NAME, KIND, NEXT, WHEN = (re.compile(rf"^\s*{label}") for label in ("环节", "类别", "下一环节", "条件"))


@pytest.fixture
def world(transactional_db):
    return small_unit(code="YA", name="云安市农业农村局")


@pytest.fixture
def item(world):
    return PowerItemFactory(
        catalogue=CatalogueFactory(unit=world.unit, title="云安市农业农村局职权目录"),
        position=world.departments[1].positions["s0"],
        number="SP-01",
        name="农药经营许可审批",
        requires=["separation"],
        time_limit_days=20,
        created_by=world.clerk,
    )


def row(page, n):
    return page.locator("[data-formset-row]:visible").nth(n - 1)


def fill(page, n, name, *, kind="", role="", days="", function=""):
    here = row(page, n)
    here.get_by_label(NAME).fill(name)
    if kind:
        here.get_by_label(KIND).select_option(label=kind)
    if role:
        here.get_by_label(re.compile("或以文字填写责任人")).fill(role)
    if days:
        here.get_by_label(re.compile(r"^\s*工作日")).fill(days)
    if function:
        here.get_by_label(re.compile(r"^\s*职能属性")).select_option(label=function)


def test_a_clerk_builds_a_flow_from_nothing(item, world, browser_page, login, axe, screenshot):
    page = browser_page
    login(page, world.clerk)
    page.goto(f"/powers/items/{item.pk}/flow/")
    drawing = page.locator("[data-flow-canvas]")
    findings = page.locator("#flow-findings")
    saved = page.locator("[data-autosave-status]")

    add = page.get_by_role("button", name="增加环节")
    add.click()
    fill(page, 1, "受理申请材料", days="1", function="执行")
    expect(row(page, 1).get_by_label(KIND)).to_have_value("start")
    # Choosing the post by typing a part of its name.
    holder = row(page, 1).get_by_label(re.compile("责任岗位或部门"))
    holder.click()
    holder.fill("行政审批科 经办")
    holder.press("Enter")
    expect(drawing).to_contain_text("受理申请材料")
    expect(findings).to_contain_text("流程图没有结束环节")

    add.click()
    fill(page, 2, "现场勘验核查", role="勘验小组", days="5")
    add.click()
    fill(page, 3, "作出许可决定", kind="判断", role="分管领导", days="3", function="决策")
    add.click()
    fill(page, 4, "证后监督检查", days="2", function="监督")
    add.click()
    fill(page, 5, "送达归档", kind="结束")
    expect(drawing.locator(".fc-step")).to_have_count(5)
    # Each new step followed the one before it; the decision still needs its exits.
    expect(findings).to_contain_text("“作出许可决定”是判断环节，但去向不足两个")
    expect(findings).to_contain_text("“证后监督检查”没有责任人")
    expect(drawing.locator(".fc-warned")).to_have_count(2)

    findings.get_by_role("button", name="定位到环节").first.click()
    decision = row(page, 3)
    exits = decision.locator("[data-exit]:visible")
    expect(exits).to_have_count(2)
    exits.nth(0).get_by_label(WHEN).fill("同意")
    exits.nth(1).get_by_label(NEXT).select_option(label="1. 受理申请材料")
    exits.nth(1).get_by_label(WHEN).fill("退回补正")
    fill(page, 4, "证后监督检查", role="纪检组")
    expect(findings).to_contain_text("检查未发现问题")
    expect(drawing.locator(".fc-warned")).to_have_count(0)
    expect(drawing).to_contain_text("退回补正")
    expect(saved).to_contain_text("已保存")
    axe(page)
    screenshot(page, "flow-editor")

    page.reload()
    expect(drawing.locator(".fc-step")).to_have_count(5)
    expect(row(page, 3).locator("[data-exit]:visible")).to_have_count(2)
    expect(row(page, 1).get_by_label(re.compile("责任岗位或部门"))).to_have_value("行政审批科 经办")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".page-title")).to_have_text("农药经营许可审批")
    expect(page.locator("[data-flow-canvas] .fc-step")).to_have_count(5)
    assert list(FlowStep.objects.order_by("order").values_list("name", "kind", "function")) == [
        ("受理申请材料", "start", "execution"),
        ("现场勘验核查", "action", ""),
        ("作出许可决定", "decision", "decision"),
        ("证后监督检查", "action", "supervision"),
        ("送达归档", "end", ""),
    ]


def test_inserting_moving_and_taking_back_by_keyboard(item, world, browser_page, login):
    simple_flow(item, holder=world.departments[1].department)
    page = browser_page
    login(page, world.clerk)
    page.goto(f"/powers/items/{item.pk}/flow/")
    names = lambda: page.locator("[data-formset-row]:visible .flow-name input").evaluate_all("all => all.map(one => one.value)")  # noqa: E731
    drawing = page.locator("[data-flow-canvas]")
    expect(drawing.locator(".fc-step")).to_have_count(3)

    row(page, 1).get_by_label(NAME).press("Alt+Enter")
    row(page, 2).get_by_label(NAME).fill("登记编号")
    assert names() == ["受理申请", "登记编号", "审核决定", "办结归档"]
    # The new step stands between the two that were linked.
    expect(row(page, 1).get_by_label(NEXT).first).to_have_value(row(page, 2).locator("input[name$='-key']").input_value())
    expect(row(page, 2).get_by_label(NEXT).first).to_have_value(row(page, 3).locator("input[name$='-key']").input_value())

    row(page, 2).get_by_label(NAME).press("Alt+ArrowDown")
    assert names() == ["受理申请", "审核决定", "登记编号", "办结归档"]
    row(page, 3).get_by_label("删除该环节").click()
    expect(drawing.locator(".fc-step")).to_have_count(3)
    page.get_by_role("button", name="撤销").click()
    expect(drawing.locator(".fc-step")).to_have_count(4)
    assert names() == ["受理申请", "审核决定", "登记编号", "办结归档"]
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存")
    assert item.links.filter(source__name="受理申请", target__name="登记编号").exists()


def test_a_template_and_two_people_at_once(item, world, browser_page, login, watch):
    item.requires = ["five_hands"]
    item.save()
    page = browser_page
    login(page, world.clerk)
    page.goto(f"/powers/items/{item.pk}/flow/")
    page.get_by_role("link", name=re.compile("五级复合审批")).click()
    expect(page.locator("[data-flow-canvas] .fc-step")).to_have_count(7)
    expect(row(page, 2).get_by_label(re.compile("五级审批环节"))).to_have_value("user_department")
    # Somebody else saves in between: nothing is overwritten.
    watch.allow("409")
    item.refresh_from_db()
    item.save()
    row(page, 1).get_by_label(NAME).fill("提交支付申请单")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not item.steps.exists()


def test_nothing_is_lost_when_the_server_was_away(item, world, browser_page, login, watch):
    page = browser_page
    login(page, world.clerk)
    page.goto(f"/powers/items/{item.pk}/flow/")
    watch.allow("ERR_FAILED|failed")
    page.route("**/flow/autosave/", lambda route: route.abort())
    add = page.get_by_role("button", name="增加环节")
    for n, name in enumerate(["受理申请", "审核决定", "办结归档"], start=1):
        add.click()
        fill(page, n, name, role="经办人" if n < 3 else "", kind="结束" if n == 3 else "")
    expect(page.locator("[data-autosave-status]")).to_contain_text("保存未成功")
    page.on("dialog", lambda dialog: dialog.accept())  # leaving all the same
    page.unroute("**/flow/autosave/")
    page.reload()
    page.get_by_role("button", name="恢复", exact=True).click()
    expect(page.locator("[data-flow-canvas] .fc-step")).to_have_count(3)
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存")
    assert list(item.steps.order_by("order").values_list("name", flat=True)) == ["受理申请", "审核决定", "办结归档"]
    assert item.links.count() == 2


def test_on_a_phone(item, world, phone_page, login):
    simple_flow(item)
    login(phone_page, world.clerk)
    phone_page.goto(f"/powers/items/{item.pk}/flow/")
    expect(phone_page.locator("[data-flow-canvas] .fc-step")).to_have_count(3)
    phone_page.goto(f"/powers/items/{item.pk}/")
    expect(phone_page.locator("[data-flow-canvas] .fc-step")).to_have_count(3)
