"""Several people decide in the same instant: exactly one decision, real threads against PostgreSQL (quality.md: concurrency)."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from risks.models import Decision, Declaration, Opinion, RiskEntry, RiskPoint
from risks.services import grading, review
from tests.factories.organisation import small_unit
from tests.factories.risks import DeclarationFactory, EntryFactory, level

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; what each came to: done, or the error's name."""
    gate, results = Barrier(len(acts)), [""] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            act()
            results[n] = "done"
        except Exception as error:  # noqa: BLE001 -- told by the test, not by a thread
            results[n] = type(error).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_four_windows_one_review():
    bureau = small_unit()
    head = bureau.departments[1].head
    for _round in range(ROUNDS):
        declaration = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
        EntryFactory(declaration=declaration)
        review.start_review(declaration=declaration, by=bureau.clerk)
        version = declaration.version

        def decide(decision: str, declaration=declaration, version=version) -> Callable[[], object]:
            me = User.objects.get(pk=head.pk)
            return lambda: review.decide(
                declaration=Declaration(pk=declaration.pk, unit_id=bureau.unit.pk),
                by=me,
                decision=decision,
                opinion="看过",
                version=version,
            )

        agreed, returned = Decision.AGREED, Decision.RETURNED
        results = at_once(decide(agreed), decide(returned), decide(agreed), decide(returned))
        assert results.count("done") == 1, results
        assert set(results) <= {"done", "Conflict", "NotAllowed"}
        assert Opinion.objects.filter(declaration=declaration).count() == 1


def test_four_members_one_level():
    bureau = small_unit()
    members = [bureau.head, *bureau.deputies, bureau.discipline_head]
    for _round in range(ROUNDS):
        declaration = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
        entry = EntryFactory(declaration=declaration)
        _to_group(bureau, declaration)
        version = RiskEntry.objects.get(pk=entry.pk).version
        first, second, third, fourth = [User.objects.get(pk=who.pk) for who in members]
        results = at_once(
            partial(grading.change, entry=entry, level=level(1), reason="甲", by=first, version=version),
            partial(grading.change, entry=entry, level=level(3), reason="乙", by=second, version=version),
            partial(grading.reject, entry=entry, reason="丙", by=third, version=version),
            partial(grading.change, entry=entry, level=level(2), reason="", by=fourth, version=version),
        )
        assert results.count("done") == 1, results
        assert set(results) <= {"done", "Conflict", "NotAllowed"}
        assert Opinion.objects.filter(declaration=declaration, kind="group").count() == 1
        assert RiskPoint.objects.filter(entries=entry).count() == (0 if RiskEntry.objects.get(pk=entry.pk).is_rejected else 1)


def test_four_members_confirm_everything():
    bureau = small_unit()
    members = [bureau.head, *bureau.deputies, bureau.discipline_head]
    people = [person for department in bureau.departments for person in department.staff]
    ids = []
    for person in people:
        declaration = DeclarationFactory(appointment=bureau.appointments[person.pk])
        ids += [EntryFactory(declaration=declaration).pk for _n in range(3)]
        _to_group(bureau, declaration)
    fresh = [User.objects.get(pk=who.pk) for who in members]
    decided: list[int] = []
    acts = [lambda who=who: decided.append(grading.confirm(unit_id=bureau.unit.pk, entry_ids=ids, by=who).decided) for who in fresh]
    assert at_once(*acts) == ["done"] * 4
    assert sum(decided) == len(ids)
    numbers = list(RiskPoint.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == len(ids)


def _to_group(bureau, declaration):
    review.start_review(declaration=declaration, by=declaration.declarant)
    while (step := review.current_step(declaration)).reviewer is not None:
        review.decide(declaration=declaration, by=step.reviewer, decision="agreed")
    declaration.refresh_from_db()
    assert declaration.state == "reviewed"
