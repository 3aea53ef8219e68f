"""The pictures of the guides for users that show the demo: which page, as whom. Taken with SCREENSHOTS=1 (tests/e2e/test_roles.py)."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from assessments.models import EligibilityCheck, Survey
from reporting.models import AnnualReport


def _nothing() -> list[int]:
    return []


def _newest(rows: Any) -> Callable[[], list[int]]:
    return lambda: [rows().order_by("-pk").values_list("pk", flat=True)[0]]


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` is that of docs/images/<name>.png; `number` the staff number of who looks at the page."""

    name: str
    number: str
    route: str
    args: Callable[[], list[int]] = _nothing
    phone: bool = False
    query: str = ""


PICTURES = (
    Picture("start", "A001", "web:start"),
    Picture("start-clerk", "C022", "web:start"),
    Picture("start-phone", "C022", "web:start", phone=True),
    Picture("start-administrator", "S901", "web:start"),
    Picture("accounts", "S902", "accounts:index"),
    Picture("schedule", "S901", "schedule:index"),
    Picture("audit", "S903", "audit:index"),
    Picture("reminders", "B022", "deadlines:settings"),
    Picture("mottos", "A005", "education:mottos"),
    Picture("review", "B012", "risks:review"),
    Picture("leads", "A005", "leads:board"),
    Picture("talks", "A005", "talks:index", query="?tab=all"),
    Picture("warnings", "A005", "warnings:board"),
    Picture("points", "A005", "warnings:points"),
    Picture("assessment-rounds", "A005", "assessments:rounds"),
    Picture("rating", "C022", "assessments:rating"),
    Picture("results", "A005", "assessments:summary"),
    Picture("survey", "A005", "assessments:survey", _newest(lambda: Survey.objects.filter(state="closed"))),
    Picture("position-index", "A005", "assessments:index_list"),
    Picture("eligibility", "A005", "assessments:eligibility_check", _newest(lambda: EligibilityCheck.objects.all())),
    Picture("integrity-files", "A005", "reporting:file_requests"),
    Picture("annual-report", "A005", "reporting:annual_report", _newest(lambda: AnnualReport.objects.filter(unit__code="CNNY"))),
)


def take(new_context: Any, login: Any, screenshot: Any) -> None:
    """Open each and take it, when pictures are wanted."""
    if os.environ.get("SCREENSHOTS") != "1":
        return
    for picture in PICTURES:
        sizes = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True} if picture.phone else {}
        page = new_context(**sizes).new_page()
        login(page, User.objects.get(staff_number=picture.number))
        page.goto(reverse(picture.route, args=picture.args()) + picture.query)
        page.wait_for_load_state("networkidle")
        screenshot(page, picture.name)
        page.close()
