"""What the page of a lead shows beside what was reported: next steps, judgements, where it lay, what happened."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import TimelineEvent, timeline
from common.verdicts import Verdict
from leads import providers, selectors
from leads.models import Judgement, Lead, LeadDesk, Outcome
from leads.permissions import leads as permissions
from leads.services.judging import confirmed
from leads.states import ENDED, LeadState
from leads.tables import TONES
from positions.models import Unit

_END = {Outcome.UNFOUNDED: "clear", Outcome.HAND_OVER: "hand_over"}


def unit_of(user: User) -> Unit | None:
    """The unit for which the person reports or enters leads: that of the main post, else that of a body."""
    from positions.models import Appointment, BodyMembership

    held = Appointment.objects.in_force().filter(person=user).order_by("-is_main", "pk").select_related("position__unit").first()
    if held is not None:
        unit: Unit = held.position.unit
        return unit
    sitting = BodyMembership.objects.in_force().filter(person=user).order_by("pk").select_related("body__unit").first()
    return sitting.body.unit if sitting else None


def context(user: User, lead: Lead) -> dict[str, Any]:
    """Everything the page shows of the desk's own; the reporter's parts come from `leads.reporter_page`."""
    judgements = list(lead.judgements.select_related("level", "responsible", "proposed_by", "confirmed_by", "returned_by").order_by("-pk"))
    desks = list(LeadDesk.objects.filter(lead=lead).select_related("body__unit", "by"))
    return {
        "lead": lead,
        "crumbs": [{"label": _("Leads"), "url": reverse("leads:board")}, {"label": lead.number}],
        "state_tone": TONES[LeadState(lead.state)],
        "steps": list(_steps(user, lead, judgements)),
        "subjects": list(lead.subjects.select_related("person", "department", "unit")),
        "may_set_subject": permissions.may_set_subject(user, lead),
        "judgements": judgements,
        "counts": next((j for j in judgements if j.confirmed_at), None),
        "desks": [desk for desk in desks if desk.until is None],
        "former_desks": [desk for desk in desks if desk.until is not None],
        "alone": any(desk.alone and desk.until is None for desk in desks),
        "recusals": list(lead.recusals.select_related("person", "by")),
        "signs": list(lead.signs.all()),
        "duplicates": selectors.possible_duplicates(user, lead),
        "warnings": providers.warnings_of_lead(user=user, lead=lead),
        "events": events_of(lead),
        "is_over": lead.state in ENDED,
    }


def events_of(lead: Lead) -> list[TimelineEvent]:
    """What happened to the lead, told to who may see it."""
    return timeline(lead)


def _steps(user: User, lead: Lead, judgements: list[Judgement]) -> Iterator[dict[str, Any]]:
    """Next possible steps; refused ones only where people would look for them."""
    version = {"fields": {"version": lead.version}}
    may = permissions

    def action(label: str, name: str, verdict: Verdict, **more: Any) -> dict[str, Any]:
        url = reverse(f"leads:{name}", args=[lead.public_id])
        return {"label": label, "url": url, "allowed": verdict.allowed, "reason": verdict.reason, **more}

    yield from _desk_steps(user, lead, action)
    if lead.state == LeadState.RECEIVED and (take_up := may.may_take_up(user, lead)):
        yield action(_("Take up"), "take_up", take_up, primary=True, **version)
    if lead.state == LeadState.STUDYING and (propose := may.may_propose(user, lead)):
        yield action(_("Propose a judgement"), "judgement", propose, method="get", primary=True)
    if lead.state == LeadState.PROPOSED:
        judgement = judgements[0]
        judgement.lead = lead
        decide = may.may_decide(user, judgement)
        text = _("The judgement takes effect: %(outcome)s, to be handled by %(day)s. Who proposed it is told.") % {
            "outcome": judgement.get_outcome_display(),
            "day": judgement.due_on.isoformat(),
        }
        yield action(
            _("Return the judgement"),
            "return",
            decide,
            ask_reason=True,
            reason_required=True,
            confirm=_("It goes back to be studied."),
            **version,
        )
        yield action(_("Confirm the judgement"), "confirm", decide, confirm=text, primary=True, **version)
    if lead.state == LeadState.HANDLING:
        yield from _end_steps(user, lead, action)
    if lead.state in ENDED:
        if back := may.may_report_back(user, lead):
            yield action(_("Reported back"), "answered", back, confirm=_("Note that whoever sent the lead has been answered today."))
        if reopen := may.may_reopen(user, lead):
            text = _("It is studied again; the others on its desk are told.")
            yield action(_("Open again"), "reopen", reopen, confirm=text, ask_reason=True, reason_required=True, **version)


def _desk_steps(user: User, lead: Lead, action: Any) -> Iterator[dict[str, Any]]:
    may = permissions
    if important := may.may_mark_important(user, lead):
        text = _("The higher committees will have it too, where they use this system.")
        yield action(_("Mark important"), "important", important, confirm=text, icon="flag")
    if recuse := may.may_recuse(user, lead, user):
        yield action(_("Recusal"), "recuse", recuse, method="get", icon="hand-stop")
    if pass_on := may.may_pass_on(user, lead):
        yield action(
            _("Pass on"),
            "pass_on",
            pass_on,
            method="get",
            icon="arrow-right",
            primary=lead.state == LeadState.RECEIVED and not may.may_take_up(user, lead),
        )
    if hand_up := may.may_hand_up(user, lead):
        yield action(_("Handed to the higher committee"), "hand_up", hand_up, method="get", primary=True)


def _end_steps(user: User, lead: Lead, action: Any) -> Iterator[dict[str, Any]]:
    may = permissions
    last = confirmed(lead)
    outcome = last.outcome if last else ""
    if outcome == Outcome.WARN and (url := providers.start_warning_url(user=user, lead=lead)):
        yield {"label": _("Start a warning"), "url": url, "method": "get", "allowed": True, "reason": ""}
    if result := may.may_record_result(user, lead):
        label = _("Change the result") if lead.result else _("Record the result")
        yield action(label, "result", result, method="get", primary=not lead.result)
    step = _END.get(Outcome(outcome), "close") if outcome else "close"
    labels = {"close": _("Conclude"), "clear": _("Close as unfounded"), "hand_over": _("Hand over")}
    texts = {
        "close": _("The lead ends with the result recorded. Whoever reported sees that it is concluded, and nothing else."),
        "clear": _("The lead ends as unfounded and the person is cleared. Whoever reported sees that it is concluded, and nothing else."),
        "hand_over": _("The lead ends here and goes on as a clue. Whoever reported sees that it is concluded, and nothing else."),
    }
    fields = {"fields": {"version": lead.version, "step": step}}
    yield action(labels[step], "end", may.may_end(user, lead, outcome, step), confirm=texts[step], primary=bool(lead.result), **fields)
