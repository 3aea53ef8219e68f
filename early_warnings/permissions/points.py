"""Who may do what to points (domain §5): the discipline committee proposes, somebody else of it decides, nobody on their own account."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from early_warnings import committees
from early_warnings.models import PointClosing, PointEntry, PointScheme, SubjectKind
from early_warnings.points import Cycle
from early_warnings.states_points import POINT_TABLE, PointState
from positions.models import Body, BodyKind, Department, Unit
from positions.scopes import scope_of

NOT_YOURS = _("Points are handled by the discipline committee, without those concerned and those below them.")


def subject_of(unit: Unit, holder: User | Department) -> committees.Subject:
    """Whose account it is, as the committees know it."""
    if isinstance(holder, User):
        return committees.Subject(unit.pk, SubjectKind.PERSON, person_id=holder.pk)
    return committees.Subject(unit.pk, SubjectKind.DEPARTMENT, department_id=holder.pk)


def handling_body(unit: Unit, holder: User | Department) -> Body | None:
    """The discipline committee that handles the account: the unit's, or the next one up where everybody in it depends on the holder."""
    return committees.handling(unit, BodyKind.DISCIPLINE_COMMITTEE, subject_of(unit, holder))


def may_propose(user: User, unit: Unit, holder: User | Department) -> Verdict:
    """Propose points: a member of the committee that handles the account, not concerned and not below who is."""
    body = handling_body(unit, holder)
    members = {row.person_id for row in committees.entitled(body, subject_of(unit, holder))}
    return YES if user.pk in members else no(NOT_YOURS)


def _handles(user: User, entry: PointEntry) -> bool:
    return PointEntry.objects.handled_by(user).filter(pk=entry.pk).exists()


def _state(entry: PointEntry, step: str) -> Verdict:
    if entry.state in POINT_TABLE.get(step).sources:
        return YES
    return no(_("Not possible while the entry is “%(state)s”.") % {"state": PointState(entry.state).label})


def may_decide(user: User, entry: PointEntry) -> Verdict:
    """Confirm or not: whoever handles it and did not propose it (four eyes); nobody who would get a share of it themselves."""
    from early_warnings.services.point_holders import share_leader_id

    if not _handles(user, entry):
        return no(NOT_YOURS)
    state = _state(entry, "confirm")
    if state and entry.proposed_by_id == user.pk:
        return no(_("Nobody decides on what they proposed themselves."))
    if state and share_leader_id(entry) == user.pk:
        return no(_("You would get a share of these points as responsible leader: somebody else decides."))
    return state


def may_withdraw(user: User, entry: PointEntry) -> Verdict:
    """Take a proposal back: who made it."""
    if entry.proposed_by_id != user.pk:
        return no(_("Only who proposed it withdraws it."))
    return _state(entry, "withdraw")


def may_counter(user: User, entry: PointEntry) -> Verdict:
    """Propose that a confirmed entry is taken back: who handles it, while its year is open."""
    if not _handles(user, entry):
        return no(NOT_YOURS)
    if entry.state != PointState.CONFIRMED:
        return no(_("Only confirmed entries are taken back."))
    if entry.counter_of_id is not None:
        return no(_("A counter-entry is not taken back: propose a new entry."))
    if entry.share_of_id is not None:
        return no(_("A leader's share is taken back together with the entry it belongs to."))
    if entry.counters.filter(state__in=[PointState.PROPOSED, PointState.CONFIRMED]).exists():
        return no(_("A counter-entry to this one exists already."))
    if is_closed(entry.unit_id, entry.cycle_year, entry.scheme):
        return no(closed_text(entry.cycle_year))
    return YES


def is_closed(unit_id: int, year: int, scheme: PointScheme) -> bool:
    """Whether the year of a scheme that counts by calendar years was closed; a rolling cycle never is."""
    return scheme.cycle == Cycle.CALENDAR and PointClosing.objects.filter(unit_id=unit_id, year=year).exists()


def closed_text(year: int) -> str:
    """Why nothing is entered in a closed year."""
    return str(_("The points of %(year)s are closed: nothing is entered or taken back in that year any more.") % {"year": year})


def may_keep(user: User, unit_id: int) -> Verdict:
    """Schemes, the catalogue of behaviours and the closing of a year: members of the unit's discipline committee."""
    if scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(_("The discipline committee of the unit decides this."))


def may_edit_scheme(user: User, scheme: PointScheme) -> Verdict:
    """Change a scheme in place: the unit's own, while nothing was entered under it."""
    if scheme.unit_id is None:
        return no(_("A common scheme cannot be changed: make one for your unit."))
    verdict = may_keep(user, scheme.unit_id)
    if verdict and scheme.entries.exists():
        return no(_("Points were entered under this scheme. Make a new one that holds from a later day."))
    return verdict
