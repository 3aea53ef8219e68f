"""Units, departments, positions. No persons: who holds a post is in the resources where somebody answers for something."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from api.auth import reader
from api.models import Resource
from api.paging import Page, PageQuery, page
from api.resources.common import ERRORS, Code
from positions.models import Department, Position, Unit

router = Router(tags=["organisation"])


class UnitOut(Schema):
    id: int
    code: str
    name: str
    short_name: str


class DepartmentOut(Schema):
    id: int
    unit: str
    name: str
    kind: str
    closed_on: str | None


class PositionOut(Schema):
    id: int
    unit: str
    department_id: int | None
    name: str
    rank: str
    duties: str
    closed_on: str | None


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


@router.get("/units", response={200: Page[UnitOut], **ERRORS}, url_name="units", description=gettext_noop("The units the person knows."))
def units(request: HttpRequest, paging: PageQuery) -> dict[str, Any]:
    """The units the person knows."""
    rows = Unit.objects.visible_to(reader(request, Resource.ORGANISATION))
    return page(rows, paging, lambda u: {"id": u.pk, "code": u.code, "name": u.name, "short_name": u.short_name})


@router.get(
    "/departments",
    response={200: Page[DepartmentOut], **ERRORS},
    url_name="departments",
    description=gettext_noop("Departments, closed ones too."),
)
def departments(request: HttpRequest, paging: PageQuery, unit: Code = "") -> dict[str, Any]:
    """Departments, closed ones too."""
    rows = Department.objects.visible_to(reader(request, Resource.ORGANISATION)).select_related("unit")
    rows = rows.filter(unit__code=unit) if unit else rows

    def tell(row: Department) -> dict[str, Any]:
        return {"id": row.pk, "unit": row.unit.code, "name": row.name, "kind": row.kind, "closed_on": _day(row.closed_on)}

    return page(rows, paging, tell)


@router.get(
    "/positions", response={200: Page[PositionOut], **ERRORS}, url_name="positions", description=gettext_noop("Positions, closed ones too.")
)
def positions(request: HttpRequest, paging: PageQuery, unit: Code = "") -> dict[str, Any]:
    """Positions, closed ones too."""
    rows = Position.objects.visible_to(reader(request, Resource.ORGANISATION)).select_related("unit")
    rows = rows.filter(unit__code=unit) if unit else rows

    def tell(row: Position) -> dict[str, Any]:
        return {
            "id": row.pk,
            "unit": row.unit.code,
            "department_id": row.department_id,
            "name": row.name,
            "rank": row.rank,
            "duties": row.duties,
            "closed_on": _day(row.closed_on),
        }

    return page(rows, paging, tell)
