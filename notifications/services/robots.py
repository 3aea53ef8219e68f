"""Robots of units' group chats, kept by the security administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Conflict, DomainError, NotPossible
from common.later import after_commit_once
from common.writes import lock
from notifications import kinds, permissions
from notifications.channels.robot import address_of
from notifications.hooks import channels_changed
from notifications.models import Delivery, DeliveryChannel, Robot, RobotEvent
from notifications.states import DeliveryState


@dataclass(frozen=True, slots=True)
class RobotFacts:
    """`address` as the service's page shows it; empty: the one kept. `secret` belongs to an address of DingTalk."""

    service: str
    address: str
    secret: str
    kinds: Sequence[str]
    is_on: bool


@transaction.atomic
def set_robot(*, by: User, unit_id: int, unit_name: str, facts: RobotFacts, version: int | None = None) -> Robot:
    """Enter or change the robot of a unit. Raises NotAllowed, Conflict, DomainError for what is no address of the service."""
    permissions.may_keep_robots(by).require()
    known = Robot.objects.filter(unit_id=unit_id).first()
    robot = lock(Robot.objects, known.pk, version=version) if known else Robot(unit_id=unit_id)
    before = _described(robot) if known else {}
    if facts.address:
        robot.address = address_of(facts.service, facts.address, facts.secret)
    elif not robot.address or robot.service != facts.service:
        raise DomainError(_("Enter the address of the robot."))
    chosen = [code for code, _label in kinds.choices() if code in facts.kinds]
    robot.service, robot.kinds, robot.is_on = facts.service, chosen, facts.is_on
    after = _described(robot)
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if facts.address:
        changes["address"] = [None, str(_("a new one"))]  # never the address itself
    if not changes:
        return robot
    try:
        with transaction.atomic():
            robot.save()
    except IntegrityError:
        raise Conflict(_("Somebody else has entered a robot of this unit in the meantime. Reload the page.")) from None
    if not robot.is_on:
        _forget(robot)
    action = "robot.changed" if known else "robot.entered"
    channels_changed(action=action, by=by, obj=robot, unit_id=unit_id, changes=changes, detail={"unit": unit_name})
    return robot


@transaction.atomic
def remove_robot(*, by: User, robot: Robot, unit_name: str) -> None:
    """Forget its address, and what it had not told yet. Raises NotAllowed."""
    permissions.may_keep_robots(by).require()
    held = lock(Robot.objects, robot.pk)
    channels_changed(action="robot.removed", by=by, obj=held, unit_id=held.unit_id, detail={"unit": unit_name})
    held.delete()


@transaction.atomic
def try_robot(*, by: User, robot: Robot, unit_name: str) -> Delivery:
    """Let it say at once that it works, in quiet hours too. Raises NotAllowed, and NotPossible while an earlier try still waits."""
    permissions.may_keep_robots(by).require()
    held = lock(Robot.objects, robot.pk)
    unfinished = (DeliveryState.WAITING, DeliveryState.SENDING)
    if held.deliveries.filter(is_test=True, state__in=unfinished).exists():
        raise NotPossible(_("The last try has not ended yet. Reload the page in a moment."))
    now = timezone.now()
    delivery = Delivery.objects.create(channel=DeliveryChannel.ROBOT, robot=held, is_test=True, due_at=now, next_try_at=now)
    channels_changed(action="robot.tried", by=by, obj=held, unit_id=held.unit_id, detail={"unit": unit_name})
    _wake()
    return delivery


def _forget(robot: Robot) -> None:
    RobotEvent.objects.filter(robot=robot, delivery=None).delete()
    robot.deliveries.filter(state=DeliveryState.WAITING).delete()


def _described(robot: Robot) -> dict[str, Any]:
    labels = {code: str(label) for code, label in kinds.choices()}
    return {
        "service": str(robot.get_service_display()),
        "kinds": "、".join(labels.get(code, code) for code in robot.kinds),
        "is_on": robot.is_on,
    }


def _wake() -> None:
    from notifications.tasks import wake

    after_commit_once(wake)
