"""The facts of a lead for routing, gathered from today's organisation (see `leads.routing`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from accounts.models import User
from leads import secrecy
from leads.models import Lead, LeadDesk, LeadRecusal, LeadSubject
from leads.routing import About, Bodies, Case, Desk
from positions.models import Appointment, Body, BodyKind, BodyMembership, BodyRole, Rank, Unit

Ids = frozenset[int]
COMMITTEES = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE)
_ABOUT = {
    Rank.STAFF: About.GENERAL,
    Rank.DEPUTY: About.LEADERSHIP,
    Rank.LEADERSHIP_MEMBER: About.LEADERSHIP,
    Rank.UNIT_HEAD: About.UNIT_HEAD,
}


def case_of(lead: Lead, reporter: User | None = None) -> Case:
    """The case as the organisation stands today. `reporter` is only asked for the branch, and never kept."""
    people, departments, units = _subjects(lead)
    levels = [_levels(u) for u in _units_upwards(lead.unit)]
    own, higher = levels[0][0], tuple(b for n, pair in enumerate(levels) for b in (pair if n else pair[1:]) if b.discipline or b.party)
    branch = _branch(reporter) if reporter is not None else None
    # The unit as a whole: its leadership is concerned, and whoever is left to hand it up is not asked to be outside the unit.
    reported = people | _working_in(departments)
    readers = {pk for b in (own, *higher) for d in (b.discipline, b.party) if d for pk in d.members} | (branch.members if branch else set())
    standings = secrecy.standings(readers)
    recused = frozenset(LeadRecusal.objects.filter(lead=lead).values_list("person_id", flat=True))
    shut_out = {pk for pk, s in standings.items() if secrecy.is_shut_out(s, people=people, departments=departments, units=units)}
    return Case(
        about=_about(lead, people, departments, units, known=len(people | departments | units), total=lead.subjects.count()),
        own=own,
        higher=higher,
        branch=branch,
        reported=reported,
        above=frozenset(pk for ids in secrecy.superiors(reported).values() for pk in ids),
        shut_out=frozenset(shut_out) | recused,
        important=lead.is_important,
    )


def readers(lead: Lead) -> list[User]:
    """Everybody who may see the lead today, for notices and for choosing people: those for whom `visible_to` has it."""
    return list(User.objects.filter(pk__in=readers_of([lead.pk])[lead.pk]).order_by("name", "pk"))


def readers_of(leads: Collection[int]) -> dict[int, Ids]:
    """The same for many leads at once: lead → people. Six queries for any number."""
    subjects = _subjects_of(leads)
    recused: dict[int, set[int]] = defaultdict(set)
    desks: dict[int, dict[int, bool]] = defaultdict(dict)
    for lead_id, person_id in LeadRecusal.objects.filter(lead__in=leads).values_list("lead_id", "person_id"):
        recused[lead_id].add(person_id)
    for lead_id, body_id, alone in LeadDesk.objects.filter(lead__in=leads, until=None).values_list("lead_id", "body_id", "alone"):
        desks[lead_id][body_id] = alone
    bodies = {body_id for held in desks.values() for body_id in held}
    members = BodyMembership.objects.in_force().filter(body__in=bodies).values_list("person_id", flat=True)
    standings = secrecy.standings(members)
    working = set(User.objects.filter(pk__in=standings, is_active=True, admin_role="").values_list("pk", flat=True))
    found = {}
    for lead_id in leads:
        people, departments, units = subjects[lead_id]
        found[lead_id] = frozenset(
            pk
            for pk, standing in standings.items()
            if pk in working and pk not in recused[lead_id] and _reads(standing, desks[lead_id], people, departments, units)
        )
    return found


def _reads(standing: secrecy.Standing, desks: Mapping[int, bool], people: Ids, departments: Ids, units: Ids) -> bool:
    """On one of these desks (body → its head alone), and not shut out."""
    concerned = standing.user_id in people or bool(departments & standing.own_department_ids)
    below = secrecy.is_shut_out(standing, people=people, departments=departments, units=units)
    together = not below and any(not alone and body in standing.body_ids for body, alone in desks.items())
    caretaker = not concerned and any(alone and body in standing.headed_body_ids for body, alone in desks.items())
    return together or caretaker


def desk_of(body: Body) -> Desk:
    """The body as routing sees it."""
    return _desks([body])[body.pk]


def _subjects(lead: Lead) -> tuple[Ids, Ids, Ids]:
    return _subjects_of([lead.pk])[lead.pk]


def _subjects_of(leads: Collection[int]) -> dict[int, tuple[Ids, Ids, Ids]]:
    """Lead → people, departments and units it is about."""
    rows: dict[int, list[tuple[int | None, ...]]] = {pk: [] for pk in leads}
    for pk, *row in LeadSubject.objects.filter(lead__in=leads).values_list("lead_id", "person_id", "department_id", "unit_id"):
        rows[pk].append(tuple(row))

    def ids(pk: int, column: int) -> Ids:
        return frozenset(key for row in rows[pk] if (key := row[column]) is not None)

    return {pk: (ids(pk, 0), ids(pk, 1), ids(pk, 2)) for pk in rows}


def _about(lead: Lead, people: Ids, departments: Ids, units: Ids, *, known: int, total: int) -> About:
    if units:
        return About.UNIT_HEAD
    found = {About.DEPARTMENT} if departments or known < total or not total else {About.GENERAL}
    posts = Appointment.objects.in_force().filter(person_id__in=people).values_list("person_id", "position__rank", "position__unit_id")
    placed = set()
    for person_id, rank, unit_id in posts:
        placed.add(person_id)
        # Who leads another unit of the tree is no member of this unit's leadership, yet more than its staff.
        about = _ABOUT.get(Rank(rank), About.DEPARTMENT)
        found.add(about if unit_id == lead.unit_id else min(about, About.LEADERSHIP))
    if people - placed:
        found.add(About.DEPARTMENT)
    return max(found)


def _working_in(departments: Ids) -> Ids:
    held = Appointment.objects.in_force().filter(position__department_id__in=departments)
    return frozenset(held.values_list("person_id", flat=True))


def _units_upwards(unit: Unit) -> list[Unit]:
    return [unit, *reversed(list(Unit.objects.get_ancestors(unit)))]


def _levels(unit: Unit) -> tuple[Bodies, Bodies]:
    """The unit's own committees, and those it names as its higher ones."""
    bodies = list(Body.objects.open().filter(unit=unit, kind__in=COMMITTEES))
    desks = _desks(bodies)

    def pair(is_higher: bool) -> Bodies:
        by_kind = {b.kind: desks[b.pk] for b in bodies if b.is_higher == is_higher}
        return Bodies(by_kind.get(BodyKind.DISCIPLINE_COMMITTEE), by_kind.get(BodyKind.PARTY_COMMITTEE))

    return pair(False), pair(True)


def _branch(reporter: User) -> Desk | None:
    """The reporter's party branch with its secretary; none when the reporter sits in no branch, or is the secretary."""
    held = BodyMembership.objects.in_force().filter(person=reporter, body__kind=BodyKind.PARTY_BRANCH).order_by("pk")
    body = next((m.body for m in held.select_related("body")), None)
    if body is None:
        # Branches are kept by department in many units: the one seated where the reporter works.
        departments = Appointment.objects.in_force().filter(person=reporter).values("position__department")
        body = Body.objects.open().filter(kind=BodyKind.PARTY_BRANCH, department__in=departments).first()
    if body is None:
        return None
    desk = _desks([body])[body.pk]
    return desk if reporter.pk not in desk.members else None


def _desks(bodies: Iterable[Body]) -> dict[int, Desk]:
    bodies = list(bodies)
    members: dict[int, set[int]] = {b.pk: set() for b in bodies}
    heads: dict[int, set[int]] = {b.pk: set() for b in bodies}
    for m in BodyMembership.objects.in_force().filter(body__in=bodies).select_related("body"):
        if secrecy.reads_desk(m):
            members[m.body_id].add(m.person_id)
            if m.role == BodyRole.HEAD:
                heads[m.body_id].add(m.person_id)
    return {pk: Desk(pk, frozenset(members[pk]), frozenset(heads[pk])) for pk in members}
