"""Rounds with a confirmed result of one person, written straight into the tables: how they come about is tested elsewhere."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.models import Assessed, Group, Result, Round
from assessments.states import RoundState
from positions.models import BodyKind
from tests.factories.organisation import SmallUnit

GRADES = {"好": (0, "green", False, 0, 95), "一般": (2, "yellow", False, 0, 66), "不良": (3, "red", True, 6, 50)}
LINES = [
    {"kind": "method", "names": {"method": "supervision", "weight": "30", "score": "50"}, "formula": "50 × 30 ÷ 85", "value": "17.65"},
    {"kind": "method", "names": {"method": "appraisal", "weight": "40", "score": "52"}, "formula": "52 × 40 ÷ 85", "value": "24.47"},
    {
        "kind": "method.absent",
        "names": {"method": "talks", "weight": "15", "reason": "", "grounds": "本季度休假"},
        "formula": "",
        "value": "—",
    },
    {"kind": "method", "names": {"method": "file", "weight": "15", "score": "45"}, "formula": "45 × 15 ÷ 85", "value": "7.94"},
]


def a_round(bureau: SmallUnit, *, year: int = 2026, quarter: int = 3, state: str = RoundState.FINAL, at: datetime | None = None) -> Round:
    """In the state, every step up to it taken at one moment (now)."""
    moment = at or timezone.now()
    shown = state in (RoundState.NOTICE, RoundState.APPEAL, RoundState.FINAL)
    return Round.objects.create(
        unit=bureau.unit,
        year=year,
        quarter=quarter,
        state=state,
        discipline_body=bureau.bodies[BodyKind.DISCIPLINE_COMMITTEE],
        party_body=bureau.bodies[BodyKind.PARTY_COMMITTEE],
        opened_by=bureau.discipline_head,
        rating_opened_at=moment - timedelta(days=9),
        rating_closed_at=moment,
        published_at=moment if shown else None,
        final_at=moment if state == RoundState.FINAL else None,
    )


def assessed(bureau: SmallUnit, person: User, made: Round) -> Assessed:
    position = bureau.appointments[person.pk].position
    return Assessed.objects.create(
        round=made,
        group=Group.STAFF,
        person=person,
        position=position,
        department=position.department,
        name=person.name,
        post=position.name,
    )


def result(bureau: SmallUnit, of: Assessed, grade: str = "不良", **more: Any) -> Result:
    """A confirmed one."""
    severity, colour, no_award, months, score = GRADES[grade]
    now = timezone.now()
    values = {"number": 1, "state": "confirmed", "lines": LINES, "opinion": "情况属实。"} | more
    return Result.objects.create(
        assessed=of,
        score=Decimal(score),
        grade_label=grade,
        grade_severity=severity,
        grade_colour=colour,
        no_award=no_award,
        hold_months=months,
        computed_by=bureau.discipline_head,
        computed_at=now,
        reviewed_by=bureau.departments[0].staff[1],
        reviewed_at=now,
        confirmed_by=bureau.head,
        confirmed_at=now,
        **values,
    )
