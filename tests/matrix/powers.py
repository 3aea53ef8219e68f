"""A published catalogue with a power of own's position, the next version being compiled with a draft of it, and rules."""

from datetime import date

from common.files import store
from positions.models import Catalogue
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory, publish, simple_flow
from tests.matrix_world import World


def build(world: World) -> None:
    own, unit = world.people["own"], world.home.unit
    position, department = world.department.positions["s0"], world.department.department
    former = Catalogue.objects.published().filter(unit=unit).first()  # another area may have made one
    if former is None:
        former = CatalogueFactory(unit=unit)
        simple_flow(PowerItemFactory(catalogue=former, position=position))
        publish(former, world.home.head)
    item = former.items.filter(position=position).first()
    current = CatalogueFactory(unit=unit, number=former.number + 1)
    draft = PowerItemFactory(catalogue=current, position=position, created_by=own, lineage=item.lineage)
    simple_flow(draft)
    waiting = PowerItemFactory(catalogue=current, department=department, state="department_review", created_by=own)
    simple_flow(waiting)
    with_unit = PowerItemFactory(catalogue=current, department=department, state="unit_review", created_by=own)
    accepted = PowerItemFactory(catalogue=current, department=department, state="accepted", created_by=own)
    file = store(content=b"%PDF-1.7\n", name="制度.pdf", by=own)
    world.objects |= {
        "catalogue": former,
        "compiling": current,
        "power": item,
        "power_draft": draft,
        "power_waiting": waiting,
        "power_with_unit": with_unit,
        "power_accepted": accepted,
        "rule": RuleFactory(unit=unit, department=department),
        "rule_in_force": RuleFactory(unit=unit, department=department, state="in_force", number="1号", since=date(2025, 1, 1), file=file),
    }
