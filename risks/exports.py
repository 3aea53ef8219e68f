"""The register, the position risk-level catalogue and the measures as sheets, with the columns officials expect (domain §11).

Rows are streamed through a cursor of the server and written one by one; a hundred thousand never stand in memory.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.xlsx.writing import Column, Sheet
from positions.models import Position
from risks.models import DefenceLine, Level, Measure, MeasureKind, RiskPoint
from risks.providers import proposed_levels
from risks.row_words import MEASURES, category_of, category_words, numbered, place_of, proof_of, together
from risks.selectors import levels, rows_of_positions
from risks.states import MeasureState

CHUNK = 2000
ARROWS = {"rise": "↑", "fall": "↓"}
_COLOURS = {"red": "#B42318", "orange": "#B54708", "yellow": "#854A0E", "blue": "#175CD3", "green": "#087443", "grey": "#475467"}

_REGISTER = (
    "pk", "number", "unit__name", "department__name", "position__name", "level_of", "category_text", "aspect", "power_category",
    "power_item__name", "title", "content", "manifestation", "probability", "harm", "current_level_id", "joined_measures",
    "direct_holder__name", "direct_holder_text", "department_head__name", "responsible_leader__name", "registered_on",
)  # fmt: skip
_MEASURES = (
    "risk__number", "risk__department__name", "risk__unit__name", "risk__title", "kind", "line", "text", "who__name", "due_on", "state",
    "proof_note", "proof__name", "done_at", "confirmed_by__name",
)  # fmt: skip


def register_columns(known: dict[int, Level]) -> list[Column]:
    """廉政风险点登记册 as in domain §11; behind it the level that waits to be decided."""
    return [
        Column(_("No."), 6, "int"),
        Column(_("number"), 18),
        Column(_("unit/department"), 16),
        Column(_("position"), 14),
        Column(_("risk category"), 12),
        Column(_("power item"), 20),
        Column(_("Risk point"), 24),
        Column(_("content of the risk and form it takes"), 40),
        Column(_("probability"), 6, "int"),
        Column(_("harm"), 6, "int"),
        Column(_("risk level"), 8, "level", colours=_colours(known)),
        Column(_("prevention measures"), 40),
        Column(_("directly responsible"), 10),
        Column(_("department head"), 10),
        Column(_("responsible leader"), 10),
        Column(_("registered on"), 11, "date"),
        Column(_("Proposed level"), 10),
    ]


def register_rows(user: User | None, points: QuerySet[RiskPoint], known: dict[int, Level]) -> Iterator[list[Any]]:
    """The points' rows, in their order, read as they are written; what is proposed as far as the person may know of it."""
    words = category_words()
    labels = {pk: level.label for pk, level in known.items()}
    leadership = _("leadership")
    proposed = proposed_levels(user=user) if user else {}
    rows = points.annotate(joined_measures=MEASURES).values_list(*_REGISTER).iterator(chunk_size=CHUNK)
    for serial, row in enumerate(rows, start=1):
        (pk, number, unit, department, position, level_of, category_text, aspect, power_category, item, title, content, manifestation,
         probability, harm, level_id, measures, holder, holder_text, head, leader, registered_on) = row  # fmt: skip
        waits, arrow = proposed.get(pk, (0, ""))
        yield [
            serial, number, place_of(department, unit, level_of, leadership), position or "",
            category_of(words, category_text, aspect, power_category), item or "", title, together(content, manifestation), probability,
            harm, labels[level_id], numbered(measures), holder or holder_text, head or "", leader or "", registered_on,
            f"{ARROWS[arrow]} {labels[waits]}" if waits in labels else "",
        ]  # fmt: skip


def register_sheet(user: User | None, points: QuerySet[RiskPoint], *, heading: str) -> Sheet:
    """廉政风险点登记册. `points` starts from `visible_to` and is ordered; without a reader (a command) nothing proposed is told."""
    known = levels()
    return Sheet(_("Risk register"), register_columns(known), register_rows(user, points, known), heading, [_made_on()])


def level_columns(known: dict[int, Level]) -> list[Column]:
    """岗位廉政风险等级目录."""
    return [
        Column(_("No."), 6, "int"),
        Column(pgettext("result sheet", "Department"), 20),
        Column(_("position"), 20),
        Column(_("holder"), 18),
        *[Column(_("Risk points: %(level)s") % {"level": level.label}, 10, "int") for level in known.values()],
        Column(_("risk level of the position"), 12, "level", colours=_colours(known)),
        Column(_("responsible leader"), 16),
    ]


def position_level_sheet(user: User, found: QuerySet[Position], *, heading: str) -> Sheet:
    """岗位廉政风险等级目录 of these positions, as far as the person sees their points."""
    known = levels()

    def rows() -> Iterator[list[Any]]:
        serial = 0
        positions = list(found)
        for start in range(0, len(positions), CHUNK):
            for row in rows_of_positions(user, positions[start : start + CHUNK], known):
                serial += 1
                department = row.position.department.name if row.position.department else _("leadership")
                level = row.level.label if row.level else _("no risk point")
                yield [serial, department, row.position.name, row.holders or _("vacant"), *row.counts, level, row.leader]

    return Sheet(_("Risk levels of positions"), level_columns(known), rows(), heading, [_made_on()])


def measure_sheet(measures: QuerySet[Measure], *, heading: str) -> Sheet:
    """防控措施台账."""
    columns = [
        Column(_("No."), 6, "int"),
        Column(_("number"), 18),
        Column(_("unit/department"), 16),
        Column(_("Risk point"), 28),
        Column(_("kind"), 12),
        Column(_("line of defence"), 12),
        Column(_("prevention measures"), 48),
        Column(_("who does it"), 10),
        Column(_("due"), 11, "date"),
        Column(_("state"), 10),
        Column(_("proof of completion"), 36),
        Column(_("reported done"), 11, "date"),
        Column(_("confirmed by"), 10),
    ]
    return Sheet(_("Measures"), columns, _measure_rows(measures), heading, [_made_on()])


def _measure_rows(measures: QuerySet[Measure]) -> Iterable[list[Any]]:
    kinds, lines, states = ({key: str(label) for key, label in one.choices} for one in (MeasureKind, DefenceLine, MeasureState))
    holder = _("the holder of the risk")
    # As plain values: the objects, with five others to each, would take four times as long as to write the file.
    rows = measures.values_list(*_MEASURES).iterator(chunk_size=CHUNK)
    for serial, row in enumerate(rows, start=1):
        number, department, unit, title, kind, line, text, who, due_on, state, note, proof, done_at, confirmed_by = row
        yield [
            serial, number, department or unit, title, kinds.get(kind, kind), lines.get(line, line), text, who or holder, due_on,
            states.get(state, state), proof_of(note, proof or ""), timezone.localdate(done_at) if done_at else None, confirmed_by or "",
        ]  # fmt: skip


def _colours(known: dict[int, Level]) -> dict[str, str]:
    return {level.label: _COLOURS.get(level.colour, "#000000") for level in known.values()}


def _made_on() -> str:
    return _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
