"""A rater on a phone of 390: from the start page to the last person, with a question forgotten on the way."""

import pytest
from playwright.sync_api import Page, expect

from assessments import ballot_selectors
from assessments.services import rounds
from tests.factories.assessments import assessed_in, only_raters, round_set_up, secretary
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.e2e


@pytest.fixture
def unit(transactional_db: None) -> SmallUnit:
    return small_unit()


def choose(page: Page, *words: str) -> None:
    for question, word in zip(page.locator(".rating-question").all(), words, strict=False):
        question.get_by_text(word, exact=True).tap()


def test_a_rater_on_a_phone(unit, phone_page, watch, login, axe, screenshot):
    watch.allow(r"status 422|422 \(")
    rater = unit.departments[2].staff[0]
    found = round_set_up(unit)
    colleagues = [unit.departments[0].staff[1], unit.departments[1].staff[1], unit.departments[1].head, unit.departments[0].head]
    keep = {unit.clerk, unit.departments[2].staff[1]}
    for assessed in found.assessed.all():
        others = [
            person
            for person in [*colleagues, unit.departments[0].deputy_head, unit.departments[1].deputy_head]
            if person != assessed.person
        ]
        asked = dict.fromkeys(others[:5], ("partner", "third"))
        if assessed.person in keep:
            asked[rater] = ("peer", "second")
        only_raters(assessed, asked, by=secretary(unit) if assessed.person != secretary(unit) else unit.discipline_head)
    found = rounds.open_rating(found=found, by=secretary(unit))
    page: Page = phone_page
    login(page, rater)

    page.goto("/")
    page.get_by_role("link", name="完成对2人的民主测评").tap()
    expect(page.get_by_text("由您无记名测评的人员")).to_be_visible()
    screenshot(page, "rating-list", full_page=True)
    axe(page)
    page.get_by_role("link", name=unit.clerk.name).tap()
    expect(page.get_by_role("progressbar", name="已测评0人，共2人")).to_be_visible()
    assert page.locator(".rating-question :checked").count() == 0
    screenshot(page, "rating-person", full_page=True)
    axe(page)

    # The last question is forgotten: what was chosen stays in the page.
    choose(page, "优", "良", "中", "差", "优")
    page.get_by_role("button", name="核对并提交").tap()
    expect(page.get_by_text("第6题（服务态度）尚未作答。").first).to_be_visible()
    expect(page.locator(".rating-question :checked")).to_have_count(5)
    axe(page)
    page.locator(".rating-question").last.get_by_text("良", exact=True).tap()
    page.get_by_role("button", name="核对并提交").tap()
    expect(page.get_by_role("heading", name=f"确认提交对{unit.clerk.name}的测评票？")).to_be_visible()
    screenshot(page, "rating-check", full_page=True)
    axe(page)

    # Second thoughts, and handed in: the next person is there at once.
    page.get_by_role("button", name="返回修改").tap()
    expect(page.locator(".rating-question :checked")).to_have_count(6)
    page.locator(".rating-question").first.get_by_text("良", exact=True).tap()
    page.get_by_role("button", name="核对并提交").tap()
    page.get_by_role("button", name="确认提交").tap()
    expect(page.get_by_text("测评票已提交，还有1人待测评。")).to_be_visible()
    expect(page.get_by_role("heading", name=unit.departments[2].staff[1].name, exact=True)).to_be_visible()
    choose(page, *["优"] * 6)
    page.get_by_role("button", name="核对并提交").tap()
    page.get_by_role("button", name="确认提交").tap()
    expect(page.get_by_text("您已完成全部测评，感谢参与。")).to_be_visible()
    screenshot(page, "rating-done", full_page=True)

    # Back to the first: one ballot a person.
    page.goto(f"/assessments/rating/{assessed_in(found, unit.clerk).pk}/")
    expect(page.get_by_text("每人只计一票，提交后无法查找，也不能修改。")).to_be_visible()
    axe(page)
    given = ballot_selectors.turnout(found)
    assert [given[assessed_in(found, person).pk][1] for person in keep] == [1, 1]
