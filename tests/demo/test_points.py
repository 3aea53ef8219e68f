"""The points of the demo: what was written by hand says what the product would have counted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Sum

from accounts.models import User
from early_warnings.models import PointBalance, PointEntry, ThresholdHit, Warning
from early_warnings.point_selectors import accounts, scheme_of
from early_warnings.querysets_points import shut_out_ids
from early_warnings.services.organisation import derive_responsible
from early_warnings.states_points import PointState
from positions.models import Unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def bureau(django_db_setup: None, django_db_blocker: Any) -> Iterator[Unit]:
    """The demo, loaded once and rolled back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", "--today", TODAY.isoformat(), stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield Unit.objects.get(code="CNNY")
        transaction.set_rollback(True)


def test_entries_stand_in_every_state_and_nobody_decided_their_own(bureau: Unit) -> None:
    entries = PointEntry.objects.filter(unit=bureau)
    assert {PointState.PROPOSED, PointState.CONFIRMED, PointState.REJECTED} <= set(entries.values_list("state", flat=True))
    assert entries.filter(counter_of__isnull=False).count() == 1
    assert entries.filter(department__isnull=False).exists()
    for entry in entries.select_related("proposed_by", "decided_by"):
        for who in filter(None, (entry.proposed_by, entry.decided_by)):
            people, departments = shut_out_ids(who)
            assert entry.person_id not in people
            assert entry.department_id not in departments


def test_who_reached_a_threshold_has_a_draft(bureau: Unit) -> None:
    scheme = scheme_of(bureau.pk, TODAY)
    assert scheme is not None
    head = User.objects.get(staff_number="A005")
    colours = set()
    for account in accounts(head, scheme, bureau.pk, TODAY):
        hits = ThresholdHit.objects.filter(person_id=account.person_id, department_id=account.department_id, cycle_start__year=TODAY.year)
        expected = {t.pk for t in scheme.thresholds.all() if t.points <= account.standing.counted}
        assert {hit.threshold_id for hit in hits} == expected, account.name
        colours.add(account.level.colour if account.level else "")
    assert {"green", "blue", "yellow"} <= colours
    drafts = Warning.objects.filter(point_hits__isnull=False).distinct()
    assert set(drafts.values_list("tier", flat=True)) == {"general", "important"}
    for draft in drafts:
        before = (draft.responsible_id, draft.responsible_how)
        derive_responsible(draft)
        assert (draft.responsible_id, draft.responsible_how) == before
        assert Warning.objects.visible_to(head).filter(pk=draft.pk).exists()


def test_last_year_is_closed_with_the_balances_of_its_entries(bureau: Unit) -> None:
    balances = PointBalance.objects.filter(closing__unit=bureau, closing__year=TODAY.year - 1)
    entries = PointEntry.objects.confirmed().filter(unit=bureau, cycle_year=TODAY.year - 1)
    sums = {
        (row["person_id"], row["department_id"]): row["n"] for row in entries.values("person_id", "department_id").annotate(n=Sum("points"))
    }
    assert {(b.person_id, b.department_id): b.counted for b in balances} == sums
    assert sum(sums.values(), Decimal(0)) > 0
