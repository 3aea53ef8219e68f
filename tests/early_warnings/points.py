"""Points for tests: entries through the services, schemes through the models."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from early_warnings.models import PointBehaviour, PointEntry, PointScheme, PointThreshold, WarningLevel
from early_warnings.services import points
from early_warnings.services.points import Facts


def committee(unit):
    """The two members of the discipline committee of a small unit."""
    return unit.discipline_head, unit.departments[0].staff[1]


def behaviour(code="GZ-01") -> PointBehaviour:
    return PointBehaviour.objects.get(unit=None, code=code)


def said(code="GZ-01", day: date | None = None, **fields) -> Facts:
    words = {"facts": "经查属实", "basis": "《廉政记分办法》第六条"} | fields
    return Facts(behaviour=behaviour(code), occurred_on=day or timezone.localdate(), **words)


def proposed(unit, holder, code="GZ-01", day=None, by=None, **fields) -> PointEntry:
    return points.propose(unit=unit.unit, holder=holder, facts=said(code, day, **fields), by=by or committee(unit)[0])


def entered(unit, holder, code="GZ-01", day=None, **fields) -> PointEntry:
    """Proposed by one member and confirmed by the other."""
    return points.confirm(entry=proposed(unit, holder, code, day, **fields), by=committee(unit)[1])


def colour(name: str) -> WarningLevel:
    return WarningLevel.objects.get(scheme__code="four-colours", colour=name)


def own_scheme(unit, *, since: date | None = None, thresholds=((3, "blue"), (6, "yellow"), (12, "red")), **fields) -> PointScheme:
    """A scheme of the unit in force since long ago."""
    values = {"name": "本单位记分办法", "in_force_from": since or date(2021, 1, 1), "base_level": colour("green")} | fields
    scheme = PointScheme.objects.create(unit=unit.unit, **values)
    for at, name in thresholds:
        PointThreshold.objects.create(scheme=scheme, points=Decimal(str(at)), level=colour(name), consequence=f"达到{at}分")
    return scheme
