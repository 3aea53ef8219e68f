"""Who reads a talk: the two sides, the recorder, the discipline committee without whoever is concerned; nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AdminRole
from talks.models import Talk, TalkKind
from talks.services import talks as services
from talks.services.talks import Arrangement
from tests.factories.organisation import SmallUnit, administrators, small_unit
from tests.factories.talks import held, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def readers(talk: Talk, unit: SmallUnit) -> set[str]:
    everybody = [unit.head, *unit.deputies, unit.discipline_head]
    for department in unit.departments:
        everybody += [department.head, department.deputy_head, *department.staff]
    return {p.name.removeprefix("CS") for p in everybody if Talk.objects.visible_to(p).filter(pk=talk.pk).exists()}


def test_a_planned_talk_is_not_seen_by_the_person(unit: SmallUnit) -> None:
    talk = planned(unit, recorder=unit.departments[2].staff[0])
    assert readers(talk, unit) == {"行政审批科科长", "执法大队甲", "纪检组长韩", "办公室乙"}


def test_the_person_sees_it_once_invited_or_held(unit: SmallUnit) -> None:
    talk = planned(unit)
    at = timezone.now() + timedelta(days=1)
    services.change(talk=talk, arrangement=Arrangement(talk.talker, talk.reason, planned_at=at, place="谈话室"), by=talk.talker)
    services.invite(talk=talk, by=talk.talker)
    assert readers(talk, unit) == {"行政审批科科长", "行政审批科甲", "纪检组长韩", "办公室乙"}
    assert "行政审批科甲" in readers(held(unit), unit)


def test_members_of_the_committee_do_not_read_talks_with_themselves_or_those_above(unit: SmallUnit) -> None:
    member = unit.departments[0].staff[1]
    with_member = planned(unit, person=member, talker=unit.departments[0].head)
    assert readers(with_member, unit) == {"办公室科长", "纪检组长韩"}
    with_their_head = planned(unit, person=unit.departments[0].head, talker=unit.deputies[0])
    assert readers(with_their_head, unit) == {"副局长陈", "纪检组长韩"}
    # Everybody of the unit stands below its head: only the talker is left.
    with_unit_head = services.plan(
        unit=unit.unit, kind=TalkKind.INTEGRITY, person=unit.head, talker=unit.discipline_head, reason="约谈", by=unit.discipline_head
    )
    assert readers(with_unit_head, unit) == {"纪检组长韩"}


def test_neither_other_units_nor_administrators_read_it(unit: SmallUnit) -> None:
    other = small_unit(code="QT", name="其他局")
    talk = held(unit)
    for stranger in (other.head, other.discipline_head, *administrators().values()):
        assert not Talk.objects.visible_to(stranger).filter(pk=talk.pk).exists()
    assert set(AdminRole.values) > {""}


def test_those_of_a_collective_talk_read_it(unit: SmallUnit) -> None:
    talk = planned(unit, kind=TalkKind.COLLECTIVE, person=None, attendees=unit.departments[1].staff)
    assert readers(talk, unit) == {"行政审批科科长", "纪检组长韩", "办公室乙"}
    services.hold(talk=talk, record=services.Record(content="学习", held_at=timezone.now(), place="会议室"), by=talk.talker)
    assert readers(talk, unit) == {"行政审批科科长", "行政审批科甲", "行政审批科乙", "纪检组长韩", "办公室乙"}


def test_queries_for_one_own_to_do(unit: SmallUnit) -> None:
    talk = planned(unit)
    assert list(Talk.objects.to_hold(talk.talker)) == [talk]
    assert list(Talk.objects.with_person(talk.person)) == [talk]
    assert list(Talk.objects.overdue(timezone.localdate())) == []
