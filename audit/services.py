"""Writing audit events. Called by every service inside its transaction, so that no change is without its row."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent, Outcome
from common.context import current


def record(
    action: str,
    *,
    by: User | None,
    obj: models.Model | None = None,
    unit_id: int | None = None,
    changes: dict[str, list[Any]] | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    outcome: str = Outcome.DONE,
) -> AuditEvent:
    """One event. `by` is None for the system itself; `changes` maps field → [old, new] as people read them.

    Refusals and failures are written by `audit.middleware` after the rollback of what was refused, so they survive it.
    """
    facts = current.get()
    return AuditEvent.objects.create(
        at=timezone.now(),
        action=action,
        outcome=outcome,
        actor_id=by.pk if by else None,
        actor_label=by.label if by else "",
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        unit_id=unit_id if unit_id is not None else getattr(obj, "unit_id", None),
        changes=changes or {},
        reason=reason,
        detail=detail or {},
        address=facts.address,
        request_id=facts.request_id,
    )


def record_many(
    action: str,
    events: Iterable[tuple[models.Model, dict[str, list[Any]]]],
    *,
    by: User | None,
    unit_id: int | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> int:
    """One event for each (object, changes) of a bulk act, so that every object's own timeline tells it; returns how many.

    `unit_id` is needed where the objects have none of their own.
    """
    facts = current.get()
    at = timezone.now()
    rows = [
        AuditEvent(
            at=at,
            action=action,
            actor_id=by.pk if by else None,
            actor_label=by.label if by else "",
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
            object_label=str(obj)[:200],
            unit_id=unit_id if unit_id is not None else getattr(obj, "unit_id", None),
            changes=changes,
            reason=reason,
            detail=detail or {},
            address=facts.address,
            request_id=facts.request_id,
        )
        for obj, changes in events
    ]
    return len(AuditEvent.objects.bulk_create(rows, batch_size=1000))


def differences(before: models.Model, after: models.Model, fields: list[str]) -> dict[str, list[Any]]:
    """The changed fields as [old, new], each as people read it (choices by label, relations by name)."""
    found: dict[str, list[Any]] = {}
    for name in fields:
        old, new = _shown(before, name), _shown(after, name)
        if old != new:
            found[name] = [old, new]
    return found


def _shown(obj: models.Model, name: str) -> Any:
    display = getattr(obj, f"get_{name}_display", None)
    value = display() if display else getattr(obj, name)
    return value if value is None or isinstance(value, int | bool | float) else str(value)
