"""The start page's part about secret ballots: how many people one still has to appraise. Only oneself learns it (ADR 0014)."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments import ballot_selectors
from positions.scopes import Scope
from web.board_parts import Task


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """One line for all that is left, due with the appraisal that ends first."""
    waiting = [one for one in ballot_selectors.to_rate(user) if one.answered is False]
    if not waiting:
        return []
    text = ngettext("Appraise %(number)d person in secret ballot", "Appraise %(number)d people in secret ballot", len(waiting))
    detail = _("secret ballot; nobody learns who answered what")
    due = min((one.ends_on for one in waiting if one.ends_on), default=None)
    return [Task(text % {"number": len(waiting)}, reverse("assessments:rating"), detail=detail, due=due)]
