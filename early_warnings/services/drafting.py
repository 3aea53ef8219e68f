"""Starting a warning: the discipline committee drafts it and submits it to the party committee (domain §5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from early_warnings import committees
from early_warnings.models import SourceKind, SubjectKind, Warning, WarningLead, WarningLevel, WarningRecusal
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves
from early_warnings.services.organisation import derive_responsible, post_of
from early_warnings.services.settings import mapped
from leads.models import Lead, LeadRecusal, LeadSubject
from positions.models import BodyKind, Department, Unit

_CONTENT = ["grounds", "basis", "source_kind", "source_text", "error_kind", "error_grounds", "requirements", "due_on"]


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft says beside whom it is about and of which level. `due_on` empty: the unit's limit for the tier counts from the plan."""

    grounds: str
    basis: str = ""
    source_kind: str = SourceKind.OTHER
    source_text: str = ""
    error_kind: str = ""
    error_grounds: str = ""
    requirements: str = ""
    due_on: date | None = None


@transaction.atomic
def draft(
    *,
    unit: Unit,
    level: WarningLevel,
    by: User | None,
    grounds: str,
    person: User | None = None,
    department: Department | None = None,
    lead: Lead | None = None,
    previous: Warning | None = None,
    recused: Iterable[User] = (),
    **content: Any,
) -> Warning:
    """Draft a warning about a person, a department, or (neither given) the unit. The rest of `content` is that of `Content`.

    `level` may be of any scheme: it is mapped to the unit's. `by=None` is the system (a threshold of points was reached) and is asked
    for no permission; the discipline committee then finds the draft on its board. `lead`: what it was drafted from; nothing of it is
    copied, and whoever it shuts out is recused here too.
    Raises NotAllowed, and DomainError for empty grounds, a date in the past, somebody who left, a level that is a reminder only, and when
    nobody in the system may handle it (then it is for the higher committee outside).
    """
    level = mapped(level, unit.pk)
    if not level.tier:
        raise DomainError(_("“%(level)s” is a reminder and starts no warning.") % {"level": level})
    warning = Warning(unit=unit, level=level, tier=level.tier, started_by=by, previous=previous, step_since=timezone.now())
    _set_subject(warning, person, department)
    _say(warning, Content(grounds=grounds, **content))
    extra = {user.pk for user in recused} | _shut_out_by(lead, by)
    subject = committees.Subject(unit.pk, warning.subject_kind, warning.person_id, warning.department_id, frozenset(extra))
    warning.discipline_body = committees.handling(unit, BodyKind.DISCIPLINE_COMMITTEE, subject)
    if warning.discipline_body is None:
        raise DomainError(
            _("Everybody who could handle this is concerned or depends on who is concerned. Hand it to the higher discipline committee.")
        )
    if by is not None:
        permissions.may_start(by, committees.entitled(warning.discipline_body, subject)).require()
    derive_responsible(warning)
    moves.save(warning, by)
    for pk in sorted(extra):
        # Without a reason: who was recused in a lead, or reported by it, is not told to those who do not see the lead.
        WarningRecusal.objects.create(warning=warning, person_id=pk, reason="", by=by)
    if lead is not None:
        WarningLead.objects.create(warning=warning, lead=lead)
    audit.record("warning.drafted", by=by, obj=warning, unit_id=unit.pk, detail={"tier": warning.get_tier_display()})
    if by is None:
        members = [m.person for m in committees.discipline_members(warning)]
        moves.tell(members, warning, _("A draft of a warning was made and waits for the discipline committee."), by)
    return warning


@transaction.atomic
def edit(
    *,
    warning: Warning,
    level: WarningLevel,
    by: User,
    person: User | None = None,
    department: Department | None = None,
    version: int | None = None,
    **content: Any,
) -> Warning:
    """Change a draft or what was returned: subject, level and everything in `Content`. Raises as `draft`, and NotPossible, Conflict."""
    warning = moves.locked(warning, version)
    permissions.may_edit(by, warning).require()
    before = Warning.objects.get(pk=warning.pk)
    level = mapped(level, warning.unit_id)
    if not level.tier:
        raise DomainError(_("“%(level)s” is a reminder and starts no warning.") % {"level": level})
    warning.level, warning.tier = level, level.tier
    _set_subject(warning, person, department)
    _say(warning, Content(**content))
    # The new subject may shut out who is editing, or everybody of this committee.
    subject = committees.subject_of(warning)
    permissions.may_start(by, committees.entitled(warning.discipline_body, subject)).require()
    derive_responsible(warning)
    moves.save(warning, by)
    names = ["level", "person", "department", *_CONTENT]
    changed = [str(Warning._meta.get_field(n).verbose_name) for n in names if getattr(before, n) != getattr(warning, n)]  # type: ignore[union-attr]
    if changed:
        audit.record("warning.edited", by=by, obj=warning, unit_id=warning.unit_id, detail={"fields": _(", ").join(changed)})
    return warning


def lacking(warning: Warning) -> list[str]:
    """What a draft still lacks before it can be submitted, as sentences for its page; empty when it can."""
    found = []
    if not warning.basis.strip():
        found.append(_("Say on what facts or rules the warning is based."))
    if not warning.requirements.strip():
        found.append(_("Say what is required of who is warned."))
    if warning.responsible_id is None:
        found.append(_("Nobody answers for it: every post from the head of the department up is vacant."))
    if warning.due_on and warning.due_on <= timezone.localdate():
        found.append(_("The date by which it is to be rectified is not in the future."))
    return found


@transaction.atomic
def submit(*, warning: Warning, by: User, version: int | None = None) -> Warning:
    """Send it to the party committee. The committee is the lowest one with a member left who may decide.

    Raises NotAllowed, NotPossible (something is lacking, or nobody may decide), Conflict.
    """
    warning = moves.locked(warning, version)
    permissions.may_submit(by, warning).require()
    derive_responsible(warning)
    if problems := lacking(warning):
        raise NotPossible(" ".join(problems))
    warning.submitted_by, warning.submitted_at = by, timezone.now()
    without = {warning.started_by_id, by.pk}
    warning.party_body = committees.handling(warning.unit, BodyKind.PARTY_COMMITTEE, committees.subject_of(warning), without)
    if warning.party_body is None:
        raise NotPossible(_("Nobody in a party committee may decide on this warning. Hand it to the higher discipline committee."))
    warning.approval_round += 1
    moves.step(warning, "submit", by=by)
    moves.tell([m.person for m in committees.deciders(warning)], warning, _("A warning waits for the party committee's decision."), by)
    return warning


def _set_subject(warning: Warning, person: User | None, department: Department | None) -> None:
    unit = warning.unit
    warning.person, warning.department = person, department
    if person is not None:
        if not person.is_active or person.admin_role:
            raise DomainError(_("This account belongs to nobody who can be warned."))
        post = post_of(person, unit)
        warning.subject_kind, warning.department = SubjectKind.PERSON, post.department
        warning.subject_label, warning.post_snapshot = person.name, post.text
    elif department is not None:
        if department.unit_id != unit.pk or department.closed_on:
            raise DomainError(_("The department does not belong to this unit, or no longer exists."))
        warning.subject_kind, warning.subject_label, warning.post_snapshot = SubjectKind.DEPARTMENT, department.name, unit.name
    else:
        warning.subject_kind, warning.subject_label, warning.post_snapshot = SubjectKind.UNIT, unit.name, ""


def _say(warning: Warning, content: Content) -> None:
    if not content.grounds.strip():
        raise DomainError(_("Give the grounds of the warning."))
    if content.error_kind and not content.error_grounds.strip():
        raise DomainError(_("Say why it is judged a mistake or a knowing violation."))
    if content.due_on and content.due_on != warning.due_on and content.due_on <= timezone.localdate():
        raise DomainError(_("The date by which it is to be rectified is not in the future."))
    for name in _CONTENT:
        value = getattr(content, name)
        setattr(warning, name, value.strip() if isinstance(value, str) else value)


def _shut_out_by(lead: Lead | None, by: User | None) -> set[int]:
    """Who is recused from a lead, and everybody it reports: they take no part in the warning either."""
    if lead is None:
        return set()
    if by is None or not Lead.objects.visible_to(by).filter(pk=lead.pk).exists():
        raise DomainError(_("This lead is not on your desk."))
    people = LeadSubject.objects.filter(lead=lead, person__isnull=False).values_list("person_id", flat=True)
    return {*people, *LeadRecusal.objects.filter(lead=lead).values_list("person_id", flat=True)}
