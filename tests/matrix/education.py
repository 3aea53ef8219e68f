"""A motto of own's unit."""

from education.models import Motto
from tests.matrix_world import World


def build(world: World) -> None:
    world.objects["motto"] = Motto.objects.create(unit=world.home.unit, text="公生明，廉生威。", source="《官箴》刻石", order=1)
