"""The published power catalogue (domain §2)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from api.auth import reader
from api.models import Resource
from api.paging import Page, PageQuery, page
from api.resources.common import ERRORS, Code
from positions.models import PowerItem

router = Router(tags=["powers"])


class PowerOut(Schema):
    id: int
    unit: str
    number: str
    name: str
    category: str
    level: str
    department_id: int | None
    position_id: int | None
    basis: str
    conditions: str
    procedure: str
    time_limit: str
    responsibility: str
    major_matter: str


@router.get(
    "/powers", response={200: Page[PowerOut], **ERRORS}, url_name="powers", description=gettext_noop("Power items of the version in force.")
)
def powers(request: HttpRequest, paging: PageQuery, unit: Code = "") -> dict[str, Any]:
    """Items of the version in force."""
    rows = PowerItem.objects.visible_to(reader(request, Resource.POWERS)).in_force().select_related("unit")
    rows = rows.filter(unit__code=unit) if unit else rows

    def tell(row: PowerItem) -> dict[str, Any]:
        return {name: getattr(row, name) for name in PowerOut.model_fields if name != "unit"} | {"unit": row.unit.code}

    return page(rows, paging, tell)
