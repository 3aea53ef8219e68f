"""A division of work, and a body with one member."""

from positions.models import BodyMembership, DivisionOfWork
from tests.matrix_world import World


def build(world: World) -> None:
    branch = world.home.bodies["party_branch"]
    world.objects |= {
        "division": DivisionOfWork.objects.get(department=world.department.department),
        "body": branch,
        "membership": BodyMembership.objects.get(body=branch),
    }
