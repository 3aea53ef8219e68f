"""Keeping the register's responsible leaders, department heads and direct holders in step with the organisation.

`facts_of` and `risks.responsibility` decide for single points, `refresh` says the same in one SQL statement for all points of units;
tests/risks/test_responsibility.py compares the two.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from positions.models import Appointment, DivisionOfWork, HolderLevel, Rank
from risks.models import Level, RiskPoint
from risks.responsibility import Holder, responsible
from risks.services.trace import copy_history

_LOCK_SPACE = 732102  # first key of our advisory locks; the second is the unit


def hold_organisation(unit_ids: Collection[int], *, exclusive: bool = False) -> None:
    """Order changes of points (shared) and of the organisation (exclusive) one after the other, until the transaction ends.

    Taken before any row lock; without it a level decided while a division of work changes could keep the old leader.
    """
    name = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        for unit_id in sorted(unit_ids):
            cursor.execute(f"SELECT {name}(%s, %s)", [_LOCK_SPACE, unit_id])


@dataclass(slots=True)
class Organisation:
    """Who is what in one unit on one day, as the derivation needs it."""

    unit_head: int | None = None
    heads: dict[int, int] = field(default_factory=dict)  # department → person
    deputies: dict[int, int] = field(default_factory=dict)  # department → leader in charge
    holders: dict[int, list[int]] = field(default_factory=dict)  # position → persons, the longest in office first

    def derive(self, point: RiskPoint, level: Level) -> None:
        """Set the point's direct holder, department head and responsible leader."""
        head = self.heads.get(point.department_id) if point.department_id else None
        point.direct_holder_id = self._direct(point, head)
        point.department_head_id = head
        point.responsible_leader_id = responsible(
            level.answerer,
            Holder(
                level_of=point.level_of,
                has_department=point.department_id is not None,
                holder=point.direct_holder_id,
                department_head=head,
                deputy=self.deputies.get(point.department_id) if point.department_id else None,
                unit_head=self.unit_head,
            ),
        )

    def _direct(self, point: RiskPoint, head: int | None) -> int | None:
        if point.position_id is not None:
            holders = self.holders.get(point.position_id, [])
            return point.direct_holder_id if point.direct_holder_id in holders else next(iter(holders), None)
        if point.direct_holder_id is None and not point.direct_holder_text:
            return {HolderLevel.DEPARTMENT: head, HolderLevel.UNIT: self.unit_head}.get(HolderLevel(point.level_of))
        return point.direct_holder_id


def organisation_of(unit_id: int, on: date | None = None) -> Organisation:
    """Two queries. Where a place has several people, the longest in office counts, then the lower key."""
    found = Organisation()
    held = Appointment.objects.in_force(on).filter(position__unit_id=unit_id).order_by("starts_on", "pk")
    for position_id, department_id, rank, person_id in held.values_list(
        "position_id", "position__department_id", "position__rank", "person_id"
    ):
        found.holders.setdefault(position_id, []).append(person_id)
        if rank == Rank.UNIT_HEAD and found.unit_head is None:
            found.unit_head = person_id
        elif rank == Rank.DEPARTMENT_HEAD:
            found.heads.setdefault(department_id, person_id)
    divisions = DivisionOfWork.objects.in_force(on).filter(department__unit_id=unit_id).order_by("starts_on", "pk")
    for department_id, person_id in divisions.values_list("department_id", "appointment__person_id"):
        found.deputies.setdefault(department_id, person_id)
    return found


# One statement: who is what today, what each point should say, and only the points that say something else are written.
_REFRESH = """
WITH held AS (
    SELECT a.id, a.person_id, a.position_id, a.starts_on, p.unit_id, p.department_id, p.rank
    FROM positions_appointment a
    JOIN positions_position p ON p.id = a.position_id
    JOIN accounts_user u ON u.id = a.person_id AND u.is_active
    WHERE p.unit_id = ANY(%(units)s) AND a.starts_on <= %(day)s AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
), unit_head AS (
    SELECT DISTINCT ON (unit_id) unit_id, person_id FROM held WHERE rank = 'unit_head' ORDER BY unit_id, starts_on, id
), head AS (
    SELECT DISTINCT ON (department_id) department_id, person_id FROM held WHERE rank = 'department_head'
    ORDER BY department_id, starts_on, id
), deputy AS (
    SELECT DISTINCT ON (d.department_id) d.department_id, a.person_id
    FROM positions_divisionofwork d
    JOIN positions_department dep ON dep.id = d.department_id AND dep.unit_id = ANY(%(units)s)
    JOIN positions_appointment a ON a.id = d.appointment_id AND a.starts_on <= %(day)s AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
    JOIN accounts_user u ON u.id = a.person_id AND u.is_active
    WHERE d.starts_on <= %(day)s AND (d.ends_on IS NULL OR d.ends_on >= %(day)s)
    ORDER BY d.department_id, d.starts_on, d.id
), first_holder AS (
    SELECT DISTINCT ON (position_id) position_id, person_id FROM held ORDER BY position_id, starts_on, id
), holding AS (
    SELECT DISTINCT position_id, person_id FROM held
), works AS (
    SELECT DISTINCT unit_id, department_id, person_id FROM held
), places AS (
    SELECT r.id, r.level_of, r.position_id, l.answerer, r.direct_holder_id AS old_direct, r.department_head_id AS old_head,
        r.responsible_leader_id AS old_leader, r.direct_holder_text AS old_text,
        CASE WHEN r.level_of = 'unit' OR r.department_id IS NULL THEN NULL ELSE h.person_id END AS chain_head,
        CASE WHEN r.level_of = 'unit' OR r.department_id IS NULL THEN NULL ELSE d.person_id END AS chain_deputy,
        u.person_id AS chain_unit,
        h.person_id AS new_head,
        CASE
            WHEN r.position_id IS NOT NULL THEN CASE WHEN o.person_id IS NOT NULL THEN r.direct_holder_id ELSE f.person_id END
            WHEN r.level_of = 'department' THEN
                CASE WHEN r.direct_holder_id IS NULL AND r.direct_holder_text = '' OR r.direct_holder_id = r.department_head_id
                    OR still.here = false
                    THEN h.person_id ELSE r.direct_holder_id END
            WHEN r.level_of = 'unit' THEN
                CASE WHEN r.direct_holder_id IS NULL AND r.direct_holder_text = '' OR r.direct_holder_id = r.responsible_leader_id
                    OR still.here = false
                    THEN u.person_id ELSE r.direct_holder_id END
            ELSE CASE WHEN still.here THEN r.direct_holder_id END
        END AS new_direct
    FROM risks_riskpoint r
    JOIN risks_level l ON l.id = r.current_level_id
    LEFT JOIN head h ON h.department_id = r.department_id
    LEFT JOIN deputy d ON d.department_id = r.department_id
    LEFT JOIN unit_head u ON u.unit_id = r.unit_id
    LEFT JOIN first_holder f ON f.position_id = r.position_id
    LEFT JOIN holding o ON o.position_id = r.position_id AND o.person_id = r.direct_holder_id
    -- Somebody named by hand or by an import stays while still at work there.
    LEFT JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM works w WHERE w.person_id = r.direct_holder_id AND w.unit_id = r.unit_id
            AND (r.department_id IS NULL OR w.department_id = r.department_id)
        ) AS here
    ) still ON r.position_id IS NULL AND r.direct_holder_id IS NOT NULL
    WHERE r.unit_id = ANY(%(units)s)
), wanted AS (
    SELECT p.*,
        CASE WHEN p.chain_head IS NOT NULL AND p.answerer = 'department_head'
            AND NOT (p.level_of = 'position' AND p.chain_head IS NOT DISTINCT FROM p.new_direct) THEN p.chain_head
        WHEN p.chain_deputy IS NOT NULL AND p.answerer IN ('department_head', 'deputy')
            AND NOT (p.level_of = 'position' AND p.chain_deputy IS NOT DISTINCT FROM p.new_direct) THEN p.chain_deputy
        ELSE p.chain_unit END AS new_leader
    FROM places p
), moved AS (
    SELECT * FROM wanted WHERE new_leader IS DISTINCT FROM old_leader OR new_head IS DISTINCT FROM old_head
        OR new_direct IS DISTINCT FROM old_direct
)
UPDATE risks_riskpoint r SET responsible_leader_id = m.new_leader, department_head_id = m.new_head, direct_holder_id = m.new_direct,
    direct_holder_text = CASE WHEN m.new_direct IS NULL AND m.old_direct IS NOT NULL AND r.position_id IS NULL
        THEN (SELECT name FROM accounts_user WHERE id = m.old_direct) ELSE r.direct_holder_text END,
    version = r.version + 1, updated_at = now()
FROM moved m WHERE r.id = m.id
RETURNING r.id, r.unit_id, r.number, r.title, m.old_leader, m.new_leader, m.old_head, m.new_head, m.old_direct, m.new_direct
"""


@transaction.atomic
def refresh(*, unit_ids: Collection[int], by: User | None, reason: str = "", on: date | None = None) -> int:
    """Move every point of the units to whom it now belongs; returns how many moved.

    Each moved point gets a history row and an audit event with its reason, so that its timeline tells from whom to whom and why.
    """
    units = sorted(unit_ids)
    if not units:
        return 0
    hold_organisation(units, exclusive=True)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"units": units, "day": on or timezone.localdate()})
        rows = cursor.fetchall()
    if not rows:
        return 0
    copy_history(RiskPoint, [row[0] for row in rows], by=by, reason=reason)
    people = {pk for row in rows for pk in row[4:] if pk is not None}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    events = []
    for pk, unit_id, number, title, *pairs in rows:
        changes = {
            name: [names.get(old), names.get(new)]
            for name, old, new in zip(("responsible_leader", "department_head", "direct_holder"), pairs[::2], pairs[1::2], strict=True)
            if old != new
        }
        events.append((RiskPoint(pk=pk, unit_id=unit_id, number=number, title=title), changes))
    audit.record_many("risk.followed", events, by=by, reason=reason or _("The organisation changed."))
    return len(rows)
