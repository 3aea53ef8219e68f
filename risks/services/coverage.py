"""Reads what coverage is computed from (domain §3: 不留死角、不留空白、不留盲点). It writes nothing; the rules are in `risks.coverage`."""

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from positions.models import Appointment, Catalogue, FlowStep, PowerItem
from risks.coverage import Coverage, Item, Post, Spot, Step, examine
from risks.form_selectors import current_catalogue
from risks.models import Campaign, Declaration, EntryChange, Examination, RiskEntry
from risks.states import FormState

# A form speaks once it is signed; a draft may still be thrown away.
SILENT = (FormState.DRAFT, FormState.CANCELLED)


def coverage_of(campaign: Campaign, department_ids: frozenset[int] | None = None) -> Coverage:
    """What nobody has looked at in the campaign; of some departments only when `department_ids` is given. Six queries whatever the size."""
    spoken = Declaration.objects.filter(campaign=campaign).exclude(state__in=SILENT)
    declared = set(spoken.filter(kind="position").values_list("position_id", "declarant_id"))
    return examine(
        posts(Appointment.objects.in_force(), campaign, declared, department_ids),
        items(current_catalogue(campaign.unit_id), department_ids),
        [
            Spot(item, step, matter)
            for item, step, matter in RiskEntry.objects.filter(declaration__in=spoken)
            .exclude(change=EntryChange.RETIRE)
            .values_list("power_item_id", "flow_step_id", "major_matter")
            .distinct()
        ],
        [Spot(item, step) for item, step in Examination.objects.filter(campaign=campaign).values_list("power_item_id", "flow_step_id")],
    )


def posts(
    appointments: QuerySet[Appointment], campaign: Campaign, declared: set[tuple[int, int]], department_ids: frozenset[int] | None
) -> list[Post]:
    """The posts that are held, each with those of its holders whose form (position, declarant) was not handed in."""
    held = appointments.filter(position__unit_id=campaign.unit_id, position__closed_on=None)
    if department_ids is not None:
        held = held.filter(position__department_id__in=department_ids)
    found: dict[int, Post] = {}
    for position_id, name, department_id, department, person_id, person in held.order_by(
        "position__department__order", "position__order", "position_id", "person__name"
    ).values_list("position_id", "position__name", "position__department_id", "position__department__name", "person_id", "person__name"):
        there = found.get(position_id) or Post(position_id, name, department or "", department_id, (), ())
        missing = () if (position_id, person_id) in declared else (person,)
        found[position_id] = Post(
            there.id, there.name, there.department, there.department_id, (*there.holders, person), (*there.missing, *missing)
        )
    return list(found.values())


def items(catalogue: Catalogue | None, department_ids: frozenset[int] | None) -> list[Item]:
    """The items of a version with their steps."""
    if catalogue is None:
        return []
    place = Coalesce("department_id", "position__department_id")
    rows = PowerItem.objects.filter(catalogue=catalogue).annotate(place=place)
    if department_ids is not None:
        rows = rows.filter(place__in=department_ids)
    # As plain values: a large unit has tens of thousands of steps, and nothing of them is needed but a few words.
    holder = Coalesce("position__name", "department__name", "role")
    steps: dict[int, list[Step]] = {}
    for item_id, *step in (
        FlowStep.objects.filter(item__in=rows.order_by().values("pk"))
        .annotate(by=holder)
        .order_by("order", "id")
        .values_list("item_id", "pk", "name", "kind", "by")
    ):
        steps.setdefault(item_id, []).append(Step(*step))
    name = Coalesce("department__name", "position__department__name", Value(""))
    return [
        Item(pk, number, title, department, department_id, matter, tuple(steps.get(pk, ())))
        for pk, number, title, department, department_id, matter in rows.annotate(where=name)
        .order_by("number", "pk")
        .values_list("pk", "number", "name", "where", "place", "major_matter")
    ]
