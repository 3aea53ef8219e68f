"""The start page's part about secret ballots: how many people one still has to appraise. Only oneself learns it (ADR 0014)."""

from datetime import date
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments import ballot_selectors
from assessments.models import Rater
from assessments.states import RoundState
from common.prepared import Given
from positions.scopes import Scope
from web.board_parts import Asked, Task


def asks() -> dict[str, Any]:
    """Whether the person is asked about anybody, answered or not."""
    return {"rating": Exists(Rater.objects.filter(person=Given("me"), assessed__round__state=RoundState.RATING))}


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """One line for all that is left, due with the appraisal that ends first."""
    number, due = ballot_selectors.left_to_rate(user) if asked["rating"] else (0, None)
    if not number:
        return []
    text = ngettext("Appraise %(number)d person in secret ballot", "Appraise %(number)d people in secret ballot", number)
    detail = _("secret ballot; nobody learns who answered what")
    return [Task(text % {"number": number}, reverse("assessments:rating"), detail=detail, due=due)]
