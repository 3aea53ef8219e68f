"""A clerk fills in a form in the browser: from the start page, a risk from the step on which it sits, saved while typing, signed."""

import pytest
from playwright.sync_api import expect

from risks.models import Declaration, RiskEntry
from tests.risks.finding import Stage, stage


@pytest.fixture
def world(transactional_db: None) -> Stage:
    return stage()


def test_a_clerk_fills_in_and_signs(world: Stage, browser_page, login, axe, screenshot) -> None:
    page = browser_page
    login(page, world.clerk)
    page.goto("/")
    page.get_by_role("link", name="经办").first.click()
    page.get_by_role("button", name="开始填写").click()

    # Step 1: duties, saved while typing.
    page.get_by_label("岗位职责").fill("负责种子经营许可申请的受理、材料核对和流转")
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存", timeout=8_000)
    axe(page)
    page.get_by_role("button", name="保存并继续").click()

    # Step 2: open the power, click the step in the drawing, write the risk.
    axe(page)
    page.get_by_role("link", name="种子经营许可受理").click()
    expect(page.get_by_text("未排查")).to_be_visible()
    page.locator(".fc-step.fc-start").click()
    expect(page.get_by_label("职权事项和流程环节")).to_have_value(f"step-{world.steps[0].pk}")
    page.get_by_label("廉政风险点", exact=False).first.fill("放宽受理条件收受好处")
    page.get_by_label("廉政风险内容").fill("窗口受理人员可以对熟人的申请降低材料要求，换取吃请或者红包，使不合格申请进入审查环节")
    page.get_by_label("表现形式").fill("卷宗中缺少场所证明而系统显示材料齐全")
    page.get_by_label("业务流程").check()
    page.get_by_label("3 有时发生").check()
    page.get_by_label("5 特别严重").check()
    expect(page.locator("#assessment-panel")).to_contain_text("一级")
    expect(page.locator("#hints-panel")).to_contain_text("还没有防控措施")
    page.locator("textarea[name='measures-0-text']").fill("受理材料由两人当场核对并签名，科长每月抽查一成卷宗")
    expect(page.locator("#hints-panel")).to_contain_text("没有需要改进的地方")
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存", timeout=8_000)
    axe(page)
    screenshot(page, "form-risk")
    page.get_by_role("button", name="保存风险点").click()
    expect(page.get_by_text("已排查 1/1 个环节")).to_be_visible()
    page.get_by_role("button", name="继续填写承诺").click()

    # Step 3 and 4: commit, look it over, sign once.
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator(".paper-form")).to_contain_text("放宽受理条件收受好处")
    axe(page)
    screenshot(page, "form-check")
    page.locator("summary", has_text="签字上报").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(world.org.departments[1].head.name)
    dialog.get_by_role("button", name="签字上报").click()
    expect(page.get_by_text("已签字上报").first).to_be_visible()
    form = Declaration.objects.get(campaign=world.campaign, declarant=world.clerk)
    assert form.state == "in_review"
    assert RiskEntry.objects.get(declaration=form).computed_level.label == "一级"
    assert form.signatures.count() == 1


def test_two_windows_do_not_overwrite_each_other(world: Stage, new_context, login, watch) -> None:
    watch.allow("409")
    page = new_context().new_page()
    login(page, world.clerk)
    form = Declaration.objects.get(campaign=world.campaign, declarant=world.clerk)
    page.goto(f"/risks/forms/{form.pk}/")
    page.get_by_role("button", name="开始填写").click()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("岗位职责").fill("先写的职责内容")
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存", timeout=8_000)
    other.get_by_label("岗位职责").fill("后写的职责内容")
    expect(other.get_by_role("dialog")).to_be_visible(timeout=8_000)
    form.refresh_from_db()
    assert form.duties == "先写的职责内容"


def test_the_way_on_a_phone(world: Stage, phone_page, login, axe) -> None:
    page = phone_page
    login(page, world.clerk)
    page.goto("/risks/forms/")
    page.get_by_role("link", name="经办").first.click()
    page.get_by_role("button", name="开始填写").click()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("link", name="种子经营许可受理").click()
    page.get_by_role("button", name="在此添加风险点").first.click()
    expect(page.get_by_label("表现形式")).to_be_visible()
    axe(page)


def test_the_office_follows_the_campaign(world: Stage, browser_page, login, axe, screenshot) -> None:
    page = browser_page
    login(page, world.office)
    page.goto(f"/risks/campaigns/{world.campaign.pk}/")
    axe(page)
    screenshot(page, "campaign")
    page.locator("summary", has_text="提醒未上报人员").click()
    page.get_by_role("dialog").get_by_role("button", name="提醒未上报人员").click()
    expect(page.get_by_text("已提醒 16 人")).to_be_visible()
    page.get_by_role("link", name="覆盖情况").click()
    expect(page.get_by_text("未申报的岗位").first).to_be_visible()
    axe(page)
