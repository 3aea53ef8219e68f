"""Announcing changes of the organisation: at once, or once for a whole import."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from accounts.models import User
from positions.hooks import organisation_changed

_held: ContextVar[set[int] | None] = ContextVar("held_units", default=None)


def announce(*, unit_ids: set[int], by: User | None, reason: str) -> None:
    """Tell upper apps, in the transaction of the change; inside `held` only remember the units."""
    held = _held.get()
    if held is None:
        organisation_changed(unit_ids=unit_ids, by=by, reason=reason)
    else:
        held |= unit_ids


@contextmanager
def held(*, by: User | None, reason: str) -> Iterator[None]:
    """Gather what is announced inside and announce it once at the end; nothing when an error ends the block."""
    units: set[int] = set()
    token = _held.set(units)
    try:
        yield
    finally:
        _held.reset(token)
    if units:
        organisation_changed(unit_ids=units, by=by, reason=reason)
