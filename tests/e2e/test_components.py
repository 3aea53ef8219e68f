"""What the components promise in a real browser: nothing typed is lost, the keyboard is enough, choices are remembered."""

import re

import pytest
from playwright.sync_api import expect

from risks.models import Declaration
from tests.risks.finding import Stage, stage


@pytest.fixture
def world(transactional_db: None) -> Stage:
    return stage()


def test_what_never_reached_the_server_is_offered_back(world, browser_page, login, watch):
    watch.allow(r"/duties/")
    page = browser_page
    login(page, world.clerk)
    form = world.form(world.clerk)
    page.goto(f"/risks/forms/{form.pk}/")
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_label("岗位职责")).to_be_visible()
    page.route("**/duties/", lambda route: route.abort() if "x-autosave" in route.request.headers else route.continue_())
    page.get_by_label("岗位职责").fill("断网时写下的职责")
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "failed", timeout=8_000)
    page.unroute("**/duties/")
    page.on("dialog", lambda dialog: dialog.accept())  # the browser's own warning on leaving
    address = page.url
    page.goto("/")
    page.goto(address)
    offer = page.get_by_role("dialog")
    expect(offer).to_be_visible()
    offer.get_by_role("button").last.click()
    expect(page.get_by_label("岗位职责")).to_have_value("断网时写下的职责")
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved", timeout=8_000)
    form.refresh_from_db()
    assert form.duties == "断网时写下的职责"


def test_a_last_step_asks_once_and_escape_changes_nothing(world, browser_page, login, axe):
    page = browser_page
    login(page, world.office)
    page.goto(f"/risks/campaigns/{world.campaign.pk}/")
    page.locator("summary", has_text="结束排查").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(e) => e.contains(document.activeElement)"), "the focus is in the dialog"
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    world.campaign.refresh_from_db()
    assert world.campaign.state == "running"


def test_columns_are_chosen_by_keyboard_and_remembered(world, browser_page, login):
    page = browser_page
    login(page, world.office)
    page.goto("/organisation/people/")
    head = page.locator("thead th[data-column]")
    before = head.locator("visible=true").count()
    page.locator("[data-columns] > summary").press("Enter")
    box = page.locator("[data-columns-panel] input").last
    was = box.is_checked()
    with page.expect_response("**/views/columns"):
        box.press("Space")
    expect(head.locator("visible=true")).to_have_count(before - 1 if was else before + 1)
    page.reload()
    expect(head.locator("visible=true")).to_have_count(before - 1 if was else before + 1)


def test_theme_and_language_last(world, browser_page, login, axe):
    page = browser_page
    login(page, world.clerk)
    page.goto("/")
    page.locator(".theme > summary").first.click()
    page.locator("[data-theme=dark]").first.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    for address in ("/", "/risks/forms/", "/risks/register/", "/organisation/people/"):
        page.goto(address)
        axe(page)
    page.goto("/")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))
    expect(page.locator("h1")).to_have_text("My tasks")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("待办")


def test_measures_are_added_and_taken_away_by_keyboard(world, browser_page, login):
    page = browser_page
    login(page, world.clerk)
    form = Declaration.objects.get(campaign=world.campaign, declarant=world.clerk)
    page.goto(f"/risks/forms/{form.pk}/")
    page.get_by_role("button", name="开始填写").press("Enter")
    page.goto(f"/risks/forms/{form.pk}/risks/")
    page.get_by_role("button", name="添加不涉及具体职权事项的风险点").press("Enter")
    rows = page.locator("textarea[name^=measures-]:visible")
    expect(rows.first).to_be_visible()
    before = rows.count()
    page.locator("[data-formset-add]").press("Enter")
    expect(rows).to_have_count(before + 1)
    page.keyboard.type("双人复核并留痕")
    expect(rows.last).to_have_value("双人复核并留痕")
    page.locator("[data-formset-remove]:visible").last.press("Enter")
    expect(rows).to_have_count(before)
