"""Turns the rows that the reader found into risks of a unit, and says by row and column what does not fit (issue A, real input).

Nothing is guessed: a department or level that is not known is an error; a post, person or power that is not known is a hint, and
its text is kept. Everything that repeats from row to row is looked up once.
"""

from collections.abc import Mapping
from datetime import date
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
from risks.services.importing import ImportedMeasure, ImportedRisk
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
Told = tuple[str, str, Any, str, Severity]  # field, code, message, value, severity: a fault that only lacks its row


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
        self._power_cache: dict[tuple[str, str, int | None], tuple[Any, str, list[Told]]] = {}
        self._aspect_cache: dict[str, tuple[str, str]] = {}
        self._leader_cache: dict[tuple[Any, ...], list[Told]] = {}
        self._point = RiskPoint(unit_id=unit.pk)
        self._compares = Field.LEADER in self.letters or Field.DEPARTMENT_HEAD in self.letters
        self._rates = Field.PROBABILITY in self.letters or Field.HARM in self.letters
        self._ratings: tuple[int | None, int | None] = (None, None)
        self._names_people = Field.DIRECT_PERSON in self.letters
        self._names_power = Field.POWER in self.letters or Field.STEP in self.letters

    def risk(self, row: RegisterRow) -> tuple[ImportedRisk | None, list[Fault]]:
        """The risk of the row (None with an error in it) and what matching has to say about it."""
        values = row.values
        told: list[Told] = []
        place, said = self._place(values["department"], values.get("position", ""))
        told += said
        level = self._level(row, values, told)
        risk = ImportedRisk(title="", level_id=level.pk if level else 0)
        self._texts(risk, values, told)
        self._category(risk, values, place, told)
        risk.number = values.get("number", "")
        if len(risk.number) > _LIMITS["number"]:
            told.append(_too_long("number", risk.number, _LIMITS["number"]))
        registered = values.get("registered_on")
        if registered:
            risk.registered_on = date.fromisoformat(registered)
        if place is not None:
            risk.level_of, risk.department_id, risk.position_id, risk.involved_positions = place
            self._people(risk, values, place, told)
            if self._compares and level is not None:
                told += self._leaders(risk, values, level)
        due = date.fromisoformat(values["due"]) if values.get("due") else None
        risk.measures = [ImportedMeasure(text, due_on=due) for text in row.measures]
        faults = [self._fault(row.row_number, *one) for one in told] if told else []
        good = place is not None and level is not None and row.ok and all(f.severity != "error" for f in faults)
        return (risk if good else None), faults

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

    def _level(self, row: RegisterRow, values: dict[str, str], told: list[Told]) -> Any:
        probability = harm = None
        if self._rates:
            probability, harm = self._rating("probability", values, told), self._rating("harm", values, told)
        self._ratings = probability, harm
        if values.get("level"):
            if row.severity is None:
                return None  # the reader has told it
            level = self.levels.by_severity.get(row.severity)
            if level is None:
                told.append(("level", "unknown_level", w.NO_SUCH_SEVERITY, values["level"], "error"))
            return level
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

    def _texts(self, risk: ImportedRisk, values: dict[str, str], told: list[Told]) -> None:
        title, content = values.get("title", ""), values.get("content", "")
        manifestation = values.get("manifestation", "")
        if len(title) > _LIMITS["title"] and not content:
            title, content = "", title  # a column 风险点 that holds the whole description
        if not title:
            title = names.derived_title(content or manifestation)
        if len(title) > _LIMITS["title"]:
            told.append(_too_long("title", title, _LIMITS["title"]))
        risk.title, risk.content, risk.manifestation = title, content, manifestation
        risk.probability, risk.harm = self._ratings
        risk.indicator = values.get("indicator", "")
        if len(risk.indicator) > _LIMITS["indicator"]:
            told.append(_too_long("indicator", risk.indicator, _LIMITS["indicator"]))

    def _category(self, risk: ImportedRisk, values: dict[str, str], place: Place | None, told: list[Told]) -> None:
        kept = []
        text = values.get("aspect", "")
        if text:
            risk.aspect, rest = self._aspect(text)
            kept.append(rest)
        if self._names_power and place is not None:
            item, rest, said = self._power(values.get("power", ""), values.get("step", ""), place.department_id)
            told += said
            if item is not None:
                risk.power_item_id, _department, risk.power_category, risk.major_matter = item
            kept.append(rest)
        risk.category_text = " · ".join(filter(None, kept))
        if len(risk.category_text) > _LIMITS["category_text"]:
            field = "aspect" if text and len(kept[0]) > _LIMITS["category_text"] // 2 else "power"
            told.append(_too_long(field if field in self.letters else "step", risk.category_text, _LIMITS["category_text"]))

    def _aspect(self, text: str) -> tuple[str, str]:
        """(aspect, text to keep): one of the two is empty."""
        found = self._aspect_cache.get(text)
        if found is None:
            key = names.plain(text)
            for ending in ("风险", "方面", "类"):
                key = key.removesuffix(ending)
            aspect = _ASPECTS.get(key)
            found = self._aspect_cache[text] = (aspect.value, "") if aspect else ("", text)
        return found

    def _power(self, power: str, step: str, department_id: int | None) -> tuple[Any, str, list[Told]]:
        key = (power, step, department_id)
        found = self._power_cache.get(key)
        if found is None:
            item = self.places.power(power, department_id) if power else None
            told: list[Told] = []
            if power and item is None:
                told.append(("power", "unknown_power", w.UNKNOWN_POWER, power, "hint"))
            rest = " · ".join(part for part in ("" if item else power, step) if part)
            found = self._power_cache[key] = (item, rest, told)
        return found

    # ---- who answers for it

    def _people(self, risk: ImportedRisk, values: dict[str, str], place: Place, told: list[Told]) -> None:
        if not self._names_people:
            return
        text = values["direct_person"]
        if not text:
            return
        key = (text, place)
        found = self._person_cache.get(key)
        if found is None:
            found = self._person_cache[key] = self._find_person(text, place)
        risk.direct_holder_id, risk.direct_holder_text, said = found
        told += said

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

    def _leaders(self, risk: ImportedRisk, values: dict[str, str], level: Any) -> list[Told]:
        """Who the file says answers, where the organisation says somebody else does."""
        leader, head = values.get("leader", ""), values.get("department_head", "")
        if not (leader or head):
            return []
        key = (risk.level_of, risk.department_id, risk.position_id, risk.direct_holder_id, risk.level_id, leader, head)
        found = self._leader_cache.get(key)
        if found is None:
            found = self._leader_cache[key] = self._compare_leaders(risk, level, leader, head)
        return found

    def _compare_leaders(self, risk: ImportedRisk, level: Any, leader: str, head: str) -> list[Told]:
        point = self._point
        point.level_of, point.department_id, point.position_id = risk.level_of, risk.department_id, risk.position_id
        point.direct_holder_id, point.direct_holder_text = risk.direct_holder_id, risk.direct_holder_text
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
