"""What the pages of the position risk index show: seats with their latest index, and one index with every figure and its source."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import index_words as words
from assessments.index import Figure, Part
from assessments.index.parts import rounded
from assessments.index.rules import Band
from assessments.index_sources import seats_of
from assessments.models import PositionIndex, Result, Round, Survey
from assessments.permissions.index import may_see_appraisal
from assessments.querysets_index import reading_unit_ids
from positions.models import Position, PowerItem, Unit
from positions.scopes import scope_of
from risks.models import RiskPoint

MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A leadership position with its holder and the latest index. Scores None: not computed, cannot be, or not for this reader."""

    position: Position
    holder: str
    index: PositionIndex | None
    scores: dict[str, Decimal | None]
    total: Decimal | None
    level: Band | None
    note: str

    @property
    def url(self) -> str:
        """Page of the index; empty without one."""
        return self.index.get_absolute_url() if self.index else ""


def rows_of(user: User, unit: Unit) -> list[SeatRow]:
    """Every leadership position of the unit for who reads all of them; for others the own ones."""
    latest = PositionIndex.objects.visible_to(user).filter(unit=unit).newest().select_related("position")
    known = {(one.position_id, one.holder_id): one for one in latest}
    if unit.pk not in reading_unit_ids(scope_of(user)):
        return [_row(user, one.position, one.holder_name, one) for one in known.values()]
    found = []
    for seat in seats_of(unit, timezone.localdate()):
        holder = seat.holder
        index = known.get((seat.position.pk, holder.pk if holder else None))
        found.append(_row(user, seat.position, holder.name if holder else "", index))
    return found


def _row(user: User, position: Position, holder: str, index: PositionIndex | None) -> SeatRow:
    if index is None:
        return SeatRow(position, holder, None, {}, None, None, _("not computed yet"))
    open_ = bool(may_see_appraisal(user, index))
    scores = {part.key: part.score for part in index.computed_parts if open_ or part.key != "moral"}
    if not open_:
        return SeatRow(position, holder, index, scores, None, None, _("for the committees"))
    note = "" if index.total is not None else _("cannot be computed")
    return SeatRow(position, holder, index, scores, index.total, index.level, note)


def list_chart(rows: Iterable[SeatRow]) -> dict[str, Any] | None:
    """What each part adds to the index of each position, the highest on top; None with fewer than two totals."""
    known = sorted((row for row in rows if row.total is not None), key=lambda row: -(row.total or 0))
    if len(known) < 2:
        return None
    series: list[dict[str, Any]] = []
    for key, colour in (("moral", "orange"), ("power", "blue"), ("control", "red"), ("environment", "green")):
        values = [_share(row, key) for row in known]
        series.append({"label": words.part(key), "values": values, "colour": colour, "urls": [row.url for row in known]})
    top = known[0]
    return {
        "title": _("Highest: %(position)s, %(total)s") % {"position": _named(top), "total": words.number(top.total or 0)},
        "categories": [_("%(position)s: %(total)s") % {"position": _named(row), "total": words.number(row.total or 0)} for row in known],
        "series": series,
    }


def _named(row: SeatRow) -> str:
    return f"{row.position.name} {row.holder}".strip()


def _share(row: SeatRow, key: str) -> float:
    score = row.scores.get(key)
    if score is None or row.index is None:
        return 0.0
    return round(float(score * row.index.frozen.weights[key] / 100), 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its words; `url` leads to the source where this reader may see it."""

    label: str
    text: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class PartSheet:
    """A part as the page shows it. `reason`: why there is no score (for this reader)."""

    key: str
    label: str
    measured_by: str
    weight: Decimal
    score: Decimal | None
    adds: Decimal | None
    grade: Band | None
    reason: str
    lines: list[Line]  # the heaviest, and what they add up to
    more: list[Line]  # the others

    @property
    def weight_text(self) -> str:
        """In per cent, as short as it is."""
        return words.number(self.weight)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One index for one reader."""

    parts: list[PartSheet]
    total: Decimal | None
    level: Band | None
    reason: str
    chart: dict[str, Any] | None
    earlier: list[SeatRow]

    @property
    def formula(self) -> str:
        """“(14.16 × 25 + 96.75 × 25 + …) ÷ 100”, for the line of the total."""
        known = [part for part in self.parts if part.score is not None]
        return f"({' + '.join(f'{words.number(part.score or 0)} × {words.number(part.weight)}' for part in known)}) ÷ 100"


def sheet_of(user: User, index: PositionIndex) -> Sheet:
    """The index with every figure and its source, as far as this reader may see them."""
    verdict = may_see_appraisal(user, index)
    computed = index.computed_parts
    urls = _addresses(user, [one for part in computed for one in part.figures])
    parts = []
    for part in computed:
        weight = index.frozen.weights[part.key]
        if part.key == "moral" and not verdict:
            parts.append(_part(part, weight, None, str(verdict.reason), [], []))
        else:
            lines, more = _lines(part, urls)
            parts.append(_part(part, weight, part.score, words.reason(part), lines, more))
    total = index.total if verdict else None
    reason = "" if total is not None else str(verdict.reason)
    if verdict and total is None:
        reason = _("There is no index while a part with a weight cannot be computed: without it the sum would look like a smaller risk.")
    before = PositionIndex.objects.visible_to(user).filter(position=index.position, holder=index.holder).exclude(pk=index.pk)
    earlier = [_row(user, index.position, index.holder_name, one) for one in before.order_by("-as_of", "-pk")[:8]]
    return Sheet(parts, total, index.level if verdict else None, reason, _chart(index, parts, earlier), earlier)


def _part(part: Part, weight: Decimal, score: Decimal | None, reason: str, lines: list[Line], more: list[Line]) -> PartSheet:
    adds = None if score is None else rounded(score * weight / 100)
    grade = part.grade if score is not None else None
    measured_by = str(words.MEASURED_BY[part.key])
    return PartSheet(part.key, words.part(part.key), measured_by, weight, score, adds, grade, reason, lines, more)


def _lines(part: Part, urls: dict[tuple[str, int], str]) -> tuple[list[Line], list[Line]]:
    """The heaviest figures with their sums, and the rest. Those of the appraisal stay in the order of its factors."""
    ordered = [one for one in part.figures if one.source]
    if part.key != "moral":
        ordered.sort(key=lambda one: -Decimal(one.value))
    sums = [one for one in part.figures if not one.source]
    return [_line(one, urls) for one in [*ordered[:MOST_LINES], *sums]], [_line(one, urls) for one in ordered[MOST_LINES:]]


def _line(one: Figure, urls: dict[tuple[str, int], str]) -> Line:
    url = urls.get(one.source, "") if one.source else ""
    label, text = words.figure(one, is_open=bool(url))
    return Line(label, text, one.value, url)


def _chart(index: PositionIndex, parts: list[PartSheet], earlier: list[SeatRow]) -> dict[str, Any] | None:
    """A radar of the parts that are known, with the last quarter behind; bars where they are fewer than three."""
    known = [part for part in parts if part.score is not None]
    if not known:
        return None
    worst = max(known, key=lambda part: part.score or 0)
    series: list[dict[str, Any]] = [
        {"label": f"{index.as_of:%Y-%m-%d}", "values": [float(part.score or 0) for part in known], "colour": "red"}
    ]
    last = next((row for row in earlier if row.index and row.index.as_of < index.as_of), None)
    if last and last.index and all(last.scores.get(part.key) is not None for part in known):
        values = [float(last.scores[part.key] or 0) for part in known]
        series.append({"label": f"{last.index.as_of:%Y-%m-%d}", "values": values, "colour": "grey"})
    return {
        "kind": "radar" if len(known) > 2 else "bar",
        "title": _("Highest of the parts: %(part)s, %(score)s") % {"part": worst.label, "score": words.number(worst.score or 0)},
        "categories": [part.label for part in known],
        "series": series,
    }


def _addresses(user: User, figures: Iterable[Figure]) -> dict[tuple[str, int], str]:
    """Source → address, for those this reader may see; at most one query a kind."""
    keys: dict[str, set[int]] = defaultdict(set)
    for one in figures:
        if one.source:
            keys[one.source[0]].add(one.source[1])
    found: dict[tuple[str, int], str] = {}
    for kind, route, rows in (
        ("power", "powers:item", PowerItem.objects.visible_to(user)),
        ("risk", "risks:risk", RiskPoint.objects.visible_to(user)),
        ("survey", "assessments:survey", Survey.objects.visible_to(user)),
        ("result", "assessments:result", Result.objects.in_detail(user)),
        ("round", "assessments:round", Round.objects.visible_to(user)),
    ):
        if keys[kind]:
            for pk in rows.filter(pk__in=keys[kind]).values_list("pk", flat=True):
                found[kind, pk] = reverse(route, args=[pk])
    register = reverse("risks:register")
    found |= {("department_points", pk): f"{register}?department={pk}" for pk in keys["department_points"]}
    found |= {("unit_points", pk): f"{register}?level_of=unit" for pk in keys["unit_points"]}
    return found
