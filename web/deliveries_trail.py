"""What the audit trail keeps of deliveries, robots and preferences; bound in `config.bindings`."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import sentences
from audit.services import record

sentences.register(
    {
        "delivery.sent_again": _("{actor} let {n} failed deliveries be sent again"),
        "notices.preferences_changed": _("{actor} changed how they are told: {changes}"),
        "robot.entered": _("{actor} entered the robot of {unit}: {changes}"),
        "robot.changed": _("{actor} changed the robot of {unit}: {changes}"),
        "robot.removed": _("{actor} removed the robot of {unit}"),
        "robot.tried": _("{actor} tried the robot of {unit}"),
    }
)


def record_channels(
    *,
    action: str,
    by: User,
    obj: models.Model,
    unit_id: int | None = None,
    changes: dict[str, list[Any]] | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """One row in the transaction of the change."""
    record(action, by=by, obj=obj, unit_id=unit_id, changes=changes, detail=detail)
