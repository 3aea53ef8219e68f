"""The register: risk points and their measures (domain §3)."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router, Schema

from accounts.models import User
from api.auth import reader
from api.models import Resource
from api.paging import Page, PageQuery, page
from api.problems import Problem
from api.resources.common import ERRORS, Code, LevelOut, PersonOut, changed
from risks.models import Measure, RiskPoint
from risks.states import RiskState

router = Router(tags=["risks"])
_PEOPLE = ("direct_holder", "department_head", "responsible_leader")
_LEVELS = ("initial_level", "current_level", "target_level")


class RiskOut(Schema):
    id: int
    unit: str
    department_id: int | None
    position_id: int | None
    number: str
    state: str
    level_of: str
    title: str
    content: str
    manifestation: str
    aspect: str
    power_item_id: int | None
    power_category: str
    major_matter: str
    probability: int | None
    harm: int | None
    initial_level: LevelOut
    current_level: LevelOut
    target_level: LevelOut | None
    direct_holder: PersonOut | None
    department_head: PersonOut | None
    responsible_leader: PersonOut | None
    registered_on: str
    changed_at: str


class MeasureOut(Schema):
    id: int
    risk_id: int
    kind: str
    line: str
    text: str
    who: PersonOut | None
    due_on: str | None
    state: str
    changed_at: str


def _points(user: User) -> QuerySet[RiskPoint]:
    return RiskPoint.objects.visible_to(user).defer("search").select_related("unit", *_PEOPLE, *_LEVELS)


def _person(user: User | None) -> dict[str, str] | None:
    return {"staff_number": user.staff_number, "name": user.name} if user else None


def _tell(row: RiskPoint) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in RiskOut.model_fields if name not in _TOLD}
    levels = {name: getattr(row, name) for name in _LEVELS}
    return (
        plain
        | {name: {"severity": level.severity, "label": level.label} if level else None for name, level in levels.items()}
        | {name: _person(getattr(row, name)) for name in _PEOPLE}
        | {"unit": row.unit.code, "registered_on": row.registered_on.isoformat(), "changed_at": changed(row)}
    )


_TOLD = {*_PEOPLE, *_LEVELS, "unit", "registered_on", "changed_at"}


@router.get(
    "/risks",
    response={200: Page[RiskOut], **ERRORS},
    url_name="risks",
    description=gettext_noop("Points of the register that the person may see."),
)
def risks(
    request: HttpRequest,
    paging: PageQuery,
    unit: Code = "",
    severity: Annotated[int | None, Query(ge=0, le=100, description=gettext_noop("severity of the current level"))] = None,
    retired: Annotated[bool, Query(description=gettext_noop("also those taken off the register"))] = False,
) -> dict[str, Any]:
    """Points of the register that the person may see."""
    rows = _points(reader(request, Resource.RISKS))
    rows = rows if retired else rows.filter(state=RiskState.REGISTERED)
    rows = rows.filter(unit__code=unit) if unit else rows
    rows = rows.filter(current_level__severity=severity) if severity is not None else rows
    return page(rows, paging, _tell)


@router.get("/risks/{risk_id}", response={200: RiskOut, **ERRORS}, url_name="risk", description=gettext_noop("One point of the register."))
def risk(request: HttpRequest, risk_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    """One point."""
    row = _points(reader(request, Resource.RISKS)).filter(pk=risk_id).first()
    if row is None:
        raise Problem(404, "not found", _("There is no such risk point."))
    return _tell(row)


@router.get(
    "/measures",
    response={200: Page[MeasureOut], **ERRORS},
    url_name="measures",
    description=gettext_noop("Measures of visible points, and those the person is to carry out."),
)
def measures(request: HttpRequest, paging: PageQuery, risk_id: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None) -> dict[str, Any]:
    """Measures of visible points, and those the person is to carry out."""
    rows = Measure.objects.visible_to(reader(request, Resource.RISKS)).select_related("who")
    rows = rows.filter(risk_id=risk_id) if risk_id is not None else rows

    def tell(row: Measure) -> dict[str, Any]:
        plain = {name: getattr(row, name) for name in ("risk_id", "kind", "line", "text", "state")}
        due_on = row.due_on.isoformat() if row.due_on else None
        return plain | {"id": row.pk, "who": _person(row.who), "due_on": due_on, "changed_at": changed(row)}

    return page(rows, paging, tell)
