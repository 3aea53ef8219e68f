"""The latest contact-rate survey about the department of a point, else about its unit (domain §3, §6).

Confidential: only the committees and the unit head read results of surveys (ADR 0020).

Of each kind (external, internal) the latest survey closed within the window that reached its minimum and, for a department, may be shown
by department; the kind that gives more points counts. Points by the lower bound of the rate in whole per cent, rounded down, so that few
answers weigh little. Bounds are computed by the surveys themselves (assessments.survey_selectors) and handed in: there are few of them.
"""

import math
from typing import Any

from django.db.models import QuerySet
from psycopg.types.json import Jsonb

from assessments.models import Survey
from assessments.survey_selectors import places_of, rate_of
from common.prepared import Blank
from regrading.evidence.statement import Part, Statement, Window, left_over, stepped
from regrading.rules import SurveyRule

Row = dict[str, Any]


def rates(surveys: QuerySet[Survey], window: Window) -> list[Row]:
    """The latest rates of each kind, unit and department; department None: the whole unit."""
    if surveys.query.is_empty():
        return []  # most readers see none
    closed = surveys.filter(state="closed", closed_at__gte=window.begin, closed_at__lt=window.end).select_related("tally")
    found: dict[tuple[int, int | None, str], Row] = {}
    for survey in closed.order_by("-period_end", "-closed_at", "-pk"):
        whole = rate_of(survey)
        if whole is None:
            continue
        for department, rate in [(None, whole), *places_of(survey).items()]:
            row = {"id": survey.pk, "unit_id": survey.unit_id, "department_id": department, "kind": survey.kind}
            found.setdefault((survey.unit_id, department, survey.kind), row | {"low": math.floor(rate.low * 100)})
    return list(found.values())


def part(sql: Statement, rates: list[Row] | Blank, rule: SurveyRule, settled: bool = False) -> Part:
    """Tables for these rates, or for those told when the statement is asked; `settled`: less what stands in that table."""
    given = rates if isinstance(rates, Blank) else Jsonb(rates)
    return Part(
        "surveys",
        (
            f"""survey_rate AS (
    SELECT * FROM jsonb_to_recordset({sql.value(given)})
        AS r (id bigint, unit_id bigint, department_id bigint, kind text, low int)
)""",
            f"""survey_place AS (
    SELECT DISTINCT ON (p.unit_id, p.department_id, r.kind) p.unit_id, p.department_id, r.id, r.kind, r.low,
        r.department_id IS NULL AS whole_unit, {stepped(rule.bounds, "r.low")} AS points
    FROM (SELECT DISTINCT unit_id, department_id FROM point) p
    JOIN survey_rate r ON r.unit_id = p.unit_id AND (r.department_id = p.department_id OR r.department_id IS NULL)
    ORDER BY p.unit_id, p.department_id, r.kind, r.department_id NULLS LAST
)""",
            """survey_worst AS MATERIALIZED (
    SELECT DISTINCT ON (unit_id, department_id) unit_id, department_id, id, points,
        jsonb_build_array('surveys', points, jsonb_build_object('kind', kind, 'low', low, 'whole_unit', whole_unit))::text AS told
    FROM survey_place ORDER BY unit_id, department_id, points DESC, low DESC, kind
)""",
            f"""{"survey_hit" if settled else "surveys"} AS (
    SELECT p.id AS risk_id, w.points, w.told, w.id
    FROM survey_worst w JOIN point p ON p.unit_id = w.unit_id AND COALESCE(p.department_id, 0) = COALESCE(w.department_id, 0)
)""",
            *(
                [
                    left_over("survey_hit", "survey", "h.told AS full_told"),
                    """surveys AS (
    SELECT risk_id, id, points, jsonb_set(full_told::jsonb, '{1}', to_jsonb(points))::text AS told FROM survey_hit_left
)""",
                ]
                if settled
                else []
            ),
        ),
        sources="SELECT risk_id, 'survey' AS kind, id, points FROM surveys WHERE points > 0",
    )
