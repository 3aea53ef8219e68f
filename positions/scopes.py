"""Who somebody is today: computed from appointments, division of work and memberships in force, never stored (ADR 0002).

Every `visible_to(user)` and every permission starts here; when an appointment ends, so does what follows from it (domain §1).
"""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import AdminRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Ids = frozenset[int]
NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Primary keys of what a person holds, leads and sits in on one day. Empty for anonymous, disabled and administrator accounts."""

    user_id: int | None = None
    admin_role: str = ""
    unit_ids: Ids = NONE  # units in which the person holds a position or sits in a body
    position_ids: Ids = NONE
    department_ids: Ids = NONE  # departments the person works in
    led_department_ids: Ids = NONE  # departments the person is head of
    charge_department_ids: Ids = NONE  # departments the person is in charge of as a leader (分管)
    leadership_unit_ids: Ids = NONE
    headed_unit_ids: Ids = NONE
    # Units whose whole content the person sees: as unit head, in the leading group or its office, in the discipline committee;
    # and the units below that are open to the higher unit.
    whole_unit_ids: Ids = NONE
    bodies: dict[str, Ids] = field(default_factory=dict)  # kind of body → units
    chaired: dict[str, Ids] = field(default_factory=dict)  # kind of body → units, as its head
    spoken_for: dict[str, Ids] = field(default_factory=dict)  # kind of body → units, as its head or secretary
    # The same without bodies of a higher unit that stand in the unit's list to hand things up to.
    own_spoken_for: dict[str, Ids] = field(default_factory=dict)
    secretary_of: Ids = NONE  # party branches (body ids)

    def sits_in(self, kind: str, unit_id: int | None) -> bool:
        """Whether the person is a member of the unit's body of that kind."""
        return unit_id in self.bodies.get(kind, NONE)

    def chairs(self, kind: str, unit_id: int | None) -> bool:
        """Whether the person heads the unit's body of that kind."""
        return unit_id in self.chaired.get(kind, NONE)

    @property
    def key(self) -> tuple[object, ...]:
        """All of it as a value that can be looked up by (common.prepared)."""
        values = (getattr(self, part.name) for part in fields(self))
        return tuple(frozenset(value.items()) if isinstance(value, dict) else value for value in values)

    @property
    def reviewed_department_ids(self) -> Ids:
        """Departments whose content the person sees as head or leader in charge."""
        return self.led_department_ids | self.charge_department_ids


def scope_in_order(scope: Scope) -> tuple[object, ...]:
    """The scope as a value that reads the same in every process, for what is kept by its text."""
    found: list[object] = []
    for part in fields(scope):
        value = getattr(scope, part.name)
        if isinstance(value, dict):
            found.append(sorted((kind, sorted(ids)) for kind, ids in value.items()))
        else:
            found.append(sorted(value) if isinstance(value, frozenset) else value)
    return tuple(found)


def scope_of(user: "User | AnonymousUser", on: date | None = None) -> Scope:
    """The scope of the user on a day (default today). Four queries at most; today's is kept on the user object of the request."""
    today = timezone.localdate()
    if on is None or on == today:
        kept = getattr(user, "_scope", None)
        if kept is not None and kept[0] == today:
            return kept[1]  # type: ignore[no-any-return]
        scope = _compute(user, today)
        user._scope = (today, scope)  # type: ignore[union-attr]
        return scope
    return _compute(user, on)


def forget(user: "User") -> None:
    """Drop what was computed for this user object, after a change of the organisation."""
    user.__dict__.pop("_scope", None)


def _compute(user: "User | AnonymousUser", on: date) -> Scope:
    if not user.is_authenticated or not user.is_active:
        return Scope()
    if user.admin_role != AdminRole.NONE:
        return Scope(user_id=user.pk, admin_role=user.admin_role)
    found: dict[str, set[int]] = defaultdict(set)
    bodies: dict[str, set[int]] = defaultdict(set)
    chaired: dict[str, set[int]] = defaultdict(set)
    spoken_for: dict[str, set[int]] = defaultdict(set)
    own_spoken_for: dict[str, set[int]] = defaultdict(set)
    _from_appointments(user, on, found)
    _from_memberships(user, on, found, bodies, chaired, spoken_for, own_spoken_for)
    return Scope(
        user_id=user.pk,
        **{name: frozenset(ids) for name, ids in found.items()},  # type: ignore[arg-type]
        whole_unit_ids=_whole_units(found, bodies),
        bodies={kind: frozenset(ids) for kind, ids in bodies.items()},
        chaired={kind: frozenset(ids) for kind, ids in chaired.items()},
        spoken_for={kind: frozenset(ids) for kind, ids in spoken_for.items()},
        own_spoken_for={kind: frozenset(ids) for kind, ids in own_spoken_for.items()},
    )


def _from_appointments(user: "User", on: date, found: dict[str, set[int]]) -> None:
    from positions.models import Appointment, DivisionOfWork, Rank

    held = Appointment.objects.in_force(on).filter(person=user)
    for pk, unit_id, department_id, rank in held.values_list(
        "position_id", "position__unit_id", "position__department_id", "position__rank"
    ):
        found["unit_ids"].add(unit_id)
        found["position_ids"].add(pk)
        if department_id is None:
            found["leadership_unit_ids"].add(unit_id)
        else:
            found["department_ids"].add(department_id)
        if rank == Rank.DEPARTMENT_HEAD:
            found["led_department_ids"].add(department_id)
        elif rank == Rank.UNIT_HEAD:
            found["headed_unit_ids"].add(unit_id)
    if found["leadership_unit_ids"]:
        charged = DivisionOfWork.objects.in_force(on).filter(appointment__person=user)
        found["charge_department_ids"].update(charged.values_list("department_id", flat=True))


def _from_memberships(
    user: "User",
    on: date,
    found: dict[str, set[int]],
    bodies: dict[str, set[int]],
    chaired: dict[str, set[int]],
    spoken_for: dict[str, set[int]],
    own_spoken_for: dict[str, set[int]],
) -> None:
    from positions.models import BodyKind, BodyMembership, BodyRole

    held = BodyMembership.objects.in_force(on).filter(person=user)
    values = "body_id", "body__unit_id", "body__kind", "role", "body__is_higher"
    for body_id, unit_id, kind, role, is_higher in held.values_list(*values):
        found["unit_ids"].add(unit_id)
        bodies[kind].add(unit_id)
        if role == BodyRole.HEAD:
            chaired[kind].add(unit_id)
        if role in (BodyRole.HEAD, BodyRole.SECRETARY):
            spoken_for[kind].add(unit_id)
            if not is_higher:
                own_spoken_for[kind].add(unit_id)
        if kind == BodyKind.PARTY_BRANCH and role in (BodyRole.SECRETARY, BodyRole.HEAD):
            found["secretary_of"].add(body_id)


def _whole_units(found: dict[str, set[int]], bodies: dict[str, set[int]]) -> Ids:
    from positions.models import BodyKind, Unit

    whole = set(found["headed_unit_ids"])
    for kind in (BodyKind.LEADING_GROUP, BodyKind.LEADING_GROUP_OFFICE, BodyKind.DISCIPLINE_COMMITTEE):
        whole |= bodies[kind]
    return frozenset(whole | Unit.objects.open_below(whole)) if whole else NONE
