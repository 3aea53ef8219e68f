"""A power item with one step, so that a risk has a place and the form no hints."""

from positions.models import Catalogue, FlowStep, PowerItem


def give_power(bureau, declaration):
    """Let every risk of the form sit on a step of a power of its position."""
    catalogue, _made = Catalogue.objects.get_or_create(unit=bureau.unit, number=1, defaults={"title": "职权目录"})
    item = PowerItem.objects.create(
        catalogue=catalogue,
        unit=bureau.unit,
        number=f"P{declaration.pk}",
        name="行政许可受理",
        category="approval",
        level="position",
        department=declaration.department,
        position=declaration.position,
    )
    step = FlowStep.objects.create(item=item, order=1, name="受理", position=declaration.position)
    for entry in declaration.entries.all():
        entry.power_item, entry.flow_step, entry.power_category = item, step, "approval"
        entry.save()
