"""Measures of a point: overdue ones weigh, confirmed ones relieve when nothing is overdue (domain §3). Open.

Overdue on a day: due before it, and planned, or reported done only later. `per_month` for each full month late, added up over all.
Confirmed ones relieve for good, whenever that was: what was put right stays right. Dropped ones count for nothing.
"""

from regrading.evidence.statement import Part, Statement, Window, full_months
from regrading.rules import MeasureRule
from risks.states import MeasureState


def part(sql: Statement, rule: MeasureRule, window: Window, chosen: str) -> Part:
    """Tables for all measures of the points; `chosen`: a SELECT of their keys."""
    as_of, end = f"{sql.value(window.as_of)}::date", sql.value(window.end)
    planned, done, confirmed = (sql.value(s.value) for s in (MeasureState.PLANNED, MeasureState.DONE, MeasureState.CONFIRMED))
    late = f"due_on < {as_of} AND (state = {planned} OR state IN ({done}, {confirmed}) AND done_at >= {end})"
    weighed = f"(late * {int(rule.overdue)} + months * {int(rule.per_month)})"
    relief = f"(confirmed * {int(rule.relief)})"
    return Part(
        "measures",
        (
            f"""measure_count AS (
    SELECT risk_id, count(*) FILTER (WHERE is_late)::int AS late,
        COALESCE(sum({full_months("due_on", as_of)}) FILTER (WHERE is_late), 0)::int AS months,
        count(*) FILTER (WHERE is_confirmed)::int AS confirmed
    FROM risks_measure
    CROSS JOIN LATERAL (SELECT {late} AS is_late, state = {confirmed} AND COALESCE(confirmed_at, done_at) < {end} AS is_confirmed) f
    WHERE risk_id IN ({chosen}) AND (is_late OR is_confirmed)
    GROUP BY risk_id
)""",
            f"""measures AS (
    SELECT risk_id, points, '["measures", ' || points || ', {{' || CASE WHEN abs(whole) > abs(points)
        THEN '"most": ' || abs(points) || ', ' ELSE '' END || counted || '}}]' AS told
    FROM measure_count CROSS JOIN LATERAL (
        SELECT CASE WHEN late > 0 THEN {weighed} ELSE -{relief} END AS whole,
            CASE WHEN late > 0 THEN COALESCE('"months": ' || nullif(months, 0) || ', ', '') || '"overdue": ' || late
                ELSE '"confirmed": ' || confirmed END AS counted
    ) w CROSS JOIN LATERAL (
        SELECT CASE WHEN late > 0 THEN least(whole, {int(rule.most)}) ELSE greatest(whole, -{int(rule.most_relief)}) END AS points
    ) p
)""",
        ),
    )
