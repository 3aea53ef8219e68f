"""Published results of assessments (domain §6): score and grade within the chosen scope."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from api.auth import reader
from api.models import Resource
from api.paging import Page, PageQuery, page
from api.resources.common import ERRORS, Code, PersonOut
from assessments.models import Result

router = Router(tags=["results"])


class ResultOut(Schema):
    id: int
    unit: str
    year: int
    quarter: int
    group: str
    person: PersonOut
    score: str
    grade: str
    grade_severity: int


@router.get(
    "/results",
    response={200: Page[ResultOut], **ERRORS},
    url_name="results",
    description=gettext_noop("The result that counts of every person in every published round."),
)
def results(request: HttpRequest, paging: PageQuery, unit: Code = "") -> dict[str, Any]:
    """The result that counts of every person in every published round."""
    rows = Result.objects.visible_to(reader(request, Resource.RESULTS)).shown().counting()
    rows = rows.select_related("assessed__round__unit", "assessed__person")
    rows = rows.filter(assessed__round__unit__code=unit) if unit else rows

    def tell(row: Result) -> dict[str, Any]:
        person, held = row.assessed.person, row.assessed.round
        return {
            "id": row.pk,
            "unit": held.unit.code,
            "year": held.year,
            "quarter": held.quarter,
            "group": row.assessed.group,
            "person": {"staff_number": person.staff_number, "name": person.name},
            "score": f"{row.score:.2f}",
            "grade": row.grade_label,
            "grade_severity": row.grade_severity,
        }

    return page(rows, paging, tell)
