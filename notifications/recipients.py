"""Who can be written to, and when: the persons of a run with their preferences, read in one query."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import User
from notifications.models import EmailMode, Preference
from notifications.quiet import DEFAULT, QuietHours

_FIELDS = ("email", "digest_hour", "quiet_from", "quiet_until", "quiet_days_off")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who may sign in. `mode` is NONE without an address."""

    pk: int
    mode: str
    digest_hour: int
    quiet: QuietHours


def find(person_ids: Collection[int]) -> dict[int, Recipient]:
    """The active ones of these people, by id: one query."""
    rows = User.objects.filter(pk__in=person_ids, is_active=True)
    names = [f"notice_preference__{name}" for name in _FIELDS]
    return {pk: _recipient(pk, address, *wish) for pk, address, *wish in rows.values_list("pk", "email", *names)}


def quiet_of(preference: Preference | None) -> QuietHours:
    """The quiet hours of a person, or those of everybody who set nothing."""
    if preference is None:
        return DEFAULT
    return QuietHours(preference.quiet_from, preference.quiet_until, preference.quiet_days_off)


def _recipient(pk: int, address: str, mode: str | None, hour: int | None, *quiet: object) -> Recipient:
    if mode is None or hour is None:  # nothing set
        default = Preference()
        return Recipient(pk, default.email if address else EmailMode.NONE, default.digest_hour, DEFAULT)
    return Recipient(pk, mode if address else EmailMode.NONE, hour, QuietHours(*quiet))  # type: ignore[arg-type]
