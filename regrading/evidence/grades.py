"""The direct holder's latest quarterly grade in the unit of the point (domain §3, §6).

Only of rounds that are final: a grade under appeal moves nothing. Of corrected results the last confirmed one counts. A quarter that ended
before the window no longer counts. Open when the results of the person's group were shown to the whole unit; else confidential (ADR 0020).
"""

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Result, ResultScope, RoundGroup
from assessments.states import RoundState
from assessments.states_results import ResultState
from regrading.evidence.statement import Part, Statement, Window, left_over, stepped
from regrading.rules import GradeRule

_COLUMNS = "pk", "assessed__person_id", "assessed__round__unit_id", "assessed__round__year", "assessed__round__quarter", "number"


def shown_to_all() -> QuerySet[Result]:
    """Results that the whole unit sees."""
    group = RoundGroup.objects.filter(round=OuterRef("assessed__round"), group=OuterRef("assessed__group"))
    return Result.objects.shown().filter(Exists(group.filter(rules__scope=ResultScope.UNIT)))


def part(
    sql: Statement, results: QuerySet[Result], rule: GradeRule, window: Window, but: QuerySet[Result] | None, settled: bool = False
) -> Part:
    """Tables for these results; `but`: those that are no source worth naming; `settled`: less what stands in that table."""
    final = results.filter(
        state=ResultState.CONFIRMED,
        confirmed_at__lt=window.end,
        assessed__round__state=RoundState.FINAL,
        assessed__round__final_at__lt=window.end,
    )
    found = sql.query(final.values_list(*_COLUMNS, "grade_severity", "grade_label"))
    return Part(
        "grades",
        (
            f"grade_row (id, person_id, unit_id, year, quarter, number, severity, label) AS ({found})",
            f"""grade_latest AS MATERIALIZED (
    SELECT DISTINCT ON (person_id, unit_id) id, person_id, unit_id, points,
        jsonb_build_array('grades', points, jsonb_build_object('year', year, 'quarter', quarter, 'grade', label))::text AS told
    FROM grade_row CROSS JOIN LATERAL (SELECT {stepped(rule.grades, "severity")} AS points) p
    WHERE make_date(year, quarter * 3, 1) + interval '1 month' > {sql.value(window.first)}::date
    ORDER BY person_id, unit_id, year DESC, quarter DESC, number DESC
)""",
            f"""{"grade_hit" if settled else "grades"} AS (
    SELECT p.id AS risk_id, g.points, g.told, g.id
    FROM grade_latest g JOIN point p ON p.direct_holder_id = g.person_id AND p.unit_id = g.unit_id
)""",
            *(
                [
                    left_over("grade_hit", "result", "h.told AS full_told"),
                    """grades AS (
    SELECT risk_id, id, points, jsonb_set(full_told::jsonb, '{1}', to_jsonb(points))::text AS told FROM grade_hit_left
)""",
                ]
                if settled
                else []
            ),
        ),
        sources="SELECT risk_id, 'result' AS kind, id, points FROM grades WHERE points > 0"
        + ("" if but is None else f" AND id NOT IN ({sql.query(but.values_list('pk'))})"),
    )
