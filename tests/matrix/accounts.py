"""An audit event, and a security key that nobody has."""

from audit.services import record
from tests.matrix_world import World


def build(world: World) -> None:
    world.objects["audit_event"] = record("risk.retired", by=world.people["own"], reason="岗位撤销")
    world.objects["nobodys_key"] = 987654
