"""Talks as they come about: through the services, so that each is one the product could hold."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from talks.models import Talk, TalkKind
from talks.services import talks as services
from talks.services.talks import Record
from tests.factories.organisation import SmallUnit


def planned(unit: SmallUnit, *, kind: str = TalkKind.INTEGRITY, **facts: Any) -> Talk:
    """The head of the second department is to talk to its first clerk; planned by the discipline committee."""
    department = unit.departments[1]
    said = {"person": department.staff[0], "talker": department.head, "reason": "节日前提醒廉洁自律", "by": unit.discipline_head, **facts}
    return services.plan(unit=unit.unit, kind=kind, **said)


def record(at: datetime | None = None, **facts: str) -> Record:
    """A complete record of a talk an hour ago."""
    words = {"place": "三楼谈话室", "content": "提醒遵守中央八项规定精神，本人表示认真对照检查。", **facts}
    return Record(held_at=at or timezone.now() - timedelta(hours=1), **words)


def held(unit: SmallUnit, **facts: Any) -> Talk:
    """The same, recorded by the talker."""
    talk = planned(unit, **facts)
    return services.hold(talk=talk, record=record(), by=talk.talker)
