"""A digest of everything the demo wrote, without the keys that a sequence happens to give."""

import hashlib

from django.db import connection

# Each in an order of its own contents.
STATEMENTS = (
    "SELECT staff_number, name, admin_role, is_active FROM accounts_user ORDER BY 1",
    """SELECT n.code, d.name, p.name, u.name, a.starts_on, a.ends_on FROM positions_appointment a
       JOIN positions_position p ON p.id = a.position_id JOIN positions_unit n ON n.id = p.unit_id
       LEFT JOIN positions_department d ON d.id = p.department_id JOIN accounts_user u ON u.id = a.person_id ORDER BY 1, 2, 3, 4""",
    """SELECT b.name, u.name, m.role, m.starts_on FROM positions_bodymembership m JOIN positions_body b ON b.id = m.body_id
       JOIN accounts_user u ON u.id = m.person_id ORDER BY 1, 2""",
    """SELECT n.code, c.number, c.state, i.number, i.name, i.state, i.time_limit, s."order", s.name, s.role, s.key
       FROM positions_flowstep s JOIN positions_poweritem i ON i.id = s.item_id JOIN positions_catalogue c ON c.id = i.catalogue_id
       JOIN positions_unit n ON n.id = c.unit_id ORDER BY 1, 2, 4, 8""",
    """SELECT r.number, r.title, r.content, r.state, r.probability, r.harm, i.severity, c.severity, t.severity, u.staff_number, r.search
       FROM risks_riskpoint r JOIN risks_level i ON i.id = r.initial_level_id JOIN risks_level c ON c.id = r.current_level_id
       LEFT JOIN risks_level t ON t.id = r.target_level_id LEFT JOIN accounts_user u ON u.id = r.responsible_leader_id ORDER BY 1""",
    """SELECT r.number, m."order", m.text, m.state, m.due_on, m.done_at, m.confirmed_at, m.proof_note FROM risks_measure m
       JOIN risks_riskpoint r ON r.id = m.risk_id ORDER BY 1, 2""",
    """SELECT c.title, d.kind, u.staff_number, p.name, d.state, d.version, s.at, s.digest FROM risks_declaration d
       JOIN risks_campaign c ON c.id = d.campaign_id JOIN accounts_user u ON u.id = d.declarant_id
       LEFT JOIN positions_position p ON p.id = d.position_id LEFT JOIN risks_signature s ON s.declaration_id = d.id
       ORDER BY c.unit_id, 1, 2, 3, 4, 7""",
    """SELECT e.holder_label, b.code, e.points, e.occurred_on, e.state, e.decided_at, e.decision_note FROM warnings_pointentry e
       JOIN warnings_pointbehaviour b ON b.id = e.behaviour_id ORDER BY 1, 2, 3, 4""",
    """SELECT r.year, r.quarter, u.staff_number, x.number, x.score, x.grade_label, x.state FROM assessments_result x
       JOIN assessments_assessed a ON a.id = x.assessed_id JOIN assessments_round r ON r.id = a.round_id
       JOIN accounts_user u ON u.id = a.person_id ORDER BY 1, 2, 3, 4""",
    "SELECT name, outcome, reasons_kept::text FROM assessments_eligibilityline ORDER BY 1, 2, 3",
    """SELECT r.number, c."on", c.score, c.contributions::text FROM regrading_scorechange c
       JOIN risks_riskpoint r ON r.id = c.risk_id ORDER BY 1, 2""",
    """SELECT r.number, p.direction, p.origin, p.score, p.state, p.opened_on, p.reason FROM regrading_proposal p
       JOIN risks_riskpoint r ON r.id = p.risk_id ORDER BY 1, 6""",
    """SELECT kind, due_on, stage, at, u.staff_number FROM deadlines_reminder d
       JOIN accounts_user u ON u.id = d.person_id ORDER BY 1, 2, 3, 4, 5""",
    "SELECT at, name, kind, decision, text FROM risks_opinion ORDER BY 1, 2, 5",
    "SELECT at, actor_label, action, object_label, changes::text, reason FROM audit_auditevent ORDER BY 1, 3, 4, 5, 2",
    "SELECT created_at, kind, text, read_at FROM notifications_notice ORDER BY 1, 2, 3, 4",
)


def of_database() -> str:
    """The digest, hexadecimal."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
            for row in cursor.fetchall():
                found.update(repr(row).encode())
    return found.hexdigest()
