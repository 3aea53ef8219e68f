"""Who sees a warning when (ADR 0011). Conditions on Warning, computed from today's posts and memberships.

| who | from when |
|---|---|
| members of the discipline committee that handles it, not shut out | the draft |
| members of the party committee that approves it, not shut out | the first submission |
| who is responsible; person concerned; head of the department or unit warned; control group | the issue |
| members of the personnel office, not shut out | the issue, where a disposition is the office's |
| leaders higher up who were told that it is not handled in time, not shut out | being told, of issued ones |

Shut out: the person concerned and everybody below them; everybody of the department concerned; the head of the unit concerned; and whoever
was recused. Shut out means no part in handling it. A person concerned who is told by the issue sees the outside: no votes, no log, no
dispositions about others. Administrators see nothing.
"""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from leads.secrecy import standing_of
from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User

NOTHING = Q(pk__in=[])


def not_shut_out(user: "User") -> Q:
    """Warnings in whose handling nothing keeps the person from taking part."""
    from early_warnings.models import WarningRecusal

    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role:
        return NOTHING
    me = standing_of(user)
    concerned: Q = (
        Q(subject_kind="person", person_id__in=me.superior_ids | {scope.user_id})
        | Q(subject_kind="department", department_id__in=me.department_ids)
        | Q(subject_kind="unit", unit_id__in=scope.headed_unit_ids)
    )
    recused = WarningRecusal.objects.filter(warning=OuterRef("pk"), person_id=scope.user_id)
    return ~concerned & ~Q(Exists(recused))


def inside(user: "User") -> Q:
    """The view of the two committees that handle a warning."""
    me = standing_of(user)
    if not me.body_ids:
        return NOTHING
    discipline = Q(discipline_body_id__in=me.body_ids)
    party = Q(party_body_id__in=me.body_ids, submitted_at__isnull=False)
    return (discipline | party) & not_shut_out(user)


def received(user: "User") -> Q:
    """Issued warnings the person is concerned by or answers for, also as head of the department or unit."""
    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role:
        return NOTHING
    return Q(issued_at__isnull=False) & (
        Q(responsible_id=scope.user_id)
        | Q(person_id=scope.user_id)
        | Q(subject_kind="department", department_id__in=scope.led_department_ids)
        | Q(subject_kind="unit", unit_id__in=scope.headed_unit_ids)
    )


def answers_for(user: "User") -> Q:
    """Issued warnings the person answers for as leader, who is not the person warned."""
    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role:
        return NOTHING
    return Q(issued_at__isnull=False, responsible_id=scope.user_id) & ~Q(person_id=scope.user_id)


def in_control_group(user: "User") -> Q:
    """Issued warnings in whose control group the person sits, unless recused or concerned."""
    from early_warnings.querysets import in_group

    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role:
        return NOTHING
    return Q(issued_at__isnull=False) & ~Q(person_id=scope.user_id) & Q(in_group([scope.user_id]))


def with_personnel_office(user: "User") -> Q:
    """Issued warnings with a disposition of the personnel office in which the person sits."""
    from early_warnings.models import Disposition

    units = scope_of(user).bodies.get("personnel_office", frozenset())
    if not units:
        return NOTHING
    acts = Disposition.objects.filter(warning=OuterRef("pk"), ordered_for="personnel", cancelled_at=None)
    return Q(issued_at__isnull=False, unit_id__in=units) & Q(Exists(acts)) & not_shut_out(user)


def told_of_delay(user: "User") -> Q:
    """Issued warnings of which the person was told, as a leader higher up, that they are not handled in time (逐级追究)."""
    from early_warnings.models import Escalation

    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role:
        return NOTHING
    told = Escalation.objects.filter(warning=OuterRef("pk"), to_id=scope.user_id)
    return Q(issued_at__isnull=False) & Q(Exists(told)) & not_shut_out(user)


def visible(user: "User") -> Q:
    """Everything the person may see of warnings."""
    return inside(user) | received(user) | in_control_group(user) | with_personnel_office(user) | told_of_delay(user)
