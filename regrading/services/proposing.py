"""From scores to proposals, a unit at a time and set by set (domain §3). Reads open evidence only: what `Score` holds (ADR 0020).

* A score of a graver level proposes it at once; one of a milder level only `fall_margin` points below the band of the current level.
* At most one of each origin is open a point, and neither knows of the other: what happens to a score's may say nothing of the committee's
  (ADR 0020). One of a score lapses when the score no longer asks for that very level, one of the discipline committee
  only when the point has the level already, or has left the register.
* What was declined comes back when the score has moved by `ask_again_points`, after `ask_again_months`, when people have set another
  level since, or when a graver rise (a deeper fall) is asked for.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from notifications.services import Message, notify_many
from positions.models import BodyKind, BodyMembership, BodyRole
from regrading.models import Direction, Origin, Proposal, RuleSet, Score
from regrading.services.locks import hold
from risks.services.trace import copy_history

KIND = "regrading"  # of the notices, see web.robots_kinds


@dataclass(frozen=True, slots=True)
class Counts:
    """What a night changed."""

    rises: int = 0
    falls: int = 0
    lapsed: int = 0


# One statement: it is the looking through all points that takes the time. What opens asks for what lapses, so that it gives way before.
_PROPOSE = """
WITH band (severity, floor) AS (SELECT * FROM unnest(%(severities)s::int[], %(floors)s::int[])),
asked AS MATERIALIZED (
    SELECT s.risk_id, s.score, s.contributions, s.rule_set_id, r.current_level_id AS from_id, s.level_id AS to_id, wanted.severity,
        CASE WHEN wanted.severity > now.severity THEN 'rise' ELSE 'fall' END AS direction
    FROM risks_riskpoint r
    JOIN regrading_score s ON s.risk_id = r.id
    JOIN risks_level now ON now.id = r.current_level_id
    JOIN risks_level wanted ON wanted.id = s.level_id AND wanted.scale_id = now.scale_id
    LEFT JOIN band ON band.severity = now.severity
    WHERE r.unit_id = %(unit)s AND r.state = 'registered' AND s.score IS NOT NULL AND s.level_id <> r.current_level_id
      AND (wanted.severity > now.severity OR wanted.severity < now.severity AND s.score <= band.floor - %(margin)s)
      AND (%(asking)s::bigint[] IS NULL OR r.id = ANY(%(asking)s::bigint[]))
),
lapsed AS (
UPDATE regrading_proposal p SET state = 'lapsed', version = p.version + 1
FROM risks_riskpoint r, risks_level now, risks_level wanted
WHERE p.unit_id = %(unit)s AND p.state = 'open' AND r.id = p.risk_id AND now.id = r.current_level_id AND wanted.id = p.to_level_id
  AND (
    r.state <> 'registered'
    OR p.origin = 'committee' AND (now.severity >= wanted.severity OR now.scale_id <> wanted.scale_id)
    OR p.origin = 'score' AND NOT EXISTS (
        SELECT FROM asked a WHERE a.risk_id = p.risk_id AND a.from_id = p.from_level_id AND a.to_id = p.to_level_id
    )
  )
RETURNING p.id, p.origin
),
opened AS (
INSERT INTO regrading_proposal
    (version, risk_id, unit_id, direction, origin, from_level_id, to_level_id, score, contributions, rule_set_id, grounds, state, opened_on,
     reason)
SELECT 1, a.risk_id, %(unit)s, a.direction, 'score', a.from_id, a.to_id, a.score, a.contributions::jsonb, a.rule_set_id, '', 'open',
    %(as_of)s, ''
FROM asked a
LEFT JOIN LATERAL (
    SELECT d.*, l.severity FROM regrading_proposal d JOIN risks_level l ON l.id = d.to_level_id
    WHERE d.risk_id = a.risk_id AND d.origin = 'score' AND d.state = 'declined' ORDER BY d.id DESC LIMIT 1
) declined ON true
WHERE a.risk_id NOT IN (
    SELECT o.risk_id FROM regrading_proposal o
    WHERE o.unit_id = %(unit)s AND o.origin = 'score' AND o.state = 'open' AND o.id NOT IN (SELECT id FROM lapsed)
  )
  AND (
    declined.id IS NULL
    OR declined.from_level_id <> a.from_id OR declined.direction <> a.direction
    OR CASE a.direction WHEN 'rise' THEN a.severity > declined.severity ELSE a.severity < declined.severity END
    OR abs(a.score - declined.score) >= %(points)s
    OR (declined.decided_at AT TIME ZONE %(zone)s)::date + make_interval(months => %(months)s) <= %(as_of)s::date
  )
ORDER BY a.risk_id
RETURNING id, direction
)
SELECT 'lapsed', id, origin FROM lapsed UNION ALL SELECT 'opened', id, direction FROM opened
"""


# Since when the point has its level, by whom and why, is told by its history.
_FULFILLED = """
UPDATE regrading_proposal p SET version = p.version + 1, state = CASE WHEN h.by_id IS NULL THEN 'lapsed' ELSE 'accepted' END,
    decided_by_id = h.by_id, decided_at = CASE WHEN h.by_id IS NULL THEN NULL ELSE h.at END, reason = h.reason
FROM (
    SELECT o.id, f.history_user_id AS by_id, f.history_date AS at, COALESCE(f.history_change_reason, '') AS reason
    FROM regrading_proposal o
    JOIN risks_riskpoint r ON r.id = o.risk_id AND r.current_level_id = o.to_level_id
    LEFT JOIN LATERAL (
        SELECT c.* FROM risks_historicalriskpoint c
        WHERE c.id = r.id AND c.history_id > COALESCE((
            SELECT max(e.history_id) FROM risks_historicalriskpoint e WHERE e.id = r.id AND e.current_level_id <> r.current_level_id
        ), 0)
        ORDER BY c.history_id LIMIT 1
    ) f ON true
    WHERE o.unit_id = ANY(%(units)s) AND o.state = 'open'
) h
WHERE h.id = p.id
RETURNING p.id, p.risk_id, p.origin, p.to_level_id
"""


@transaction.atomic
def close_fulfilled(unit_ids: list[int]) -> None:
    """What is proposed and people have set by hand since, is accepted by whoever set it. Called before the points are evaluated: what a
    score proposed leaves the anchor where it was, else its evidence would count once in the level and once more on top (ADR 0019)."""
    for unit_id in sorted(unit_ids):
        hold(unit_id)
    closed = _run(_FULFILLED, {"units": unit_ids})
    by_level: dict[int, list[int]] = defaultdict(list)
    for _pk, risk_id, origin, level_id in closed:
        if origin == Origin.SCORE:
            by_level[level_id].append(risk_id)
    for level_id, risk_ids in by_level.items():
        Score.objects.filter(risk__in=risk_ids).update(settled=level_id)
    if closed:
        copy_history(Proposal, [row[0] for row in closed], by=None)


@transaction.atomic
def propose(*, unit_id: int, as_of: date, rule_set: RuleSet, asking: list[int] | None = None) -> Counts:
    """Open and lapse what the unit's scores ask for today, and tell of new rises. Doing it twice changes nothing more.

    `asking`: the points whose scores ask for another level, where that is known already; else all of the unit are looked at.

    The audit event of the run counts what was done; the points' timelines tell it from the proposals.
    """
    hold(unit_id)
    rules = rule_set.values
    facts = {
        "unit": unit_id,
        "as_of": as_of,
        "severities": [severity for severity, _floor in rules.bands],
        "floors": [floor for _severity, floor in rules.bands],
        "margin": rules.fall_margin,
        "points": rules.ask_again_points,
        "months": rules.ask_again_months,
        "zone": settings.TIME_ZONE,
        "asking": asking,
    }
    found = _run(_PROPOSE, facts)
    lapsed, opened = ([(pk, word) for what, pk, word in found if what == part] for part in ("lapsed", "opened"))
    if not lapsed and not opened:
        return Counts()
    copy_history(Proposal, [pk for pk, _origin in lapsed], by=None)
    copy_history(Proposal, [pk for pk, _direction in opened], by=None, kind="+")
    rises = [pk for pk, direction in opened if direction == Direction.RISE]
    of_scores = sum(origin == Origin.SCORE for _pk, origin in lapsed)  # not everybody who reads the counts may know of the committee's
    counts = Counts(len(rises), len(opened) - len(rises), of_scores)
    _tell(rises, unit_id, f"proposals:{unit_id}:{as_of.isoformat()}")
    return counts


def _run(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()


def deciders(unit_id: int) -> list[int]:
    """Members of the leading group's office, and the group's head."""
    held = BodyMembership.objects.in_force().filter(body__unit_id=unit_id)
    wanted = held.filter(Q(body__kind=BodyKind.LEADING_GROUP_OFFICE) | Q(body__kind=BodyKind.LEADING_GROUP, role=BodyRole.HEAD))
    return sorted(set(wanted.values_list("person_id", flat=True)))


def _tell(rises: list[int], unit_id: int, key: str) -> None:
    """One notice a person: to the deciders how many there are, to each responsible leader how many of theirs."""
    if not rises:
        return
    told = deciders(unit_id)
    rows = Proposal.objects.filter(pk__in=rises).exclude(risk__responsible_leader=None).exclude(risk__responsible_leader__in=told)
    leaders = rows.order_by().values_list("risk__responsible_leader").annotate(n=Count("pk"))
    by_number: dict[int, list[int]] = defaultdict(list)
    for leader, number in leaders:
        by_number[number].append(leader)
    register = f"{reverse('risks:register')}?proposed=rise"
    notify_many(
        [
            Message(told, KIND, _text(len(rises)), reverse("regrading:proposals"), key, unit_id=unit_id),
            *(Message(people, KIND, _text(number), register, key) for number, people in sorted(by_number.items())),
        ]
    )


def _text(number: int) -> str:
    text = ngettext("%(n)d risk point is proposed for a graver level", "%(n)d risk points are proposed for a graver level", number)
    return text % {"n": number}
