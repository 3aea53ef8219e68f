"""What the audit trail and the inboxes tell of the story."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from demo.bulk import Writer
from notifications.models import Notice


@dataclass
class Trail:
    """Audit events and notices, collected in any order and written in that of their times."""

    events: list[AuditEvent] = field(default_factory=list)
    notices: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def tell(
        self,
        at: datetime,
        action: str,
        by: User | None,
        obj: models.Model,
        *,
        unit_id: int | None = None,
        changes: dict[str, list[Any]] | None = None,
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """One event of an object, as `audit.services.record` would have written it then."""
        self.events.append(
            AuditEvent(
                at=at,
                action=action,
                actor_id=by.pk if by else None,
                actor_label=by.label if by else "",
                object_type=obj._meta.label_lower,
                object_id=str(obj.pk),
                object_label=str(obj)[:200],
                unit_id=unit_id or getattr(obj, "unit_id", None),
                changes=changes or {},
                reason=reason,
                detail=detail or {},
            )
        )

    def notice(self, at: datetime, person: User, kind: str, text: str, url: str = "", read: datetime | None = None) -> None:
        """A notice in somebody's inbox; those who have left get none."""
        if person.is_active:
            fields = {"person": person, "kind": kind, "text": text[:300], "url": url, "created_at": at, "read_at": read}
            self.notices.append((at, fields))

    def write(self, writer: Writer) -> None:
        """Write everything; nothing lies in the future, whatever the day of loading."""
        now = timezone.now()
        for event in self.events:
            event.at = min(event.at, now)
        AuditEvent.objects.bulk_create(sorted(self.events, key=lambda event: event.at), batch_size=1000)
        for _at, fields in sorted(self.notices, key=lambda row: row[0]):
            writer.new(Notice, **fields | {"created_at": min(fields["created_at"], now)})
        writer.flush()
