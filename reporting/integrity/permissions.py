"""Who may ask for, decide on and read an integrity file (domain §9, ADR 0024)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from leads.secrecy import superiors
from positions.models import Appointment, Body, BodyKind, BodyMembership, Unit
from positions.scopes import scope_of
from reporting.integrity.models import FileRequest, FileSettings, OwnFile
from reporting.integrity.querysets import APPROVING, HEADS, approving_body_ids, askable_posts, closed_to, set_unit_ids
from reporting.integrity.states import RequestState

_NOT_HEAD = _("The head of the committee that approves decides.")


@dataclass(frozen=True, slots=True)
class Approver:
    """A committee with those of its heads who may decide on a request."""

    body: Body
    heads: tuple[User, ...]


def settings_of(unit_id: int) -> FileSettings:
    """The unit's, else the common ones."""
    found = FileSettings.objects.of_unit(unit_id).order_by("unit_id").first()  # NULLs come last
    assert found is not None  # the common row is made by a migration
    return found


def main_post(person: User) -> Appointment | None:
    """The post the file is kept under: the main one in force, else the one held last."""
    rows = Appointment.objects.filter(person=person).select_related("position__unit", "position__department")
    held = rows.in_force().order_by("-is_main", "-starts_on", "-pk").first()
    return held or rows.order_by("-ends_on", "-starts_on", "-pk").first()


def approver_for(*, unit: Unit, person_id: int, requester_id: int) -> Approver | None:
    """Who decides: the head of the unit's discipline committee, else of the designated higher one, of those of the units above, and last
    of the party committees in the same order. The first who neither asks, nor is the person, nor depends on them. None: nobody may."""
    units = [unit.pk, *(above.pk for above in reversed(list(Unit.objects.get_ancestors(unit))))]
    bodies = Body.objects.filter(unit_id__in=units, kind__in=APPROVING, closed_on=None)
    ordered = sorted(bodies, key=lambda body: (APPROVING.index(BodyKind(body.kind)), units.index(body.unit_id), body.is_higher))
    heads = _heads(ordered)
    out = _shut_out(person_id, requester_id, [user.pk for users in heads.values() for user in users])
    for body in ordered:
        left = tuple(user for user in heads.get(body.pk, ()) if user.pk not in out)
        if left:
            return Approver(body, left)
    return None


def _heads(bodies: Collection[Body]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    seats = BodyMembership.objects.in_force().filter(body__in=bodies, role__in=HEADS).select_related("person")
    for seat in seats.order_by("starts_on", "pk"):
        found.setdefault(seat.body_id, []).append(seat.person)
    return found


def _shut_out(person_id: int, requester_id: int, people: Iterable[int]) -> set[int]:
    wanted = set(people)
    below = {pk for pk, above in superiors(wanted).items() if person_id in above}
    return below | {person_id, requester_id}


def deciders(found: FileRequest) -> list[User]:
    """The heads of the committee who may decide today."""
    heads = _heads([found.body]).get(found.body_id, [])
    out = _shut_out(found.person_id, found.requested_by_id, [user.pk for user in heads])
    return [user for user in heads if user.pk not in out]


def asks_at_all(user: User) -> bool:
    """Whether there is anybody whose file the person may ask for."""
    return askable_posts(user).exists()


def may_ask(user: User, person: User) -> Verdict:
    """Ask for the person's file."""
    if user.pk == person.pk:
        return no(_("Nobody asks for the own file: whether it may be read is a setting of the unit."))
    if person.pk in closed_to(user):
        return no(_("You cannot ask for the file of somebody you depend on. Another member asks for it."))
    if askable_posts(user).filter(person=person).exists():
        return YES
    return no(_("Both committees, the personnel office, the unit head, and leaders of the person's department ask for a file."))


def may_decide(user: User, found: FileRequest) -> Verdict:
    """Approve or reject a request."""
    if found.state != RequestState.WAITING:
        return no(_("The request is not waiting any more."))
    if found.body_id not in approving_body_ids(user):
        return no(_NOT_HEAD)
    if user.pk == found.requested_by_id:
        return no(_("Nobody approves what they asked for themselves."))
    if found.person_id in closed_to(user):
        return no(_("Nobody decides on the own file, or on that of somebody they depend on."))
    return YES


def may_withdraw(user: User, found: FileRequest) -> Verdict:
    """Take one's request back before it is decided."""
    if found.requested_by_id != user.pk:
        return no(_("Only who asked withdraws the request."))
    if found.state != RequestState.WAITING:
        return no(_("The request is not waiting any more."))
    return YES


def may_end(user: User, found: FileRequest, today: date | None = None) -> Verdict:
    """End an approval before its last day: who asked, or the head of the committee that approved."""
    if not found.is_open_on(today or timezone.localdate()):
        return no(_("The approval has ended already."))
    if user.pk == found.requested_by_id:
        return YES
    if found.body_id in approving_body_ids(user) and found.person_id not in closed_to(user):
        return YES
    return no(_NOT_HEAD)


def may_read(user: User, found: FileRequest, today: date | None = None) -> Verdict:
    """Read the file under an approval: who asked, until its last day, as long as they hold what they asked with."""
    if found.requested_by_id != user.pk:
        return no(_("Only who asked reads the file. The approval is personal."))
    if not found.is_open_on(today or timezone.localdate()):
        return no(_("The approval does not run: the file is closed."))
    return may_ask(user, found.person)


def own_mode(user: User) -> str:
    """What the person may do with the own file, one of OwnFile; NO for those who never held a post."""
    post = None if scope_of(user).admin_role else main_post(user)
    return settings_of(post.position.unit_id).own_file if post else OwnFile.NO


def may_read_own(user: User) -> Verdict:
    """Read one's own file."""
    if own_mode(user) == OwnFile.NO:
        return no(_("Your unit has decided that people do not read their own file."))
    return YES


def may_sign(user: User) -> Verdict:
    """Sign what is written into the own file."""
    if own_mode(user) == OwnFile.SIGN:
        return YES
    return no(_("In your unit entries of the file are not signed."))


def may_set(user: User, unit_id: int) -> Verdict:
    """Decide how the unit treats integrity files."""
    if unit_id in set_unit_ids(scope_of(user)):
        return YES
    return no(_("The discipline committee of the unit sets this."))
