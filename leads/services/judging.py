"""Study, judgement and end of a lead (domain §4, 研判与处置). Nobody confirms the judgement they proposed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.workdays import add_workdays
from common.writes import lock
from leads.models import Judgement, Lead, LeadLevel, Outcome
from leads.permissions import leads as permissions
from leads.services import desks, trace
from leads.services.receiving import STUDY_WORKDAYS
from leads.states import LEAD_TABLE

FAR_AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class JudgementFacts:
    """What a judgement says (《预警信息台账》: level, effects, who answers, measures, outcome, date)."""

    level: LeadLevel
    effects: str
    measures: str
    outcome: str
    due_on: date
    responsibility: str = ""
    responsible: User | None = None
    formal_kind: str = ""
    opinion: str = ""


@transaction.atomic
def take_up(*, lead: Lead, by: User, version: int | None = None) -> Lead:
    """Begin to study it. Raises NotAllowed, NotPossible, Conflict."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_take_up(by, lead).require()
    return _move(lead, "take_up", by)


@transaction.atomic
def mark_important(*, lead: Lead, by: User) -> Lead:
    """From now on the higher committees have it too, where there are any in the system. Raises NotAllowed."""
    lead = lock(Lead.objects.visible_to(by), lead.pk)
    permissions.may_mark_important(by, lead).require()
    lead.is_important = True
    lead.save()
    trace.record("lead.marked_important", lead=lead, by=by)
    desks.deliver(lead, by=by)
    return lead


@transaction.atomic
def propose_judgement(*, lead: Lead, facts: JudgementFacts, by: User, version: int | None = None) -> Judgement:
    """Propose; another member confirms. Raises NotAllowed, NotPossible, Conflict, and DomainError for missing or contradictory facts."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_propose(by, lead).require()
    _check(lead, facts)
    judgement = Judgement.objects.create(
        lead=lead,
        level=facts.level,
        effects=facts.effects.strip(),
        responsibility=facts.responsibility.strip(),
        responsible=facts.responsible,
        measures=facts.measures.strip(),
        outcome=facts.outcome,
        formal_kind=facts.formal_kind,
        opinion=facts.opinion.strip(),
        due_on=facts.due_on,
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    _move(lead, "propose", by)
    trace.tell_desk(lead, trace.waiting_text(), by=by)
    return judgement


@transaction.atomic
def confirm_judgement(*, judgement: Judgement, by: User, version: int | None = None) -> Lead:
    """Confirm what another member proposed; its date becomes the lead's. Raises NotAllowed, NotPossible, Conflict."""
    lead, judgement = _proposed(judgement, by, version)
    judgement.confirmed_by, judgement.confirmed_at = by, timezone.now()
    judgement.save()
    lead.due_on = judgement.due_on
    _move(lead, "confirm", by)
    trace.tell([judgement.proposed_by], trace.waiting_text(), by=by)
    return lead


@transaction.atomic
def return_judgement(*, judgement: Judgement, reason: str, by: User, version: int | None = None) -> Lead:
    """Send it back to be studied again. Raises NotAllowed, NotPossible, Conflict, and DomainError without a reason."""
    lead, judgement = _proposed(judgement, by, version)
    if not reason.strip():
        raise DomainError(_("Say why the judgement is returned."))
    judgement.returned_by, judgement.returned_at, judgement.return_reason = by, timezone.now(), reason.strip()
    judgement.save()
    _move(lead, "return", by)
    trace.tell([judgement.proposed_by], trace.waiting_text(), by=by)
    return lead


@transaction.atomic
def record_result(*, lead: Lead, result: str, by: User, version: int | None = None) -> Lead:
    """Write down what came of it. Raises NotAllowed, Conflict, and DomainError for no text."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_record_result(by, lead).require()
    _set_result(lead, result)
    lead.save()
    trace.record("lead.result_recorded", lead=lead, by=by, fields=["result"])
    return lead


@transaction.atomic
def end(*, lead: Lead, step: str, by: User, version: int | None = None) -> Lead:
    """`step` is close, clear or hand_over, as the confirmed judgement says. Raises NotAllowed, NotPossible, Conflict."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    last = confirmed(lead)
    permissions.may_end(by, lead, last.outcome if last else "", step).require()
    _answered(lead)
    return _move(lead, step, by)


@transaction.atomic
def hand_up(*, lead: Lead, result: str, by: User, version: int | None = None) -> Lead:
    """Note that it was handed to the higher committee outside the system: to whom and how. Raises NotAllowed, Conflict, DomainError."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_hand_up(by, lead).require()
    _set_result(lead, result)
    return _move(lead, "hand_up", by)


@transaction.atomic
def report_back(*, lead: Lead, by: User) -> Lead:
    """Note that whoever sent the lead was answered (回告时间). Raises NotAllowed."""
    lead = lock(Lead.objects.visible_to(by), lead.pk)
    permissions.may_report_back(by, lead).require()
    lead.reported_back_at = timezone.now()
    lead.save()
    trace.record("lead.reported_back", lead=lead, by=by)
    return lead


@transaction.atomic
def reopen(*, lead: Lead, reason: str, by: User, version: int | None = None) -> Lead:
    """Study it again. Raises NotAllowed, Conflict, and DomainError without a reason."""
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_reopen(by, lead).require()
    if not reason.strip():
        raise DomainError(_("Say why it is opened again."))
    lead.reopened_why = reason.strip()
    lead.due_on = add_workdays(timezone.localdate(), STUDY_WORKDAYS)
    lead.reported_back_at = None
    _move(lead, "reopen", by)
    trace.tell_desk(lead, trace.waiting_text(), by=by)
    return lead


def confirmed(lead: Lead) -> Judgement | None:
    """The judgement that counts: the latest confirmed one."""
    return lead.judgements.exclude(confirmed_at=None).select_related("level", "responsible").order_by("-confirmed_at").first()


def _move(lead: Lead, step: str, by: User) -> Lead:
    transition = LEAD_TABLE.move(lead, step)
    lead.save()
    trace.record(transition.audit, lead=lead, by=by)
    return lead


def _proposed(judgement: Judgement, by: User, version: int | None) -> tuple[Lead, Judgement]:
    # The lead is locked first: every step of a lead waits there for the others.
    lead = lock(Lead.objects.visible_to(by), judgement.lead_id, version=version)
    judgement = lock(Judgement.objects.filter(lead=lead), judgement.pk)
    judgement.lead = lead
    permissions.may_decide(by, judgement).require()
    return lead, judgement


def _set_result(lead: Lead, result: str) -> None:
    if not result.strip():
        raise DomainError(_("Write down the result first."))
    lead.result, lead.result_at = result.strip(), timezone.now()


def _answered(lead: Lead) -> None:
    """Reporters see on their own page that it ended: they are answered by the end itself."""
    if hasattr(lead, "receipt") or hasattr(lead, "identity"):
        lead.reported_back_at = timezone.now()


def _check(lead: Lead, facts: JudgementFacts) -> None:
    if not facts.effects.strip() or not facts.measures.strip():
        raise DomainError(_("A judgement needs the likely adverse effects and the measures."))
    if facts.outcome not in Outcome.values:
        raise DomainError(_("Choose an outcome."))
    if (facts.outcome == Outcome.HAND_OVER) != bool(facts.formal_kind):
        raise DomainError(_("Say how the clue is to be handled when it is handed over, and only then."))
    if facts.due_on < timezone.localdate():
        raise DomainError(_("The date lies in the past."))
    if facts.due_on > timezone.localdate() + FAR_AHEAD:
        raise DomainError(_("The date lies more than three years ahead. Check the year."))
    if facts.responsible is not None and not facts.responsible.is_active:
        raise DomainError(_("This person has left. Choose somebody else."))
    if facts.responsible is not None and lead.subjects.filter(person=facts.responsible).exists():
        raise DomainError(_("Who is reported cannot answer for its handling."))
    if not LeadLevel.objects.of_unit(lead.unit_id).filter(pk=facts.level.pk).exists():
        raise DomainError(_("This level is not one of the unit's."))
