"""Work of the clock: one that has run, one that runs at this moment, and a name that nobody registered."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import ScheduledRun
from tests.matrix_world import World


def build(world: World) -> None:
    now = timezone.now()
    world.objects["scheduled_work"] = "audit.write_anchor"
    world.objects["running_scheduled_work"] = "positions.follow_dates"
    world.objects["no_scheduled_work"] = "nobody.knows"
    ScheduledRun.objects.create(name="audit.write_anchor", slot=now, state="done", started_at=now, finished_at=now)
    ScheduledRun.objects.create(name="positions.follow_dates", slot=now, state="running", claimed_until=now + timedelta(hours=1))
