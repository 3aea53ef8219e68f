"""The dashboard and the wide screen in a real browser: charts, a number that leads to its list, filters in the address, self-refreshing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.organisation import SmallUnit, small_unit
from tests.risks.register_helpers import imported


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    made = small_unit()
    for n in range(4):
        imported(
            made,
            f"审批时违规放宽条件{n}",
            label=("一级", "二级", "三级", "三级")[n],
            department=n % 3,
            probability=n + 1,
            harm=4,
            aspect="duty",
        )
    return made


def test_a_leader_reads_and_drills_down(browser_page: Page, login: Any, axe: Any, bureau: SmallUnit) -> None:
    page = browser_page
    login(page, bureau.head)
    page.goto("/reports/dashboard/")
    expect(page.locator("#dashboard canvas").first).to_be_visible()
    axe(page)
    figure = page.locator("a.stat", has_text="三级")
    expect(figure).to_contain_text("2")
    figure.click()
    expect(page).to_have_url(re.compile(r"/risks/.*level="))
    expect(page.locator("tbody tr")).to_have_count(2)

    page.goto("/reports/dashboard/")
    name = bureau.departments[0].department.name
    page.get_by_label("部门").select_option(label=name)
    expect(page).to_have_url(re.compile(r"department=\d+"))
    expect(page.locator("a.stat", has_text="在册风险点")).to_contain_text("2")
    # Without the drawings everything stands in tables.
    page.locator("details.chart-table > summary").first.click()
    expect(page.get_by_role("rowheader", name=name).first).to_be_visible()
    page.get_by_label("截止日期").fill("2020-01-01")
    page.get_by_label("截止日期").press("Enter")
    expect(page.get_by_text("2020-01-01 日终时的情况")).to_be_visible()
    expect(page.locator(".stat", has_text="在册风险点")).to_contain_text("0")


def test_the_wall_of_a_meeting_room(new_context: Any, login: Any, axe: Any, bureau: SmallUnit) -> None:
    page = new_context(viewport={"width": 1920, "height": 1080}).new_page()
    login(page, bureau.head)
    # A minute of the browser's clock passes at once; the first look is at what stands there before.
    page.clock.install()
    page.goto("/reports/dashboard/wide/")
    total = page.locator(".wall-figure", has_text="在册风险点").locator(".wall-value")
    expect(total).to_have_text("4")
    page.clock.run_for(1000)
    expect(page.locator("#wall canvas").first).to_be_visible()
    axe(page)
    size = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.clientHeight]")
    assert size[0] <= size[1], "the wall shows everything without scrolling"
    read_from_afar = "#wall .wall-label, #wall .meter-text, #wall .dash-table td"
    sizes = page.locator(read_from_afar).evaluate_all("(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize))")
    smallest = min(sizes)
    assert smallest >= 17, f"{smallest} pixels cannot be read from five metres"
    imported(bureau, "又发现一处风险")
    page.clock.run_for(61_000)
    expect(total).to_have_text("5")
