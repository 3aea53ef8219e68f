"""Intervals that own's unit has set itself."""

from deadlines.models import ReminderRule
from tests.matrix_world import World


def build(world: World) -> None:
    ReminderRule.objects.create(unit=world.home.unit, kind="measure", before=[5], on_day=True, after=[1], every=5, escalate=[3])
    world.objects |= {"reminder_kind": "measure", "no_reminder_kind": "nothing"}
