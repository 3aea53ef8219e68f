"""How a person wants to be told."""

from dataclasses import dataclass
from datetime import time

from django.db import transaction

from accounts.models import User
from common.writes import lock
from notifications.hooks import channels_changed
from notifications.models import Delivery, DeliveryChannel, EmailMode, Notice, Preference
from notifications.states import DeliveryState

_FIELDS = ("email", "digest_hour", "quiet_from", "quiet_until", "quiet_days_off")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the page asks; see Preference."""

    email: str
    digest_hour: int
    quiet_from: time
    quiet_until: time
    quiet_days_off: bool


def preference_of(person: User) -> Preference:
    """The person's own, or an unsaved one with the defaults."""
    return Preference.objects.visible_to(person).first() or Preference(person=person)


@transaction.atomic
def set_preference(*, by: User, wishes: Wishes, version: int | None = None) -> Preference:
    """Keep one's own wishes. Raises Conflict.

    Without e-mails, those that wait are not sent; the inbox has it all. A former digest's notices come with a last one.
    """
    made, _is_new = Preference.objects.get_or_create(person=by)
    mine = lock(Preference.objects, made.pk, version=version)
    changes = {}
    for field in _FIELDS:
        old, new = getattr(mine, field), getattr(wishes, field)
        if old != new:
            changes[field] = [_shown(old), _shown(new)]
            setattr(mine, field, new)
    if not changes:
        return mine
    mine.save()
    if mine.email == EmailMode.NONE:
        Delivery.objects.filter(person=by, channel=DeliveryChannel.EMAIL, state=DeliveryState.WAITING).delete()
        Notice.objects.filter(person=by, for_digest=True).update(for_digest=False)
    channels_changed(action="notices.preferences_changed", by=by, obj=mine, changes=changes)
    return mine


def _shown(value: object) -> object:
    return value.strftime("%H:%M") if isinstance(value, time) else value
