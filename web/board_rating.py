"""The start page's part about secret ballots: how many people one still has to appraise. Only oneself learns it (ADR 0014)."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments import ballot_selectors
from positions.scopes import Scope
from web.board_parts import Asked, Task, day, rows


def asks() -> dict[str, Any]:
    """The appraisals that are open: in their weeks nearly everybody is asked about somebody, and whom is one statement more."""
    told = JSONObject(round="pk", key="key", ends="ends")
    return {"rating": ArraySubquery(ballot_selectors.open_rounds().values(json=told))}


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """One line for all that is left, due with the appraisal that ends first."""
    number, ends = 0, []
    for round in rows(asked["rating"]):
        if left := ballot_selectors.left_to_rate(user, round["round"], round["key"]):
            number += left
            ends.append(day(round["ends"]))
    if not number:
        return []
    due = min((one for one in ends if one), default=None)
    text = ngettext("Appraise %(number)d person in secret ballot", "Appraise %(number)d people in secret ballot", number)
    detail = _("secret ballot; nobody learns who answered what")
    return [Task(text % {"number": number}, reverse("assessments:rating"), detail=detail, due=due)]
