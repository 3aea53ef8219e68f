"""Issued warnings (domain §5): their outside, as it stands on the notice. Drafts, sources, votes and logs are not told."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from api.auth import reader
from api.models import Resource
from api.paging import Page, PageQuery, page
from api.resources.common import ERRORS, Code, changed
from early_warnings.models import Warning

router = Router(tags=["warnings"])


class WarningOut(Schema):
    id: int
    unit: str
    number: str
    tier: str
    level: str
    subject_kind: str
    subject: str
    state: str
    issued_on: str
    due_on: str | None
    ended_on: str | None
    changed_at: str


@router.get(
    "/warnings",
    response={200: Page[WarningOut], **ERRORS},
    url_name="warnings",
    description=gettext_noop("Issued warnings that the person may see."),
)
def warnings(request: HttpRequest, paging: PageQuery, unit: Code = "") -> dict[str, Any]:
    """Issued warnings that the person may see."""
    rows = Warning.objects.visible_to(reader(request, Resource.WARNINGS)).filter(issued_at__isnull=False).select_related("unit", "level")
    rows = rows.filter(unit__code=unit) if unit else rows

    def tell(row: Warning) -> dict[str, Any]:
        return {
            "id": row.pk,
            "unit": row.unit.code,
            "number": row.number,
            "tier": row.tier,
            "level": row.level.label,
            "subject_kind": row.subject_kind,
            "subject": row.subject_label,
            "state": row.state,
            "issued_on": timezone.localdate(row.issued_at).isoformat(),
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "ended_on": timezone.localdate(row.closed_at).isoformat() if row.closed_at else None,
            "changed_at": changed(row),
        }

    return page(rows, paging, tell)
