"""What a final result brings with it: begun once, kept by the database, lifted by the party committee."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments.models import Restriction
from assessments.services import effects
from assessments.states import RoundState
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from tests.assessments.final_rounds import a_round, assessed, result
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import fresh

pytestmark = pytest.mark.django_db
FINAL = timezone.make_aware(datetime(2026, 10, 20, 9, 30))


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


@pytest.fixture
def held(bureau: SmallUnit) -> list[Restriction]:
    made = a_round(bureau, at=FINAL)
    result(bureau, assessed(bureau, bureau.clerk, made), "不良")
    result(bureau, assessed(bureau, bureau.departments[1].staff[1], made), "一般")
    return effects.begin(made)


def test_begun_from_the_grade_and_only_once(bureau: SmallUnit, held: list[Restriction]) -> None:
    found = [(row.person, row.kind, row.effective_on, row.starts_on, row.ends_on) for row in Restriction.objects.order_by("pk")]
    day = FINAL.date()
    assert found == [
        (bureau.clerk, "award", day, day.replace(month=1, day=1), day.replace(month=12, day=31)),
        (bureau.clerk, "promotion", day, day, day.replace(year=2027, month=4, day=19)),
        (bureau.clerk, "transfer", day, day, day.replace(year=2027, month=4, day=19)),
    ]
    assert effects.begin(held[0].result.assessed.round) == []
    assert Restriction.objects.count() == 3
    [notice] = Notice.objects.all()
    assert notice.person == bureau.clerk


def test_the_last_confirmed_result_counts(bureau: SmallUnit) -> None:
    made = a_round(bureau)
    of = assessed(bureau, bureau.clerk, made)
    first = result(bureau, of, "不良")
    result(bureau, of, "一般", number=2, corrects=first, reason="计分有误")
    assert effects.begin(made) == []


def test_nothing_begins_before_the_round_is_final(bureau: SmallUnit) -> None:
    made = a_round(bureau, state=RoundState.APPEAL)
    result(bureau, assessed(bureau, bureau.clerk, made))
    with pytest.raises(NotPossible):
        effects.begin(made)


def test_lifted_by_the_party_committee_with_a_reason(bureau: SmallUnit, held: list[Restriction]) -> None:
    row = held[1]
    with pytest.raises(NotAllowed):
        effects.lift(restriction=row, reason="表现突出", by=fresh(bureau.departments[0].staff[1]))
    with pytest.raises(DomainError):
        effects.lift(restriction=row, reason=" ", by=fresh(bureau.deputies[1]))
    with pytest.raises(Conflict):
        effects.lift(restriction=row, reason="表现突出", by=fresh(bureau.deputies[1]), version=row.version + 1)
    lifted = effects.lift(restriction=row, reason="局党委会议纪要〔2026〕20号", by=fresh(bureau.deputies[1]))
    assert (lifted.lifted_on, lifted.lifted_by) == (timezone.localdate(), bureau.deputies[1])
    assert AuditEvent.objects.filter(action="restriction.lifted", object_id=str(row.pk)).count() == 1
    with pytest.raises(NotAllowed):
        effects.lift(restriction=row, reason="再次", by=fresh(bureau.deputies[1]))
    assert Restriction.objects.running(timezone.localdate()).count() == 2


@pytest.mark.parametrize("change", ["ends_on = '2026-11-01'", "grade = '好'", "person_id = lifted_by_id"])
def test_the_database_keeps_the_days(held: list[Restriction], change: str) -> None:
    for sql in (f"UPDATE assessments_restriction SET {change}", "DELETE FROM assessments_restriction"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_who_sees_restrictions(bureau: SmallUnit, held: list[Restriction]) -> None:
    seen = {
        "own": bureau.clerk,
        "committee": bureau.discipline_head,
        "personnel": bureau.departments[0].deputy_head,
        "party": bureau.deputies[0],
        "head": bureau.head,
        "colleague": bureau.departments[1].staff[1],
        "own head": bureau.departments[1].head,
    }
    counts = {who: Restriction.objects.visible_to(fresh(user)).count() for who, user in seen.items()}
    assert counts == {"own": 3, "committee": 3, "personnel": 3, "party": 3, "head": 3, "colleague": 0, "own head": 0}
