"""The risk index of the unit head in the home unit, and of the head elsewhere."""

from assessments.services import index
from tests.factories.organisation import SmallUnit
from tests.matrix_world import World


def _of_head(unit: SmallUnit) -> object:
    made = index.compute(unit=unit.unit, by=unit.discipline_head)
    return next(row for row in made if row.holder_id == unit.head.pk)


def build(world: World) -> None:
    world.objects |= {"index_of_head": _of_head(world.home), "index_elsewhere": _of_head(world.elsewhere)}
