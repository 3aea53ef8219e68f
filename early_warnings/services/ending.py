"""How a warning ends: closed as rectified, raised to the next tier, or withdrawn (domain §5)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError, NotPossible
from early_warnings import committees
from early_warnings.models import TIER_ORDER, SourceKind, SubjectKind, Tier, Warning, WarningLead, WarningLevel, WarningRecusal
from early_warnings.permissions import warnings as permissions
from early_warnings.services import drafting, moves, rectifying
from early_warnings.services.facts import still_missing
from early_warnings.services.people import recipients
from early_warnings.services.settings import mapped


@transaction.atomic
def close(*, warning: Warning, by: User, note: str = "", version: int | None = None) -> Warning:
    """Close it as rectified, with a closing note if there is one to make.

    Raises NotAllowed, Conflict, and NotPossible naming what `requirements` finds missing.
    """
    warning = moves.locked(warning, version)
    permissions.may_close(by, warning).require()
    if lacking := still_missing(warning):
        raise NotPossible(_("Cannot be closed yet: %(missing)s") % {"missing": " ".join(str(one.text) for one in lacking)})
    _end(warning, "close", note.strip(), by)
    moves.tell([*recipients(warning), *_committee(warning)], warning, _("A warning has been closed as rectified."), by)
    return warning


@transaction.atomic
def escalate(*, warning: Warning, reason: str, by: User, version: int | None = None) -> Warning:
    """End it and draft a new one, linked, of the next tier, with the reason before the old grounds; returns the new draft.

    The new one needs its own approval. Raises NotAllowed, NotPossible (highest tier already), Conflict, DomainError without a reason.
    """
    warning = moves.locked(warning, version)
    permissions.may_escalate(by, warning).require()
    reason = _needed(reason)
    level = next_level(warning)
    if level is None:
        raise NotPossible(_("There is no tier above this one."))
    rectifying.judge_for_escalation(warning, reason, by)
    _end(warning, "escalate", reason, by)
    drafted = drafting.draft(
        unit=warning.unit,
        level=level,
        by=by,
        person=warning.person if warning.subject_kind == SubjectKind.PERSON else None,
        department=warning.department if warning.subject_kind == SubjectKind.DEPARTMENT else None,
        previous=warning,
        recused=[recusal.person for recusal in WarningRecusal.objects.filter(warning=warning).select_related("person")],
        grounds=f"{reason}\n{warning.grounds}",
        basis=warning.basis,
        source_kind=SourceKind.ESCALATION,
        source_text=warning.number,
        error_kind=warning.error_kind,
        error_grounds=warning.error_grounds,
        requirements=warning.requirements,
    )
    for link in WarningLead.objects.filter(warning=warning):
        WarningLead.objects.create(warning=drafted, lead_id=link.lead_id)
    moves.tell([*recipients(warning), *_committee(warning)], warning, _("A warning was raised to the next tier."), by)
    return drafted


def next_level(warning: Warning) -> WarningLevel | None:
    """The lowest level of the next tier in the unit's scheme; None for the highest tier."""
    place = TIER_ORDER.index(Tier(warning.tier)) + 1
    if place == len(TIER_ORDER):
        return None
    scheme = mapped(warning.level, warning.unit_id).scheme
    return scheme.levels.filter(tier=TIER_ORDER[place]).order_by("severity").first()


@transaction.atomic
def withdraw(*, warning: Warning, reason: str, by: User, version: int | None = None) -> Warning:
    """Take it back, from any open state. Who knew of it is told. Raises NotAllowed, NotPossible, Conflict, DomainError without a reason."""
    warning = moves.locked(warning, version)
    permissions.may_withdraw(by, warning).require()
    reason = _needed(reason)
    people = list(_committee(warning))
    if warning.submitted_at:
        people += [member.person for member in committees.entitled(warning.party_body, committees.subject_of(warning))]
    if warning.issued_at:
        people += recipients(warning)
    _end(warning, "withdraw", reason, by)
    moves.tell(people, warning, _("A warning was withdrawn."), by)
    return warning


def _end(warning: Warning, step: str, reason: str, by: User) -> None:
    warning.closed_by, warning.closed_at, warning.end_reason = by, timezone.now(), reason
    moves.step(warning, step, by=by)


def _committee(warning: Warning) -> list[User]:
    return [member.person for member in committees.discipline_members(warning)]


def _needed(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the warning."))
    return reason.strip()
