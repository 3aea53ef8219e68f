"""The start page's part about surveys: internal ones to answer (whether one did, nobody knows), and those whose time is over."""

from datetime import date
from typing import Any

from django.db.models import DateField, Exists, Q
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Survey
from assessments.querysets_surveys import making_unit_ids
from assessments.states_surveys import SurveyState
from common.prepared import Given, one_of
from positions.scopes import Scope
from web.board_parts import Asked, Task

SHOWN = 3


def asks() -> dict[str, Any]:
    """Whether any survey is to be answered, or to be ended."""
    today = Given("today", DateField())
    to_answer = Q(one_of("unit_id", "units"), kind="internal", open_from__lte=today, open_until__gte=today)
    to_end = Q(one_of("unit_id", "discipline"), open_until__lt=today)
    return {"surveys": Exists(Survey.objects.filter(to_answer | to_end, state=SurveyState.OPEN))}


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """Internal surveys of the person's units, as long as answers are taken; for the committee, those to be ended."""
    if not asked["surveys"]:
        return []
    making = making_unit_ids(scope)
    found = []
    for survey in Survey.objects.on_start_page(scope.unit_ids, making, today)[:SHOWN]:
        if survey.open_until < today:
            found.append(Task(_("End the survey: %(survey)s") % {"survey": survey}, survey.get_absolute_url(), due=survey.open_until))
        else:
            detail = _("anonymous; not tied to this sign-in. Done already? Then leave it.")
            found.append(Task(_("Answer: %(survey)s") % {"survey": survey}, survey.get_answer_url(), detail=detail, due=survey.open_until))
    return found
