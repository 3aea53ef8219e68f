"""A survey from its draft to its result: built and opened at a desk, answered on phones by QR link and by code, ended, read."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Survey
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.surveys import answered, with_codes

pytestmark = pytest.mark.e2e


@pytest.fixture
def unit(transactional_db: None) -> SmallUnit:
    return small_unit()


def no_to_all(page: Page, *yes: int) -> None:
    for number, question in enumerate(page.locator(".survey-question").all(), start=1):
        question.get_by_text("是" if number in yes else "否", exact=True).click()


def test_a_survey_by_public_link(unit, browser_page, phone_page, watch, login, axe, screenshot):
    watch.allow(r"status 4(10|22)|4(10|22) \(")
    desk: Page = browser_page
    login(desk, unit.discipline_head)

    # The committee copies a questionnaire, takes a question out, and drafts a survey from it.
    desk.goto("/assessments/surveys/questionnaires/")
    axe(desk)
    desk.get_by_role("link", name="复制").first.click()
    desk.get_by_label("名称").fill("办事群众问卷")
    desk.get_by_role("button", name="删除此行").last.click()
    axe(desk)
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("问卷已保存。")).to_be_visible()
    desk.goto("/assessments/surveys/new/")
    desk.locator("[name=questionnaire]").select_option(label="外部 · 办事群众问卷")
    for place in ("办公室", "行政审批科"):
        desk.get_by_label(place, exact=True).check()
    axe(desk)
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("调查草稿已保存。")).to_be_visible()
    desk.locator("summary", has_text="开放调查").click()
    desk.get_by_role("dialog").get_by_role("button", name="开放调查").click()
    expect(desk.get_by_text("调查已开放")).to_be_visible()
    axe(desk)

    # Somebody scans it with a phone, forgets a question, completes it.
    survey = Survey.objects.get()
    phone: Page = phone_page
    phone.goto(survey.get_answer_url())
    screenshot(phone, "survey-public", full_page=True)
    axe(phone)
    phone.get_by_label("您的回答涉及哪个科室？").select_option(label="办公室")
    no_to_all(phone, 1)
    phone.evaluate("document.querySelectorAll('[name=q2]').forEach((one) => { one.checked = false; })")
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.get_by_text("请选择“是”或“否”。").first).to_be_visible()
    axe(phone)
    phone.locator(".survey-question").nth(1).get_by_text("否", exact=True).click()
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.get_by_role("heading", name="感谢参与，答卷已提交")).to_be_visible()
    axe(phone)
    assert {cookie["name"] for cookie in phone.context.cookies()} <= {"csrftoken"}
    phone.evaluate("window.lookForSidewaysScroll()")

    # With enough answers the committee ends it and reads a lower bound.
    places = list(survey.places.values_list("pk", flat=True))
    answered(survey, 3, 25, places=places)
    desk.reload()
    expect(desk.get_by_text("收到有效答卷26份")).to_be_visible()
    desk.locator("summary", has_text="结束调查").click()
    desk.get_by_role("dialog").get_by_role("button", name="结束调查").click()
    # 4 of 26 with z = 1.96: 6.150 to 33.529 %, the lower bound rounded down, the upper one up.
    expect(desk.locator(".stats").get_by_text("6.1%～33.6%")).to_be_visible()
    expect(desk.locator(".stats").get_by_text(re.compile("n=26"))).to_be_visible()
    axe(desk)
    screenshot(desk, "survey-result", full_page=True)
    phone.goto(survey.get_answer_url())
    expect(phone.get_by_text("本次调查已结束")).to_be_visible()


def test_by_the_code_of_a_slip(unit, phone_page, watch):
    watch.allow(r"status 422|422 \(")
    survey, codes = with_codes(unit)
    page: Page = phone_page
    page.goto(f"{survey.get_answer_url()}#{codes[0]}")
    expect(page.get_by_label("作答码")).to_have_value(codes[0])
    expect(page).to_have_url(re.compile(r"/$"))
    no_to_all(page)
    page.get_by_role("button", name="提交答卷").click()
    expect(page.get_by_role("heading", name="感谢参与，答卷已提交")).to_be_visible()
    page.goto(f"{survey.get_answer_url()}?#{codes[0]}")
    no_to_all(page)
    page.get_by_role("button", name="提交答卷").click()
    expect(page.get_by_text("该作答码已使用过").first).to_be_visible()
