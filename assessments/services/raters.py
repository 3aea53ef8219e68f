"""Who is assessed in a round and who is asked about them: proposed from the organisation, changed by hand until the appraisal opens."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from assessments import proposal
from assessments.models import Assessed, Group, Rater, RaterLevel, Relation, Round
from assessments.permissions import rounds as permissions
from assessments.services.organisation import organisation_of
from assessments.services.settings import all_of
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from positions.models import Position


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many people and how many raters were added."""

    people: int
    raters: int


@transaction.atomic
def propose_all(*, found: Round, by: User) -> Proposed:
    """Everybody in post who is missing, and raters for everybody who has none. What was set by hand stays. Safe to repeat."""
    found = _held(found, by)
    organisation = organisation_of(found.unit_id)
    known = set(found.assessed.values_list("person_id", flat=True))
    people = [person for person in proposal.people(organisation) if person.person_id not in known]
    made = _add(found, [(one.person_id, one.post.position_id, one.group) for one in people], by)
    without = list(found.assessed.filter(raters=None).order_by("pk"))
    count = _ask(found, without, organisation, by)
    if made or count:
        audit.record("assessment.proposed", by=by, obj=found, detail={"people": len(made), "raters": count})
    return Proposed(len(made), count)


@transaction.atomic
def propose_raters(*, found: Round, assessed: Collection[int], by: User) -> int:
    """Put the raters of the chosen people (keys) back to the proposal; returns how many raters they have now."""
    found = _held(found, by)
    rows = list(found.assessed.filter(pk__in=assessed).order_by("pk"))
    wanted = _wanted(found, rows, organisation_of(found.unit_id))
    kept = set()
    for row in Rater.objects.filter(assessed__in=rows):
        key = (row.assessed_id, row.person_id, row.relation, row.level)
        if key in wanted:
            kept.add(key)
        else:
            _remove([row], by)
    _write([key for key in wanted if key not in kept], by)
    count = len(wanted)
    audit.record("assessment.raters_proposed", by=by, obj=found, detail={"people": len(rows), "raters": count})
    return count


@transaction.atomic
def add_people(*, found: Round, people: Collection[int], by: User, group: str = "") -> int:
    """Add people in post (keys of accounts) with raters proposed; `group` empty: the one of their post. Returns how many are new.

    Raises NotAllowed, NotPossible, DomainError when one of them holds no post of the unit.
    """
    found = _held(found, by)
    organisation = organisation_of(found.unit_id)
    in_post = {one.person_id: one for one in proposal.people(organisation)}
    if set(people) - in_post.keys():
        raise DomainError(_("Only people who hold a post of the unit today are assessed."))
    known = set(found.assessed.values_list("person_id", flat=True))
    new = [in_post[pk] for pk in dict.fromkeys(people) if pk not in known]
    made = _add(found, [(one.person_id, one.post.position_id, group or one.group) for one in new], by)
    _ask(found, made, organisation, by)
    if made:
        audit.record("assessment.people_added", by=by, obj=found, detail={"people": len(made)})
    return len(made)


@transaction.atomic
def remove_people(*, found: Round, assessed: Collection[int], by: User) -> int:
    """Take people (keys of Assessed) out of the round with their raters. Nobody takes themselves out. Returns how many."""
    found = _held(found, by)
    rows = list(found.assessed.filter(pk__in=assessed).select_related("round"))
    for row in rows:
        permissions.may_choose_raters(by, row).require()
    _remove(Rater.objects.filter(assessed__in=rows), by)
    for row in rows:
        row._history_user = by
        row.delete()
    if rows:
        audit.record("assessment.people_removed", by=by, obj=found, detail={"people": len(rows)})
    return len(rows)


@transaction.atomic
def set_group(*, found: Round, assessed: Collection[int], group: str, by: User) -> int:
    """Put people (keys of Assessed) into a group, whose weights and questions then hold for them. Returns how many changed."""
    found = _held(found, by)
    rows = list(found.assessed.filter(pk__in=assessed).exclude(group=group).select_related("round"))
    for row in rows:
        permissions.may_choose_raters(by, row).require()
        row.group = Group(group)
        row._history_user = by
        row.save()
    if rows:
        audit.record("assessment.group_set", by=by, obj=found, detail={"people": len(rows), "group": str(Group(group).label)})
    return len(rows)


@transaction.atomic
def add_raters(*, assessed: Assessed, people: Collection[int], relation: str, by: User, level: str = "", version: int | None = None) -> int:
    """Ask people (keys of accounts) about somebody; `level` empty: the one of the relation. Returns how many are new.

    Raises NotAllowed, NotPossible, Conflict, DomainError (the assessed themselves, or somebody who cannot sign in).
    """
    assessed = _chosen(assessed, by, version)
    if assessed.person_id in people:
        raise DomainError(_("Nobody is asked about themselves."))
    found = {person.pk for person in User.objects.filter(pk__in=people, is_active=True, admin_role="")}
    if set(people) - found:
        raise DomainError(_("Somebody you chose cannot sign in and so cannot answer. Choose others."))
    weight = level or proposal.LEVEL[proposal.Is(relation)]
    known = set(assessed.raters.values_list("person_id", flat=True))
    rows = [Rater(assessed=assessed, person_id=pk, relation=relation, level=weight) for pk in dict.fromkeys(people) if pk not in known]
    bulk_create_with_history(rows, Rater, default_user=by)
    _touched(assessed, by, added=len(rows))
    return len(rows)


@transaction.atomic
def remove_raters(*, assessed: Assessed, raters: Collection[int], by: User, version: int | None = None) -> int:
    """Ask some (keys of Rater) no longer. Returns how many. Raises NotAllowed, NotPossible, Conflict."""
    assessed = _chosen(assessed, by, version)
    count = _remove(assessed.raters.filter(pk__in=raters), by)
    _touched(assessed, by, removed=count)
    return count


@transaction.atomic
def change_raters(
    *, assessed: Assessed, raters: Collection[int], by: User, level: str = "", relation: str = "", version: int | None = None
) -> int:
    """Give raters (keys) another weight or relation; what is empty stays. Returns how many changed."""
    assessed = _chosen(assessed, by, version)
    changed = 0
    for row in assessed.raters.filter(pk__in=raters):
        wanted = (RaterLevel(level or row.level), Relation(relation or row.relation))
        if (row.level, row.relation) != wanted:
            row.level, row.relation = wanted
            row._history_user = by  # type: ignore[attr-defined]
            row.save()
            changed += 1
    _touched(assessed, by, changed=changed)
    return changed


def _held(found: Round, by: User) -> Round:
    """Setting up happens one act after the other, and never beside the opening."""
    found = lock(Round.objects.select_related("unit"), found.pk)
    permissions.may_set_up(by, found).require()
    return found


def _chosen(assessed: Assessed, by: User, version: int | None) -> Assessed:
    _held(assessed.round, by)
    assessed = lock(Assessed.objects.select_related("round"), assessed.pk, version=version)
    permissions.may_choose_raters(by, assessed).require()
    return assessed


def _touched(assessed: Assessed, by: User, **counts: int) -> None:
    """The version rises, so that whoever looked at the old list gets a conflict."""
    if any(counts.values()):
        assessed._history_user = by  # type: ignore[attr-defined]
        assessed.save()
        audit.record("assessment.raters_changed", by=by, obj=assessed, unit_id=assessed.round.unit_id, detail=counts)


def _add(found: Round, wanted: Iterable[tuple[int, int, str]], by: User) -> list[Assessed]:
    chosen = list(wanted)
    names = User.objects.in_bulk([person_id for person_id, _position, _group in chosen])
    posts = Position.objects.select_related("department").in_bulk([position_id for _person, position_id, _group in chosen])
    rows = []
    for person_id, position_id, group in chosen:
        post = posts[position_id]
        shown = f"{post.department.name} {post.name}" if post.department else post.name
        rows.append(
            Assessed(
                round=found,
                group=group,
                person_id=person_id,
                position=post,
                department=post.department,
                name=names[person_id].name,
                post=shown[:200],
            )
        )
    return list(bulk_create_with_history(rows, Assessed, default_user=by)) if rows else []


def _ask(found: Round, rows: Iterable[Assessed], organisation: proposal.Organisation, by: User) -> int:
    wanted = _wanted(found, rows, organisation)
    _write(wanted, by)
    return len(wanted)


# Assessed, person, relation, level: what is written of a rater.
_Key = tuple[int, int, str, str]


def _wanted(found: Round, rows: Iterable[Assessed], organisation: proposal.Organisation) -> dict[_Key, None]:
    """What the proposal says about the people, in its order."""
    fewest = {group: row.minimum_ballots for group, row in all_of(found.unit_id).items()}
    return {
        (row.pk, asked.person_id, str(asked.relation), asked.level): None
        for row in rows
        for asked in proposal.raters(organisation, row.person_id, fewest=fewest[row.group])
    }


def _write(keys: Iterable[_Key], by: User) -> None:
    made = [Rater(assessed_id=row, person_id=person, relation=relation, level=level) for row, person, relation, level in keys]
    if made:
        bulk_create_with_history(made, Rater, batch_size=1000, default_user=by)


def _remove(rows: Iterable[Rater], by: User) -> int:
    count = 0
    for row in rows:
        row._history_user = by  # type: ignore[attr-defined]
        row.delete()
        count += 1
    return count
