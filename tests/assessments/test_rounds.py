"""Setting up a round, opening and closing its appraisal, through the services on PostgreSQL."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessed, Ballot, Rater, Round, RoundGroup, Urn
from assessments.round_findings import findings, rater_counts
from assessments.services import ballots, phases, raters, rounds
from assessments.services import settings as settings_service
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from deadlines.models import Reminder
from deadlines.services import engine
from notifications.models import Notice
from positions.models import Appointment
from tests.factories.assessments import assessed_in, colleague, only_raters, raters_of, round_open, round_set_up, secretary, weeks
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def state_of(found: Round) -> str:
    return Round.objects.get(pk=found.pk).state


# ---- setting up


def test_one_click_sets_up_everybody_with_raters(bureau: SmallUnit) -> None:
    found = round_set_up(bureau)
    assert found.state == "setting_up"
    groups = {group: found.assessed.filter(group=group).count() for group in ("leadership", "department_head", "staff")}
    assert groups == {"leadership": 4, "department_head": 6, "staff": 6}
    clerk = assessed_in(found, bureau.clerk)
    assert (clerk.name, clerk.post, clerk.department) == ("CS行政审批科甲", "行政审批科 经办", bureau.departments[1].department)
    superiors = {row.person for row in clerk.raters.filter(relation="superior", level="first")}
    assert superiors == {bureau.departments[1].head, bureau.departments[1].deputy_head, bureau.deputies[0]}
    assert {row.person for row in clerk.raters.filter(relation="peer", level="second")} == {bureau.departments[1].staff[1]}
    # Four are close; with fewest ballots of five, partners fill up to eight.
    assert clerk.raters.filter(relation="partner", level="third").count() == 4
    assert not [finding.text for finding in findings(found) if finding.blocks]


def test_proposing_again_adds_who_came_and_keeps_what_was_set_by_hand(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    clerk = assessed_in(found, bureau.clerk)
    only_raters(clerk, {bureau.head: ("superior", "first")}, by)
    raters.remove_people(found=found, assessed=[assessed_in(found, bureau.deputies[1]).pk], by=by)
    new = colleague(bureau)
    made = raters.propose_all(found=found, by=by)
    assert made.people == 2
    assert assessed_in(found, new).raters.count() >= 5
    assert raters_of(clerk) == [bureau.head]
    assert raters.propose_all(found=found, by=by) == raters.Proposed(0, 0)


def test_raters_go_back_to_the_proposal(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    clerk = assessed_in(found, bureau.clerk)
    before = raters_of(clerk)
    only_raters(clerk, {bureau.head: ("superior", "first")}, by)
    assert raters.propose_raters(found=found, assessed=[clerk.pk], by=by) == len(before)
    assert raters_of(clerk) == before


def test_raters_are_changed_one_by_one_and_the_version_rises(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    clerk = assessed_in(found, bureau.clerk)
    row = clerk.raters.get(person=bureau.departments[1].head)
    assert raters.change_raters(assessed=clerk, raters=[row.pk], level="third", by=by, version=clerk.version) == 1
    row.refresh_from_db()
    assert (row.level, row.relation) == ("third", "superior")
    with pytest.raises(Conflict):
        raters.remove_raters(assessed=clerk, raters=[row.pk], by=by, version=clerk.version)
    assert Rater.objects.filter(pk=row.pk).exists()


def test_nobody_is_asked_about_themselves(bureau: SmallUnit) -> None:
    found = round_set_up(bureau)
    clerk = assessed_in(found, bureau.clerk)
    with pytest.raises(DomainError, match="不能测评本人"):
        raters.add_raters(assessed=clerk, people=[bureau.clerk.pk], relation="peer", by=secretary(bureau))


def test_a_member_of_the_committee_does_not_touch_the_own_entry(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    own = assessed_in(found, by)
    for act in (
        lambda: raters.add_raters(assessed=own, people=[bureau.head.pk], relation="superior", by=by),
        lambda: raters.remove_raters(assessed=own, raters=[row.pk for row in own.raters.all()], by=by),
        lambda: raters.remove_people(found=found, assessed=[own.pk], by=by),
        lambda: raters.set_group(found=found, assessed=[own.pk], group="leadership", by=by),
    ):
        with pytest.raises(NotAllowed, match="涉及您本人"):
            act()
    assert raters.set_group(found=found, assessed=[own.pk], group="leadership", by=bureau.discipline_head) == 1


@pytest.mark.parametrize("who", ["clerk", "head"])
def test_only_the_discipline_committee_sets_up(bureau: SmallUnit, who: str) -> None:
    found = round_set_up(bureau)
    other = User.objects.get(pk=getattr(bureau, who).pk)
    for act in (
        lambda: rounds.create(unit=bureau.unit, by=other, year=2025, quarter=1),
        lambda: raters.propose_all(found=found, by=other),
        lambda: rounds.open_rating(found=found, by=other),
        lambda: rounds.cancel(found=found, by=other, reason="不办了"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_one_round_a_quarter_and_none_of_the_future(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    first = round_set_up(bureau, year=2025, quarter=2)
    with pytest.raises(NotPossible, match="2025年第2季度已有一轮考核"):
        rounds.create(unit=bureau.unit, by=by, year=2025, quarter=2)
    rounds.cancel(found=first, by=by, reason="名单有误")
    assert rounds.create(unit=bureau.unit, by=by, year=2025, quarter=2).pk != first.pk
    with pytest.raises(DomainError, match="已经开始的季度"):
        rounds.create(unit=bureau.unit, by=by, year=timezone.localdate().year + 1, quarter=1)


# ---- days


def test_days_are_proposed_in_working_days_of_the_chinese_calendar(bureau: SmallUnit) -> None:
    """From Friday 18 September 2026: Sunday 20 is worked in exchange, 25 to 27 is 中秋, 1 to 7 October 国庆, Saturday 10 October is worked.

    Five days: 18, 20, 21, 22, 23. Seven: 24, 28, 29, 30 September, 8, 9, 10 October. Then Monday the 12th.
    """
    found = phases.proposed(bureau.unit.pk, date(2026, 9, 18))
    assert found["setting_up"] == (date(2026, 9, 18), date(2026, 9, 23))
    assert found["rating"] == (date(2026, 9, 24), date(2026, 10, 10))
    assert found["scoring"][0] == date(2026, 10, 12)
    days = [day for pair in found.values() for day in pair]
    assert days == sorted(days)


def test_days_in_disorder_are_refused_and_nothing_changes(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    before = list(found.phases.values_list("phase", "starts_on", "ends_on"))
    day = timezone.localdate()
    with pytest.raises(DomainError, match="“评分”不能早于“民主测评”结束"):
        rounds.plan(found=found, days={"scoring": (day, day + timedelta(days=30))}, by=by)
    with pytest.raises(DomainError, match="申诉"):
        rounds.plan(found=found, days={"appeal": (day + timedelta(days=90), day + timedelta(days=80))}, by=by)
    assert list(found.phases.values_list("phase", "starts_on", "ends_on")) == before


# ---- opening


def test_opening_freezes_the_rules_and_a_later_setting_does_not_change_the_round(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    found = round_open(bureau)
    before = found.groups.get(group="staff").rules
    assert before["methods"] == [["supervision", "30.00"], ["appraisal", "40.00"], ["talks", "15.00"], ["file", "15.00"]]
    assert before["minimum_ballots"] == 5
    settings_service.change(unit=bureau.unit, group="staff", values={"appraisal": 60, "supervision": 10, "minimum_ballots": 3}, by=by)
    settings_service.save_set(
        unit=bureau.unit,
        group="staff",
        name="新指标",
        indicators=[settings_service.IndicatorFacts("moral", "廉洁", "廉洁自律", 100)],  # type: ignore[arg-type]
        by=by,
        indicator_set=settings_service.settings_of(bureau.unit.pk, "staff").indicator_set,
    )
    assert found.groups.get(group="staff").rules == before
    assert len(found.groups.get(group="staff").frozen.indicators) == 6
    # And the database itself refuses to change what was frozen.
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        RoundGroup.objects.filter(round=found, group="staff").update(rules={})


def test_opening_makes_urns_tells_raters_once_and_fixes_the_lists(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    found = round_open(bureau)
    assert Urn.objects.filter(assessed__round=found).count() == 16
    told = Notice.objects.filter(key=f"round:{found.pk}:rating")
    asked = set(Rater.objects.filter(assessed__round=found).values_list("person_id", flat=True))
    assert set(told.values_list("person_id", flat=True)) == asked
    assert told.count() == len(asked)
    with pytest.raises(NotAllowed, match="不能再改动"):
        raters.propose_all(found=found, by=by)
    with pytest.raises(NotPossible):
        rounds.open_rating(found=found, by=by)


def test_a_round_without_raters_or_with_too_few_does_not_open(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    clerk, deputy = assessed_in(found, bureau.clerk), assessed_in(found, bureau.deputies[0])
    only_raters(clerk, {}, by)
    only_raters(deputy, {bureau.head: ("superior", "first"), bureau.deputies[1]: ("peer", "second")}, by)
    with pytest.raises(DomainError) as caught:
        rounds.open_rating(found=found, by=by)
    assert "1人没有测评人：CS行政审批科甲。" in str(caught.value)
    assert "1人的测评人少于最少有效票数：CS副局长陈。" in str(caught.value)
    assert state_of(found) == "setting_up"
    assert not Urn.objects.exists()
    assert not found.groups.exclude(rules=None).exists()
    assert not Notice.objects.filter(kind="assessment").exists()


def test_a_round_without_people_does_not_open(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    empty = rounds.create(unit=bureau.unit, by=by, year=2025, quarter=3)
    with pytest.raises(DomainError, match="尚未确定考核对象"):
        rounds.open_rating(found=empty, by=by)
    assert state_of(empty) == "setting_up"


def test_raters_who_cannot_sign_in_do_not_count(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    clerk = assessed_in(found, bureau.clerk)
    people = [bureau.head, *bureau.deputies, bureau.discipline_head, bureau.departments[1].head]
    only_raters(clerk, dict.fromkeys(people, ("superior", "first")), by)
    assert rater_counts(found)[clerk.pk].total == 5
    User.objects.filter(pk=bureau.departments[1].head.pk).update(is_active=False)
    texts = [finding.text for finding in findings(found) if finding.blocks]
    assert any("少于最少有效票数" in text and "CS行政审批科甲" in text for text in texts)


def test_findings_tell_who_is_missing_who_left_and_what_is_counted_together(bureau: SmallUnit) -> None:
    found, by = round_set_up(bureau), secretary(bureau)
    gone, new = bureau.departments[2].staff[1], colleague(bureau)
    Appointment.objects.filter(person=gone).update(ends_on=timezone.localdate() - timedelta(days=1))
    only_raters(
        assessed_in(found, bureau.clerk),
        {bureau.head: ("superior", "first")} | dict.fromkeys([*bureau.deputies, *bureau.departments[2].staff, new], ("peer", "second")),
        by,
    )
    by_filter = {finding.filter: {person.name for person in finding.people} for finding in findings(found)}
    assert by_filter["gone"] == {gone.name}
    assert bureau.clerk.name in by_filter["pooled"]
    assert any(new.name in finding.text for finding in findings(found) if not finding.filter)


# ---- closing, cancelling


def test_closing_early_needs_a_reason(bureau: SmallUnit) -> None:
    found, by = round_open(bureau), secretary(bureau)
    with pytest.raises(DomainError, match="提前结束须说明理由"):
        rounds.close_rating(found=found, by=by)
    assert state_of(found) == "rating"
    assert rounds.close_rating(found=found, by=by, reason="全部提交").state == "scoring"
    assert not Urn.objects.exists()


def test_closing_after_the_last_day_needs_none(bureau: SmallUnit) -> None:
    found, by = round_open(bureau), secretary(bureau)
    days = weeks(timezone.localdate() - timedelta(days=20))
    rounds.plan(found=found, days=days, by=by)
    assert rounds.close_rating(found=found, by=by).state == "scoring"


def test_cancelling_destroys_the_ballots_and_says_so(bureau: SmallUnit) -> None:
    found, by = round_open(bureau), secretary(bureau)
    clerk = assessed_in(found, bureau.clerk)
    keys = [indicator.key for indicator in found.groups.get(group="staff").frozen.indicators]
    ballots.vote(assessed=clerk, by=raters_of(clerk)[0], answers=dict.fromkeys(keys, "good"))
    with pytest.raises(DomainError, match="取消考核的原因"):
        rounds.cancel(found=found, by=by, reason=" ")
    rounds.cancel(found=found, by=by, reason="人员调整较大，下周重新组织")
    assert state_of(found) == "cancelled"
    assert not Urn.objects.exists()
    assert not Ballot.objects.exists()
    assert Notice.objects.filter(key=f"round:{found.pk}:cancelled").exists()


# ---- the calendar


def test_reminders_go_out_once_and_to_all_raters_alike(bureau: SmallUnit) -> None:
    """Who has answered gets the same notice: a reminder to those outstanding would say who they are (ADR 0014)."""
    found = round_open(bureau)
    clerk = assessed_in(found, bureau.clerk)
    keys = [indicator.key for indicator in found.groups.get(group="staff").frozen.indicators]
    answered = raters_of(clerk)[0]
    ballots.vote(assessed=clerk, by=answered, answers=dict.fromkeys(keys, "good"))
    found.phases.filter(phase="rating").update(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 20))  # a Friday
    asked = sorted(set(Rater.objects.filter(assessed__round=found).values_list("person_id", flat=True)))
    assert answered.pk in asked
    for today, stage in ((date(2026, 11, 17), None), (date(2026, 11, 18), "before:2"), (date(2026, 11, 20), "day")):
        for _twice in range(2):
            engine.remind(today=today, only=["round_rating"])
        told = Reminder.objects.filter(kind="round_rating", told_on=today)
        assert sorted(told.values_list("person_id", flat=True)) == (asked if stage else [])
        assert set(told.values_list("stage", flat=True)) == ({stage} if stage else set())
    engine.remind(today=date(2026, 11, 23), only=["round_rating"])
    assert not Reminder.objects.filter(kind="round_rating", told_on=date(2026, 11, 23)).exists()


def test_a_late_phase_is_told_to_the_discipline_committee_once_and_climbs_to_the_unit_head(bureau: SmallUnit) -> None:
    found = round_set_up(bureau)
    found.phases.filter(phase="setting_up").update(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 20))
    for today in (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 25)):
        engine.remind(today=today, only=["round_phase"])
    told = Reminder.objects.filter(kind="round_phase", object_id=found.pk).values_list("person", "stage")
    committee = [(bureau.discipline_head.pk, "over:1"), (secretary(bureau).pk, "over:1")]
    assert sorted(told) == sorted([*committee, (bureau.head.pk, "up:1")])


def test_late_results_leave_the_full_days_for_notice_and_appeal(bureau: SmallUnit) -> None:
    """Shown on Friday 18 September 2026, long after plan: five working days of notice (20, 21, 22, 23, 24), then ten for appeals, which
    run from the 28th (28, 29, 30 September, 8, 9, 10, 12, 13, 14, 15 October); later plans stay as they are."""
    found = round_open(bureau)
    found.phases.update(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9))
    found.state = "notice"
    phases.lengthen(found, today=date(2026, 9, 18), by=None)
    assert found.phases.filter(phase="notice").values_list("starts_on", "ends_on").get() == (date(2026, 9, 18), date(2026, 9, 24))
    assert found.phases.filter(phase="appeal").values_list("starts_on", "ends_on").get() == (date(2026, 9, 28), date(2026, 10, 15))
    found.phases.filter(phase="appeal").update(ends_on=date(2026, 12, 31))
    found.state = "appeal"
    phases.lengthen(found, today=date(2026, 9, 28), by=None)
    assert found.phases.get(phase="appeal").ends_on == date(2026, 12, 31)


# ---- sight


def test_committees_and_the_unit_head_follow_rounds_others_do_not(bureau: SmallUnit) -> None:
    found = round_set_up(bureau)
    for person in (bureau.head, bureau.deputies[0], bureau.discipline_head, secretary(bureau)):
        assert list(Round.objects.visible_to(person)) == [found]
        assert Assessed.objects.visible_to(person).count() == 16
    for person in (bureau.clerk, bureau.departments[1].head, bureau.office_clerk, small_unit(code="QT").head):
        assert not Round.objects.visible_to(person).exists()
    assert {row.person_id for row in Rater.objects.visible_to(bureau.clerk)} == {bureau.clerk.pk}
    member = secretary(bureau)
    assert Rater.objects.visible_to(member).filter(assessed__person=bureau.clerk).exists()
    assert not Rater.objects.visible_to(member).filter(assessed__person=member).exists()
