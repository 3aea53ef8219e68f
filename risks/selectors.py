"""Reads of the register: the list's searches and orders, what filters offer, the levels of positions. Its pages are in `risks.pages`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from common.prepared import rows_planned_anew
from common.prepared_objects import Objects
from positions.models import Appointment, Department, Position, Rank
from positions.scopes import scope_of
from risks.models import Level, RiskPoint
from risks.search import HAYSTACK, condition, needs_recheck
from risks.services.indexing import waiting
from risks.services.points import kept

_levels = Objects(lambda: Level.objects.order_by("scale_id", "-severity"))
SORTS = ("number", "-number", "level", "-level", "registered_on", "-registered_on")


def search_points(points: QuerySet[RiskPoint], text: str, *, walk: bool = False) -> QuerySet[RiskPoint]:
    """The points whose texts contain every word; all of them for an empty text.

    `walk` hides the condition from the search index: the first fifty of thousands are found sooner by going through the points in their
    order than by gathering and sorting all that match.
    """
    unindexed = waiting()
    wanted = condition(text, unindexed=unindexed)
    if wanted is None:
        return points
    if needs_recheck(text, unindexed=bool(unindexed)):
        points = points.annotate(**HAYSTACK)
    if walk:
        return points.filter(Case(When(wanted, then=Value(True)), default=Value(False), output_field=BooleanField()))
    return points.filter(wanted)


def levels() -> dict[int, Level]:
    """All levels, the gravest first; there are a handful."""
    return {level.pk: level for level in _levels()}


def counted(points: QuerySet[RiskPoint]) -> int:
    """How many; kept for some seconds, never over a change of the register."""
    return kept("count", points.order_by().query.sql_with_params(), points.order_by().count)


def ordering(sort: str, known: dict[int, Level], *, one_unit: bool) -> list[str]:
    """Columns for a sort of the list; anything unknown is by number. Ends in the number, so that no two orders of a page differ."""
    down, name = sort.startswith("-"), sort.lstrip("-")
    sign, other = ("-", "") if down else ("", "-")

    def tail(way: str) -> list[str]:
        return [f"{way}number"] if one_unit else [f"{way}unit_id", f"{way}number"]

    if name == "registered_on":
        return [f"{sign}registered_on", *tail(sign)]
    if name == "level":
        # Keys of levels mostly run against severity (migration 0002); where they do, the index by level serves the order by severity.
        ranks = [level.severity for _pk, level in sorted(known.items())]
        if ranks == sorted(ranks, reverse=True) and len(set(ranks)) == len(ranks):
            # All columns one way, as the index has them: the gravest first, and of one level the lowest number first.
            return [f"{other}current_level_id", *tail(other)]
        return [f"{sign}current_level__severity", *tail(other)]
    return tail(sign)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of one reader offer: keys with their words."""

    levels: dict[int, Level]
    departments: list[tuple[int, str]]
    positions: list[tuple[int, str]]
    leaders: list[tuple[int, str]]


def choices_for(user: User, department_id: int | None = None) -> Choices:
    """Departments and leaders of the units the reader may browse; positions of the chosen department only, there are thousands.

    Kept for some seconds for all readers of the same units; `risks.services.following` ends it when the organisation changes.
    """
    scope = scope_of(user)
    units = sorted(scope.unit_ids | scope.whole_unit_ids)
    return kept("choices", (units, department_id), lambda: _choices(user, department_id))


def _choices(user: User, department_id: int | None) -> Choices:
    today = timezone.localdate()

    def places() -> QuerySet[Any]:
        # One statement for both: the list asks little enough for a page to be read often.
        named = ("what", "place", "pk", "name")
        departments = Department.objects.visible_to(user).annotate(what=Value("d"), place=F("order")).order_by().values_list(*named)
        posts = Position.objects.visible_to(user).filter(department_id=department_id, department__isnull=False)
        return departments.union(posts.annotate(what=Value("p"), place=F("order")).order_by().values_list(*named)).order_by(*named[:3])

    def heads() -> QuerySet[Any]:
        posts = Q(position__department=None) | Q(position__rank=Rank.DEPARTMENT_HEAD, position__department_id=department_id)
        held = Appointment.objects.visible_to(user).in_force(today).filter(posts)
        order = ("position__department_id", "position__order", "pk")
        return held.order_by(*order).values_list("person_id", "person__name", "position__name")

    asker = (scope_of(user).key, today, department_id)
    found: dict[str, list[tuple[int, str]]] = {"d": [], "p": []}
    for what, _place, pk, name in rows_planned_anew("choices.places", asker, places):
        found[what].append((pk, name))
    leaders = {pk: f"{name} {post}" for pk, name, post in rows_planned_anew("choices.leaders", asker, heads)}
    return Choices(levels(), found["d"], found["p"], list(leaders.items()))


@dataclass(slots=True)
class PositionRow:
    """One line of the position risk-level catalogue (岗位风险等级目录)."""

    position: Position
    holders: str
    counts: list[int]
    level: Level | None
    leader: str

    @property
    def total(self) -> int:
        """Points of the position in the register."""
        return sum(self.counts)


def position_levels(user: User, *, department_id: int | None = None, unit_id: int | None = None) -> QuerySet[Position]:
    """Positions of which the reader sees at least one point, or all of the units seen whole; ordered as the organisation is."""
    seen = RiskPoint.objects.visible_to(user).registered().exclude(position=None)
    found = Position.objects.visible_to(user).open().select_related("department", "unit")
    whole = found.filter(unit_id__in=scope_of(user).whole_unit_ids)
    found = whole if scope_of(user).whole_unit_ids else found.filter(pk__in=seen.values("position_id").distinct())
    if department_id:
        found = found.filter(department_id=department_id)
    if unit_id:
        found = found.filter(unit_id=unit_id)
    return found


def rows_of_positions(user: User, positions: Sequence[Position], known: dict[int, Level]) -> list[PositionRow]:
    """Holders, counts by level and the highest level of these positions; three queries."""
    keys = [position.pk for position in positions]
    points = RiskPoint.objects.visible_to(user).registered().filter(position_id__in=keys).order_by()
    counts: dict[int, dict[int, int]] = {}
    for key, level_id, number in points.values_list("position_id", "current_level_id").annotate(n=Count("pk")):
        counts.setdefault(key, {})[level_id] = number
    leaders: dict[tuple[int, int], list[str]] = {}
    named = points.values_list("position_id", "current_level_id", "responsible_leader__name").distinct()
    for key, level_id, name in named:
        if name:
            leaders.setdefault((key, level_id), []).append(name)
    holders: dict[int, list[str]] = {}
    held = Appointment.objects.in_force().filter(position_id__in=keys).order_by("starts_on", "pk")
    for key, name in held.values_list("position_id", "person__name"):
        holders.setdefault(key, []).append(name)
    found = []
    for position in positions:
        mine = counts.get(position.pk, {})
        top = max((known[pk] for pk in mine), key=lambda level: level.severity, default=None)
        found.append(
            PositionRow(
                position,
                "、".join(holders.get(position.pk, [])),
                [mine.get(pk, 0) for pk in known],
                top,
                "、".join(sorted(leaders.get((position.pk, top.pk), []))) if top else "",
            )
        )
    return found
