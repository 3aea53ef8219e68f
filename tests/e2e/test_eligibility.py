"""A list with an ambiguous and an unknown name: said, mended, answered with reasons; the paper comes as Word."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import EligibilityCheck
from early_warnings.models import Tier
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, UserFactory
from tests.factories.warnings import advance, drafted


@pytest.fixture
def bureau(transactional_db: None) -> SmallUnit:
    made = small_unit()
    namesake = UserFactory(staff_number="CS-X1", name=made.clerk.name)
    AppointmentFactory(person=namesake, position=made.departments[2].positions["s1"])
    return made


def test_a_list_is_mended_and_answered(browser_page: Page, login: Any, axe: Any, watch: Any, bureau: SmallUnit) -> None:
    page, warning = browser_page, advance(bureau, drafted(bureau, Tier.GENERAL), "issued")
    other = bureau.departments[2].head
    watch.allow(r"status 422|422 \(")
    login(page, bureau.discipline_head)
    page.goto("/assessments/eligibility/")
    page.get_by_role("link", name="发起审查").click()
    page.get_by_label("评先评优", exact=True).check()
    page.locator("[name=matter]").fill("2026年度先进工作者评选")
    page.locator("[name=names]").fill(f"1. {bureau.clerk.name}\n2. 查无此人\n3. {other.name}")
    page.get_by_role("button", name="审查并记录").click()
    expect(page.get_by_text("有的姓名查无此人或有同名人员")).to_be_visible()
    expect(page.get_by_text("“查无此人”：本单位没有该姓名或工号的人员")).to_be_visible()
    expect(page.get_by_text("CS-X1")).to_be_visible()
    axe(page)
    assert not EligibilityCheck.objects.exists()

    page.locator("[name=names]").fill(f"{bureau.clerk.name}（行政审批科）\n{other.name}")
    page.get_by_role("button", name="审查并记录").click()
    expect(page.get_by_role("heading", name="2026年度先进工作者评选")).to_be_visible()
    asked = page.locator("tbody tr").filter(has_text=bureau.clerk.staff_number)
    expect(asked).to_contain_text("需说明")
    expect(asked).to_contain_text(warning.number)
    expect(page.locator("tbody tr").filter(has_text=other.staff_number)).to_contain_text("未发现影响情形")
    expect(page.get_by_text(warning.grounds)).to_have_count(0)
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="廉政审查意见（Word）", exact=True).click()
    assert download.value.suggested_filename.endswith(".docx")
