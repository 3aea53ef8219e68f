"""The outside anchor of the chain, and its verification (ADR 0003)."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AdminRole, User
from audit.models import CANONICAL, AuditLink

ANCHOR_FILE = "audit-anchors.jsonl"
_READ = f"""
    SELECT l.position, l.event_id, l.hash, e.id, CASE WHEN e.id IS NULL THEN NULL ELSE {CANONICAL.format(row="e")} END
    FROM audit_auditlink l FULL JOIN audit_auditevent e ON e.id = l.event_id
    ORDER BY l.position NULLS LAST, e.id
"""  # noqa: S608 -- only our own constant goes in


@dataclass
class Report:
    """What verification found. `faults` is empty for a sound chain; each fault is a sentence with the place."""

    events: int = 0
    head_position: int = 0
    head_hash: str = ""
    anchors: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was edited, removed, reordered, added past the chain or cut off."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """For JSON output."""
        return {"ok": self.ok, **asdict(self)}


def anchor_path() -> Path:
    """The file to which heads are appended; put AUDIT_ANCHOR_DIR on another machine's disk."""
    return Path(settings.AUDIT_ANCHOR_DIR) / ANCHOR_FILE


def write_anchor() -> dict[str, Any]:
    """Append the head of the chain to the anchor file and mail it to the audit administrators. Returns what was written."""
    head = AuditLink.objects.order_by("-position").first()
    anchor = {"at": timezone.now().isoformat(), "position": head.position if head else 0, "hash": head.hash if head else ""}
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640), "w", encoding="utf-8") as file:
        file.write(json.dumps(anchor) + "\n")
        file.flush()
        os.fsync(file.fileno())
    addresses = list(User.objects.filter(admin_role=AdminRole.AUDIT, is_active=True).exclude(email="").values_list("email", flat=True))
    if addresses:
        EmailMessage(
            _("Head of the audit chain on %(day)s") % {"day": timezone.localdate()},
            _("Position %(position)s, hash %(hash)s. Keep this message: with it you can tell whether the trail was cut.") % anchor,
            to=addresses,
        ).send(fail_silently=True)
    return anchor


def verify(anchors: Path | None = None) -> Report:
    """Recompute the whole chain in constant memory and hold it against the anchors."""
    report = Report()
    kept = _read_anchors(anchors or anchor_path(), report)
    previous = ""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_READ)
        while rows := cursor.fetchmany(2000):
            for position, event_id, link_hash, found_id, canonical in rows:
                if position is None:
                    report.faults.append(f"event {found_id}: not in the chain (added behind its back)")
                    continue
                if position != report.head_position + 1:
                    report.faults.append(f"position {position}: link {report.head_position + 1} is missing")
                report.events += 1
                report.head_position = position
                if canonical is None:
                    report.faults.append(f"position {position}: event {event_id} was removed")
                elif hashlib.sha256((previous + canonical).encode()).hexdigest() != link_hash:
                    report.faults.append(f"position {position}: event {event_id} or its place was changed")
                previous = report.head_hash = link_hash
                if position in kept and kept.pop(position) != link_hash:
                    report.faults.append(f"position {position}: differs from the anchor kept outside")
    report.faults += [f"position {position}: anchored outside, but the chain ends before it" for position in sorted(kept) if position]
    return report


def _read_anchors(path: Path, report: Report) -> dict[int, str]:
    kept: dict[int, str] = {}
    if path.exists():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                anchor = json.loads(line)
                datetime.fromisoformat(anchor["at"])
                kept[int(anchor["position"])] = str(anchor["hash"])
                report.anchors += 1
            except (ValueError, KeyError, TypeError):
                report.faults.append(f"anchor file, line {number}: not readable")
    return kept
