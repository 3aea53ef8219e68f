"""On whose desk a lead lies: delivered by the routing rule, passed on, and moved up when nobody is left who may see it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.writes import lock
from leads import cases, routing
from leads.models import Lead, LeadDesk, LeadRecusal, LeadSubject
from leads.permissions import leads as permissions
from leads.services import trace
from leads.states import ENDED
from positions.models import Body, BodyKind


def deliver(lead: Lead, *, reporter: User | None = None, by: User | None = None) -> None:
    """Open the desks that the rule names and tell their members. Called inside the transaction that made or moved the lead."""
    found = routing.route(cases.case_of(lead, reporter))
    held = {desk.body_id for desk in LeadDesk.objects.filter(lead=lead, until=None)}
    for body_id in found.bodies:
        if body_id not in held:
            LeadDesk.objects.create(lead=lead, body_id=body_id, alone=found.alone, by=by)
    trace.tell_desk(lead, trace.waiting_text(), by=by)


@transaction.atomic
def pass_on(*, lead: Lead, body: Body, reason: str, by: User, keep: bool = False, version: int | None = None) -> Lead:
    """Give the lead to another body, which decides from now on; with `keep` it stays on the present desks as well.

    The rule of routing is asked again. Raises NotAllowed, NotPossible, Conflict, and DomainError without a reason or for a body that may
    not hold it.
    """
    lead = lock(Lead.objects.visible_to(by), lead.pk, version=version)
    permissions.may_pass_on(by, lead).require()
    if not reason.strip():
        raise DomainError(_("Say why it is passed on."))
    if body.pk not in {b.pk for b in targets(lead)}:
        raise DomainError(_("It cannot be passed to this body: somebody concerned would see it, or nobody there could."))
    now = timezone.now()
    if not keep:
        for desk in LeadDesk.objects.filter(lead=lead, until=None):
            desk.until = now
            desk.save()
    LeadDesk.objects.create(lead=lead, body=body, reason=reason.strip(), by=by)
    lead.save()
    trace.record("lead.passed_on", lead=lead, by=by)
    trace.tell_desk(lead, trace.waiting_text(), by=by)
    return lead


def targets(lead: Lead) -> list[Body]:
    """Bodies to which the lead may be passed from where it lies, without those that hold it."""
    case = cases.case_of(lead)
    open_desks = LeadDesk.objects.filter(lead=lead, until=None).select_related("body")
    by_party = any(d.body.kind == BodyKind.PARTY_COMMITTEE or d.body.unit_id != lead.unit_id or d.body.is_higher for d in open_desks)
    held = {d.body_id for d in open_desks}
    known = [d for level in (case.own, *case.higher) for d in (level.discipline, level.party) if d is not None]
    wanted = [d.body for d in known if d.body not in held and routing.may_hold(case, d.body, passed_by_party=by_party)]
    found = Body.objects.select_related("unit").in_bulk(wanted)
    return [found[pk] for pk in wanted]


@transaction.atomic
def recuse(*, lead: Lead, person: User, reason: str, by: User) -> LeadRecusal:
    """Shut a person out (回避): everybody themselves, the head of the body that holds it any member. They see it no longer, and when
    nobody is left it moves up. Raises NotAllowed, and DomainError without a reason or when it is done already."""
    lead = lock(Lead.objects.visible_to(by), lead.pk)
    permissions.may_recuse(by, lead, person).require()
    if not reason.strip():
        raise DomainError(_("Say why this person takes no part."))
    recusal, made = LeadRecusal.objects.get_or_create(lead=lead, person=person, defaults={"reason": reason.strip(), "by": by})
    if not made:
        raise DomainError(_("This person is shut out already."))
    trace.record("lead.recused", lead=lead, by=by)
    recheck(lead=lead)
    return recusal


@transaction.atomic
def set_subject(*, lead: Lead, subject: LeadSubject, person: User | None, by: User) -> LeadSubject:
    """Say who somebody known by name is, or that a person of that name is not meant (`person` None: the name stays).

    Who is shut out follows at once. Raises NotAllowed, and DomainError when the person is named already.
    """
    lead = lock(Lead.objects.visible_to(by), lead.pk)
    permissions.may_set_subject(by, lead).require()
    subject = lock(LeadSubject.objects.filter(lead=lead, department=None, unit=None), subject.pk)
    if person is not None and lead.subjects.exclude(pk=subject.pk).filter(person=person).exists():
        raise DomainError(_("This person is named already."))
    from leads.services.receiving import post_of

    subject.person, subject.is_guess = person, False
    subject.post = post_of(person) if person else ""
    subject.save()
    trace.record("lead.subject_set", lead=lead, by=by)
    recheck(lead=lead)
    return subject


@transaction.atomic
def recheck(*, lead: Lead) -> bool:
    """Move a lead on when it may no longer lie where it lies, or nobody there may see it; says whether it moved."""
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if lead.state in ENDED:
        return False
    case = cases.case_of(lead)
    held = list(LeadDesk.objects.filter(lead=lead, until=None).select_related("body"))
    gone = [desk for desk in held if not _keeps(case, lead, desk)]
    if held and not gone:
        return False
    if {d.body_id for d in gone} == {d.body_id for d in held}:
        found = routing.route(case)
        if [d.body_id for d in held] == list(found.bodies) and all(d.alone == found.alone for d in held):
            return False
    now = timezone.now()
    for desk in gone:
        desk.until = now
        desk.save()
    if len(gone) == len(held):
        deliver(lead)
    trace.record("lead.moved", lead=lead, by=None)
    return True


def _keeps(case: routing.Case, lead: Lead, desk: LeadDesk) -> bool:
    if desk.alone:
        return False  # the last resort ends as soon as somebody higher is in the system
    before = LeadDesk.objects.filter(lead=lead, pk__lte=desk.pk).select_related("body")
    by_party = any(d.body.kind == BodyKind.PARTY_COMMITTEE or d.body.unit_id != lead.unit_id or d.body.is_higher for d in before)
    is_branch = desk.body.kind == BodyKind.PARTY_BRANCH
    return routing.still_holds(case, cases.desk_of(desk.body), is_branch=is_branch, passed_by_party=by_party)


def recheck_open() -> int:
    """Recheck every open lead; returns how many moved. Sent by beat, so that a change of posts leaves no lead without a reader."""
    return sum(recheck(lead=lead) for lead in Lead.objects.open().iterator(chunk_size=200))
