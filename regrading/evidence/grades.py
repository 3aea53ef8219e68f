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
    sql: Statement,
    results: QuerySet[Result],
    rule: GradeRule,
    window: Window,
    but: QuerySet[Result] | None,
    settled: bool = False,
    chosen: str = "",
) -> Part:
    """Tables for these results; `but`: those that are no source worth naming; `settled`: less what stands in that table.

    `chosen`: a SELECT of the points that have a source, where no others are asked for. Nearly every point has a grade and few have one that
    is a source: the sources are found first, and the grades of chosen points only after that.
    """
    final = results.filter(
        state=ResultState.CONFIRMED,
        confirmed_at__lt=window.end,
        assessed__round__state=RoundState.FINAL,
        assessed__round__final_at__lt=window.end,
    )
    found = sql.query(final.values_list(*_COLUMNS, "grade_severity", "grade_label"))
    is_source = "true" if but is None else f"id NOT IN ({sql.query(but.values_list('pk'))})"
    latest = (
        f"grade_row (id, person_id, unit_id, year, quarter, number, severity, label) AS ({found})",
        f"""grade_latest AS MATERIALIZED (
    SELECT *, {is_source} AS is_source FROM (
        SELECT DISTINCT ON (person_id, unit_id) id, person_id, unit_id, points,
            jsonb_build_array('grades', points, jsonb_build_object('year', year, 'quarter', quarter, 'grade', label))::text AS told
        FROM grade_row CROSS JOIN LATERAL (SELECT {stepped(rule.grades, "severity")} AS points) p
        WHERE make_date(year, quarter * 3, 1) + interval '1 month' > {sql.value(window.first)}::date
        ORDER BY person_id, unit_id, year DESC, quarter DESC, number DESC
    ) g
)""",
    )
    sources = "SELECT risk_id, 'result' AS kind, id, points FROM {} WHERE points > 0"
    if not chosen:
        return Part("grades", (*latest, *_hits("grades", settled)), sources.format("grades") + " AND is_source")
    weighing = _hits("grade_weighing", settled, "g.is_source")
    return Part("grades", (*latest, *weighing), sources.format("grade_weighing"), _hits("grades", settled, f"p.id IN ({chosen})"))


def _hits(name: str, settled: bool, which: str = "true") -> tuple[str, ...]:
    """A table of points and the grades of their holders."""
    hit = f"{name}_hit" if settled else name
    found = f"""{hit} AS (
    SELECT p.id AS risk_id, g.points, g.told, g.id, g.is_source
    FROM grade_latest g JOIN point p ON p.direct_holder_id = g.person_id AND p.unit_id = g.unit_id
    WHERE {which}
)"""
    if not settled:
        return (found,)
    less = left_over(hit, "result", "h.told AS full_told, h.is_source")
    return (
        found,
        less,
        f"""{name} AS (
    SELECT risk_id, id, points, is_source, jsonb_set(full_told::jsonb, '{{1}}', to_jsonb(points))::text AS told FROM {hit}_left
)""",
    )
