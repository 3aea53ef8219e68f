"""What confidential evidence finds, for whom, and when it comes back (regrading.services.confidential, ADR 0020).

The clerk's point lies at the top of the lightest band: 39 of 0 to 39 (probability and harm 5). One unjudged lead (+2) asks for 41 and
the second level; a lead judged gravest gives 15.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from leads.models import Lead
from notifications.models import Notice
from regrading.models import ConfidentialFinding, ConfidentialSource, Proposal, Score
from regrading.services import confidential, deciding
from regrading.services.evaluating import regrade
from risks.models import RiskPoint
from risks.services.register import adjust_level
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import level
from tests.factories.warnings import advance, drafted
from tests.regrading.proposals_world import night, point, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


@pytest.fixture
def risk(bureau: SmallUnit) -> RiskPoint:
    made = point(bureau)
    RiskPoint.objects.filter(pk=made.pk).update(probability=5, harm=5, reviewed_on=timezone.localdate())
    return RiskPoint.objects.get(pk=made.pk)


def search(bureau: SmallUnit, days: int = 0) -> None:
    """The night of so many days from today."""
    regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate() + timedelta(days=days))


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def found_by(person: User) -> list[ConfidentialFinding]:
    return list(ConfidentialFinding.objects.visible_to(fresh(person)).order_by("pk"))


def members(bureau: SmallUnit) -> tuple[User, User]:
    """Head and member of the discipline committee."""
    return bureau.discipline_head, bureau.departments[0].staff[1]


class TestFinding:
    def test_a_lead_on_the_holder(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead = lead_about(bureau, bureau.clerk)
        search(bureau)
        finding = ConfidentialFinding.objects.get()
        assert (finding.risk, finding.level.severity, finding.score, finding.state) == (risk, 2, 41, "open")
        assert [(s.kind, s.lead_id, s.weight) for s in finding.sources.all()] == [("lead", lead.pk, 2)]
        assert not Proposal.objects.exists()
        assert risk.score.score == 39

    def test_without_any_or_with_too_little_there_is_none(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        search(bureau)
        RiskPoint.objects.filter(pk=risk.pk).update(probability=1, harm=1)
        lead_about(bureau, bureau.clerk)
        search(bureau)
        assert not ConfidentialFinding.objects.exists()

    def test_a_warning(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        warning = advance(bureau, drafted(bureau), "issued")
        search(bureau)
        (source,) = ConfidentialSource.objects.all()
        assert (source.kind, source.warning_id, source.weight) == ("warning", warning.pk, 8)

    def test_twice_is_once(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead_about(bureau, bureau.clerk)
        search(bureau)
        before = list(ConfidentialFinding.objects.values()), Notice.objects.count(), ConfidentialFinding.history.count()
        search(bureau)
        assert (list(ConfidentialFinding.objects.values()), Notice.objects.count(), ConfidentialFinding.history.count()) == before

    def test_nothing_where_open_evidence_asks_for_as_much(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead_about(bureau, bureau.clerk)
        RiskPoint.objects.filter(pk=risk.pk).update(reviewed_on=date(2025, 1, 1), registered_on=date(2025, 1, 1))  # +3 and more: 42
        search(bureau)
        assert Proposal.objects.get().direction == "rise"
        assert not ConfidentialFinding.objects.exists()

    def test_it_lapses_when_the_lead_turns_out_unfounded(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead = lead_about(bureau, bureau.clerk)
        search(bureau)
        Lead.objects.filter(pk=lead.pk).update(received_at=timezone.now() - timedelta(days=800))
        search(bureau)
        assert ConfidentialFinding.objects.get().state == "lapsed"

    def test_an_open_one_is_kept_up_to_date(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead_about(bureau, bureau.clerk)
        search(bureau)
        lead_about(bureau, bureau.clerk, title="另一件")
        search(bureau)
        finding = ConfidentialFinding.objects.get()
        assert (finding.score, finding.sources.count(), finding.version) == (43, 2, 2)


class TestWhoFindsIt:
    def test_members_who_see_the_lead(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead_about(bureau, bureau.clerk)
        search(bureau)
        assert [len(found_by(person)) for person in members(bureau)] == [1, 1]
        others = [bureau.head, *bureau.deputies, bureau.office_clerk, bureau.clerk, bureau.departments[1].head]
        assert [len(found_by(person)) for person in others] == [0] * 6

    def test_neither_the_reported_member_nor_who_depends_on_them(self, bureau: SmallUnit) -> None:
        """The member of the committee works in department 0: a lead about its head shuts the member out."""
        head, member = members(bureau)
        made = point(bureau, department=0, post="head")
        RiskPoint.objects.filter(pk=made.pk).update(probability=5, harm=5, reviewed_on=timezone.localdate())
        lead_about(bureau, bureau.departments[0].head)
        search(bureau)
        assert (len(found_by(head)), len(found_by(member))) == (1, 0)
        assert set(Notice.objects.filter(kind="regrading").values_list("person", flat=True)) == {head.pk}

    def test_one_source_out_of_sight_hides_all_of_it(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        head, member = members(bureau)
        lead_about(bureau, bureau.clerk)
        lead_about(bureau, bureau.clerk, bureau.departments[0].head)  # both: the member is shut out from this one
        search(bureau)
        assert (len(found_by(head)), len(found_by(member))) == (1, 0)
        assert not ConfidentialSource.objects.visible_to(fresh(member)).exists()

    def test_the_notice_says_nothing(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead_about(bureau, bureau.clerk)
        search(bureau)
        notices = Notice.objects.filter(kind="regrading")
        assert {(n.text, n.url, n.sensitive) for n in notices} == {("有待研判事项", "/regrading/matters/", True)}
        assert {n.person for n in notices} == set(members(bureau))
        search(bureau)
        assert notices.count() == 2


class TestPuttingForward:
    @pytest.fixture
    def finding(self, bureau: SmallUnit, risk: RiskPoint) -> ConfidentialFinding:
        lead_about(bureau, bureau.clerk)
        search(bureau)
        return ConfidentialFinding.objects.get()

    def test_in_ones_own_words(self, bureau: SmallUnit, finding: ConfidentialFinding) -> None:
        head, _member = members(bureau)
        Notice.objects.all().delete()
        proposal = confidential.forward(finding=finding, grounds="该岗位审批量大且长期未轮岗", by=fresh(head), version=finding.version)
        assert (proposal.origin, proposal.to_level.severity, proposal.grounds) == ("committee", 2, "该岗位审批量大且长期未轮岗")
        assert (proposal.score, proposal.contributions, proposal.rule_set) == (None, [], None)
        finding.refresh_from_db()
        assert (finding.state, finding.decided_by, finding.proposal) == ("forwarded", head, proposal)
        told = Notice.objects.order_by("person__staff_number").values_list("person__staff_number", "text", "sensitive")
        assert list(told) == [
            ("CS-D0S0", "有风险点建议提高等级", True),
            ("CS-D1H", "有风险点建议提高等级", True),  # answers for the point
            ("CS-HEAD", "有风险点建议提高等级", True),
        ]

    def test_the_holder_does_not_see_that_the_committee_spoke(self, bureau: SmallUnit, finding: ConfidentialFinding) -> None:
        confidential.forward(finding=finding, grounds="长期未轮岗", by=fresh(bureau.discipline_head))
        seen = {person.staff_number: Proposal.objects.visible_to(fresh(person)).count() for person in User.objects.filter(admin_role="")}
        assert {number for number, n in seen.items() if n} == {"CS-HEAD", "CS-DEP1", "CS-DEP2", "CS-DISC", "CS-D0S0", "CS-D0S1", "CS-D1H"}

    def test_the_audit_row_holds_a_number(self, bureau: SmallUnit, finding: ConfidentialFinding) -> None:
        confidential.set_aside(finding=finding, reason="反映情况已核实不属实", by=fresh(bureau.discipline_head))
        (event,) = AuditEvent.objects.filter(action__startswith="confidential.")
        assert (event.object_label, event.reason, event.changes, event.detail) == (f"待研判事项 {finding.pk}", "", {}, {})
        assert not AuditEvent.objects.filter(action="confidential.opened").exists()

    def test_words_are_needed_and_the_version_counts(self, bureau: SmallUnit, finding: ConfidentialFinding) -> None:
        head = fresh(bureau.discipline_head)
        with pytest.raises(DomainError):
            confidential.forward(finding=finding, grounds=" ", by=head)
        with pytest.raises(DomainError):
            confidential.set_aside(finding=finding, reason="", by=head)
        with pytest.raises(Conflict):
            confidential.set_aside(finding=finding, reason="情况不实", by=head, version=finding.version + 1)
        confidential.set_aside(finding=finding, reason="情况不实", by=head, version=finding.version)
        with pytest.raises(NotAllowed):
            confidential.set_aside(finding=finding, reason="情况不实", by=head)

    def test_who_may_not_see_it_may_do_nothing(self, bureau: SmallUnit, finding: ConfidentialFinding) -> None:
        for person in (bureau.head, bureau.clerk, bureau.office_clerk):
            with pytest.raises(NotAllowed):
                confidential.set_aside(finding=finding, reason="情况不实", by=fresh(person))

    def test_a_proposal_of_the_score_is_left_alone(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        for n in range(16):
            lead_about(bureau, bureau.clerk, title=f"第{n}件")  # 30 at most: 69 and 3 more for the review
        RiskPoint.objects.filter(pk=risk.pk).update(reviewed_on=timezone.localdate() - timedelta(days=370))
        search(bureau)
        finding = ConfidentialFinding.objects.get()
        assert finding.level.severity == 3
        confidential.forward(finding=finding, grounds="权力集中", by=fresh(bureau.discipline_head))
        assert list(Proposal.objects.order_by("pk").values_list("origin", "state")) == [("score", "open"), ("committee", "open")]
        assert (night(bureau).rises, night(bureau).lapsed) == (0, 0)
        search(bureau, 1)
        assert not ConfidentialFinding.objects.open().exists()
        # What the score asks for goes along with the graver level, and is not asked again.
        deciding.accept(proposal_ids=list(Proposal.objects.values_list("pk", flat=True)), by=bureau.head)
        assert list(Proposal.objects.order_by("pk").values_list("origin", "state")) == [("score", "lapsed"), ("committee", "accepted")]
        assert RiskPoint.objects.get(pk=risk.pk).current_level.severity == 3

    def test_not_when_it_is_the_level_by_now(self, bureau: SmallUnit, risk: RiskPoint, finding: ConfidentialFinding) -> None:
        scored(risk, 45, 2)
        night(bureau)
        deciding.accept(proposal_ids=[Proposal.objects.get().pk], by=bureau.head)
        with pytest.raises(NotPossible):
            confidential.forward(finding=finding, grounds="长期未轮岗", by=fresh(bureau.discipline_head))

    def test_many_in_the_same_words(self, bureau: SmallUnit, finding: ConfidentialFinding, risk: RiskPoint) -> None:
        other = point(bureau, title="另一个风险点")
        RiskPoint.objects.filter(pk=other.pk).update(probability=5, harm=5, reviewed_on=timezone.localdate())
        search(bureau)
        Notice.objects.all().delete()
        ids = list(ConfidentialFinding.objects.values_list("pk", flat=True))
        head = fresh(bureau.discipline_head)
        assert confidential.deal_with(finding_ids=ids, step="forward", words="长期未轮岗", by=fresh(bureau.head)) == (0, {})
        assert confidential.deal_with(finding_ids=ids, step="forward", words="长期未轮岗", by=head) == (2, {})
        assert Proposal.objects.open().filter(grounds="长期未轮岗").count() == 2
        assert Notice.objects.filter(person=bureau.head).count() == 1
        assert confidential.deal_with(finding_ids=ids, step="set_aside", words="情况不实", by=head) == (0, {})


class TestComingBack:
    @pytest.fixture
    def aside(self, bureau: SmallUnit, risk: RiskPoint) -> Lead:
        lead = lead_about(bureau, bureau.clerk)
        search(bureau)
        confidential.set_aside(finding=ConfidentialFinding.objects.get(), reason="情况不实", by=fresh(bureau.discipline_head))
        return lead

    def test_not_for_the_same(self, bureau: SmallUnit, aside: Lead) -> None:
        search(bureau, 1)
        assert ConfidentialFinding.objects.count() == 1

    def test_for_another_source(self, bureau: SmallUnit, aside: Lead) -> None:
        lead_about(bureau, bureau.clerk, title="又一件")
        search(bureau, 1)
        assert list(ConfidentialFinding.objects.order_by("pk").values_list("state", flat=True)) == ["set_aside", "open"]

    def test_for_one_that_counts_graver_now(self, bureau: SmallUnit, aside: Lead) -> None:
        ConfidentialSource.objects.update(weight=1)  # as if its judgement had become graver since
        search(bureau, 1)
        assert ConfidentialFinding.objects.open().count() == 1


class TestWhatTheGroupFollowed:
    """The point is in the second level on the committee's word: 69 of 40 to 69, and two points more would be the third."""

    @pytest.fixture
    def followed(self, bureau: SmallUnit, risk: RiskPoint) -> Lead:
        lead = lead_about(bureau, bureau.clerk)
        search(bureau)
        proposal = confidential.forward(finding=ConfidentialFinding.objects.get(), grounds="长期未轮岗", by=fresh(bureau.discipline_head))
        deciding.accept(proposal_ids=[proposal.pk], by=bureau.head)
        return lead

    def test_the_same_sources_do_not_raise_it_once_more(self, bureau: SmallUnit, risk: RiskPoint, followed: Lead) -> None:
        for day in (1, 2):
            search(bureau, day)
        assert Score.objects.get(risk=risk).score == 69
        assert ConfidentialFinding.objects.count() == 1

    def test_a_new_source_counts_by_itself(self, bureau: SmallUnit, risk: RiskPoint, followed: Lead) -> None:
        search(bureau, 1)
        lead = lead_about(bureau, bureau.clerk, title="又一件")
        search(bureau, 1)
        finding = ConfidentialFinding.objects.open().get()
        assert (finding.score, [source.lead_id for source in finding.sources.all()]) == (71, [lead.pk])
        assert finding.contributions[-1] == ["leads", 2, {"unjudged": 1}]

    def test_one_that_became_graver_counts_for_the_difference(self, bureau: SmallUnit, risk: RiskPoint, followed: Lead) -> None:
        ConfidentialSource.objects.update(weight=1)  # as if it had been judged graver since
        search(bureau, 1)
        finding = ConfidentialFinding.objects.open().get()
        assert (finding.score, [(source.lead_id, source.weight) for source in finding.sources.all()]) == (70, [(followed.pk, 1)])

    def test_they_count_anew_once_the_level_has_fallen(self, bureau: SmallUnit, risk: RiskPoint, followed: Lead) -> None:
        search(bureau, 1)
        adjust_level(risk=risk, level=level(1), reason="已整改", by=bureau.head)
        search(bureau, 1)
        finding = ConfidentialFinding.objects.open().get()
        assert (finding.level.severity, finding.score, [source.lead_id for source in finding.sources.all()]) == (2, 41, [followed.pk])

    def test_a_warning_and_a_level_set_by_hand(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        """What the committee proposed and somebody has set by hand since, is followed as well."""
        advance(bureau, drafted(bureau), "issued")
        search(bureau)
        confidential.forward(finding=ConfidentialFinding.objects.get(), grounds="长期未轮岗", by=fresh(bureau.discipline_head))
        adjust_level(risk=risk, level=level(2), reason="集体研究", by=bureau.head)
        for day in (1, 2):
            search(bureau, day)
        proposal = Proposal.objects.get()
        assert (proposal.state, proposal.decided_by, proposal.reason) == ("accepted", bureau.head, "集体研究")
        assert ConfidentialFinding.objects.count() == 1
