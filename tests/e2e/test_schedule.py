"""The system administrator sees what is late, and has it done at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import AdminRole
from common import schedule
from jobs import scheduling
from jobs.models import ScheduledWork
from tests.e2e.steps import confirm
from tests.factories.organisation import administrators


@pytest.mark.django_db(transaction=True)
def test_late_work_is_done_by_hand(window: Callable[[Any], Page], live_server: Any, axe: Callable[[Page], None]) -> None:
    ScheduledWork.objects.create(name="positions.follow_dates", known_since=timezone.now() - timedelta(days=3))
    page = window(administrators()[AdminRole.SYSTEM])
    page.goto(f"{live_server.url}/schedule/")
    expect(page.locator("#results")).to_contain_text("以下任务未按时运行")
    axe(page)
    page.get_by_role("link", name="任职起止生效").first.click()
    confirm(page, "立即运行")
    expect(page.locator("#results")).to_contain_text("等待执行")
    expect(page.locator(".action-off")).to_contain_text("立即运行")
    scheduling.perform(work=schedule.get("positions.follow_dates"))  # what the worker does
    page.reload()
    expect(page.locator("#results")).to_contain_text("已完成")
    axe(page)
