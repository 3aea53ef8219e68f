"""The world of the permission matrix: one small unit, another one, people by their relation to the objects, one object of each kind.

An area adds objects in a module of its own, tests/matrix/<area>.py, with `def build(world: World) -> None` that puts models (their
primary key is used) or plain values into `world.objects`. Modules are called in the order of their names: reach for another area's
objects with `world.objects["…"]` only when its name sorts before yours. The objects belong to `world.people["own"]` where they belong
to anybody.
"""

import pkgutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.models import AdminRole, User
from tests import matrix
from tests.factories.organisation import SmallUnit, administrators, small_unit

RELATIONS = (
    "anonymous",
    "own",
    "same_department",
    "other_department",
    "department_head",
    "deputy_in_charge",
    "unit_head",
    "leading_group_office",
    "discipline_committee",
    "other_unit_head",
    "system_admin",
    "security_admin",
    "audit_admin",
)


@contextmanager
def undone() -> Iterator[None]:
    """Everything written in the block is rolled back, limits included."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        # Rolled back, it is still open, and PostgreSQL goes through all open ones for each row that it looks at.
        transaction.savepoint_commit(point)
        cache.clear()


@dataclass
class World:
    """`home` is the unit of the objects; `department` the department of `own` in it."""

    home: SmallUnit
    elsewhere: SmallUnit
    people: dict[str, User]
    objects: dict[str, Any] = field(default_factory=dict)

    @property
    def department(self) -> Any:
        """own's department with head, staff and positions, see SmallUnit.departments."""
        return self.home.departments[1]

    def sign_in(self) -> dict[str, str]:
        """A cookie for each relation. Its session counts as seen an hour ahead: else every request, undone as it is, writes it anew."""
        cookies = {}
        for relation, person in self.people.items():
            client = Client()
            client.force_login(person)
            session = client.session
            session["started"] = session["seen"] = int(time.time()) + 3600
            session.save()
            cookies[relation] = session.session_key
        return cookies

    def address_value(self, key: str) -> Any:
        """What stands in the address for the object: the primary key of a model, else the value itself."""
        thing = self.objects[key]
        return getattr(thing, "pk", thing)


def build_world() -> World:
    """Build everything in the current transaction."""
    home, elsewhere = small_unit(code="CS"), small_unit(code="QT", name="其他市农业农村局")
    admins = administrators()
    department = home.departments[1]
    world = World(
        home,
        elsewhere,
        {
            "own": department.staff[0],
            "same_department": department.staff[1],
            "other_department": home.departments[2].staff[0],
            "department_head": department.head,
            "deputy_in_charge": department.leader,
            "unit_head": home.head,
            "leading_group_office": home.office_clerk,
            "discipline_committee": home.departments[0].staff[1],
            "other_unit_head": elsewhere.head,
            "system_admin": admins[AdminRole.SYSTEM],
            "security_admin": admins[AdminRole.SECURITY],
            "audit_admin": admins[AdminRole.AUDIT],
        },
    )
    world.objects |= {
        "unit": home.unit,
        "department": department.department,
        "position": department.positions["s0"],
        "person": world.people["own"],
        "appointment": home.appointments[world.people["own"].pk],
    }
    for module in sorted(pkgutil.iter_modules(matrix.__path__), key=lambda m: m.name):
        import_module(f"tests.matrix.{module.name}").build(world)
    return world
