"""The start page, search, notices and files in a real browser, as a clerk and as the unit head."""

from datetime import date

import pytest
from playwright.sync_api import expect

from jobs import services
from notifications.services import notify
from risks.models import Measure
from tests.factories.organisation import small_unit
from tests.factories.risks import CampaignFactory, DeclarationFactory
from tests.jobs import kinds
from tests.web.test_search import point


@pytest.fixture
def unit(transactional_db):
    made = small_unit(code="YA", name="云安市农业农村局")
    campaign = CampaignFactory(unit=made.unit)
    DeclarationFactory(appointment=made.appointments[made.clerk.pk], campaign=campaign, state="draft", signed_at=None)
    risk = point(made, made.departments[1].positions["s0"], "审批时收受礼金放宽条件", 1, made.clerk)
    risk.responsible_leader = made.head
    risk.save()
    Measure.objects.create(risk=risk, text="受理材料双人核对", who=made.clerk, due_on=date(2026, 1, 9))
    notify([made.clerk], kind="test", text="2026年廉政风险排查已启动", url="/files/")
    job = services.start(kind="test_write", title="导出登记册", arguments={}, by=made.clerk)
    services.run(job_id=job.pk)
    assert kinds.taken("test_write") == 1
    return made


def test_a_clerk_sees_what_to_do_and_finds_things_by_keyboard(unit, browser_page, login, axe):
    page = browser_page
    login(page, unit.clerk)
    page.goto("/")
    waiting = page.locator("#waiting")
    expect(waiting.locator("li")).to_have_count(2)
    expect(waiting).to_contain_text("填写并签署岗位承诺表：经办")
    expect(waiting).to_contain_text("1 项防控措施待落实")
    axe(page)
    page.keyboard.press("/")
    page.keyboard.type("收受礼金")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("审批时收受礼金放宽条件")
    axe(page)


def test_a_notice_is_read_by_opening_it(unit, browser_page, login, axe):
    page = browser_page
    login(page, unit.clerk)
    page.goto("/notices/")
    expect(page.locator(".bell-count")).to_have_text("2")  # the campaign, and the finished export
    axe(page)
    page.get_by_role("button", name="2026年廉政风险排查已启动").click()
    expect(page.get_by_role("heading", name="我的文件")).to_be_visible()
    expect(page.locator(".bell-count")).to_have_text("1")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    assert download.value.suggested_filename == "结果.txt"


def test_the_unit_head_on_a_phone(unit, phone_page, login, axe):
    page = phone_page
    login(page, unit.head)
    page.goto("/")
    expect(page.locator(".stats")).to_contain_text("一级风险点")
    expect(page.locator("#answers")).to_contain_text(unit.head.name)
    axe(page)
