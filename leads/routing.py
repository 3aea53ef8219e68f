"""To whose desk a lead goes: a pure rule over facts (domain §4, routing; ADR 0009). Numbers stand for bodies and people.

A member reports to the branch secretary; leads about department heads go to the discipline committee, about members of the leadership to
the party committee, about the unit head to the higher committees; important ones also to the higher committees. A body in which nobody is
left who may see the lead is passed over for the next one up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

Ids = frozenset[int]
NONE: Ids = frozenset()


class About(IntEnum):
    """The gravest standing among those reported."""

    GENERAL = 0  # general staff and deputy department heads' staff
    DEPARTMENT = 1  # department heads, whole departments, and people we cannot place
    LEADERSHIP = 2
    UNIT_HEAD = 3  # the unit head, the unit as a whole


@dataclass(frozen=True, slots=True)
class Desk:
    """A body with those of its members who read what lies on its desk, and its head."""

    body: int
    members: Ids = NONE
    head: Ids = NONE


@dataclass(frozen=True, slots=True)
class Bodies:
    """The two committees of one level; None where there is none in the system."""

    discipline: Desk | None = None
    party: Desk | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What routing needs to know. `higher` has the nearest level first."""

    about: About
    own: Bodies
    higher: tuple[Bodies, ...] = ()
    branch: Desk | None = None  # of the staff member who reports; None for anonymous and public reports
    reported: Ids = NONE  # the persons reported, departments counted as everybody in them
    above: Ids = NONE  # everybody above the persons reported
    shut_out: Ids = NONE  # reported persons, everybody below them, everybody recused
    important: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Bodies to which the lead goes, the deciding one first. `alone`: only the head of the discipline committee, to hand it up outside."""

    bodies: tuple[int, ...] = ()
    alone: bool = False


def route(case: Case) -> Route:
    """Where the lead goes first. Empty when nobody in the system may see it; it then waits for somebody (`services.desks.recheck`)."""
    first = next((desk for desk in ladder(case) if _left(case, desk)), None)
    if first is None:
        return last_resort(case)
    return Route((first.body, *(desk.body for desk in _also(case) if desk.body != first.body)))


def ladder(case: Case) -> Iterator[Desk]:
    """Every desk that may decide, in the order in which they are tried."""
    own = case.own
    if case.about == About.GENERAL and case.branch is not None and not case.branch.members & (case.reported | case.above):
        yield case.branch
    if case.about <= About.DEPARTMENT and own.discipline is not None:
        yield own.discipline
    if case.about <= About.LEADERSHIP and own.party is not None:
        yield own.party
    for level in case.higher:
        if level.discipline is not None:
            yield level.discipline
        if level.party is not None:
            yield level.party


def last_resort(case: Case) -> Route:
    """The head of the unit's discipline committee alone, who hands it to the higher committee outside; never when reported themselves."""
    own = case.own.discipline
    return Route((own.body,), alone=True) if own is not None and own.head - case.reported else Route()


def may_hold(case: Case, body: int, *, passed_by_party: bool) -> bool:
    """Whether a desk may pass the lead to this body: a decider of the ladder, or, about a member of the leadership, the discipline
    committee when it is the party committee (or a higher one) that passes it on. Somebody must be left there who may see it."""
    desks = [desk for desk in ladder(case) if desk is not case.branch]
    own = case.own.discipline
    if case.about == About.LEADERSHIP and passed_by_party and own is not None:
        desks.append(own)
    return any(desk.body == body and _left(case, desk) for desk in desks)


def still_holds(case: Case, desk: Desk, *, is_branch: bool, passed_by_party: bool) -> bool:
    """Whether a desk may keep what it holds, after somebody was identified, recused or moved to another post."""
    if is_branch:
        return case.about == About.GENERAL and bool(_left(case, desk)) and not desk.members & (case.reported | case.above)
    return may_hold(case, desk.body, passed_by_party=passed_by_party)


def _left(case: Case, desk: Desk) -> Ids:
    return desk.members - case.shut_out


def _also(case: Case) -> Iterator[Desk]:
    """Important ones also to the nearest higher committees: discipline always, the party committee's when leadership is concerned."""
    if not case.important:
        return
    kinds = ("discipline", "party") if case.about >= About.LEADERSHIP else ("discipline",)
    for kind in kinds:
        desks = (getattr(level, kind) for level in case.higher)
        found = next((desk for desk in desks if desk is not None and _left(case, desk)), None)
        if found is not None:
            yield found
