"""Which committee handles a warning, and which of its members may take part (ADR 0011).

The unit's own committee comes first, then its designated higher one, then those of the units above. A committee handles a warning while
one of its members is left who is neither concerned nor below who is; else the next one up does. `secrecy.not_shut_out` says in SQL what
`shut_out` says; a test compares the two.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from early_warnings.models import SubjectKind, WarningSettings
from leads.secrecy import Standing, standings
from positions.models import Appointment, Body, BodyKind, BodyMembership, BodyRole, Rank, Unit

if TYPE_CHECKING:
    from early_warnings.models import Warning

# Who decides for the committee when its secretary is concerned: the next in this order.
_RANKS = {BodyRole.SECRETARY: 0, BodyRole.HEAD: 0, BodyRole.DEPUTY: 1, BodyRole.MEMBER: 2}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a warning concerns; keys. `recused` are those recorded as recused."""

    unit_id: int
    kind: str
    person_id: int | None = None
    department_id: int | None = None
    recused: frozenset[int] = frozenset()


def subject_of(warning: "Warning") -> Subject:
    """The subject of a warning with the recusals recorded so far. One query."""
    return Subject(
        unit_id=warning.unit_id,
        kind=warning.subject_kind,
        person_id=warning.person_id,
        department_id=warning.department_id,
        recused=frozenset(recusal.person_id for recusal in warning.recusals.all()),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked about the committees of many warnings, read once. Keys; members by body, unit heads by unit."""

    members: dict[int | None, list[BodyMembership]]
    standings: dict[int, Standing]
    unit_heads: dict[int, frozenset[int]]
    approval_modes: dict[int, str]


def known_for(warnings: Iterable["Warning"]) -> Known:
    """For the party committees of the warnings: four queries for any number."""
    rows = list(warnings)
    members: dict[int | None, list[BodyMembership]] = {row.party_body_id: [] for row in rows}
    bodies = [pk for pk in members if pk]
    seats = BodyMembership.objects.in_force().filter(body_id__in=bodies).select_related("person").order_by("starts_on", "pk")
    for seat in seats:
        members[seat.body_id].append(seat)
    units = {row.unit_id for row in rows}
    settings = WarningSettings.objects.filter(Q(unit=None) | Q(unit_id__in=units))
    modes: dict[int | None, str] = dict(settings.values_list("unit_id", "approval_mode"))
    everybody = standings(seat.person_id for seats in members.values() for seat in seats)
    return Known(members, everybody, _unit_heads(units), {unit_id: modes.get(unit_id, modes[None]) for unit_id in units})


def _unit_heads(unit_ids: Collection[int]) -> dict[int, frozenset[int]]:
    held = Appointment.objects.in_force().filter(position__unit_id__in=unit_ids, position__rank=Rank.UNIT_HEAD)
    found: dict[int, set[int]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, person_id in held.values_list("position__unit_id", "person_id"):
        found[unit_id].add(person_id)
    return {unit_id: frozenset(people) for unit_id, people in found.items()}


def shut_out(subject: Subject, people: Iterable[int], known: Known | None = None) -> frozenset[int]:
    """Those of the people who take no part in handling: concerned, below who is concerned, or recused."""
    wanted = set(people)
    found = wanted & subject.recused
    if subject.kind == SubjectKind.UNIT:
        heads = (known.unit_heads if known else _unit_heads({subject.unit_id}))[subject.unit_id]
        return frozenset(found | wanted & heads)
    for pk, standing in (known.standings if known else standings(wanted)).items():
        if pk not in wanted:
            continue
        if subject.kind == SubjectKind.PERSON and subject.person_id in {pk, *standing.superior_ids}:
            found.add(pk)
        if subject.kind == SubjectKind.DEPARTMENT and subject.department_id in standing.department_ids:
            found.add(pk)
    return frozenset(found)


def entitled(body: Body | None, subject: Subject, without: Collection[int | None] = (), known: Known | None = None) -> list[BodyMembership]:
    """The body's members in force who may take part, its secretary or head first. `without`: starter and submitter, where they may not."""
    if body is None:
        return []
    if known is None:
        rows = list(BodyMembership.objects.in_force().filter(body=body).select_related("person").order_by("starts_on", "pk"))
    else:
        rows = known.members[body.pk]
    out = shut_out(subject, [row.person_id for row in rows], known)
    rows = [row for row in rows if row.person_id not in out and row.person_id not in without]
    return sorted(rows, key=lambda row: _RANKS[BodyRole(row.role)])


def bodies_up(unit: Unit, kind: str) -> list[Body]:
    """The committees of the kind from the unit's own upwards: own, designated higher one, the next unit's own, and so on."""
    units = [unit.pk, *(ancestor.pk for ancestor in reversed(list(Unit.objects.get_ancestors(unit))))]
    rows = Body.objects.filter(unit_id__in=units, kind=kind, closed_on=None)
    return sorted(rows, key=lambda body: (units.index(body.unit_id), body.is_higher))


def handling(unit: Unit, kind: BodyKind, subject: Subject, without: Collection[int | None] = ()) -> Body | None:
    """The lowest committee of the kind with a member left who may take part; None when nobody in the system may."""
    return next((body for body in bodies_up(unit, kind) if entitled(body, subject, without)), None)


def deciders(warning: "Warning", known: Known | None = None) -> list[BodyMembership]:
    """Members of the party committee who may decide on the approval: never starter or submitter (four eyes)."""
    return entitled(warning.party_body, subject_of(warning), {warning.started_by_id, warning.submitted_by_id}, known)


def discipline_members(warning: "Warning") -> list[BodyMembership]:
    """Members of the discipline committee who may handle the warning."""
    return entitled(warning.discipline_body, subject_of(warning))
