"""The motto on the start page: the same for everybody whose main post is in the unit."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, IntegerField, Subquery
from django.db.models.functions import JSONObject

from common.prepared import Given
from education.models import Motto
from positions.models import Appointment
from web.board_parts import Asked, rows


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands there."""

    text: str
    source: str


def asks() -> dict[str, Any]:
    """That of the day."""
    today: Any = Given("today", DateField())
    posts = Appointment.objects.in_force(today).filter(person=Given("me")).order_by("-is_main", "position__order", "pk")
    path = Subquery(posts.values("position__unit__path")[:1])
    mottos = Motto.objects.of_day(path, today, month=Given("month", IntegerField()), day=Given("day", IntegerField()))
    return {"motto": Subquery(mottos.values(json=JSONObject(text="text", source="source"))[:1])}


def shown(asked: Asked) -> Shown | None:
    """None where the unit has none, nor those above."""
    return Shown(**rows([asked["motto"]])[0]) if asked.get("motto") else None
