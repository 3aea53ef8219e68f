"""Who sees a lead: the one rule that lists, counts, searches, exports, files, notices and timelines obey (ADR 0009).

A lead is seen by today's members of a body that holds it, without those who are shut out: the persons reported, everybody below them in
the chain, and whoever was recused. Chains are computed from today's posts and never stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from common.prepared import cursor
from positions.scopes import NONE, Ids, scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from positions.models import BodyMembership

# Posts in force on a day. A person's superiors: heads (for general staff the deputy heads too) of the departments worked in, leaders in
# charge of them, heads of the unit and of the units above it, and the superiors of all these. A unit head depends on nobody in the unit.
# Posts are looked up person by person (NOT MATERIALIZED, OFFSET 0): to gather those of a whole installation first took most of the time.
_POSTS = """
    SELECT a.person_id, p.unit_id, p.department_id, p.rank
    FROM positions_appointment a
    JOIN positions_position p ON p.id = a.position_id
    JOIN accounts_user u ON u.id = a.person_id AND u.is_active
    WHERE a.starts_on <= %(day)s AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
"""
_CHAIN = f"""
WITH RECURSIVE post AS NOT MATERIALIZED ({_POSTS}),
charge AS NOT MATERIALIZED (
    SELECT a.person_id, d.department_id
    FROM positions_divisionofwork d
    JOIN positions_appointment a ON a.id = d.appointment_id
    JOIN accounts_user u ON u.id = a.person_id AND u.is_active
    WHERE d.starts_on <= %(day)s AND (d.ends_on IS NULL OR d.ends_on >= %(day)s)
      AND a.starts_on <= %(day)s AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
),
chain (start_id, person_id) AS (
    SELECT x.id, x.id FROM unnest(%(people)s::bigint[]) AS x (id)
    UNION
    SELECT c.start_id, above.person_id
    FROM chain c
    CROSS JOIN LATERAL (
        SELECT h.person_id
        FROM post b JOIN post h ON h.department_id = b.department_id
        WHERE b.person_id = c.person_id
          AND (h.rank = 'department_head' OR h.rank = 'deputy_department_head' AND b.rank = 'staff')
          AND NOT EXISTS (SELECT FROM post top WHERE top.person_id = c.person_id AND top.unit_id = b.unit_id AND top.rank = 'unit_head')
        UNION ALL
        SELECT l.person_id
        FROM post b JOIN charge l ON l.department_id = b.department_id
        WHERE b.person_id = c.person_id
          AND NOT EXISTS (SELECT FROM post top WHERE top.person_id = c.person_id AND top.unit_id = b.unit_id AND top.rank = 'unit_head')
        UNION ALL
        SELECT h.person_id
        FROM post b
        JOIN positions_unit own ON own.id = b.unit_id
        JOIN positions_unit up ON own.path LIKE up.path || '%%'
        JOIN post h ON h.unit_id = up.id AND h.department_id IS NULL AND h.rank = 'unit_head'
        WHERE b.person_id = c.person_id
          AND (up.id <> own.id OR NOT EXISTS (
              SELECT FROM post top WHERE top.person_id = c.person_id AND top.unit_id = own.id AND top.rank = 'unit_head'))
    ) above
)
SELECT start_id, 'above', person_id FROM chain WHERE start_id <> person_id
"""  # noqa: S608 -- only our own text goes in
# What decides about a reader, in the same breath: one query for a page, however many people are asked about.
_STANDING = f"""
{_CHAIN}
UNION ALL
SELECT c.start_id, CASE WHEN c.person_id = c.start_id THEN 'own_department' ELSE 'department' END, b.department_id
FROM chain c
CROSS JOIN LATERAL (SELECT p.department_id FROM post p WHERE p.person_id = c.person_id AND p.department_id IS NOT NULL OFFSET 0) b
UNION ALL
SELECT c.start_id, 'unit', up.id
FROM chain c
JOIN post b ON b.person_id = c.person_id
JOIN positions_unit own ON own.id = b.unit_id
JOIN positions_unit up ON own.path LIKE up.path || '%%'
WHERE c.person_id = c.start_id
UNION ALL
SELECT m.person_id, CASE WHEN m.role = 'head' THEN 'headed' ELSE 'body' END, m.body_id
FROM positions_bodymembership m
JOIN positions_body b ON b.id = m.body_id AND b.closed_on IS NULL
JOIN accounts_user u ON u.id = m.person_id AND u.is_active
WHERE m.person_id = ANY(%(people)s) AND m.starts_on <= %(day)s AND (m.ends_on IS NULL OR m.ends_on >= %(day)s)
  AND (b.kind IN ('party_committee', 'discipline_committee') OR b.kind = 'party_branch' AND m.role IN ('secretary', 'head'))
"""  # noqa: S608 -- only our own text goes in


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about one reader on one day."""

    user_id: int | None = None
    body_ids: Ids = NONE  # bodies whose desk the person reads
    headed_body_ids: Ids = NONE  # of these, the ones the person heads
    superior_ids: Ids = NONE
    department_ids: Ids = NONE  # departments in which the person, or somebody above, works
    own_department_ids: Ids = NONE
    unit_ids: Ids = NONE  # units the person holds a post in, and those above them


def superiors_of(user: "User", on: date | None = None) -> Ids:
    """Everybody above the person in the chain on a day (default today), not the person. One query."""
    return superiors([user.pk], on).get(user.pk, NONE)


def superiors(people: Iterable[int], on: date | None = None) -> dict[int, Ids]:
    """Person → everybody above. One query for any number; people with nobody above are left out."""
    found = _asked(_CHAIN, people, on)
    return {person_id: frozenset(kinds["above"]) for person_id, kinds in found.items()}


def _asked(statement: str, people: Iterable[int], on: date | None) -> dict[int, dict[str, set[int]]]:
    found: dict[int, dict[str, set[int]]] = {}
    with cursor() as asking:
        asking.execute(statement, {"people": sorted(set(people)), "day": on or timezone.localdate()})
        for person_id, kind, key in asking.fetchall():
            found.setdefault(person_id, {}).setdefault(kind, set()).add(key)
    return found


def standing_of(user: "User | AnonymousUser") -> Standing:
    """The reader's standing today, kept on the user object of the request. Administrators and strangers have none."""
    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role or not scope.bodies:
        return Standing()
    today = timezone.localdate()
    kept = getattr(user, "_lead_standing", None)
    if kept is None or kept[0] != today:
        kept = (today, standings([scope.user_id])[scope.user_id])
        user._lead_standing = kept  # type: ignore[union-attr]
    return kept[1]  # type: ignore[no-any-return]


def forget(user: "User") -> None:
    """Drop what was computed for this user object, after a change of the organisation."""
    user.__dict__.pop("_lead_standing", None)


def standings(people: Iterable[int]) -> dict[int, Standing]:
    """Today's standing of each person, in one query for any number."""
    wanted = set(people)
    if not wanted:
        return {}
    found = _asked(_STANDING, wanted, None)

    def ids(person_id: int, *kinds: str) -> Ids:
        of_person = found.get(person_id, {})
        return frozenset(key for kind in kinds for key in of_person.get(kind, ()))

    return {
        pk: Standing(
            user_id=pk,
            body_ids=ids(pk, "body", "headed"),
            headed_body_ids=ids(pk, "headed"),
            superior_ids=ids(pk, "above"),
            department_ids=ids(pk, "own_department", "department"),
            own_department_ids=ids(pk, "own_department"),
            unit_ids=ids(pk, "unit"),
        )
        for pk in wanted
    }


def reads_desk(membership: "BodyMembership") -> bool:
    """Both committees with all their members; of a party branch the secretary alone, for its members are the staff; no other body.

    `_STANDING` says the same in SQL.
    """
    from positions.models import BodyKind, BodyRole

    kind = membership.body.kind
    if kind == BodyKind.PARTY_BRANCH:
        return membership.role in (BodyRole.SECRETARY, BodyRole.HEAD)
    return kind in (BodyKind.PARTY_COMMITTEE, BodyKind.DISCIPLINE_COMMITTEE)


def is_shut_out(standing: Standing, *, people: Ids, departments: Ids, units: Ids) -> bool:
    """The rule of `visible` for one person and one lead in Python, for routing; a property test holds both to the same answer."""
    return bool(
        standing.user_id in people or people & standing.superior_ids or departments & standing.department_ids or units & standing.unit_ids
    )


def visible(user: "User | AnonymousUser") -> Q:
    """The condition on Lead. Nothing for those who sit in no body, so that for them no lead costs or takes longer than none."""
    from leads.models import LeadDesk, LeadRecusal, LeadSubject

    me = standing_of(user)
    if not me.body_ids:
        return Q(pk__in=[])
    of_lead = {"lead": OuterRef("pk")}
    desks = LeadDesk.objects.filter(**of_lead, until=None)
    subjects = LeadSubject.objects.filter(**of_lead)
    recused = LeadRecusal.objects.filter(**of_lead, person_id=me.user_id)
    myself = Q(person_id=me.user_id) | Q(department_id__in=me.own_department_ids)
    shut_out = Q(person_id__in=me.superior_ids | {me.user_id}) | Q(department_id__in=me.department_ids) | Q(unit_id__in=me.unit_ids)
    together = Q(Exists(desks.filter(alone=False, body_id__in=me.body_ids)) & ~Exists(subjects.filter(shut_out)))
    # The last resort: nobody higher is in the system, and the head of the discipline committee keeps it only to hand it on.
    alone = Q(Exists(desks.filter(alone=True, body_id__in=me.headed_body_ids)) & ~Exists(subjects.filter(myself)))
    return (together | alone) & Q(~Exists(recused))
