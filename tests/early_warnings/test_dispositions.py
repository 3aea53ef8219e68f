"""Dispositions: which go with what, whose act they are, and what their record means (domain §5, 001)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import DomainError, NotAllowed, NotPossible
from early_warnings.models import Disposition, DispositionKind, Effect
from early_warnings.services import dispositions, ending, statements
from positions.models import Body, BodyKind
from tests.factories.organisation import small_unit
from tests.factories.warnings import advance, drafted, fresh, hold_talk

pytestmark = pytest.mark.django_db

# domain §5: the names, and the protections of 001.
NAMES = {
    "person": "互联提醒 谈心疏导 批评教育 信访约谈 发函询问 诫勉谈话 通报批评 轮岗交流 限期整改 责令检查整改 组织处理（免职、撤换、停职）",
    "department": "对责任领导诫勉谈话 纪检建议书 专题民主生活会 问廉问责书 限期整改",
}
PROTECTED = {
    "谈心疏导": Effect.NOT_ON_FILE,
    "批评教育": Effect.NOT_ON_FILE,
    "信访约谈": Effect.NO_EFFECT_ON_APPOINTMENT,
    "诫勉谈话": Effect.NO_EFFECT_ON_APPOINTMENT,
    "限期整改": Effect.NO_DISCIPLINE,
    "组织处理（免职、撤换、停职）": Effect.NO_DISCIPLINE,
    "通报批评": Effect.NONE,
}


def kind(code: str) -> DispositionKind:
    return DispositionKind.objects.get(unit=None, code=code)


@pytest.mark.parametrize("subject", NAMES)
def test_the_catalogue(subject):
    found = DispositionKind.objects.filter(unit=None, subject_kinds__contains=[subject])
    assert {one.name for one in found} == set(NAMES[subject].split())


def test_the_protections():
    for name, effect in PROTECTED.items():
        assert {one.effect for one in DispositionKind.objects.filter(name=name)} == {effect}


def test_one_that_does_not_fit_is_refused():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "issued")
    for code in ("rotation", "discipline-proposal"):
        with pytest.raises(DomainError):
            dispositions.order(warning=warning, kind=kind(code), by=bureau.discipline_head)
    assert not Disposition.objects.exists()


def test_not_before_the_issue_and_not_after_the_end():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "approved")
    with pytest.raises(NotAllowed):
        dispositions.order(warning=warning, kind=kind("criticism"), by=bureau.discipline_head)
    ending.withdraw(warning=warning, reason="情况不实", by=bureau.discipline_head)
    with pytest.raises(NotAllowed):
        dispositions.order(warning=warning, kind=kind("criticism"), by=bureau.discipline_head)


@pytest.mark.parametrize(
    ("code", "who"),
    [("notice-of-criticism", "discipline"), ("rotation", "personnel"), ("admonition", "discipline")],
)
def test_whose_act_it_is(code, who):
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "important"), "issued")
    order = dispositions.order(warning=warning, kind=kind(code), by=bureau.discipline_head)
    people = {
        "discipline": bureau.discipline_head,
        "personnel": bureau.departments[0].deputy_head,
        "responsible": bureau.deputies[0],
        "warned": bureau.clerk,
    }
    for name, user in people.items():
        if name == who:
            continue
        with pytest.raises(NotAllowed):
            dispositions.carry_out(disposition=order, record="已办理", by=fresh(user))
    dispositions.carry_out(disposition=order, record="已办理", worked=True, by=fresh(people[who]))
    order.refresh_from_db()
    assert order.carried_out_on == timezone.localdate()


def test_without_a_personnel_office_the_committee_carries_it_out():
    bureau = small_unit()
    Body.objects.filter(kind=BodyKind.PERSONNEL_OFFICE).update(closed_on=timezone.localdate())
    warning = advance(bureau, drafted(bureau, "important"), "issued")
    assert dispositions.order(warning=warning, kind=kind("rotation"), by=bureau.discipline_head).ordered_for == "discipline"


def test_the_leaders_own():
    """谈心疏导 is the responsible leader's: ordered and carried out by them, by the talk they held."""
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "issued")
    leader = fresh(bureau.departments[1].head)
    with pytest.raises(NotAllowed):
        dispositions.order(warning=warning, kind=kind("criticism"), by=leader)
    order = dispositions.order(warning=warning, kind=kind("counselling"), by=leader)
    talk = hold_talk(bureau, warning)
    other = advance(bureau, drafted(bureau), "issued")
    with pytest.raises(DomainError):
        dispositions.carry_out(disposition=order, record="谈话", talk=hold_talk(bureau, other), by=leader)
    done = dispositions.carry_out(disposition=order, record="谈话", talk=talk, worked=True, by=leader)
    assert done.is_protected


def test_the_effect_is_that_of_the_day_it_was_ordered():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "issued")
    order = dispositions.order(warning=warning, kind=kind("criticism"), by=bureau.discipline_head)
    DispositionKind.objects.filter(code="criticism").update(effect=Effect.NONE)
    done = dispositions.carry_out(disposition=order, record="已批评教育", by=bureau.discipline_head)
    assert not done.is_protected, "not known yet whether it worked"
    assert dispositions.judge(disposition=done, worked=True, by=bureau.discipline_head).is_protected


@pytest.mark.parametrize("day", [-1, 1], ids=["before the order", "to come"])
def test_days_that_cannot_be(day):
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "issued")
    order = dispositions.order(warning=warning, kind=kind("criticism"), by=bureau.discipline_head)
    with pytest.raises(DomainError):
        dispositions.carry_out(disposition=order, record="已办", on=timezone.localdate() + timedelta(days=day), by=bureau.discipline_head)


def test_one_that_is_open_keeps_the_warning_open():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "verified")
    order = dispositions.order(warning=warning, kind=kind("criticism"), by=bureau.discipline_head)
    with pytest.raises(NotPossible):
        ending.close(warning=warning, by=bureau.discipline_head)
    dispositions.cancel(disposition=order, reason="重复下达", by=bureau.discipline_head)
    assert ending.close(warning=warning, by=bureau.discipline_head).state == "closed"


def test_a_statement_keeps_it_open_until_it_is_answered():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "verified")
    with pytest.raises(NotAllowed):
        statements.state_case(warning=warning, text="代为说明", by=fresh(bureau.departments[1].head))
    said = statements.state_case(warning=warning, text="本人当日请假，有记录。", by=fresh(bureau.clerk))
    with pytest.raises(NotPossible):
        ending.close(warning=warning, by=bureau.discipline_head)
    with pytest.raises(NotAllowed):
        statements.answer(statement=said, outcome="accepted", text="采纳", by=fresh(bureau.clerk))
    statements.answer(statement=said, outcome="partly", text="已核实，部分采纳。", by=bureau.discipline_head)
    with pytest.raises(NotPossible):
        statements.answer(statement=said, outcome="accepted", text="再答", by=bureau.discipline_head)
    assert ending.close(warning=warning, by=bureau.discipline_head).state == "closed"
