"""Points of the register for tests, entered through the services."""

import dataclasses
from datetime import date

from positions.models import HolderLevel
from risks.models import Declaration, EntryMeasure, GradingScheme, Level, RiskEntry, RiskPoint
from risks.services.register import ImportedFacts, ImportedMeasure, ImportedRisk, bulk_enter_imported
from tests.factories.organisation import SmallUnit

ON = date(2026, 11, 20)


def level(label: str) -> Level:
    """A level of the three default ones."""
    return Level.objects.get(scale__code="three-levels", label=label)


def register_row(title: str, **fields) -> ImportedRisk:
    """A row of a register that shares its facts with no other."""
    shared = {each.name for each in dataclasses.fields(ImportedFacts)}.intersection(fields)
    facts = ImportedFacts(**{name: fields.pop(name) for name in shared})
    return ImportedRisk(title, facts, **fields)


def imported(
    unit: SmallUnit, title: str = "审批时违规放宽条件", *, label: str = "三级", department: int = 1, post: str = "s0", **fields
) -> RiskPoint:
    """One point of a position, brought in by an import."""
    place = unit.departments[department]
    values = {
        "title": title,
        "level_id": level(label).pk,
        "level_of": HolderLevel.POSITION,
        "department_id": place.department.pk,
        "position_id": place.positions[post].pk if post else None,
        "measures": [ImportedMeasure("双人复核")],
    } | fields
    before = set(RiskPoint.objects.values_list("pk", flat=True))
    bulk_enter_imported(unit=unit.unit, rows=[register_row(**values)], by=unit.head, batch=1)
    return RiskPoint.objects.exclude(pk__in=before).get()


def form(unit: SmallUnit, *, department: int = 1, post: str = "s0", kind: str = HolderLevel.POSITION) -> Declaration:
    """An adjustment form of the holder, not signed."""
    place = unit.departments[department]
    people = {"head": place.head, "deputy_head": place.deputy_head, "s0": place.staff[0], "s1": place.staff[1]}
    return Declaration.objects.create(
        unit=unit.unit,
        scheme=GradingScheme.objects.get(unit=None, is_default=True),
        kind=kind,
        declarant=people[post],
        department=None if kind == HolderLevel.UNIT else place.department,
        position=place.positions[post] if kind == HolderLevel.POSITION else None,
    )


def entry(declaration: Declaration, title: str, label: str = "三级", measures: tuple[str, ...] = ("双人复核",), **fields) -> RiskEntry:
    """A decided risk of a form."""
    made = RiskEntry.objects.create(
        declaration=declaration,
        unit=declaration.unit,
        title=title,
        level_of=declaration.kind,
        final_level=level(label) if label else None,
        **fields,
    )
    for order, text in enumerate(measures, 1):
        EntryMeasure.objects.create(entry=made, order=order, text=text)
    return made
