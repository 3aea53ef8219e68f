"""Where a score starts: in the band of the level that people last decided, by how high the factors stand (domain §3: the matrix).

Start = the band's lowest score + (product of the factors given − 1) / (5ᵏ − 1) of the band's width, rounded half up; without factors the
lowest score. A band reaches to below the next level's of the same scale, the gravest to 100; the lightest level of a scale starts at 0.
"""

from datetime import date

from django.db.models import QuerySet

from regrading.evidence.statement import Statement, full_months
from regrading.rules import HIGHEST, Rules
from risks.models import RiskPoint

_COLUMNS = (
    "pk", "unit_id", "department_id", "level_of", "direct_holder_id", "power_item_id", "current_level_id", "probability", "harm",
    "influence", "registered_on", "reviewed_on",
)  # fmt: skip


def points_table(sql: Statement, points: QuerySet[RiskPoint]) -> str:
    """The points to be evaluated, each once."""
    return (
        "point (id, unit_id, department_id, level_of, direct_holder_id, power_item_id, current_id, probability, harm, influence, "
        f"registered_on, reviewed_on) AS MATERIALIZED ({sql.query(points.values_list(*_COLUMNS))})"
    )


def start_tables(sql: Statement, rules: Rules, as_of: date, *, chosen: str = "", with_old: bool = False) -> list[str]:
    """`band`: score ranges of the levels; `start`: each point with its anchor, where it starts, and its months without review.

    `chosen`: a SELECT of the keys of the points that are asked for, where not all are.
    """
    severities, floors = sql.value([s for s, _floor in rules.bands]), sql.value([floor for _s, floor in rules.bands])
    return [
        f"""ruled AS (
    SELECT l.id AS level_id, l.scale_id, l.severity, r.floor,
        rank() OVER (PARTITION BY l.scale_id ORDER BY l.severity) = 1 AS is_lightest,
        bool_and(r.floor IS NOT NULL) OVER (PARTITION BY l.scale_id) AS covered
    FROM risks_level l LEFT JOIN unnest({severities}::int[], {floors}::int[]) AS r (severity, floor) USING (severity)
)""",
        f"""band AS MATERIALIZED (
    SELECT level_id, scale_id, severity, covered, CASE WHEN is_lightest THEN 0 ELSE floor END AS floor,
        COALESCE(lead(floor) OVER (PARTITION BY scale_id ORDER BY severity), {HIGHEST + 1}) - 1 AS top
    FROM ruled
)""",
        # The anchor stays while the point has the level last accepted from a proposal; whatever people set otherwise is the anchor.
        f"""placed AS (
    SELECT p.id AS risk_id, p.unit_id, p.current_id, now.severity AS current_severity, now.floor AS current_floor,
        CASE WHEN kept THEN was.level_id ELSE now.level_id END AS anchor_id, CASE WHEN kept THEN s.settled_id END AS settled_id,
        now.scale_id, now.covered, CASE WHEN kept THEN was.floor ELSE now.floor END AS floor,
        CASE WHEN kept THEN was.top ELSE now.top END AS top,
        num_nonnulls(p.probability, p.harm, p.influence) AS factors,
        COALESCE(p.probability, 1) * COALESCE(p.harm, 1) * COALESCE(p.influence, 1) AS product,
        {full_months("COALESCE(p.reviewed_on, p.registered_on)", sql.value(as_of) + "::date")} AS months{_old(with_old)}
    FROM point p
    JOIN band now ON now.level_id = p.current_id
    LEFT JOIN regrading_score s ON s.risk_id = p.id
    LEFT JOIN band was ON was.level_id = s.anchor_id
    CROSS JOIN LATERAL (SELECT COALESCE(s.settled_id = p.current_id AND was.scale_id = now.scale_id, false) AS kept) k
    {f"WHERE p.id IN ({chosen})" if chosen else ""}
    OFFSET 0  -- computed once a row, not again wherever a column is used
)""",
        # Half up in whole numbers: (2·a·w + b) / 2b.
        """start AS (
    SELECT *, floor + CASE factors WHEN 0 THEN 0
        ELSE least((2 * (product - 1) * (top - floor) + whole - 1) / (2 * (whole - 1)), top - floor) END AS base
    FROM placed CROSS JOIN LATERAL (SELECT CASE factors WHEN 1 THEN 5 WHEN 2 THEN 25 ELSE 125 END AS whole) w
    OFFSET 0
)""",
    ]


OLD = "unit_id", "score", "level_id", "anchor_id", "settled_id", "contributions", "cannot", "rule_set_id", "changed_on"
"""Columns of the row of scores as it was, each as old_<name>: NULL before the first."""


def _old(wanted: bool) -> str:
    # One by one: a row in a column is put together and taken apart again for every use.
    return "".join(f", s.{name} AS old_{name}" for name in OLD) if wanted else ""


def review_points(rules: Rules) -> str:
    """An expression over `start`: points for the time without review; 0 within it."""
    review = rules.review
    more = f"(months - {int(review.after)}) / {max(int(review.every), 1)} * {int(review.step)}"
    return f"CASE WHEN months >= {int(review.after)} THEN least({int(review.first)} + {more}, {int(review.most)}) ELSE 0 END"


def review_months(rules: Rules) -> str:
    """An expression over `start`: the months that were needed for these points; the same from one step to the next."""
    every = max(int(rules.review.every), 1)
    return f"{int(rules.review.after)} + (months - {int(rules.review.after)}) / {every} * {every}"
