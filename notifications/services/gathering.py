"""Several things in one message: a person's daily digest, and what a robot tells its group. Both are made from what waits in the
database, so that nothing between two of them is lost, and both once, however many workers make them at the same time.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from notifications import recipients
from notifications.models import Delivery, DeliveryChannel, DeliveryItem, EmailMode, Notice, Robot, RobotEvent
from notifications.quiet import DEFAULT
from notifications.states import DeliveryState

GATHERED = timedelta(minutes=5)  # a group hears of what comes together once
_PEOPLE = 500  # digests made in one transaction


def gather(*, now: datetime) -> int:
    """A message for each robot whose oldest untold event is five minutes old, outside quiet hours; returns how many were made.

    While one of a robot's messages still waits (its service does not answer), the next events wait for the next message.
    """
    if not DEFAULT.is_open(now):
        return 0
    first = RobotEvent.objects.filter(delivery=None).values("robot").annotate(first=Min("created_at"))
    ripe = first.filter(first__lte=now - GATHERED).values_list("robot", flat=True)
    return sum(_gather_for(robot_id, now) for robot_id in list(ripe))


@transaction.atomic
def _gather_for(robot_id: int, now: datetime) -> int:
    robot = Robot.objects.select_for_update(skip_locked=True).filter(pk=robot_id).defer("address").first()
    if robot is None or robot.deliveries.filter(state__in=(DeliveryState.WAITING, DeliveryState.SENDING)).exists():
        return 0
    events = RobotEvent.objects.filter(robot=robot, delivery=None)
    ids = list(events.values_list("pk", flat=True))
    if not ids:
        return 0
    delivery = Delivery.objects.create(channel=DeliveryChannel.ROBOT, robot=robot, due_at=now, next_try_at=now)
    RobotEvent.objects.filter(pk__in=ids).update(delivery=delivery)
    return 1


def make_digests(*, now: datetime) -> int:
    """The daily e-mail of everybody whose hour has come and for whom notices wait; returns how many were made.

    What comes in the quiet hours waits for the next one. Who no longer wants a digest gets what had waited for it.
    """
    if not settings.NOTICES_BY_EMAIL:
        return 0
    waiting = Notice.objects.filter(for_digest=True).order_by("person").values_list("person", flat=True).distinct()
    made = 0
    for ids in _chunks(list(waiting)):
        known = recipients.find(ids)
        by_day: dict[date, dict[int, datetime]] = defaultdict(dict)  # person: when it may leave
        for one in known.values():
            day = one.quiet.digest_day(now, hour=one.digest_hour)
            if one.mode != EmailMode.NONE and day is not None:
                by_day[day][one.pk] = one.quiet.next_open(now)
        made += sum(_digest(opens, day) for day, opens in by_day.items())
        unwanted = [pk for pk in ids if pk not in known or known[pk].mode == EmailMode.NONE]
        Notice.objects.filter(person__in=unwanted, for_digest=True).update(for_digest=False)
    return made


@transaction.atomic
def _digest(opens: Mapping[int, datetime], day: date) -> int:
    """Set-based: the deliveries that were not there yet for the day, the notices they carry, and that these wait no longer."""
    # The row of the day is the lock: who comes second waits for the first to commit, and then makes none.
    Delivery.objects.bulk_create(
        (Delivery(channel=DeliveryChannel.EMAIL, person_id=pk, digest_on=day, due_at=at, next_try_at=at) for pk, at in opens.items()),
        ignore_conflicts=True,
    )
    empty = Delivery.objects.filter(person__in=opens, digest_on=day, items=None, state=DeliveryState.WAITING)
    of_person = dict(empty.select_for_update(of=("self",)).values_list("person", "pk"))
    notices = Notice.objects.select_for_update().filter(person__in=of_person, for_digest=True).order_by("pk")
    carried = list(notices.values_list("pk", "person"))
    DeliveryItem.objects.bulk_create(DeliveryItem(delivery_id=of_person[person], notice_id=pk) for pk, person in carried)
    Notice.objects.filter(pk__in=[pk for pk, _person in carried]).update(for_digest=False)
    # Read in the inbox at this very moment: nothing is left to say.
    bare = set(of_person) - {person for _pk, person in carried}
    Delivery.objects.filter(pk__in=[of_person[person] for person in bare]).delete()
    return len(of_person) - len(bare)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _PEOPLE):
        yield ids[start : start + _PEOPLE]
