"""Warnings issued within the window on the holder, the department or the power of a point (domain §3, §5). Confidential (ADR 0011, 0020).

* About a person: points of which that person is the direct holder. About a department: all its points. About the unit: the unit's own
  points. About a power: a lead it was drafted from names the point's power item (only where both are given).
* Points by tier; `closed_percent` of them, rounded half up, when it was closed as rectified. One that was raised to the next tier counts
  in full until the one raised from it is issued, and then no more. Withdrawn ones never count.
"""

from django.db.models import QuerySet

from early_warnings.models import SubjectKind, Tier, Warning, WarningLead
from early_warnings.states import WarningState
from leads.models import Lead
from regrading.evidence.statement import Part, Statement, Window, left_over
from regrading.rules import WarningRule

_COLUMNS = "pk", "tier", "subject_kind", "person_id", "department_id", "unit_id", "previous_id", "state", "closed_at"


def part(
    sql: Statement, warnings: QuerySet[Warning], leads: QuerySet[Lead] | None, rule: WarningRule, window: Window, settled: bool = False
) -> Part:
    """Tables for these warnings; `leads` those through which a power may be named; `settled`: less what stands in that table."""
    hit = "warning_hit_left" if settled else "warning_hit"
    issued = warnings.filter(issued_at__gte=window.begin, issued_at__lt=window.end).exclude(state=WarningState.WITHDRAWN)
    tiers = "".join(f" WHEN {sql.value(str(tier))} THEN {int(points)}" for tier, points in rule.tiers) or " WHEN NULL THEN 0"
    closed = f"(state = {sql.value(WarningState.CLOSED.value)} AND closed_at < {sql.value(window.end)})"
    counts = ", ".join(f"{sql.value(tier)}::text, nullif(count(*) FILTER (WHERE tier = {sql.value(tier)}), 0)" for tier in Tier.values)
    return Part(
        "warnings",
        (
            f"warning_issued ({', '.join(('id', *_COLUMNS[1:]))}) AS MATERIALIZED ({sql.query(issued.values_list(*_COLUMNS))})",
            f"""warning_source AS MATERIALIZED (
    SELECT id, tier, subject_kind, person_id, department_id, unit_id, is_closed,
        CASE WHEN is_closed THEN (full_points * {int(rule.closed_percent)} + 50) / 100 ELSE full_points END AS points
    FROM warning_issued w
    CROSS JOIN LATERAL (SELECT {closed} AS is_closed, CASE tier{tiers} ELSE 0 END AS full_points) p
    WHERE NOT EXISTS (SELECT FROM warning_issued n WHERE n.previous_id = w.id)
)""",
            f"""warning_hit AS MATERIALIZED (
    SELECT p.id AS risk_id, w.id, w.tier, w.is_closed, w.points
    FROM warning_source w JOIN point p ON p.direct_holder_id = w.person_id
    WHERE w.subject_kind = {sql.value(SubjectKind.PERSON.value)}
    UNION
    SELECT p.id, w.id, w.tier, w.is_closed, w.points
    FROM warning_source w JOIN point p ON p.department_id = w.department_id
    WHERE w.subject_kind = {sql.value(SubjectKind.DEPARTMENT.value)}
    UNION
    SELECT p.id, w.id, w.tier, w.is_closed, w.points
    FROM warning_source w JOIN point p ON p.unit_id = w.unit_id AND p.level_of = 'unit'
    WHERE w.subject_kind = {sql.value(SubjectKind.UNIT.value)}{_through_leads(sql, leads)}
)""",
            *([left_over("warning_hit", "warning", "h.tier, h.is_closed")] if settled else []),
            f"""warnings AS (
    SELECT risk_id, least(sum(points), {int(rule.most)})::int AS points,
        jsonb_build_array('warnings', least(sum(points), {int(rule.most)}), jsonb_strip_nulls(jsonb_build_object(
        {counts}, 'closed', nullif(count(*) FILTER (WHERE is_closed), 0),
        'most', CASE WHEN sum(points) > {int(rule.most)} THEN {int(rule.most)} END)))::text AS told
    FROM {hit} GROUP BY risk_id
)""",
        ),
        sources=f"SELECT risk_id, 'warning' AS kind, id, points FROM {hit} WHERE points > 0",
    )


def _through_leads(sql: Statement, leads: QuerySet[Lead] | None) -> str:
    if leads is None:
        return ""
    links = WarningLead.objects.filter(lead__in=leads.order_by().values("pk"), lead__power_item__isnull=False)
    return f"""
    UNION
    SELECT p.id, w.id, w.tier, w.is_closed, w.points
    FROM warning_source w
    JOIN ({sql.query(links.values_list("warning_id", "lead__power_item__lineage"))}) AS k (warning_id, lineage) ON k.warning_id = w.id
    JOIN power_line l ON l.lineage = k.lineage JOIN point p ON p.power_item_id = l.item_id"""
