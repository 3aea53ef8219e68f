"""Talks held because of a warning keep its secret: whoever is shut out from the warning does not read them as a committee member."""

import pytest

from early_warnings.models import WarningRecusal
from early_warnings.services import approval, drafting, issuing, talking
from talks.models import Talk, TalkKind
from talks.permissions import talks as permissions
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import advance, drafted, fresh, starter

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def sees(person, talk: Talk) -> bool:
    person = fresh(person)
    seen = Talk.objects.visible_to(person).filter(pk=talk.pk).exists()
    assert seen == Talk.objects.visible_to(person).filter(number=talk.number).exists()
    return seen


def test_a_recused_member_of_the_committee_does_not_read_the_talk(unit: SmallUnit) -> None:
    warning = advance(unit, drafted(unit), "issued")
    talk = talking.plan_talk(
        warning=warning, kind=TalkKind.INTEGRITY, talker=warning.responsible, reason="预警约谈", by=fresh(unit.discipline_head)
    )
    member = starter(unit)
    assert sees(member, talk)
    WarningRecusal.objects.create(warning=warning, person=member, reason="亲属关系", by=unit.discipline_head)
    assert not sees(member, talk)
    assert not permissions.may_cancel(fresh(member), talk)
    assert sees(unit.discipline_head, talk)
    assert sees(warning.responsible, talk)


def test_a_member_from_the_department_warned_does_not_read_talks_with_colleagues(unit: SmallUnit) -> None:
    department = unit.departments[0]
    head = fresh(unit.discipline_head)
    warning = drafting.submit(warning=drafted(unit, "important", department=department.department, by=head), by=head)
    warning = approval.decide(warning=warning, decision="approve", by=fresh(unit.head)).warning
    warning = issuing.issue(warning=warning, by=head)
    talk = talking.plan_talk(
        warning=warning,
        kind=TalkKind.INTEGRITY,
        talker=unit.deputies[0],
        reason="预警约谈",
        by=fresh(unit.discipline_head),
        person=department.deputy_head,
    )
    assert not sees(starter(unit), talk)
    assert sees(unit.discipline_head, talk)
