"""The start page's part about surveys: internal ones to answer (whether one did, nobody knows), and those whose time is over."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Survey
from assessments.querysets_surveys import making_unit_ids
from positions.scopes import Scope
from web.board_parts import Task

SHOWN = 3


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """Internal surveys of the person's units, as long as answers are taken; for the committee, those to be ended."""
    making = making_unit_ids(scope)
    found = []
    for survey in Survey.objects.on_start_page(scope.unit_ids, making, today)[:SHOWN]:
        if survey.open_until < today:
            found.append(Task(_("End the survey: %(survey)s") % {"survey": survey}, survey.get_absolute_url(), due=survey.open_until))
        else:
            detail = _("anonymous; not tied to this sign-in. Done already? Then leave it.")
            found.append(Task(_("Answer: %(survey)s") % {"survey": survey}, survey.get_answer_url(), detail=detail, due=survey.open_until))
    return found
