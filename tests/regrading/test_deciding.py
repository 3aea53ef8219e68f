"""Decisions of the leading group on proposals (regrading.services.deciding)."""

from functools import partial

import pytest

from accounts.models import User
from audit.models import AuditEvent
from common.errors import DomainError
from notifications.models import Notice
from regrading.models import Proposal, Score
from regrading.services import deciding
from risks.models import RiskPoint
from risks.services.register import adjust_level
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import MembershipFactory
from tests.factories.risks import level
from tests.regrading.proposals_world import night, point, proposed, put_forward, scored
from tests.risks.test_review_concurrency import at_once


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def severity(risk_id: int) -> int:
    return RiskPoint.objects.select_related("current_level").get(pk=risk_id).current_level.severity


@pytest.mark.django_db
class TestAccepting:
    def test_many_at_once(self, bureau: SmallUnit) -> None:
        up = [proposed(bureau, 1, 2, 45, title="一"), proposed(bureau, 1, 3, 80, title="二"), proposed(bureau, 1, 2, 44, department=2)]
        down = proposed(bureau, 3, 2, 60, title="四")
        Notice.objects.all().delete()

        outcome = deciding.accept(proposal_ids=[p.pk for p in [*up, down]], by=bureau.office_clerk)

        assert (len(outcome.decided), outcome.left) == (4, {})
        assert [severity(p.risk_id) for p in [*up, down]] == [2, 3, 2, 2]
        found = Proposal.objects.get(pk=up[0].pk)
        assert (found.state, found.decided_by, found.version) == ("accepted", bureau.office_clerk, 2)
        risk = RiskPoint.objects.get(pk=up[1].risk_id)
        assert risk.responsible_leader == bureau.head, "a point of the gravest level is answered for by the head"
        assert risk.initial_level == level(1)
        last = risk.history.first()
        assert (last.current_level, last.history_user, last.history_change_reason) == (
            level(3),
            bureau.office_clerk,
            "采纳动态评估建议（评估得分 80）。",
        )
        events = AuditEvent.objects.filter(object_id=str(risk.pk), action="risk.level_changed").values_list("changes", flat=True)
        assert list(events) == [{"current_level": ["三级", "一级"], "responsible_leader": ["CS行政审批科科长", "CS局长周"]}]
        assert AuditEvent.objects.filter(action="proposal.accepted", actor_id=bureau.office_clerk.pk).count() == 4
        assert Score.objects.get(risk=risk).settled == level(3)
        assert night(bureau).rises == 0

    def test_everybody_concerned_is_told_once(self, bureau: SmallUnit) -> None:
        proposals = [proposed(bureau, 1, 2, 45, title="一"), proposed(bureau, 1, 2, 45, title="二")]
        Notice.objects.all().delete()
        deciding.accept(proposal_ids=[p.pk for p in proposals], by=bureau.head)
        told = Notice.objects.filter(kind="risk").values_list("person__staff_number", flat=True)
        # Holder, leader before (head of the department), leader after (deputy in charge).
        assert sorted(told) == ["CS-D1H", "CS-D1S0", "CS-DEP1"]

    def test_who_does_not_decide(self, bureau: SmallUnit) -> None:
        proposal = proposed(bureau)
        for person in (bureau.deputies[0], bureau.discipline_head, bureau.departments[1].head, bureau.clerk):
            outcome = deciding.accept(proposal_ids=[proposal.pk], by=person)
            assert not outcome.decided
            assert list(outcome.left.values()) == [1]
        assert severity(proposal.risk_id) == 1

    def test_never_about_ones_own_position(self, bureau: SmallUnit) -> None:
        own = proposed(bureau, department=0)  # held by the clerk of the office
        other = proposed(bureau, title="二")
        outcome = deciding.accept(proposal_ids=[own.pk, other.pk], by=bureau.office_clerk)
        assert [p.pk for p in outcome.decided] == [other.pk]
        assert outcome.left == {"本人岗位的风险点不能由本人决定。": 1}
        assert Proposal.objects.get(pk=own.pk).state == "open"

    def test_nor_the_unit_head_about_what_they_hold_themselves(self, bureau: SmallUnit) -> None:
        """The office decides it; also where a department or the unit holds the risk."""
        rows = [proposed(bureau), proposed(bureau, title="二")]
        for proposal, place in zip(rows, ({}, {"level_of": "unit", "position": None, "department": None}), strict=True):
            RiskPoint.objects.filter(pk=proposal.risk_id).update(direct_holder=bureau.head, **place)
        ids = [proposal.pk for proposal in rows]
        outcome = deciding.accept(proposal_ids=ids, by=bureau.head)
        assert (outcome.decided, outcome.left) == ([], {"本人岗位的风险点不能由本人决定。": 2})
        assert len(deciding.decline(proposal_ids=ids, by=bureau.office_clerk, reason="已整改").decided) == 2

    def test_of_two_for_one_point_the_graver(self, bureau: SmallUnit) -> None:
        score = proposed(bureau, 1, 2, 45)
        committee = put_forward(score.risk, bureau.discipline_head, severity=3)
        outcome = deciding.accept(proposal_ids=[score.pk, committee.pk], by=bureau.head)
        assert ([p.pk for p in outcome.decided], list(outcome.left.values())) == ([committee.pk], [1])
        assert severity(score.risk_id) == 3
        assert Proposal.objects.get(pk=score.pk).state == "lapsed"

    def test_the_committees_stays_where_it_asks_for_more_than_was_accepted(self, bureau: SmallUnit) -> None:
        score = proposed(bureau, 1, 2, 45)
        committee = put_forward(score.risk, bureau.discipline_head, severity=3)
        deciding.accept(proposal_ids=[score.pk], by=bureau.head)
        assert Proposal.objects.get(pk=committee.pk).state == "open"
        assert deciding.accept(proposal_ids=[committee.pk], by=bureau.head).decided

    def test_the_same_level_of_both_is_accepted_with_one(self, bureau: SmallUnit) -> None:
        score = proposed(bureau, 1, 2, 45)
        committee = put_forward(score.risk, bureau.discipline_head)
        deciding.accept(proposal_ids=[committee.pk], by=bureau.head)
        assert Proposal.objects.get(pk=score.pk).state == "accepted"
        assert Score.objects.get().settled == level(2), "else the evidence of the score would count twice"

    def test_nobody_decides_what_they_put_forward(self, bureau: SmallUnit) -> None:
        MembershipFactory(body=bureau.bodies["leading_group_office"], person=bureau.discipline_head)
        proposal = put_forward(point(bureau), bureau.discipline_head)
        assert not deciding.accept(proposal_ids=[proposal.pk], by=bureau.discipline_head).decided
        assert deciding.accept(proposal_ids=[proposal.pk], by=bureau.office_clerk).decided

    def test_the_committees_moves_the_anchor_and_its_grounds_stay_with_the_proposal(self, bureau: SmallUnit) -> None:
        risk = point(bureau)
        scored(risk, 20, 1)
        Score.objects.update(settled=level(2))
        proposal = put_forward(risk, bureau.discipline_head)
        deciding.accept(proposal_ids=[proposal.pk], by=bureau.head)
        assert severity(risk.pk) == 2
        assert Score.objects.get(risk=risk).settled is None
        assert risk.history.first().history_change_reason == "经领导小组研究决定。"
        told = Notice.objects.get(person=bureau.discipline_head, kind="regrading")
        assert (told.text, told.sensitive) == ("领导小组采纳了您提交的建议。", True)

    def test_not_when_the_level_has_moved_since(self, bureau: SmallUnit) -> None:
        proposal = proposed(bureau, 1, 3, 75)
        adjust_level(risk=proposal.risk, level=level(2), reason="先提一级", by=bureau.head)
        outcome = deciding.accept(proposal_ids=[proposal.pk], by=bureau.head)
        assert outcome.left == {"该等级在提出建议后已有变动。": 1}
        assert severity(proposal.risk_id) == 2

    def test_another_units_do_not_exist(self, bureau: SmallUnit) -> None:
        proposal = proposed(small_unit(code="QT", name="另一单位"))
        outcome = deciding.accept(proposal_ids=[proposal.pk], by=bureau.head)
        assert (outcome.decided, outcome.left) == ([], {})

    def test_what_would_happen(self, bureau: SmallUnit) -> None:
        ids = [proposed(bureau, title=str(n)).pk for n in range(3)] + [
            proposed(bureau, 3, 1, 10, title="降").pk,
            proposed(bureau, department=0).pk,
        ]
        seen = deciding.preview(proposal_ids=ids, by=bureau.office_clerk)
        assert [(old.severity, new.severity, n) for old, new, n in seen.moves] == [(1, 2, 3), (3, 1, 1)]
        assert seen.left == {"本人岗位的风险点不能由本人决定。": 1}
        assert Proposal.objects.open().count() == 5


@pytest.mark.django_db
class TestDeclining:
    def test_needs_a_reason_and_remembers_the_score(self, bureau: SmallUnit) -> None:
        proposal = proposed(bureau, 1, 2, 45)
        with pytest.raises(DomainError):
            deciding.decline(proposal_ids=[proposal.pk], by=bureau.head, reason="  ")
        scored(proposal.risk, 52, 2)  # a later night, the same level
        outcome = deciding.decline(proposal_ids=[proposal.pk], by=bureau.head, reason="新措施刚刚到位,半年后再评")
        assert len(outcome.decided) == 1
        found = Proposal.objects.get(pk=proposal.pk)
        assert (found.state, found.reason, found.score) == ("declined", "新措施刚刚到位,半年后再评", 52)
        assert severity(proposal.risk_id) == 1
        assert night(bureau).rises == 0

    def test_a_decided_one_is_counted_as_such(self, bureau: SmallUnit) -> None:
        proposal = proposed(bureau)
        deciding.accept(proposal_ids=[proposal.pk], by=bureau.head)
        outcome = deciding.decline(proposal_ids=[proposal.pk], by=bureau.office_clerk, reason="暂不调整")
        assert (outcome.decided, list(outcome.left.values())) == ([], [1])


@pytest.mark.django_db(transaction=True)
def test_four_people_at_once_decide_once() -> None:
    bureau = small_unit()
    helper = bureau.departments[2].staff[0]
    MembershipFactory(body=bureau.bodies["leading_group_office"], person=helper)
    risks = [point(bureau, 1, f"风险{n}") for n in range(3)]

    def decide(act: str, by: int, ids: list[int]) -> None:
        person = User.objects.get(pk=by)
        chosen = deciding.accept if act == "accept" else partial(deciding.decline, reason="暂不调整")
        outcome = chosen(proposal_ids=ids, by=person)
        if len(outcome.decided) != len(ids):
            raise DomainError("left out")

    for _round in range(12):
        for risk in risks:
            risk.refresh_from_db()
            RiskPoint.objects.filter(pk=risk.pk).update(current_level=level(1))
            scored(RiskPoint.objects.get(pk=risk.pk), 45, 2)
        Proposal.objects.all().delete()
        night(bureau)
        ids = list(Proposal.objects.open().values_list("pk", flat=True))
        assert len(ids) == 3
        before = AuditEvent.objects.filter(action__startswith="proposal.").count()
        results = at_once(
            partial(decide, "accept", bureau.head.pk, ids),
            partial(decide, "decline", bureau.office_clerk.pk, ids),
            partial(decide, "accept", helper.pk, ids[::-1]),
            partial(night, bureau),
        )
        assert results[:3].count("done") == 1, results
        assert results[3] == "done"
        assert AuditEvent.objects.filter(action__startswith="proposal.").count() == before + 3
        levels = {severity(risk.pk) for risk in risks}
        assert levels == ({2} if Proposal.objects.first().state == "accepted" else {1})
