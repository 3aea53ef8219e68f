"""Turns the rows that the reader found into risks of a unit, and says by row and column what does not fit (issue A, real input).

Nothing is guessed: a department or level that is not known is an error; a post, person or power that is not known is a hint, and
its text is kept. What follows from the cells that many rows have in common is worked out once for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.utils.text import format_lazy

from common.xlsx.faults import Fault, Severity, excerpt
from positions.models import Unit
from reporting.registers import Field, RegisterRow, letter_of
from reporting.services import names
from reporting.services import wording as w
from reporting.services.levels import UnitLevels
from reporting.services.places import LEVEL_DEPARTMENT, LEVEL_POSITION, LEVEL_UNIT, Missing, Place, Places
from risks.models import Aspect, RiskPoint
from risks.services.importing import ImportedFacts, ImportedMeasure, ImportedRisk
from risks.services.responsibility import Organisation

_ASPECTS = {
    "思想道德": Aspect.ETHICS,
    "道德": Aspect.ETHICS,
    "岗位职责": Aspect.DUTY,
    "职责": Aspect.DUTY,
    "业务流程": Aspect.PROCESS,
    "流程": Aspect.PROCESS,
    "制度机制": Aspect.SYSTEM,
    "制度": Aspect.SYSTEM,
    "机制": Aspect.SYSTEM,
    "外部环境": Aspect.ENVIRONMENT,
    "环境": Aspect.ENVIRONMENT,
}
_LIMITS = {
    name: getattr(RiskPoint._meta.get_field(name), "max_length", None) or 0
    for name in ("title", "number", "category_text", "indicator", "direct_holder_text", "involved_positions")
}
_NAME_LIMIT = 80
_SHARED = (
    Field.DEPARTMENT, Field.POSITION, Field.ASPECT, Field.POWER, Field.LEVEL, Field.PROBABILITY, Field.HARM, Field.DIRECT_PERSON,
    Field.DEPARTMENT_HEAD, Field.LEADER, Field.REGISTERED_ON,
)  # fmt: skip
"""Columns whose texts come again and again in the same combinations."""
_OWN = (Field.STEP, Field.INDICATOR, Field.NUMBER)
"""Columns of short texts that differ from row to row; most registers have none of them."""
_MOST_KNOWN = 10_000
"""Combinations, and measures, that are remembered."""
Told = tuple[str, str, Any, str, Severity]  # field, code, message, value, severity: a fault that only lacks its row


@dataclass(frozen=True, slots=True)
class _Shared:
    """What follows from the cells that rows have in common; `facts` is None with an error in them."""

    facts: ImportedFacts | None
    kept: dict[str, str]
    """Texts that are kept as they stand, by column: of an aspect or power that is not known."""
    category_text: str
    told: list[Told]


class Matcher:
    """Holds what is the same for all rows. `risk(row)` returns the risk, or None when the row has an error; faults go to `tell`."""

    def __init__(
        self,
        unit: Unit,
        mapping: Mapping[int, str],
        levels: UnitLevels,
        places: Places,
        organisation: Organisation,
        *,
        create_missing: bool,
    ) -> None:
        self.unit, self.levels, self.places, self.organisation, self.create = unit, levels, places, organisation, create_missing
        self.missing = Missing()
        self.letters = {field: letter_of(index) for index, field in mapping.items()}
        self._place_cache: dict[tuple[str, str], tuple[Place | None, list[Told]]] = {}
        self._person_cache: dict[tuple[str, Place], tuple[int | None, str, list[Told]]] = {}
        self._shared: dict[Any, _Shared] = {}
        self._point = RiskPoint(unit_id=unit.pk)
        self._key = itemgetter(*[field.value for field in _SHARED if field is Field.DEPARTMENT or field in self.letters])
        self._says_more = any(field in self.letters for field in _OWN)

    def risk(self, row: RegisterRow) -> tuple[ImportedRisk | None, list[Fault]]:
        """The risk of the row (None with an error in it) and what matching has to say about it."""
        values = row.values
        key = self._key(values)
        shared = self._shared.get(key)
        if shared is None:
            if len(self._shared) >= _MOST_KNOWN:
                self._shared.clear()  # a file in which hardly anything comes again shall not fill the memory
            shared = self._shared[key] = self._share(row)
        title, content, manifestation = values.get("title", ""), values.get("content", ""), values.get("manifestation", "")
        if len(title) > _LIMITS["title"] and not content:
            title, content = "", title  # a column 风险点 that holds the whole description
        if not title:
            title = names.derived_title(content or manifestation)
        measures = _measures(row.measures, values.get("due", ""))
        category, indicator, number, told = shared.category_text, "", "", shared.told
        if self._says_more or len(title) > _LIMITS["title"]:
            told = [*told, *_too_long_ones(title=title)]
            category, indicator, number = self._more(values, shared, told)
        faults = [self._fault(row.row_number, *one) for one in told] if told else []
        if shared.facts is None or not row.ok or any(fault.severity == "error" for fault in faults):
            return None, faults
        return ImportedRisk(title, shared.facts, content, manifestation, category, indicator, number, measures), faults

    def _share(self, row: RegisterRow) -> _Shared:
        values = row.values
        told: list[Told] = []
        place, said = self._place(values["department"], values.get("position", ""))
        told += said
        probability, harm = self._rating("probability", values, told), self._rating("harm", values, told)
        level = self._level(row, values, (probability, harm), told)
        kept: dict[str, str] = {}
        aspect = self._aspect(values.get("aspect", ""), kept)
        power_id, power_category, major_matter = self._power(values.get("power", ""), place, kept, told)
        category_text = _joined(kept, told)
        holder_id, holder_text = self._person(values.get("direct_person", ""), place, told)
        if place is None or level is None:
            return _Shared(None, kept, category_text, told)
        registered = values.get("registered_on")
        facts = ImportedFacts(
            level_id=level.pk, level_of=place.level_of, department_id=place.department_id, position_id=place.position_id,
            direct_holder_id=holder_id, direct_holder_text=holder_text, aspect=aspect, power_item_id=power_id,
            power_category=power_category, major_matter=major_matter, probability=probability, harm=harm,
            registered_on=date.fromisoformat(registered) if registered else None, involved_positions=place.involved,
        )  # fmt: skip
        told += self._leaders(facts, values, level)
        return _Shared(facts, kept, category_text, told)

    def _more(self, values: dict[str, str], shared: _Shared, told: list[Told]) -> tuple[str, str, str]:
        """Category text, indicator and number of the row; too long ones are told."""
        indicator, number = values.get("indicator", ""), values.get("number", "")
        told += _too_long_ones(indicator=indicator, number=number)
        category = shared.category_text
        if step := values.get("step"):
            category = _joined(shared.kept | {"step": step}, told)
        return category, indicator, number

    def _fault(self, row: int, field: str, code: str, message: Any, value: str, severity: Severity) -> Fault:
        return Fault(row, self.letters.get(field, ""), field, code, message, excerpt(value), severity)

    # ---- where it belongs

    def _place(self, department: str, position: str) -> tuple[Place | None, list[Told]]:
        key = (department, position)
        found = self._place_cache.get(key)
        if found is None:
            told: list[Told] = []
            found = self._place_cache[key] = (self._find_place(department, position, told), told)
        return found

    def _find_place(self, department: str, position: str, told: list[Told]) -> Place | None:
        if not department:
            return None  # the reader has told it
        found = self.places.department(department)
        if found is None:
            department_id = self._new_department(department, told)
            if department_id is None:
                return None
        else:
            department_id = found.department_id
            if found.by_variant:
                told.append(("department", "department_variant", format_lazy(w.VARIANT, name=found.by_variant), department, "hint"))
        of_unit = department_id is None
        if not position:
            return Place(LEVEL_UNIT if of_unit else LEVEL_DEPARTMENT, department_id)
        position_id = self.places.position(department_id, position)
        if position_id is not None:
            return Place(LEVEL_POSITION, department_id, position_id)
        return self._other_position(department_id, position, told)

    def _new_department(self, name: str, told: list[Told]) -> int | None:
        if self.create:
            if len(name) > _NAME_LIMIT:
                told.append(_too_long("department", name, _NAME_LIMIT))
            elif name in self.places.closed:
                told.append(("department", "closed_department", w.CLOSED, name, "error"))
            else:
                return self.missing.department(name)
            return None
        nearest = names.nearest(name, self.places.departments.values())
        message = format_lazy(w.UNKNOWN_DEPARTMENT_NEAR, names="、".join(nearest)) if nearest else w.UNKNOWN_DEPARTMENT
        told.append(("department", "unknown_department", message, name, "error"))
        return None

    def _other_position(self, department_id: int | None, position: str, told: list[Told]) -> Place | None:
        """A post that the department does not have: made when asked for, else the risk is the department's and keeps the text."""
        level_of = LEVEL_UNIT if department_id is None else LEVEL_DEPARTMENT
        if len(position) > (_NAME_LIMIT if self.create else _LIMITS["involved_positions"]):
            told.append(_too_long("position", position, _NAME_LIMIT if self.create else _LIMITS["involved_positions"]))
            return None
        if len(names.several(position)) > 1:
            told.append(("position", "several_positions", w.SEVERAL_POSITIONS, position, "hint"))
        elif self.create and department_id is not None:
            return Place(LEVEL_POSITION, department_id, self.missing.position(department_id, position))
        else:
            known = self.places.positions.get(department_id, {}).values()
            near = names.nearest(position, [self.places.position_names[pk] for pk in known])
            message = format_lazy(w.UNKNOWN_POSITION_NEAR, names="、".join(near)) if near else w.UNKNOWN_POSITION
            told.append(("position", "unknown_position", message, position, "hint"))
        return Place(level_of, department_id, None, position)

    # ---- how grave it is

    def _level(self, row: RegisterRow, values: dict[str, str], ratings: tuple[int | None, int | None], told: list[Told]) -> Any:
        if values.get("level"):
            if row.severity is None:
                return None  # the reader has told it
            level = self.levels.by_severity.get(row.severity)
            if level is None:
                told.append(("level", "unknown_level", w.NO_SUCH_SEVERITY, values["level"], "error"))
            return level
        probability, harm = ratings
        if probability is None or harm is None:
            return None
        level = self.levels.computed(probability, harm)
        if level is None:
            told.append(("level", "not_computed", w.NOT_COMPUTED, "", "error"))
        return level

    def _rating(self, factor: str, values: dict[str, str], told: list[Told]) -> int | None:
        text = values.get(factor)
        if not text:
            return None
        found = self.levels.rating(factor, text)
        if found is None:
            severity: Severity = "hint" if values.get("level") else "error"
            told.append((factor, "rating_not_used", w.RATING_ERROR if severity == "error" else w.RATING_HINT, text, severity))
        return found

    # ---- what it says

    def _aspect(self, text: str, kept: dict[str, str]) -> str:
        key = names.plain(text)
        for ending in ("风险", "方面", "类"):
            key = key.removesuffix(ending)
        aspect = _ASPECTS.get(key)
        if aspect is None and text:
            kept["aspect"] = text
        return aspect.value if aspect else ""

    def _power(self, text: str, place: Place | None, kept: dict[str, str], told: list[Told]) -> tuple[int | None, str, str]:
        """The power item, its category and its major matter."""
        if not text or place is None:
            return None, "", ""
        item = self.places.power(text, place.department_id)
        if item is None:
            kept["power"] = text
            told.append(("power", "unknown_power", w.UNKNOWN_POWER, text, "hint"))
            return None, "", ""
        pk, _department, category, major_matter = item
        return pk, category, major_matter

    # ---- who answers for it

    def _person(self, text: str, place: Place | None, told: list[Told]) -> tuple[int | None, str]:
        if not text or place is None:
            return None, ""
        key = (text, place)
        found = self._person_cache.get(key)
        if found is None:
            found = self._person_cache[key] = self._find_person(text, place)
        person_id, kept, said = found
        told += said
        return person_id, kept

    def _find_person(self, text: str, place: Place) -> tuple[int | None, str, list[Told]]:
        if len(text) > _LIMITS["direct_holder_text"]:
            return None, "", [_too_long("direct_person", text, _LIMITS["direct_holder_text"])]
        holders = self.organisation.holders.get(place.position_id, []) if place.position_id else []
        found = self.places.person(text, place.department_id)
        if place.position_id is not None:
            if held := found.intersection(holders):
                return next(pk for pk in holders if pk in held), "", []
            shown = "、".join(self.places.names.get(pk, "") for pk in holders) or w.NOBODY
            return None, text, [("direct_person", "other_holder", format_lazy(w.OTHER_HOLDER, names=shown), text, "hint")]
        if len(found) == 1:
            return next(iter(found)), "", []
        if len(found) > 1:
            return None, text, [("direct_person", "ambiguous_person", w.AMBIGUOUS, text, "hint")]
        return None, text, [("direct_person", "unknown_person", w.UNKNOWN_PERSON, text, "hint")]

    def _leaders(self, facts: ImportedFacts, values: dict[str, str], level: Any) -> list[Told]:
        """Who the file says answers, where the organisation says somebody else does."""
        leader, head = values.get("leader", ""), values.get("department_head", "")
        if not (leader or head):
            return []
        point = self._point
        point.level_of, point.department_id, point.position_id = facts.level_of, facts.department_id, facts.position_id
        point.direct_holder_id, point.direct_holder_text = facts.direct_holder_id, facts.direct_holder_text
        self.organisation.derive(point, level)
        told: list[Told] = []
        for field, text, person_id, message in (
            ("leader", leader, point.responsible_leader_id, w.OTHER_LEADER),
            ("department_head", head, point.department_head_id, w.OTHER_HEAD),
        ):
            name = self.places.names.get(person_id or 0, "")
            if text and names.spelled(name) not in {names.spelled(part) for part in (text, names.person(text), *names.several(text))}:
                told.append((field, f"other_{field}", format_lazy(message, name=name or w.NOBODY), text, "hint"))
        return told


def _too_long(field: str, text: str, limit: int) -> Told:
    return (field, "too_long", format_lazy(w.TOO_LONG, length=len(text), limit=limit), text, "error")


def _joined(kept: dict[str, str], told: list[Told]) -> str:
    """What is kept of aspect, power and step in one text; of one that is too long, the longest part is told, once."""
    text, limit = " · ".join(kept.values()), _LIMITS["category_text"]
    if len(text) > limit and all(code != "too_long" or field not in kept for field, code, *_more in told):
        told.append(_too_long(max(kept, key=lambda field: len(kept[field])), text, limit))
    return text


def _too_long_ones(**texts: str) -> list[Told]:
    return [_too_long(field, text, _LIMITS[field]) for field, text in texts.items() if len(text) > _LIMITS[field]]


@lru_cache(maxsize=_MOST_KNOWN)
def _measures(texts: tuple[str, ...], due: str) -> tuple[ImportedMeasure, ...]:
    due_on = date.fromisoformat(due) if due else None
    return tuple(ImportedMeasure(text, due_on=due_on) for text in texts)
