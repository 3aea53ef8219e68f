"""Reads what coverage is computed from (domain §3: 不留死角、不留空白、不留盲点). It writes nothing; the rules are in `risks.coverage`."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.prepared import Given, one_of, rows_planned_anew
from positions.models import Appointment, Catalogue, FlowStep, MajorMatter, PowerItem, StepKind
from risks.coverage import Coverage, Figures, Item, Post, Spot, Step, examine
from risks.form_selectors import current_catalogue
from risks.models import Campaign, Declaration, EntryChange, Examination, RiskEntry
from risks.states import FormState

# A form speaks once it is signed; a draft may still be thrown away.
SILENT = (FormState.DRAFT, FormState.CANCELLED)


def coverage_of(campaign: Campaign, department_ids: frozenset[int] | None = None) -> Coverage:
    """What nobody has looked at in the campaign; of some departments only when `department_ids` is given. Six queries whatever the size."""

    def asked(name: str, make: Callable[[], QuerySet[Any]]) -> list[tuple[Any, ...]]:
        return rows_planned_anew(f"coverage.{name}", None, make, campaign=campaign.pk)

    return examine(
        posts(timezone.localdate(), campaign, set(asked("declared", _declared)), department_ids),
        items(current_catalogue(campaign.unit_id), department_ids),
        [Spot(item, step, matter) for item, step, matter in asked("risks", _with_risks)],
        [Spot(item, step) for item, step in asked("examined", _examined)],
    )


def figures_of(campaign: Campaign, department_ids: frozenset[int] | None = None) -> Figures:
    """The figures of `coverage_of` alone, for dashboards. Those of a whole unit, which may have tens of thousands of steps, are counted by
    PostgreSQL: six queries, a row or two each but for the posts."""
    if department_ids is not None:
        return coverage_of(campaign, department_ids).figures
    day, catalogue = timezone.localdate(), current_catalogue(campaign.unit_id)
    given = {"campaign": campaign.pk, "unit": campaign.unit_id, "catalogue": catalogue.pk if catalogue else 0}

    def asked(name: str, make: Callable[[], QuerySet[Any]], key: Any = None) -> list[tuple[Any, ...]]:
        return rows_planned_anew(f"coverage.{name}", key, make, **given)

    declared = set(asked("declared", _declared))
    held = asked("holders", lambda: _holders(day).order_by().values_list("position_id", "person_id"), day)
    (items_total, untouched), *_rest = asked("items_counted", _items_counted)
    (steps_total, missing), *_rest = asked("steps_counted", _steps_counted)
    found = {matter for (matter,) in asked("matters", _matters_found)}
    return Figures(
        posts=len({position for position, person in held if (position, person) not in declared}),
        posts_total=len({position for position, _person in held}),
        items=untouched,
        items_total=items_total,
        steps=missing,
        steps_total=steps_total,
        matters=len(set(MajorMatter.values) - found),
        matters_total=len(MajorMatter.values),
    )


def _acting() -> QuerySet[FlowStep]:
    return FlowStep.objects.filter(item__catalogue=Given("catalogue")).exclude(kind=StepKind.END).order_by()


def _items_counted() -> QuerySet[Any]:
    by_step = _looked_at("pk", "flow_step__item_id", ~Q(flow_step__kind=StepKind.END))
    return _counted(_held(), ~(_looked_at("pk", "power_item_id") | by_step))


def _steps_counted() -> QuerySet[Any]:
    return _counted(_acting(), ~(_looked_at("pk", "flow_step_id") | Q(item_id__in=_without_finding())))


def _matters_found() -> QuerySet[Any]:
    answered = _held().filter(pk__in=_without_finding()).values_list("major_matter", flat=True)
    return _found_risks().order_by().values_list("major_matter", flat=True).union(answered)


def _counted(rows: QuerySet[Any], gap: Q) -> QuerySet[Any]:
    """How many rows, and how many of them are gaps."""
    return rows.values(one=Value(1)).annotate(total=Count("pk"), gaps=Count("pk", filter=gap)).values_list("total", "gaps")


def _looked_at(column: str, field: str, only: Q | None = None) -> Q:
    """A risk was found there, or it was examined without finding."""
    wanted = Q(**{f"{field}__isnull": False}) & (only or Q())
    found = _found_risks().filter(wanted).values(field)
    answered = Examination.objects.filter(wanted, campaign=Given("campaign")).values(field)
    return Q(**{f"{column}__in": found}) | Q(**{f"{column}__in": answered})


def _without_finding() -> QuerySet[Any]:
    return Examination.objects.filter(campaign=Given("campaign"), flow_step=None).values("power_item_id")


def _spoken() -> QuerySet[Declaration]:
    return Declaration.objects.filter(campaign=Given("campaign")).exclude(state__in=SILENT)


def _declared() -> QuerySet[Any]:
    return _spoken().filter(kind="position").values_list("position_id", "declarant_id")


def _found_risks() -> QuerySet[RiskEntry]:
    return RiskEntry.objects.filter(declaration__in=_spoken().values("pk")).exclude(change=EntryChange.RETIRE)


def _with_risks() -> QuerySet[Any]:
    return _found_risks().values_list("power_item_id", "flow_step_id", "major_matter").order_by().distinct()


def _examined() -> QuerySet[Any]:
    return Examination.objects.filter(campaign=Given("campaign")).values_list("power_item_id", "flow_step_id")


def _holders(day: date) -> QuerySet[Appointment]:
    """Posts of the unit held on a day."""
    return Appointment.objects.in_force(day).filter(position__unit_id=Given("unit"), position__closed_on=None)


def posts(day: date, campaign: Campaign, declared: set[tuple[int, int]], department_ids: frozenset[int] | None) -> list[Post]:
    """The posts that are held on a day, each with those of its holders whose form (position, declarant) was not handed in."""

    def held() -> QuerySet[Any]:
        found = _holders(day) if department_ids is None else _holders(day).filter(one_of("position__department_id", "places"))
        place = ("position_id", "position__name", "position__department_id", "position__department__name")
        order = ("position__department__order", "position__order", "position_id", "person__name")
        return found.order_by(*order).values_list(*place, "person_id", "person__name")

    given = {"unit": campaign.unit_id, "places": list(department_ids or ())}
    found: dict[int, Post] = {}
    for position_id, name, department_id, department, person_id, person in rows_planned_anew(
        "coverage.posts", (day, department_ids is None), held, **given
    ):
        there = found.get(position_id) or Post(position_id, name, department or "", department_id, (), ())
        missing = () if (position_id, person_id) in declared else (person,)
        found[position_id] = Post(
            there.id, there.name, there.department, there.department_id, (*there.holders, person), (*there.missing, *missing)
        )
    return list(found.values())


def _held() -> QuerySet[PowerItem]:
    """Power items of the version."""
    return PowerItem.objects.filter(catalogue=Given("catalogue")).order_by()


def items(catalogue: Catalogue | None, department_ids: frozenset[int] | None) -> list[Item]:
    """The items of a version with their steps."""
    if catalogue is None:
        return []

    def held() -> QuerySet[PowerItem]:
        found = _held().annotate(place=Coalesce("department_id", "position__department_id"))
        return found if department_ids is None else found.filter(one_of("place", "places"))

    def named() -> QuerySet[Any]:
        name = Coalesce("department__name", "position__department__name", Value(""))
        columns = ("pk", "number", "name", "where", "place", "major_matter")
        return held().annotate(where=name).order_by("number", "pk").values_list(*columns)

    def walked() -> QuerySet[Any]:
        # As plain values: a large unit has tens of thousands of steps, and nothing of them is needed but a few words.
        of_items = FlowStep.objects.filter(item__in=held().values("pk"))
        holder = Coalesce("position__name", "department__name", "role")
        return of_items.annotate(by=holder).order_by("order", "id").values_list("item_id", "pk", "name", "kind", "by")

    def asked(name: str, make: Callable[[], QuerySet[Any]]) -> list[tuple[Any, ...]]:
        return rows_planned_anew(name, department_ids is None, make, catalogue=catalogue.pk, places=list(department_ids or ()))

    steps: dict[int, list[Step]] = {}
    for item_id, *step in asked("coverage.steps", walked):
        steps.setdefault(item_id, []).append(Step(*step))
    return [
        Item(pk, number, title, department, department_id, matter, tuple(steps.get(pk, ())))
        for pk, number, title, department, department_id, matter in asked("coverage.items", named)
    ]
