"""Leads on the holder or the power of a point, received within the window (domain §3, §4). Confidential (ADR 0020).

* On the holder: a subject of the lead (not one guessed by the name) is the point's direct holder; the department, for points that the
  department holds; the unit, for the unit's points. On the power: the lead names the point's power item, in whatever version.
* Points by the severity of the latest confirmed judgement, `unjudged` before there is one. Cleared or judged unfounded: none; opened again
  after that: not judged. A lead counts once for a point.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from leads.models import Judgement, Lead, LeadSubject, Outcome
from leads.states import LeadState
from regrading.evidence.statement import Part, Statement, Window, left_over, stepped
from regrading.rules import LeadRule

_AT_WORK = (LeadState.RECEIVED, LeadState.STUDYING, LeadState.PROPOSED)


def part(sql: Statement, leads: QuerySet[Lead], rule: LeadRule, window: Window, settled: bool = False) -> Part:
    """Tables for these leads; `settled`: less what stands in that table."""
    hit = "lead_hit_left" if settled else "lead_hit"
    judged = Judgement.objects.filter(lead=OuterRef("pk"), confirmed_at__lt=window.end).order_by("-confirmed_at", "-pk")
    unfounded = Exists(judged.filter(outcome=Outcome.UNFOUNDED)) & Q(last_outcome=Outcome.UNFOUNDED)
    counting = (
        leads.filter(received_at__gte=window.begin, received_at__lt=window.end)
        .annotate(last_outcome=Subquery(judged.values("outcome")[:1]))
        .exclude(state=LeadState.CLEARED)
        .exclude(unfounded & ~Q(state__in=_AT_WORK))
        .annotate(severity=Subquery(judged.exclude(outcome=Outcome.UNFOUNDED).values("level__severity")[:1]))
    )
    subjects = LeadSubject.objects.filter(is_guess=False)
    columns = "lead_id", "person_id", "department_id", "unit_id"
    return Part(
        "leads",
        (
            f"""lead_judged (id, lineage, severity) AS MATERIALIZED (
    {sql.query(counting.values_list("pk", "power_item__lineage", "severity"))}
)""",
            f"""lead_source AS MATERIALIZED (
    SELECT id, lineage, severity, COALESCE({stepped(rule.judged, "severity")}, {int(rule.unjudged)}) AS points FROM lead_judged
)""",
            f"lead_subject ({', '.join(columns)}) AS ({sql.query(subjects.values_list(*columns))})",
            """lead_hit AS MATERIALIZED (
    SELECT p.id AS risk_id, l.id, l.severity, l.points
    FROM lead_source l JOIN lead_subject s ON s.lead_id = l.id JOIN point p ON p.direct_holder_id = s.person_id
    UNION
    SELECT p.id, l.id, l.severity, l.points
    FROM lead_source l JOIN lead_subject s ON s.lead_id = l.id
    JOIN point p ON p.department_id = s.department_id AND p.level_of = 'department'
    UNION
    SELECT p.id, l.id, l.severity, l.points
    FROM lead_source l JOIN lead_subject s ON s.lead_id = l.id JOIN point p ON p.unit_id = s.unit_id AND p.level_of = 'unit'
    UNION
    SELECT p.id, l.id, l.severity, l.points
    FROM lead_source l JOIN power_line w ON w.lineage = l.lineage JOIN point p ON p.power_item_id = w.item_id
)""",
            *([left_over("lead_hit", "lead", "h.severity")] if settled else []),
            f"""leads AS (
    SELECT risk_id, least(sum(points), {int(rule.most)})::int AS points,
        jsonb_build_array('leads', least(sum(points), {int(rule.most)}), jsonb_strip_nulls(jsonb_build_object(
        'judged', nullif(count(severity), 0), 'unjudged', nullif(count(*) - count(severity), 0), 'gravest', max(severity),
        'most', CASE WHEN sum(points) > {int(rule.most)} THEN {int(rule.most)} END)))::text AS told
    FROM {hit} GROUP BY risk_id
)""",
        ),
        sources=f"SELECT risk_id, 'lead' AS kind, id, points FROM {hit} WHERE points > 0",
    )


def power_lines() -> str:
    """The lines of powers on which the points hang: what was merged into an item belongs to its line."""
    return """power_line AS MATERIALIZED (
    SELECT i.id AS item_id, unnest(i.lineage || i.absorbed) AS lineage
    FROM positions_poweritem i WHERE i.id IN (SELECT power_item_id FROM point)
)"""
