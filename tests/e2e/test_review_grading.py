"""From the head's rating to the register, in Chinese: rate, return, mend, agree, grade in the session."""

import re

import pytest
from playwright.sync_api import expect

from risks.models import RiskPoint
from risks.services import forms
from risks.services.review import refresh_computed
from tests.factories.organisation import small_unit
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory
from tests.risks.powers_of_forms import give_power


@pytest.fixture
def bureau(transactional_db):
    return small_unit(code="YA", name="云安市农业农村局")


@pytest.fixture
def form(bureau):
    """The clerk's form with two risks, signed and handed in."""
    campaign = CampaignFactory(unit=bureau.unit)
    declaration = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk], campaign=campaign, signed_at=None)
    texts = [
        ("受理时对熟人申请放宽条件", "对缺少检疫证明的熟人申请先行受理,事后补交材料,收受对方礼品礼金", 3, 4),
        ("现场核查走过场", "核查时接受企业宴请,不到养殖场现场即在核查表上签署合格意见", 4, 5),
    ]
    for order, (title, content, probability, harm) in enumerate(texts, 1):
        entry = EntryFactory(declaration=declaration, order=order, title=title, content=content, probability=probability, harm=harm)
        EntryMeasureFactory(entry=entry)
    give_power(bureau, declaration)
    refresh_computed(declaration)
    return forms.sign_and_submit(declaration=declaration, by=bureau.clerk, version=None)


def as_person(new_context, login, person):
    page = new_context().new_page()
    login(page, person)
    return page


def test_from_the_rating_to_the_register(form, bureau, new_context, login, watch, axe, screenshot):
    first, second = form.entries.order_by("order")

    head = as_person(new_context, login, bureau.departments[1].head)
    head.goto("/risks/review/")
    head.get_by_role("link", name=bureau.clerk.name).click()
    expect(head.get_by_role("heading", name=re.compile("受理时对熟人申请放宽条件"))).to_be_visible()
    axe(head)
    screenshot(head, "review-form")
    # By keys: to the first risk, then its first level.
    head.keyboard.press("j")
    head.keyboard.press("1")
    expect(head.locator(f"#risk-{first.pk}").get_by_label("一级 重点风险点")).to_be_checked()
    card = head.locator(f"#risk-{second.pk}")
    card.get_by_text("批注该风险点").click()
    card.get_by_role("textbox").fill("请写明抽查比例")
    card.get_by_role("button", name="提交批注").click()
    expect(head.locator(f"#remarks-{second.pk}")).to_contain_text("请写明抽查比例")
    head.locator("textarea[name=opinion]").fill("情况属实")
    head.get_by_role("button", name="同意").click()
    expect(head.get_by_text("已同意")).to_be_visible()

    deputy = as_person(new_context, login, bureau.deputies[0])
    deputy.goto(f"/risks/review/{form.pk}/")
    deputy.get_by_role("button", name="退回").click()
    expect(deputy.locator("textarea[name=opinion]")).to_be_focused()
    deputy.get_by_role("button", name=re.compile("防控措施不具体")).click()
    deputy.get_by_role("button", name="退回", exact=True).click()
    expect(deputy.get_by_text("已退回")).to_be_visible()

    clerk = as_person(new_context, login, bureau.clerk)
    clerk.goto(f"/risks/forms/{form.pk}/")
    expect(clerk.get_by_text(re.compile("防控措施不具体")).first).to_be_visible()
    clerk.goto(f"/risks/forms/{form.pk}/risks/{second.pk}/")
    clerk.locator("textarea[name=manifestation]").fill("核查照片的时间、地点与派工单不符,核查表笔迹雷同")
    clerk.get_by_role("button", name="保存风险点").click()
    clerk.goto(f"/risks/forms/{form.pk}/check/")
    sign = clerk.locator("details.confirm", has=clerk.locator(f'form[action$="/{form.pk}/sign/"]'))
    sign.locator("summary").click()
    clerk.locator(f'form[action$="/{form.pk}/sign/"] button[type=submit]').click()
    expect(clerk).to_have_url(re.compile(rf"/risks/forms/{form.pk}/$"))

    deputy.goto("/risks/review/")
    deputy.get_by_role("link", name=bureau.clerk.name).click()
    expect(deputy.get_by_text("派工单不符")).to_be_visible()
    deputy.get_by_role("button", name="同意").click()
    expect(deputy.get_by_text("已同意")).to_be_visible()

    group = as_person(new_context, login, bureau.head)
    group.goto("/risks/grading/")
    expect(group.locator(".meter-text").first).to_have_text("风险点已评定 0 / 2")
    axe(group)
    screenshot(group, "grading-session")
    # The cell 4 × 5 of the picture filters the list.
    group.locator('.matrix a[href*="probability=4"][href*="harm=5"]').click()
    expect(group.locator(".list-table tbody tr")).to_have_count(1)
    group.locator(".list-table").get_by_role("link", name="现场核查走过场").click()
    group.get_by_label("二级 防范风险点").check()
    watch.allow("422")  # another level without a reason is refused on purpose
    group.get_by_role("button", name="作出决定").click()
    expect(group.get_by_text(re.compile("请填写理由")).first).to_be_visible()
    group.locator("textarea[name=reason]").first.fill("已实行交叉核查,风险可控")
    group.get_by_role("button", name="作出决定").click()
    expect(group.get_by_text("已评定 1 个风险点")).to_be_visible()

    group.goto("/risks/grading/")
    group.get_by_role("button", name=re.compile("确认全部")).click()
    expect(group.get_by_text("确认 1 个风险点")).to_be_visible()
    group.get_by_role("button", name="确认 1 个风险点").click()
    expect(group.get_by_text("1 份承诺表完成定级")).to_be_visible()

    points = {point.title: point for point in RiskPoint.objects.select_related("current_level", "responsible_leader")}
    assert {title: point.current_level.label for title, point in points.items()} == {
        "受理时对熟人申请放宽条件": "二级",
        "现场核查走过场": "二级",
    }
    assert {point.responsible_leader for point in points.values()} == {bureau.deputies[0]}
    group.goto("/risks/register/")
    for point in points.values():
        expect(group.get_by_text(point.number)).to_be_visible()


def test_a_phone_reads_and_decides(form, bureau, phone_page, login, axe):
    login(phone_page, bureau.departments[1].head)
    phone_page.goto(f"/risks/review/{form.pk}/")
    axe(phone_page)
    phone_page.get_by_role("button", name="同意").click()
    expect(phone_page.get_by_text("已同意")).to_be_visible()


def test_a_scheme_without_writing_rules(bureau, browser_page, login, axe):
    page = browser_page
    login(page, bureau.office_clerk)
    page.goto("/risks/grading/schemes/")
    page.get_by_role("link", name=re.compile("矩阵")).first.click()
    axe(page)
    page.get_by_role("button", name="复制").click()
    page.get_by_label("名称").fill("本局评估矩阵")
    page.locator("input[name=from_3]").fill("12")
    page.get_by_role("button", name="保存").click()
    page.locator("select[name=probability]").select_option("3")
    page.locator("select[name=harm]").select_option("4")
    expect(page.get_by_text("12 分达到 12 分，为一级")).to_be_visible()
