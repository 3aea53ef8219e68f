"""What the pages of review and confirmation show, and the steps of a round after scoring. Decides nothing."""

from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessments import round_page
from assessments.models import Group, Result, Round
from assessments.permissions import results as permissions
from assessments.services.decision import what_holds_up
from assessments.states import RoundState
from assessments.states_results import ResultState


def gravest_first(rows: QuerySet[Result]) -> QuerySet[Result]:
    """By group, then the gravest grade first, the lowest score first: what needs a look stands on top."""
    group = Case(*(When(assessed__group=value, then=n) for n, value in enumerate(Group.values)), output_field=IntegerField())
    return rows.order_by(group, "-grade_severity", "score", "assessed_id")


def decides_on(template: str) -> str:
    """State of the results that the page is for."""
    return ResultState.COMPUTED if template.endswith("review.html") else ResultState.REVIEWED


def method_scores(result: Result) -> dict[str, str]:
    """Method → its score as the calculation says, for lists; methods that do not count are missing."""
    return {line["names"]["method"]: line["names"]["score"] for line in result.lines if line["kind"] == "method"}


def grades(rows: QuerySet[Result]) -> list[dict[str, Any]]:
    """How many of each grade, the best first."""
    counted = rows.order_by("grade_severity").values("grade_severity", "grade_label", "grade_colour").annotate(n=Count("pk"))
    return [
        {"label": row["grade_label"], "colour": row["grade_colour"], "severity": row["grade_severity"], "n": row["n"]} for row in counted
    ]


def actions(user: User, found: Round, template: str) -> list[dict[str, Any]]:
    """The steps of the page."""
    return _review_steps(user, found) if template.endswith("review.html") else _confirm_steps(user, found)


def _review_steps(user: User, found: Round) -> list[dict[str, Any]]:
    if found.state != RoundState.REVIEW:
        return []
    returning = permissions.may_return(user, found)
    left = Result.objects.filter(assessed__round=found, state=ResultState.COMPUTED).count()
    back = {
        "label": pgettext("round", "return for scoring"),
        "url": round_page.at("review_return", found),
        "allowed": bool(returning),
        "reason": returning.reason,
        "ask_reason": _("What is to be changed"),
        "reason_required": True,
        "confirm": _("The scores go back to who submitted them; the results calculated so far are dropped."),
        "danger": True,
    }
    on = {
        "label": pgettext("round", "pass on to the party committee"),
        "url": round_page.at("review_pass", found),
        "primary": True,
        "allowed": not left,
        "reason": _("%(n)s results are still to be reviewed.") % {"n": left},
        "confirm": _("The party committee is told and confirms the results."),
    }
    return [back, on]


def _confirm_steps(user: User, found: Round) -> list[dict[str, Any]]:
    if found.state != RoundState.CONFIRMATION:
        return []
    left = Result.objects.filter(assessed__round=found, state=ResultState.REVIEWED).count()
    return [
        {
            "label": pgettext("round", "send back"),
            "url": round_page.at("confirm_back", found),
            "ask_reason": _("What is to be changed"),
            "reason_required": True,
            "confirm": _("The round goes back to the discipline committee for scoring; the results calculated so far are dropped."),
            "danger": True,
        },
        {
            "label": pgettext("round", "show the results"),
            "url": round_page.at("publish", found),
            "primary": True,
            "allowed": not left,
            "reason": _("%(n)s results are still to be confirmed.") % {"n": left},
            "confirm": _(
                "Everybody who was assessed gets a notice and reads their own result; others as far as the scope of the group goes."
            ),
        },
    ]


def round_context(user: User, found: Round) -> dict[str, Any]:
    """What `rounds/_results.html` shows: the grades so far to those who decide, and the steps."""
    rows = Result.objects.visible_to(user).filter(assessed__round=found).current()
    return {"result_steps": round_steps(user, found), "result_grades": grades(rows)}


def round_steps(user: User, found: Round) -> list[dict[str, Any]]:
    """What the page of the round offers from scoring on: doors to the pages, and the steps of the calendar."""
    discipline, party = permissions.is_discipline(user, found), permissions.is_party(user, found)
    steps: list[dict[str, Any]] = []
    doors = [
        (discipline and found.rating_closed_at is not None, "scoring", _("Scoring sheet"), RoundState.SCORING),
        (discipline and found.submitted_by_id is not None, "review", _("Review of the results"), RoundState.REVIEW),
        (party and found.submitted_by_id is not None, "confirm", _("Confirmation of the results"), RoundState.CONFIRMATION),
    ]
    for shown, name, label, state in doors:
        if shown:
            steps.append({"label": label, "url": round_page.at(name, found), "method": "get", "primary": found.state == state})
    if found.state == RoundState.NOTICE and discipline:
        steps.append(
            {
                "label": _("Begin the time for appeals"),
                "url": round_page.at("open_appeals", found),
                "confirm": _("The calendar does this by itself when the notice is over. The assessed are told."),
            }
        )
    if found.state == RoundState.APPEAL and discipline:
        held = what_holds_up(found)
        steps.append(
            {
                "label": _("Declare final"),
                "url": round_page.at("finish", found),
                "primary": not held,
                "allowed": not held,
                "reason": held,
                "confirm": _("The results can no longer be changed. Restrictions that follow from the grades begin today."),
            }
        )
    return steps
