"""From scores to a final result: who may, what is missing, nobody decides on their own, a correction leaves the first visible."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.eligibility import PendingKind
from assessments.eligibility_facts import facts_of
from assessments.models import Method, MethodScore, Restriction, Result
from assessments.result_page import sent_back
from assessments.services import appeals, decision, phases, scores
from assessments.states import RoundState
from assessments.states_results import ResultState
from common.errors import Conflict, DomainError, NotAllowed
from notifications.models import Notice
from positions.models import BodyKind
from positions.scopes import scope_of
from tests.assessments import deciding
from tests.assessments.deciding import entry_of, fresh, result_of
from tests.factories.assessments import round_counted, secretary
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def test_scores_need_grounds_a_range_and_another_hand(bureau: SmallUnit) -> None:
    found = round_counted(bureau)
    clerk = secretary(bureau)
    person = entry_of(found, bureau.clerk)
    with pytest.raises(NotAllowed):
        scores.enter(assessed=entry_of(found, clerk), method=Method.TALKS, entry=deciding.FULL, by=clerk)
    with pytest.raises(NotAllowed):
        scores.enter(assessed=person, method=Method.TALKS, entry=deciding.FULL, by=fresh(bureau.head))
    for wrong in (
        scores.Entry(Decimal(100), " "),
        scores.Entry(Decimal("100.01"), "理由"),
        scores.Entry(Decimal("90.123"), "理由"),
        scores.Entry(None, "理由"),
        scores.Entry(None, "", applies=False),
    ):
        with pytest.raises(DomainError):
            scores.enter(assessed=person, method=Method.TALKS, entry=wrong, by=clerk)
    assert not MethodScore.objects.exists()
    first = scores.enter(assessed=person, method=Method.TALKS, entry=scores.Entry(Decimal("90.5"), "谈话反映良好"), by=clerk, version=0)
    with pytest.raises(Conflict):
        scores.enter(assessed=person, method=Method.TALKS, entry=deciding.FULL, by=clerk, version=0)
    none = scores.Entry(None, "新调入，本季度未安排谈话", applies=False)
    assert scores.enter(assessed=person, method=Method.TALKS, entry=none, by=clerk, version=first.version).score is None


def test_a_finding_lowers_the_score_until_it_is_set_by_hand(bureau: SmallUnit) -> None:
    found, clerk = round_counted(bureau), secretary(bureau)
    person = entry_of(found, bureau.clerk)

    def score() -> Decimal | None:
        return MethodScore.objects.get(assessed=person, method=Method.SUPERVISION).score

    item = scores.Item("公务用车登记不全", Decimal(-4), "三季度专项检查通报")
    made = scores.add_item(assessed=person, method=Method.SUPERVISION, item=item, by=clerk)
    assert score() == 96
    with pytest.raises(DomainError):
        scores.add_item(assessed=person, method=Method.SUPERVISION, item=scores.Item("无来源", Decimal(-4)), by=clerk)
    scores.enter(assessed=person, method=Method.SUPERVISION, entry=scores.Entry(Decimal(98), "已立行立改"), by=clerk)
    scores.add_item(assessed=person, method=Method.SUPERVISION, item=scores.Item("另一项", Decimal(-1), "同上"), by=clerk)
    assert score() == 98
    scores.enter(assessed=person, method=Method.SUPERVISION, entry=scores.Entry(Decimal(95), ""), by=clerk)
    scores.remove_item(item=made, by=clerk)
    assert score() == 99


def test_the_whole_way_and_what_is_in_the_way(bureau: SmallUnit) -> None:
    found = round_counted(bureau)
    clerk, chief, head, deputy = secretary(bureau), *map(fresh, (bureau.discipline_head, bureau.head, bureau.deputies[0]))
    with pytest.raises(DomainError):
        decision.submit(found=found, by=clerk)
    deciding.scored(bureau, found)
    with pytest.raises(NotAllowed):
        decision.submit(found=found, by=head)
    found = decision.submit(found=found, by=clerk)
    assert Result.objects.filter(state=ResultState.COMPUTED).count() == found.assessed.count() == 16
    # Nobody answered: 100 points by the other methods, the weight of the appraisal shared out.
    assert result_of(found, bureau.clerk).score == 100

    with pytest.raises(NotAllowed):
        decision.return_scores(found=found, by=clerk, opinion="重算")
    with pytest.raises(DomainError):
        decision.return_scores(found=found, by=chief, opinion=" ")
    decision.return_scores(found=found, by=chief, opinion="请补充依据")
    assert {r.state for r in Result.objects.all()} == {ResultState.DROPPED}
    found = decision.submit(found=found, by=clerk)
    assert result_of(found, bureau.clerk).number == 2

    with pytest.raises(DomainError):
        decision.pass_on(found=found, by=chief)
    assert decision.review(found=found, by=chief).done == 15
    assert result_of(found, bureau.discipline_head).state == ResultState.COMPUTED
    # Of two members one submitted: the other's result is reviewed by the submitter, for there is nobody else.
    outcome = decision.review(found=found, by=clerk)
    assert (outcome.done, outcome.refused) == (1, [])
    found = decision.pass_on(found=found, by=chief)

    with pytest.raises(NotAllowed):
        decision.confirm(found=found, by=clerk)
    # The chief sits in both committees: what one reviewed, another member confirms.
    assert BodyKind.PARTY_COMMITTEE in scope_of(fresh(bureau.discipline_head)).bodies
    assert decision.confirm(found=found, by=fresh(bureau.discipline_head)).done == 0
    first = decision.confirm(found=found, by=head)
    assert first.done == 15
    assert len(first.refused) == 1
    with pytest.raises(DomainError):
        decision.publish(found=found, by=head)
    assert not Result.objects.visible_to(fresh(bureau.clerk)).exists()
    assert result_of(found, bureau.head) not in Result.objects.visible_to(head)
    decision.confirm(found=found, by=deputy)
    found = decision.publish(found=found, by=head)
    assert list(Result.objects.visible_to(fresh(bureau.clerk))) == [result_of(found, bureau.clerk)]
    assert result_of(found, bureau.head) in Result.objects.visible_to(head)
    assert not Result.objects.visible_to(fresh(bureau.departments[1].staff[1])).filter(assessed__person=bureau.clerk).exists()


def test_the_calendar_opens_appeals_and_ends_the_round(bureau: SmallUnit) -> None:
    found = deciding.published(bureau)
    today = timezone.localdate()
    found.phases.filter(phase="notice").update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=8))
    phases.follow(today=today)
    found.refresh_from_db()
    assert found.state == RoundState.APPEAL
    deciding.appeal_ends(found, today)
    phases.follow(today=today)
    found.refresh_from_db()
    assert found.state == RoundState.APPEAL
    deciding.appeal_ends(found, today - timedelta(days=1))
    phases.follow(today=today)
    found.refresh_from_db()
    assert found.state == RoundState.FINAL
    assert found.final_at is not None


def test_a_bad_grade_begins_to_hold_when_it_is_final(bureau: SmallUnit) -> None:
    found, clerk = deciding.scored(bureau), secretary(bureau)
    for method in (Method.SUPERVISION, Method.TALKS, Method.FILE):
        bad = scores.Entry(Decimal(50), "查实多项问题")
        scores.enter(assessed=entry_of(found, bureau.clerk), method=method, entry=bad, by=clerk)
    found = deciding.appealable(bureau, deciding.published(bureau, deciding.reviewed(bureau, deciding.submitted(bureau, found))))
    assert result_of(found, bureau.clerk).grade_label == "不良"
    assert not Restriction.objects.exists()
    deciding.appeal_ends(found, timezone.localdate() - timedelta(days=1))
    decision.finish(found=found, by=clerk)
    assert {row.person for row in Restriction.objects.all()} == {bureau.clerk}


def test_the_database_keeps_the_figures_of_a_result(bureau: SmallUnit) -> None:
    result = result_of(deciding.submitted(bureau), bureau.clerk)
    changes: list[dict[str, object]] = [{"score": Decimal(1)}, {"lines": []}, {"grade_label": "好人"}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Result.objects.filter(pk=result.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        result.delete()


def test_a_correction_leaves_the_first_result_visible(bureau: SmallUnit) -> None:
    found = deciding.appealable(bureau)
    own, clerk, chief, head = map(fresh, (bureau.clerk, bureau.departments[0].staff[1], bureau.discipline_head, bureau.head))
    first = result_of(found, own)
    with pytest.raises(NotAllowed):
        appeals.file(result=first, text="他人不得代为申诉的理由。", by=fresh(bureau.departments[1].staff[1]))
    appeals.withdraw(appeal=appeals.file(result=first, text="先行提出，随后撤回的申诉。", by=own), by=own)
    assert Notice.objects.filter(person=clerk, text__endswith="一项申诉已撤回。").count() == 1
    appeal = appeals.file(result=first, text="九月的检查记录与事实不符，请予复核。", by=own)
    with pytest.raises(NotAllowed):
        appeals.file(result=first, text="再次申诉，请予复核。", by=own)
    deciding.appeal_ends(found, timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError):
        decision.finish(found=found, by=clerk)
    # The chief reviewed it; the secretary is another member.
    with pytest.raises(NotAllowed):
        appeals.uphold(appeal=appeal, answer="维持。", by=chief)
    entries = {Method.SUPERVISION: scores.Entry(Decimal(90), "复核后扣分")}
    with pytest.raises(DomainError):
        appeals.change(appeal=appeal, answer="同意更正。", entries={}, by=clerk)
    appeal = appeals.change(appeal=appeal, answer="同意更正。", entries=entries, by=clerk)
    assert list(Result.objects.visible_to(own)) == [first]
    appeal = appeals.reopen(appeal=appeal, opinion="依据不足", by=head)
    # Open again, for eligibility checks too; who answers reads why.
    assert (appeal.answer, appeal.answered_at) == ("", None)
    assert [one.kind for one in facts_of([own.pk], timezone.localdate())[own.pk].pendings] == [PendingKind.APPEAL]
    assert sent_back(appeal) == "依据不足"
    appeal = appeals.change(appeal=appeal, answer="补充依据后更正。", entries=entries, by=clerk)
    with pytest.raises(DomainError):
        decision.finish(found=found, by=clerk)
    assert decision.confirm(found=found, by=head).done == 1
    second = result_of(found, own)
    # Without the appraisal 30, 15, 15 remain: (90 × 30 + 100 × 15 + 100 × 15) ÷ 60 = 95.
    assert (second.corrects, second.score, first.score) == (first, Decimal(95), Decimal(100))
    assert set(Result.objects.visible_to(own)) == {first, second}
    assert list(Result.objects.counting().filter(assessed=first.assessed)) == [second]
    decision.finish(found=found, by=clerk)
