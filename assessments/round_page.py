"""What the page of a round shows: its phases as steps, the next step with its reason, what is to be mended. Decides nothing."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from assessments.models import Round
from assessments.permissions import rounds as permissions
from assessments.round_findings import Finding
from assessments.states import PHASES, ROUND_TABLE, RoundState
from common import workdays


def at(name: str, found: Round) -> str:
    """An address of the round."""
    return reverse(f"assessments:{name}", args=[found.pk])


def crumbs(found: Round | None = None, *more: str) -> list[dict[str, str]]:
    """The way to a round, or to what is named in `more`."""
    way = [{"label": _("Assessment rounds"), "url": reverse("assessments:rounds")}]
    if found is not None:
        way.append({"label": str(found), "url": found.get_absolute_url()})
    return way + [{"label": label} for label in more]


def tabs(found: Round, current: str) -> list[dict[str, Any]]:
    """Overview and people."""
    pages = [("round", _("Overview")), ("people", pgettext("assessment", "People and raters"))]
    return [{"label": label, "url": at(name, found), "active": name == current} for name, label in pages]


def phase_steps(found: Round) -> list[dict[str, Any]]:
    """The phases with their days, and where the round is."""
    order = [phase.value for phase in PHASES]
    reached = order.index(found.state) if found.state in order else len(order)
    days = {row.phase: row for row in found.phases.all()}
    steps = []
    for n, phase in enumerate(PHASES):
        row = days[phase.value]
        note = f"{row.starts_on:%m-%d} – {row.ends_on:%m-%d}"
        if n == reached:
            note = f"{note} · {workdays.describe(row.ends_on, timezone.localdate()).text}"
        steps.append({"label": phase.label, "state": "done" if n < reached else "current" if n == reached else "todo", "note": note})
    return steps


NEXT = {
    RoundState.SETTING_UP: gettext_lazy("Choose people and raters, then open the appraisal. Until then nobody is told."),
    RoundState.RATING: gettext_lazy(
        "Raters answer. Everybody sees how many have answered, nobody who. Close the appraisal when its days are over."
    ),
    RoundState.SCORING: gettext_lazy(
        "The ballots are counted. Enter the scores of the other methods with their grounds, then submit for review."
    ),
    RoundState.REVIEW: gettext_lazy("Members of the discipline committee review the results; nobody their own."),
    RoundState.CONFIRMATION: gettext_lazy("The party committee confirms the results and shows them to those they concern."),
    RoundState.NOTICE: gettext_lazy("Results are shown. The time for appeals begins when the notice is over."),
    RoundState.APPEAL: gettext_lazy("The assessed may appeal. The round is final when the time is over and every appeal is answered."),
    RoundState.FINAL: gettext_lazy("The results are final; what follows from a grade holds from now on."),
    RoundState.CANCELLED: gettext_lazy("This round was cancelled."),
}


def next_text(found: Round) -> str:
    """What happens now, in a sentence."""
    return str(NEXT[RoundState(found.state)])


def actions(user: User, found: Round, findings: list[Finding]) -> list[dict[str, Any]]:
    """The steps of the discipline committee up to counting; what is blocked says why. Nothing for others."""
    if not permissions.may_manage(user, found.unit_id):
        return []
    fields = {"version": found.version}
    steps: list[dict[str, Any]] = []
    if found.state in ROUND_TABLE.get("cancel").sources:
        steps.append(
            {
                "label": pgettext("round", "cancel"),
                "url": at("round_cancel", found),
                "danger": True,
                "ask_reason": _("Why it is cancelled"),
                "reason_required": True,
                "confirm": _("The round ends here. Answers that were given are destroyed and cannot be brought back."),
                "fields": fields,
            }
        )
    if permissions.may_plan(user, found):
        steps.append({"label": _("Change the days"), "url": at("round_days", found), "method": "get", "icon": "calendar-event"})
    if found.state == RoundState.SETTING_UP:
        steps += _set_up(found, findings, fields)
    if found.state == RoundState.RATING:
        steps.append(_close(found, fields))
    return steps


def _set_up(found: Round, findings: list[Finding], fields: dict[str, Any]) -> list[dict[str, Any]]:
    obstacles = [one.text for one in findings if one.blocks]
    people = found.assessed.count()
    propose = {
        "label": _("Propose people and raters"),
        "url": at("round_propose", found),
        "icon": "refresh",
        "primary": not people,
    }
    days = next(row for row in found.phases.all() if row.phase == RoundState.RATING)
    begin = {
        "label": _("Open the appraisal"),
        "url": at("round_open", found),
        "primary": bool(people),
        "allowed": not obstacles,
        "reason": " ".join(obstacles),
        "confirm": _(
            "People, raters, weights and indicators of this round are fixed from now on. All raters get a notice to answer by %(day)s."
        )
        % {"day": days.ends_on.isoformat()},
        "fields": fields,
    }
    return [propose, begin]


def _close(found: Round, fields: dict[str, Any]) -> dict[str, Any]:
    last = next(row.ends_on for row in found.phases.all() if row.phase == RoundState.RATING)
    early = timezone.localdate() <= last
    words = _("No answer can be given any more. The ballots are counted in random order and the key of the urns is destroyed.")
    step = {"label": _("Close the appraisal"), "url": at("round_close", found), "primary": True, "confirm": words, "fields": fields}
    if early:
        step |= {"ask_reason": _("Why before %(day)s") % {"day": last.isoformat()}, "reason_required": True}
    return step


def marks(findings: list[Finding]) -> dict[int, list[tuple[str, str]]]:
    """Assessed → what findings say of them, as badges (words, tone)."""
    words = {
        "none": _("no raters"),
        "few": _("too few raters"),
        "tight": _("just enough raters"),
        "pooled": _("weights counted together"),
        "gone": _("no longer in post"),
    }
    found: dict[int, list[tuple[str, str]]] = {}
    for one in findings:
        for person in one.people:
            found.setdefault(person.pk, []).append((words[one.filter], "danger" if one.blocks else "neutral"))
    return found


def by_filter(findings: list[Finding]) -> dict[str, set[int]]:
    """Code of a finding → keys of the people it is about."""
    return {one.filter: {person.pk for person in one.people} for one in findings if one.filter}
