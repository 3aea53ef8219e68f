"""Rule sets are drafted, changed, switched on with a reason and dropped; what was in force never changes; who may not, cannot."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions.models import Unit
from regrading.models import RuleSet
from regrading.rule_set_selectors import in_force, versions, words_of
from regrading.rules import Rules
from regrading.services import rule_sets
from risks.models import GradingScheme, Level, LevelScale
from tests.factories.organisation import SmallUnit, small_unit
from tests.risks.register_helpers import imported
from tests.risks.test_review_concurrency import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def drafted(bureau: SmallUnit, **changed: Any) -> RuleSet:
    """A draft of the office in which these rules are changed."""
    row = rule_sets.draft(unit=bureau.unit, by=bureau.office_clerk)
    return rule_sets.change(rule_set=row, rules=replace(row.values, **changed), note="", by=bureau.office_clerk) if changed else row


def test_the_first_set_of_a_unit_is_a_copy_of_the_common_one(bureau: SmallUnit) -> None:
    common = in_force(bureau.unit.pk)
    assert (common.unit, common.values) == (None, Rules())
    row = drafted(bureau)
    assert (row.unit, row.number, row.state, row.values) == (bureau.unit, 1, "draft", Rules())
    assert in_force(bureau.unit.pk) == common
    with pytest.raises(NotPossible, match="已有草稿"):
        rule_sets.draft(unit=bureau.unit, by=bureau.head)


def test_switched_on_it_replaces_the_version_before(bureau: SmallUnit) -> None:
    elsewhere = small_unit(code="QT", name="其他局")
    first = rule_sets.switch_on(rule_set=drafted(bureau, window=18), reason="问题多在一年以前", by=bureau.head)
    assert (first.state, first.switched_on_by, first.reason) == ("in_force", bureau.head, "问题多在一年以前")
    assert in_force(bureau.unit.pk) == first
    assert in_force(elsewhere.unit.pk).unit is None
    second = rule_sets.switch_on(rule_set=drafted(bureau, fall_margin=5), reason="避免反复", by=bureau.office_clerk)
    first.refresh_from_db()
    assert (first.state, second.number, second.values.window) == ("replaced", 2, 18)
    assert in_force(bureau.unit.pk) == second
    assert [row.number for row in versions(bureau.unit.pk) if row.unit] == [2, 1]

    events = AuditEvent.objects.filter(object_type="regrading.ruleset", object_id=str(first.pk)).order_by("id")
    assert [event.action for event in events] == ["ruleset.drafted", "ruleset.changed", "ruleset.switched_on", "ruleset.replaced"]
    assert events[2].changes == {"回看期限：回看月数": ["12个月", "18个月"]}
    assert events[2].reason == "问题多在一年以前"
    told = Notice.objects.filter(kind="ruleset.switched_on", url=reverse("regrading:rule_set", args=[first.pk]))
    member = bureau.departments[0].staff[1]
    assert {notice.person for notice in told} == {bureau.office_clerk, bureau.discipline_head, member}


def test_an_older_version_can_be_the_beginning_of_a_new_one(bureau: SmallUnit) -> None:
    first = rule_sets.switch_on(rule_set=drafted(bureau, window=18), reason="延长", by=bureau.head)
    rule_sets.switch_on(rule_set=drafted(bureau, window=24), reason="再延长", by=bureau.head)
    back = rule_sets.draft(unit=bureau.unit, by=bureau.head, source=first)
    assert (back.number, back.values.window) == (3, 18)


def test_nothing_is_switched_on_without_reason_or_change_or_with_faults(bureau: SmallUnit) -> None:
    row = drafted(bureau)
    with pytest.raises(DomainError, match="与现行规则相同"):
        rule_sets.switch_on(rule_set=row, reason="新要求", by=bureau.head)
    with pytest.raises(DomainError, match=r"“一级”的起始分必须高于“二级”（75分）"):
        rule_sets.change(rule_set=row, rules=replace(row.values, bands=((1, 0), (2, 75), (3, 70))), note="", by=bureau.head)
    row = rule_sets.change(rule_set=row, rules=replace(row.values, window=18), note="", by=bureau.head)
    with pytest.raises(DomainError, match="说明修改规则的理由"):
        rule_sets.switch_on(rule_set=row, reason="  ", by=bureau.head)
    # Written before the unit had a fourth level: it would leave points without a score.
    four = LevelScale.objects.create(code="four", name="四级")
    for severity, label in [(1, "四级"), (2, "三级"), (3, "二级"), (4, "一级")]:
        Level.objects.create(scale=four, severity=severity, label=label, name=label, colour="red", answerer="unit_head")
    rules = GradingScheme.objects.get(unit=None, is_default=True).rules
    GradingScheme.objects.create(unit=bureau.unit, name="四级制", kind="matrix", scale=four, rules=rules)
    assert dict(words_of(bureau.unit.pk).levels)[4] == "一级"
    with pytest.raises(DomainError, match="缺少：“一级”起始分"):
        rule_sets.switch_on(rule_set=row, reason="新要求", by=bureau.head)
    assert in_force(bureau.unit.pk).unit is None
    assert RuleSet.objects.get(pk=row.pk).state == "draft"


def test_a_dropped_draft_stays_to_be_read_and_frees_the_place(bureau: SmallUnit) -> None:
    gone = rule_sets.drop(rule_set=drafted(bureau), by=bureau.head)
    assert gone.state == "dropped"
    with pytest.raises(NotPossible):
        rule_sets.switch_on(rule_set=gone, reason="新要求", by=bureau.head)
    assert drafted(bureau).number == 2


def test_stale_and_foreign_hands_change_nothing(bureau: SmallUnit) -> None:
    row = drafted(bureau)
    for person in (bureau.discipline_head, bureau.deputies[0], bureau.clerk, small_unit(code="QT", name="其他局").head):
        with pytest.raises(NotAllowed):
            rule_sets.draft(unit=bureau.unit, by=person)
        with pytest.raises(NotAllowed):
            rule_sets.change(rule_set=row, rules=replace(row.values, window=18), note="", by=person)
        with pytest.raises(NotAllowed):
            rule_sets.drop(rule_set=row, by=person)
        with pytest.raises(NotAllowed):
            rule_sets.switch_on(rule_set=row, reason="新要求", by=person)
    with pytest.raises(NotAllowed, match="通用规则"):
        rule_sets.change(rule_set=in_force(bureau.unit.pk), rules=Rules(window=18), note="", by=bureau.head)
    rule_sets.change(rule_set=row, rules=replace(row.values, window=18), note="", by=bureau.head, version=row.version)
    for act in (
        lambda: rule_sets.change(rule_set=row, rules=replace(row.values, window=24), note="", by=bureau.head, version=row.version),
        lambda: rule_sets.switch_on(rule_set=row, reason="新要求", by=bureau.head, version=row.version),
        lambda: rule_sets.drop(rule_set=row, by=bureau.head, version=row.version),
    ):
        with pytest.raises(Conflict):
            act()
    assert RuleSet.objects.get(pk=row.pk).values.window == 18


def test_the_database_keeps_what_was_in_force(bureau: SmallUnit) -> None:
    row = rule_sets.switch_on(rule_set=drafted(bureau, window=18), reason="延长", by=bureau.head)
    with pytest.raises(NotAllowed, match="只有草稿可以修改"):
        rule_sets.change(rule_set=row, rules=replace(row.values, window=24), note="", by=bureau.head)
    for values in ({"rules": Rules(window=24).to_json()}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RuleSet.objects.filter(pk=row.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_at_once_one_draft_and_one_switch() -> None:
    bureau = small_unit()

    def by() -> User:
        return User.objects.get(pk=bureau.head.pk)

    def begin() -> None:
        rule_sets.draft(unit=Unit.objects.get(pk=bureau.unit.pk), by=by())

    results = at_once(*[begin] * 4)
    assert sorted(results) == ["NotPossible"] * 3 + ["done"]
    row = RuleSet.objects.get(unit=bureau.unit)
    row = rule_sets.change(rule_set=row, rules=replace(row.values, window=18), note="", by=bureau.head)

    def end() -> None:
        rule_sets.switch_on(rule_set=row, reason="新要求", by=by(), version=row.version)

    results = at_once(*[end] * 4)
    assert results.count("done") == 1
    assert set(results) <= {"done", "Conflict", "NotPossible"}
    assert RuleSet.objects.filter(unit=bureau.unit, state="in_force").count() == 1


# ---- pages


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form_of(row: RuleSet, **changed: Any) -> dict[str, Any]:
    """What the form sends when only this was changed."""
    values: dict[str, Any] = {
        "version": row.version,
        "note": "",
        "bands_3": 70,
        "bands_2": 40,
        "window": 12,
        "measures_overdue": 4,
        "measures_per_month": 1,
        "measures_most": 20,
        "measures_relief": 2,
        "measures_most_relief": 10,
        "grades_0": -4,
        "grades_1": 0,
        "grades_2": 6,
        "grades_3": 15,
        "review_after": 12,
        "review_first": 3,
        "review_every": 6,
        "review_step": 2,
        "review_most": 9,
        "surveys_from_0": 5,
        "surveys_points_0": 3,
        "surveys_from_1": 10,
        "surveys_points_1": 6,
        "surveys_from_2": 20,
        "surveys_points_2": 12,
        "warnings_general": 8,
        "warnings_important": 15,
        "warnings_highest": 25,
        "warnings_closed_percent": 50,
        "warnings_most": 40,
        "leads_judged_1": 4,
        "leads_judged_2": 8,
        "leads_judged_3": 15,
        "leads_unjudged": 2,
        "leads_most": 30,
        "fall_margin": 3,
        "ask_again_points": 5,
        "ask_again_months": 6,
    }
    return values | changed


def test_the_form_shows_every_example_as_the_evaluation_counts_it(bureau: SmallUnit) -> None:
    """By hand: 3 × 4 in the band 40 to 69 is 53; two overdue, one by a month: 2 · 4 + 1; 15 + half of 8; 8 + 2; 3 + 2; 40 − 3."""
    row = drafted(bureau)
    page = signed_in(bureau.office_clerk).get(reverse("regrading:rule_set_edit", args=[row.pk]))
    text = page.content.decode()
    for said in (
        "现为“二级”、几率3、危害程度4的风险点，起始得分为53分。",
        "2条措施逾期，其中1条超过1个月：+9分",
        "3条措施已完成，无逾期：-6分",
        "责任人上季度考核为“不良”：+15分",
        "18个月未审核：+5分",
        "接触率不低于20%：+12分",
        "已销号：+19分",
        "1条尚未研判：+10分",
        "得分达到70分，建议提高等级。",
        "得分降至37分及以下，建议降低等级。",
    ):
        assert said in text, said


def test_examples_follow_the_numbers_in_the_form_and_keep_nothing(bureau: SmallUnit) -> None:
    row, client = drafted(bureau), signed_in(bureau.office_clerk)
    url = reverse("regrading:rule_set_examples", args=[row.pk])
    found = client.post(url, form_of(row, measures_overdue=6, measures_per_month=2), headers={"HX-Request": "true"}).content.decode()
    assert "超过1个月：+14分" in found
    assert found.count("hx-swap-oob") == 9
    broken = client.post(url, form_of(row, measures_overdue="六"), headers={"HX-Request": "true"}).content.decode()
    assert broken.count("各项数字填写正确后计算示例") == 9
    assert RuleSet.objects.get(pk=row.pk).version == row.version


def test_the_form_says_each_fault_beside_its_field_and_saves_what_is_right(bureau: SmallUnit) -> None:
    row, client = drafted(bureau), signed_in(bureau.office_clerk)
    url = reverse("regrading:rule_set_edit", args=[row.pk])
    wrong = client.post(url, form_of(row, bands_3=40, surveys_from_3=10, surveys_points_3=9, surveys_from_4=30))
    assert wrong.status_code == 422
    assert "同一行的两个数须同时填写" in wrong.content.decode()
    wrong = client.post(url, form_of(row, bands_3=40, surveys_from_3=10, surveys_points_3=9))
    assert wrong.context["form"].errors.keys() == {"bands_3", "surveys_from_3"}
    assert client.post(url, form_of(row, window="", leads_most=9999999999999)).status_code == 422
    assert RuleSet.objects.get(pk=row.pk).values == Rules()

    saved = client.post(url, form_of(row, window=18, note="延长回看期", surveys_from_0=30, surveys_points_0=20))
    assert saved.headers["Location"] == reverse("regrading:rule_set", args=[row.pk])
    row.refresh_from_db()
    assert (row.note, row.values.window, row.values.surveys.bounds) == ("延长回看期", 18, ((10, 6), (20, 12), (30, 20)))
    assert client.post(url, form_of(row, version=1, window=24)).status_code == 409


def test_a_version_is_read_beside_another(bureau: SmallUnit) -> None:
    first = rule_sets.switch_on(rule_set=drafted(bureau, window=18), reason="延长", by=bureau.head)
    second = drafted(bureau, window=24)
    client = signed_in(bureau.discipline_head)
    page = client.get(reverse("regrading:rule_set", args=[second.pk]))
    assert [(one.label, one.old, one.new) for one in page.context["differences"]] == [("回看月数", "18个月", "24个月")]
    common = RuleSet.objects.get(unit=None)
    other = client.get(reverse("regrading:rule_set", args=[second.pk]), {"with": common.pk})
    assert [(one.old, one.new) for one in other.context["differences"]] == [("12个月", "24个月")]
    listed = client.get(reverse("regrading:rule_sets")).content.decode()
    assert listed.index("第 2 版") < listed.index("第 1 版") < listed.index("通用规则")
    assert "正在执行" in listed
    assert first.reason in listed
    # Readers see the doors of the keepers closed, with the reason.
    assert "由领导小组组长及领导小组办公室决定" in page.content.decode()


def test_a_set_of_another_unit_is_no_beginning(bureau: SmallUnit) -> None:
    elsewhere = small_unit(code="QT", name="其他局")
    theirs = rule_sets.switch_on(rule_set=drafted(elsewhere, window=18), reason="延长", by=elsewhere.head)
    client = signed_in(bureau.head)
    for source in (theirs.pk, "x", 2**70):
        assert client.post(reverse("regrading:rule_set_new"), {"source": source}).status_code == 404
    assert client.get(reverse("regrading:rule_set", args=[2**70])).status_code == 404
    imported(bureau)
    made = client.post(reverse("regrading:rule_set_new"), {"source": RuleSet.objects.get(unit=None).pk})
    assert made.headers["Location"] == reverse("regrading:rule_set_edit", args=[RuleSet.objects.get(unit=bureau.unit).pk])


def test_queries_of_the_list(count_queries: Any, bureau: SmallUnit) -> None:
    def make_rows(n: int) -> None:
        last = RuleSet.objects.filter(unit=bureau.unit).count()
        rows = [RuleSet(unit=bureau.unit, number=last + k + 1, rules=Rules().to_json(), state="dropped") for k in range(n)]
        RuleSet.objects.bulk_create(rows)

    count_queries("regrading:rule_sets", user=bureau.discipline_head, make_rows=make_rows)
