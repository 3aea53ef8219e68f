"""Several people confirm in the same instant: a threshold opens one draft, an entry counts once (quality.md: concurrency)."""

from datetime import date
from functools import partial

import pytest

from accounts.models import User
from early_warnings.models import PointClosing, PointEntry, ThresholdHit, Warning
from early_warnings.point_selectors import account_of, scheme_of
from early_warnings.services import points
from early_warnings.services.point_closing import close_year
from tests.early_warnings.points import committee, proposed
from tests.factories.organisation import small_unit
from tests.factories.positions import MembershipFactory
from tests.risks.test_review_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


@pytest.fixture
def unit():
    """With a third and a fourth member of the committee, so that several may decide."""
    made = small_unit()
    for person in (made.departments[0].deputy_head, made.departments[2].deputy_head):
        MembershipFactory(body=made.bodies["discipline_committee"], person=person)
    return made


def fresh(*people) -> list[User]:
    return [User.objects.get(pk=person.pk) for person in people]


def test_two_confirmations_that_cross_one_threshold_open_one_draft(unit):
    """2 + 2 points: each alone stays below 3, together they reach it, whoever is first."""
    first, second = committee(unit)
    people = [person for department in unit.departments[1:] for person in department.staff] * 3
    year = date.today().year
    for n, person in enumerate(people[:ROUNDS]):
        # Whole years apart, so that each round has a cycle of its own.
        day = date(year - 1 - n // 4, 3, 3)
        entries = [proposed(unit, person, code, day, by=first) for code in ("QZ-02", "YQ-01")]
        one, two = fresh(second, unit.departments[2].deputy_head)
        results = at_once(partial(points.confirm, entry=entries[0], by=one), partial(points.confirm, entry=entries[1], by=two))
        assert results == ["done", "done"]
        drafts = Warning.objects.filter(person=person)
        hits = ThresholdHit.objects.filter(person=person, cycle_start__year=day.year)
        assert hits.count() == 1
        assert drafts.count() == ThresholdHit.objects.filter(person=person).count()
        account = account_of(scheme_of(unit.unit.pk, day), unit.unit.pk, day, person=person)
        assert account.standing.counted == 4


def test_one_entry_decided_by_several_counts_once(unit):
    first, second = committee(unit)
    person = unit.departments[1].staff[0]
    for n in range(ROUNDS):
        entry = proposed(unit, person, "TX-02", date(date.today().year - 1, 1, 1 + n), by=first)
        one, two, three = fresh(second, *[m.person for m in unit.bodies["discipline_committee"].memberships.order_by("pk")[2:4]])
        version = entry.version
        results = at_once(
            partial(points.confirm, entry=entry, by=one, version=version),
            partial(points.reject, entry=entry, by=two, reason="不妥", version=version),
            partial(points.confirm_many, entry_ids=[entry.pk], by=three),
            partial(points.withdraw, entry=entry, by=fresh(first)[0], version=version),
        )
        entry.refresh_from_db()
        assert entry.state != "proposed"
        assert entry.history.count() == 2, results


def test_no_entry_slips_into_a_year_that_is_being_closed(unit):
    first, second = committee(unit)
    person = unit.departments[1].staff[0]
    year = date.today().year
    for n in range(ROUNDS):
        day = date(year - 1 - n, 2, 2)
        entry_maker, closer = fresh(first, second)
        results = at_once(
            partial(proposed, unit, person, "GZ-02", day, by=entry_maker), partial(close_year, unit=unit.unit, year=day.year, by=closer)
        )
        waiting = PointEntry.objects.waiting().filter(cycle_year=day.year).exists()
        closed = PointClosing.objects.filter(year=day.year).exists()
        assert waiting != closed, results
        if day.year <= 2021:
            break
