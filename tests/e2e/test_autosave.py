"""Saving by hand while the form is saving itself: one wins, none is lost, and nobody is told of a conflict with themselves."""

import re
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.risks.finding import Stage, stage

SLOW_MS = 60_000  # both processors busy with other tests: all scripts of a page, two seconds of quiet, a request


@pytest.fixture
def world(transactional_db: None) -> Stage:
    return stage()


def test_what_was_typed_before_the_script_had_come_is_saved_too(world: Stage, browser_page: Any, login: Any) -> None:
    page = browser_page
    login(page, world.clerk)
    form = world.form(world.clerk)
    page.goto(f"/risks/forms/{form.pk}/")
    held: list[Route] = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    with page.expect_request("**/autosave*.js"):
        page.get_by_role("button", name="开始填写").click(no_wait_after=True)
    page.get_by_label("岗位职责").fill("负责种子经营许可申请的受理")
    with page.expect_request(lambda request: "x-autosave" in request.headers):
        held[0].continue_()
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    form.refresh_from_db()
    assert form.duties == "负责种子经营许可申请的受理"


def test_a_click_on_save_waits_for_the_saving_under_way(world: Stage, browser_page: Any, login: Any) -> None:
    page = browser_page
    login(page, world.clerk)
    form = world.form(world.clerk)
    page.goto(f"/risks/forms/{form.pk}/")
    page.get_by_role("button", name="开始填写").click()
    # Only with the script there is a saving under way; what is typed before it comes is the test above.
    page.wait_for_function("() => window.lf && window.lf.autosaveOpen && document.readyState === 'complete'", timeout=SLOW_MS)
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first_answer(route: Route) -> None:
        if route.request.headers.get("x-autosave") and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/duties/", hold_the_first_answer)
    with page.expect_request(lambda request: "x-autosave" in request.headers, timeout=SLOW_MS):
        page.get_by_label("岗位职责").fill("负责种子经营许可申请的受理")
    page.get_by_label("岗位职责").fill("负责种子经营许可申请的受理和材料核对")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("button", name="保存并继续").click()  # impatient
    expect(page.get_by_label("岗位职责")).to_be_visible()
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page).to_have_url(re.compile(rf"/risks/forms/{form.pk}/risks/$"))
    form.refresh_from_db()
    assert form.duties == "负责种子经营许可申请的受理和材料核对"
