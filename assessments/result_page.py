"""What the pages of results show: the grade, the versions, until when one may appeal."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Appeal, Result
from assessments.permissions import results as permissions
from assessments.querysets import committee_units
from assessments.scoring_page import Grade
from assessments.states import RoundState
from assessments.states_appeals import AppealState
from assessments.states_results import ResultState
from positions.scopes import scope_of


def grade_of(result: Result) -> Grade:
    """As the badge of levels wants it."""
    return Grade(result.grade_label, result.grade_colour, result.grade_severity)


def appeal_until(result: Result) -> date | None:
    """The last day on which an appeal can be made; None once the round is final."""
    found = result.assessed.round
    if found.state not in (RoundState.NOTICE, RoundState.APPEAL):
        return None
    return next((phase.ends_on for phase in found.phases.all() if phase.phase == RoundState.APPEAL), None)


def crumbs(user: User, result: Result, *more: str) -> list[dict[str, str]]:
    """The way to a result: one's own list, the round for those who decide, else the summary."""
    found = result.assessed.round
    if result.assessed.person_id == user.pk:
        way = [{"label": _("My results"), "url": reverse("assessments:my_results")}]
    elif found.unit_id in committee_units(scope_of(user)):
        way = [
            {"label": _("Assessment rounds"), "url": reverse("assessments:rounds")},
            {"label": str(found), "url": found.get_absolute_url()},
        ]
    else:
        way = [{"label": _("Summary of results"), "url": reverse("assessments:summary")}]
    here = {"label": result.assessed.name}
    if more:
        here["url"] = result.get_absolute_url()
    return [*way, here, *({"label": label} for label in more)]


def sent_back(appeal: Appeal) -> str:
    """The party committee's opinion on a correction it sent back, for who answers the appeal again; empty otherwise."""
    if appeal.state != AppealState.WAITING:
        return ""
    dropped = Result.objects.filter(corrects=appeal.result_id, state=ResultState.DROPPED).order_by("number").last()
    return dropped.opinion if dropped else ""


def versions(rows: list[Result], shown: Result) -> list[dict[str, Any]]:
    """Every result that stands or stood, the first one first; nothing when there is only one."""
    if len(rows) < 2:
        return []
    labels = [_("First result"), *[_("Correction %(n)s") % {"n": n} for n in range(1, len(rows))]]
    return [
        {"label": label, "result": row, "grade": grade_of(row), "is_here": row.pk == shown.pk}
        for label, row in zip(labels, rows, strict=True)
    ]


def own_card(user: User, result: Result, appeal: Appeal | None) -> dict[str, Any]:
    """One of one's own results in the list."""
    return {
        "result": result,
        "round": result.assessed.round,
        "grade": grade_of(result),
        "until": appeal_until(result),
        "may_appeal": bool(permissions.may_appeal(user, result)),
        "appeal": appeal,
    }
