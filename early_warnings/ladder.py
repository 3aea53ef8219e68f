"""Who is told when a step of a warning is late, place by place (逐级追究, domain §5). Pure: people are keys, None is a vacancy.

Recipients' steps climb from above who is responsible: department head → deputy in charge → unit head → party committee → head of the
higher unit. Steps of the discipline committee climb to its head, then to the party committee; the decision on the approval to the
whole party committee: before the issue nobody else knows of a warning. Nobody is told of one they are shut out from, and nobody twice; a
vacancy is passed over.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from early_warnings.models import ResponsibleHow
from early_warnings.responsible import Chain
from early_warnings.states import WarningState


class Place(models.TextChoices):
    """A place in the chain, as escalations keep it."""

    DEPARTMENT_HEAD = "department_head", _("head of the department")
    DEPUTY = "deputy", _("deputy in charge")
    UNIT_HEAD = "unit_head", _("unit head")
    HIGHER_HEAD = "higher_head", _("head of the higher unit")
    DISCIPLINE_HEAD = "discipline_head", _("head of the discipline committee")
    PARTY_COMMITTEE = "party_committee", _("party committee")


@dataclass(frozen=True, slots=True)
class Rung:
    """The people of one place."""

    place: Place
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """The late step: its state, where the responsible leader stands, who acts in it, who is in the chain, who is kept out."""

    state: str
    responsible_how: str
    doers: Collection[int]
    chain: Chain
    discipline_head: int | None
    party: Collection[int]
    shut_out: Collection[int] = ()


_RECIPIENTS = (WarningState.ISSUED, WarningState.ACKNOWLEDGED, WarningState.RECTIFYING)
_ABOVE = {
    ResponsibleHow.DEPARTMENT_HEAD: 1,
    ResponsibleHow.DEPUTY: 2,
    ResponsibleHow.UNIT_HEAD: 3,
    ResponsibleHow.HIGHER_HEAD: 3,
    ResponsibleHow.DISCIPLINE_HEAD: 3,
}


def ladder(late: Late) -> list[Rung]:
    """The places from below, without those that are empty once everybody was told at the lowest place they hold."""
    chain = late.chain
    line: list[tuple[Place, Collection[int | None]]]
    if late.state in _RECIPIENTS:
        line = [
            (Place.DEPARTMENT_HEAD, [chain.department_head]),
            (Place.DEPUTY, [chain.deputy]),
            (Place.UNIT_HEAD, [chain.unit_head]),
            (Place.PARTY_COMMITTEE, list(late.party)),
            (Place.HIGHER_HEAD, [chain.higher_head]),
        ]
        line = line[_ABOVE[ResponsibleHow(late.responsible_how)] if late.responsible_how else 0 :]
    elif late.state == WarningState.SUBMITTED:
        line = [(Place.PARTY_COMMITTEE, list(late.party))]
    else:
        line = [(Place.DISCIPLINE_HEAD, [late.discipline_head]), (Place.PARTY_COMMITTEE, list(late.party))]
    told = {*late.doers, *late.shut_out}
    if late.state not in (*_RECIPIENTS, WarningState.SUBMITTED):
        told.discard(late.discipline_head or 0)  # acts and answers for the committee: is told as its head all the same
    rungs = []
    for place, people in line:
        here = tuple(dict.fromkeys(pk for pk in people if pk is not None and pk not in told))
        if here:
            rungs.append(Rung(place, here))
            told.update(here)
    return rungs


def reached(rungs: list[Rung], days_late: int, every: int) -> list[Rung]:
    """Those told so far: the first at once, one more after each `every` working days late (at least one)."""
    return rungs[: 1 + days_late // max(every, 1)]
