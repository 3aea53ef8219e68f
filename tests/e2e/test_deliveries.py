"""How one is told, on a phone; what failed is sent again, on a desk."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AdminRole
from notifications.models import Delivery, Preference
from tests.factories.organisation import administrators
from tests.factories.positions import UserFactory


@pytest.fixture
def failed(transactional_db):
    now = timezone.now()
    return [
        Delivery.objects.create(
            channel="email", person=UserFactory(), state="failed", attempts=6, due_at=now, next_try_at=now, last_error="unreachable"
        )
        for _n in range(3)
    ]


def test_wishes_and_sending_again(failed, window, phone_page, login, axe):
    phone = phone_page
    login(phone, failed[0].person)
    phone.goto("/notices/")
    phone.get_by_role("link", name="接收设置").first.click()
    axe(phone)
    phone.get_by_label("每日一封汇总邮件").check()
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已保存")).to_be_visible()
    assert Preference.objects.get().email == "digest"

    page = window(administrators()[AdminRole.SYSTEM])
    page.goto("/deliveries/?state=failed")
    expect(page.locator("tbody tr")).to_have_count(3)
    axe(page)
    page.locator("tbody input[name=chosen]").first.check()
    page.get_by_role("button", name="重新发送所选记录").click()
    expect(page.get_by_text("已重新发送 1 条。")).to_be_visible()
    page.goto("/deliveries/?state=failed")
    page.locator("tbody").get_by_role("button", name="重新发送").first.click()
    expect(page.get_by_text("已重新发送 1 条。")).to_be_visible()
    page.get_by_role("button", name="全部失败记录重新发送").click()
    expect(page.locator("tbody").get_by_text("发送失败")).to_have_count(0)
    assert not Delivery.objects.filter(state="failed").exists()
    page.goto("/robots/")
    axe(page)
