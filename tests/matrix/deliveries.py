"""The robot of the unit, what `own` wishes, and an e-mail of `own` that failed."""

from django.utils import timezone

from notifications.models import Delivery, DeliveryItem, Notice, Preference, Robot
from tests.matrix_world import World


def build(world: World) -> None:
    own, now = world.people["own"], timezone.now()
    world.objects["robot"] = Robot.objects.create(
        unit_id=world.home.unit.pk, service="gateway", address="jsons://gateway.example/?redirect=no", kinds=["measure"]
    )
    Preference.objects.create(person=own)
    failed = Delivery.objects.create(
        channel="email", person=own, state="failed", attempts=6, due_at=now, next_try_at=now, last_error="refused"
    )
    DeliveryItem.objects.create(delivery=failed, notice=Notice.objects.create(person=own, kind="test", text="未能送达的消息"))
