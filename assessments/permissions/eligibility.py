"""Who runs eligibility checks, and who lifts a restriction (domain §6)."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.eligibility import Candidate
from assessments.models import Restriction
from assessments.querysets_eligibility import checking_unit_ids, closed_to
from common.verdicts import YES, Verdict, no
from leads.secrecy import standing_of
from positions.models import BodyKind
from positions.scopes import scope_of

NAMED = 5


def may_check(user: User, unit_id: int) -> Verdict:
    """Run checks for a unit."""
    if unit_id in checking_unit_ids(scope_of(user)):
        return YES
    return no(_("The discipline committee and the personnel office of the unit run eligibility checks."))


def may_check_people(user: User, people: Iterable[Candidate]) -> Verdict:
    """Nobody checks themselves, nor who they depend on: the answer could tell of a warning they may not know of (ADR 0011)."""
    closed = closed_to(user)
    names = [one.name for one in people if one.person_id in closed]
    if not names:
        return YES
    shown = "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
    text = _("You cannot check yourself or who is above you: %(names)s. Take them off the list; another member checks them.")
    return no(text % {"names": shown})


def may_set(user: User, unit_id: int) -> Verdict:
    """Change what warnings and points mean in checks of a unit."""
    if scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(_("The discipline committee of the unit sets this."))


def may_lift(user: User, restriction: Restriction) -> Verdict:
    """End a restriction early."""
    today = timezone.localdate()
    if restriction.lifted_on is not None or restriction.ends_on < today:
        return no(_("It has ended already."))
    if not scope_of(user).sits_in(BodyKind.PARTY_COMMITTEE, restriction.unit_id):
        return no(_("The party committee of the unit lifts restrictions."))
    if restriction.person_id == user.pk or restriction.person_id in standing_of(user).superior_ids:
        return no(_("Nobody lifts a restriction of their own, or of who they depend on."))
    return YES
