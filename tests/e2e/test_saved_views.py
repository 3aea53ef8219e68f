"""Views of a list in a real browser: saved after filtering without a new page, opened from another place, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported
from web.models import SavedView

REGISTER = "/risks/register/"


@pytest.fixture
def unit(transactional_db: None):
    unit = small_unit()
    imported(unit, "擅自泄露标底")
    imported(unit, "审批时违规放宽条件")
    return unit


def test_a_filter_is_kept_and_found_again(unit, browser_page, login, axe):
    page = browser_page
    login(page, unit.head)
    page.goto(REGISTER)
    page.locator("form[data-filter] input[name=q]").fill("标底")
    page.locator("form[data-filter] input[name=q]").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**/*q=*")
    page.locator(".saved-views > summary").press("Enter")
    axe(page)
    page.get_by_label("将当前列表保存为").fill("泄密类风险")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("视图“泄密类风险”已保存")).to_be_visible()
    assert SavedView.objects.named().get().query == "q=%E6%A0%87%E5%BA%95"

    page.goto(REGISTER)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator(".saved-views > summary").click()
    view = page.get_by_role("button", name="泄密类风险")
    expect(view).not_to_have_attribute("aria-current", "true")
    view.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".saved-views > summary").click()
    expect(page.get_by_role("button", name="泄密类风险")).to_have_attribute("aria-current", "true")
    page.locator(".chip-clear").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("[data-view-query]")).not_to_have_attribute("aria-current", "true")

    page.goto("/views/")
    axe(page)
    page.get_by_label("视图名称").fill("泄露标底")
    page.get_by_role("button", name="重命名").click()
    expect(page.get_by_text("视图已重命名")).to_be_visible()
    page.locator("summary", has_text="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("尚未保存视图")).to_be_visible()


def test_on_a_phone(unit, phone_page, login, axe):
    page = phone_page
    login(page, unit.head)
    SavedView.objects.create(person=unit.head, list_key="risks:register", name="长" * 40, query="q=%E6%A0%87%E5%BA%95")
    page.goto(REGISTER)
    page.locator(".saved-views > summary").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".saved-views .menu-panel").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 390 - box["width"]
    page.get_by_role("button", name="长" * 40).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/views/")
    axe(page)
