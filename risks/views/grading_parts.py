"""What the leading group can do with a whole form, shown on the page on which it is read."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.verdicts import Verdict
from risks.forms.grading import DiscussionForm, OpinionForm
from risks.models import Declaration, RiskEntry
from risks.permissions import grading as permissions
from risks.states import FormState


def group_actions(user: User, declaration: Declaration, entries: list[RiskEntry]) -> dict[str, Any]:
    """Buttons and forms for the leading group, its office and the higher committee; empty for everybody else."""
    if declaration.state != FormState.REVIEWED:
        return {}
    version = {"version": declaration.version}
    found: dict[str, Any] = {"actions": []}
    give_back = permissions.may_return(user, declaration)
    grade = permissions.may_grade_form(user, declaration)
    takes_part = bool(give_back) or bool(permissions.may_grade(user, declaration.unit_id))
    if takes_part:
        found["session"] = (
            reverse("risks:grading_session", args=[declaration.campaign_id])
            if declaration.campaign_id
            else reverse("risks:grading_adjustments", args=[declaration.unit_id])
        )
        found["actions"].append(
            _action(
                "grading_return",
                _("Return the form"),
                declaration,
                give_back,
                ask_reason=True,
                confirm=_("The form goes back to %(who)s and then returns to the leading group. Decisions on its risks are taken back.")
                % {"who": declaration.declarant.name},
                fields=version,
            )
        )
    if takes_part and not entries:
        found["actions"].append(
            _action(
                "grading_none_found",
                _("Accept: none found"),
                declaration,
                grade,
                primary=True,
                confirm=_("The form of %(who)s is closed without any risk point.") % {"who": declaration.declarant.name},
            )
        )
    if declaration.kind == "unit" and takes_part:
        send = permissions.may_send_higher(user, declaration)
        found["actions"].append(
            _action(
                "grading_higher",
                _("Send to the higher committee"),
                declaration,
                send,
                confirm=_("The leading group decides on this form only after the higher committee has answered."),
                fields=version,
            )
        )
        if permissions.may_record_discussion(user, declaration):
            found["discussion"] = DiscussionForm(initial=version)
    if permissions.may_give_higher_opinion(user, declaration):
        found["higher"] = OpinionForm(initial=version)
    return found if found["actions"] or "higher" in found else {}


def _action(name: str, label: str, declaration: Declaration, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"risks:{name}", args=[declaration.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}
