"""A division of work, a body with one member, and the template of an organisation as the system administrator uploaded it."""

from common.files import store
from positions.models import BodyMembership, DivisionOfWork
from positions.org_template import template_file
from tests.matrix_world import World


def build(world: World) -> None:
    branch = world.home.bodies["party_branch"]
    world.objects |= {
        "division": DivisionOfWork.objects.get(department=world.department.department),
        "body": branch,
        "membership": BodyMembership.objects.get(body=branch),
        "organisation_file": store(content=template_file(), name="组织机构.xlsx", by=world.people["system_admin"]),
    }
