"""Points: proposed, decided by somebody else, taken back, counted; what reaching a threshold sets off."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed
from early_warnings.models import PointBehaviour, PointEntry, SourceKind, ThresholdHit, Warning
from early_warnings.point_selectors import account_of, scheme_of
from early_warnings.services import points
from early_warnings.services.points import Facts
from early_warnings.states_points import PointState
from notifications.models import Notice
from tests.early_warnings.points import behaviour, committee, entered, own_scheme, proposed, said
from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, UserFactory

TODAY = date.today()


@pytest.fixture
def unit(db):
    return small_unit()


@pytest.fixture
def clerk(unit):
    return unit.departments[1].staff[0]


def counted(unit, holder, on=None) -> Decimal:
    kind = "person" if hasattr(holder, "staff_number") else "department"
    scheme = scheme_of(unit.unit.pk, on)
    return account_of(scheme, unit.unit.pk, on or TODAY, **{kind: holder}).standing.counted


def test_proposed_by_one_confirmed_by_another(unit, clerk):
    first, second = committee(unit)
    entry = proposed(unit, clerk, "GZ-03", by=first)
    assert (entry.state, entry.points, entry.cycle_year) == (PointState.PROPOSED, 3, TODAY.year)
    assert entry.place == unit.departments[1].department
    assert clerk.name in entry.holder_label
    assert counted(unit, clerk) == 0, "a proposal does not count"
    assert list(Notice.objects.values_list("person", "sensitive")) == [(second.pk, True)]
    done = points.confirm(entry=entry, by=second, version=entry.version)
    assert (done.state, done.decided_by) == (PointState.CONFIRMED, second)
    assert counted(unit, clerk) == 3
    assert Notice.objects.filter(person=clerk, kind="points").count() == 1
    actions = AuditEvent.objects.filter(object_type="warnings.pointentry", object_id=str(entry.pk)).order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["points.proposed", "points.confirmed"]
    assert clerk.name not in "".join(str(row.__dict__) for row in actions)
    assert entry.history.count() == 2


def test_nobody_confirms_their_own_proposal(unit, clerk):
    first, _second = committee(unit)
    entry = proposed(unit, clerk, by=first)
    with pytest.raises(NotAllowed):
        points.confirm(entry=entry, by=first)
    with pytest.raises(NotAllowed):
        points.reject(entry=entry, by=first, reason="不妥")
    assert points.withdraw(entry=entry, by=first).state == PointState.WITHDRAWN


@pytest.mark.parametrize("who", ["clerk", "head_of_department", "deputy", "office_clerk", "other_unit"])
def test_only_the_discipline_committee_handles_points(unit, clerk, who):
    person = {
        "clerk": clerk,
        "head_of_department": unit.departments[1].head,
        "deputy": unit.deputies[0],
        "office_clerk": unit.office_clerk,
        "other_unit": small_unit(code="QT").discipline_head,
    }[who]
    with pytest.raises(NotAllowed):
        proposed(unit, unit.departments[2].staff[0], by=person)
    entry = proposed(unit, unit.departments[2].staff[0])
    with pytest.raises(NotAllowed):
        points.confirm(entry=entry, by=person)


def test_who_is_concerned_or_below_takes_no_part(unit):
    """The second member of the committee works in the first department: below its head and the deputy in charge of it."""
    head, member = committee(unit)
    for superior in (unit.departments[0].head, unit.deputies[0], unit.departments[0].department):
        with pytest.raises(NotAllowed):
            proposed(unit, superior, by=member)
        entry = proposed(unit, superior, by=head)
        assert not PointEntry.objects.visible_to(member).filter(pk=entry.pk).exists()
        with pytest.raises(NotAllowed):
            points.confirm(entry=entry, by=member)
    with pytest.raises(NotAllowed):
        proposed(unit, head, by=head)
    assert proposed(unit, head, by=member).state == PointState.PROPOSED


def test_where_the_committee_has_nobody_else_the_secretary_of_the_party_committee_confirms(unit):
    head, _member = committee(unit)
    entry = proposed(unit, unit.departments[0].head, by=head)
    assert points.confirm(entry=entry, by=unit.head).decided_by == unit.head


def test_the_unit_head_is_handled_by_the_higher_committee(db):
    bureau = small_unit(code="SJ")
    below = small_unit(code="XJ", parent=bureau.unit)
    first, second = committee(bureau)
    with pytest.raises(NotAllowed):
        proposed(below, below.head, by=committee(below)[0])
    entry = proposed(below, below.head, by=first)
    assert entry.body == bureau.bodies["discipline_committee"]
    assert not PointEntry.objects.visible_to(committee(below)[0]).filter(pk=entry.pk).exists()
    assert points.confirm(entry=entry, by=second).state == PointState.CONFIRMED


def test_bad_input_changes_nothing(unit, clerk):
    left = UserFactory(left_on=TODAY, name="离职者")
    AppointmentFactory(person=left, position=unit.departments[1].positions["s1"])
    disabled = UserFactory(is_active=False)
    newcomer = UserFactory()
    AppointmentFactory(person=newcomer, position=unit.departments[1].positions["s1"], starts_on=TODAY)
    stranger = small_unit(code="QT").clerk
    PointBehaviour.objects.create(unit=unit.unit, code="GZ-02", field="work", text="停用", points=1, is_active=False)
    first, _second = committee(unit)
    yesterday = TODAY - timedelta(days=1)
    bad = [
        (clerk, said(day=TODAY + timedelta(days=1)), "晚于今天"),
        (clerk, said(points=Decimal("0.5")), "整数倍"),
        (clerk, said(points=Decimal(13)), "12"),
        (clerk, said(points=Decimal(-1)), ""),
        (clerk, said(facts="  "), ""),
        (clerk, said(basis=""), ""),
        (clerk, said("GZ-02"), ""),
        (clerk, said(source_kind="other"), ""),
        (clerk, said(source_kind="lead"), ""),
        (clerk, said(source_kind="warning"), ""),
        (clerk, said(day=date(2019, 6, 1)), "2019"),
        (left, said(), "离职者"),
        (disabled, said(), disabled.name),
        (newcomer, said(day=yesterday), yesterday.isoformat()),
        (stranger, said(), stranger.name),
    ]
    for holder, facts, says in bad:
        with pytest.raises(DomainError) as told:
            points.propose(unit=unit.unit, holder=holder, facts=facts, by=first)
        assert not says or any(part in str(told.value) for part in says.split("|")), told.value
    assert not PointEntry.objects.exists()


def test_the_same_fault_is_not_entered_twice(unit, clerk):
    entry = proposed(unit, clerk)
    with pytest.raises(DomainError):
        proposed(unit, clerk)
    proposed(unit, clerk, "GZ-03")
    proposed(unit, unit.departments[1].staff[1])
    points.reject(entry=entry, by=committee(unit)[1], reason="事实不清")
    again = entered(unit, clerk)
    taken_back = points.counter(entry=again, by=committee(unit)[0], reason="申诉成立")
    points.confirm(entry=taken_back, by=committee(unit)[1])
    assert entered(unit, clerk).state == PointState.CONFIRMED


def test_a_stale_form_conflicts(unit, clerk):
    entry = proposed(unit, clerk)
    with pytest.raises(Conflict):
        points.confirm(entry=entry, by=committee(unit)[1], version=entry.version + 1)


def test_rejecting_needs_a_reason_and_tells_who_proposed(unit, clerk):
    first, second = committee(unit)
    entry = proposed(unit, clerk)
    with pytest.raises(DomainError):
        points.reject(entry=entry, by=second, reason=" ")
    entry = points.reject(entry=entry, by=second, reason="事实不清")
    assert (entry.state, entry.decision_note) == (PointState.REJECTED, "事实不清")
    assert Notice.objects.filter(person=first, kind="points").exists()
    assert not Notice.objects.filter(person=clerk).exists()


def test_a_counter_entry_takes_back_and_leaves_both_in_the_ledger(unit, clerk):
    first, second = committee(unit)
    entry = entered(unit, clerk, "GZ-03")
    made = points.counter(entry=entry, by=second, reason="申诉成立")
    assert (made.points, made.state, made.occurred_on, made.counter_of) == (-3, PointState.PROPOSED, entry.occurred_on, entry)
    assert counted(unit, clerk) == 3
    with pytest.raises(NotAllowed):
        points.counter(entry=entry, by=first, reason="再来一次")
    with pytest.raises(NotAllowed):
        points.confirm(entry=made, by=second)
    points.confirm(entry=made, by=first)
    assert counted(unit, clerk) == 0
    with pytest.raises(NotAllowed):
        points.counter(entry=made, by=first, reason="反冲")
    assert PointEntry.objects.confirmed().count() == 2


def test_what_is_decided_is_final_in_the_database(unit, clerk):
    entry = entered(unit, clerk)
    rejected = points.reject(entry=proposed(unit, clerk, "GZ-03"), by=committee(unit)[1], reason="不妥")
    waiting = proposed(unit, clerk, "LJ-05")
    for row in (entry, rejected):
        for statement in ("SET points = 2", "SET facts = '改'", "SET state = 'proposed'"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE warnings_pointentry {statement} WHERE id = %s", [row.pk])
    for row in (entry, rejected, waiting):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM warnings_pointentry WHERE id = %s", [row.pk])
    me = waiting.proposed_by_id
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE warnings_pointentry SET state = 'confirmed', decided_by_id = %s, decided_at = now() WHERE id = %s", [me, waiting.pk]
        )


def test_reminders_count_nothing_and_show_green(unit, clerk):
    entered(unit, clerk, "TX-02")
    account = account_of(scheme_of(unit.unit.pk), unit.unit.pk, TODAY, person=clerk)
    assert (account.standing.counted, account.entries) == (0, 1)
    assert not ThresholdHit.objects.exists()


def test_a_threshold_opens_a_draft_once(unit, clerk):
    first, second = committee(unit)
    entered(unit, clerk, "QZ-02")
    assert not Warning.objects.exists()
    entry = entered(unit, clerk, "GZ-03")  # 2 + 3: C from 3
    [warning] = Warning.objects.all()
    assert (warning.tier, warning.person, warning.state, warning.started_by) == ("general", clerk, "draft", None)
    assert warning.source_kind == SourceKind.POINTS
    assert entry.behaviour.text in warning.grounds
    made = points.counter(entry=entry, by=first, reason="核减")
    points.confirm(entry=made, by=second)
    entered(unit, clerk, "SH-03")  # 2 + 2: C again, in the same year
    assert Warning.objects.count() == ThresholdHit.objects.count() == 1
    entered(unit, clerk, "GZ-02")
    assert Warning.objects.count() == 1
    entered(unit, clerk, "LJ-01")  # 8: B from 6
    assert sorted(Warning.objects.values_list("tier", flat=True)) == ["general", "important"]
    assert sorted(Notice.objects.filter(kind="warning").values_list("person", flat=True)) == sorted([first.pk, second.pk] * 2)


def test_several_thresholds_at_once_open_one_draft_of_the_gravest(unit, clerk):
    entered(unit, clerk, "LJ-07")
    [warning] = Warning.objects.all()
    assert warning.tier == "highest"
    hits = ThresholdHit.objects.order_by("threshold__points")
    assert [(int(hit.threshold.points), hit.warning) for hit in hits] == [(3, warning), (6, warning), (12, warning)]


def test_departments_have_accounts_where_the_scheme_says_so(unit):
    department = unit.departments[2].department
    entered(unit, department, "YQ-05")
    assert counted(unit, department) == 3
    [warning] = Warning.objects.all()
    assert (warning.subject_kind, warning.department, warning.person) == ("department", department, None)
    own_scheme(unit, for_departments=False)
    with pytest.raises(DomainError):
        proposed(unit, department, "GZ-02")


def test_last_years_points_do_not_count_this_year(unit, clerk):
    last_year = date(TODAY.year - 1, 6, 1)
    entered(unit, clerk, "LJ-01", last_year)
    assert counted(unit, clerk) == 0
    assert counted(unit, clerk, last_year) == 3


def test_rolling_twelve_months(unit, clerk):
    own_scheme(unit, cycle="rolling12")
    entered(unit, clerk, "QZ-02", TODAY - timedelta(days=400))
    entered(unit, clerk, "GZ-02", TODAY - timedelta(days=300))
    assert counted(unit, clerk) == 1
    assert not Warning.objects.exists()
    entered(unit, clerk, "YQ-01")
    assert counted(unit, clerk) == 3
    assert Warning.objects.count() == 1
    entered(unit, clerk, "LJ-05")
    assert Warning.objects.count() == 1


def test_half_points_counted_up_without_a_cap(unit, clerk):
    own_scheme(unit, direction="up", cap=None, step=Decimal("0.5"), thresholds=[(2.5, "blue"), (20, "red")])
    entered(unit, clerk, "GZ-01", points=Decimal("0.5"))
    entered(unit, clerk, "LJ-07", points=Decimal("12"))
    entered(unit, clerk, "LJ-04")
    assert counted(unit, clerk) == Decimal("18.5")
    entered(unit, clerk, "LJ-03", points=Decimal("1.5"))
    assert sorted(Warning.objects.values_list("tier", flat=True)) == ["general", "highest"]


def test_never_more_than_the_cap_counts(unit, clerk):
    entered(unit, clerk, "LJ-07")
    entered(unit, clerk, "LJ-04")
    account = account_of(scheme_of(unit.unit.pk), unit.unit.pk, TODAY, person=clerk)
    assert (account.standing.counted, account.standing.left) == (12, 0)


class TestLeadersShare:
    @pytest.fixture
    def scheme(self, unit):
        return own_scheme(unit, leader_share=50)

    def shares(self):
        return [(e.person, e.points, e.share_of_id) for e in PointEntry.objects.filter(share_of__isnull=False).order_by("pk")]

    def test_the_head_of_the_department_gets_a_share(self, unit, clerk, scheme):
        entry = entered(unit, clerk, "GZ-03")
        assert self.shares() == [(unit.departments[1].head, 2, entry.pk)]
        assert counted(unit, unit.departments[1].head) == 2
        assert Notice.objects.filter(person=unit.departments[1].head, kind="points").exists()

    def test_for_a_head_it_is_the_leader_in_charge_and_a_share_gives_no_share(self, unit, scheme):
        entered(unit, unit.departments[1].head, "LJ-04")
        assert self.shares()[0][:2] == (unit.deputies[0], 3)
        assert len(self.shares()) == 1
        assert Warning.objects.filter(person=unit.deputies[0], tier="general").exists(), "a share reaches thresholds too"

    def test_for_a_department_it_is_the_leader_in_charge(self, unit, scheme):
        entered(unit, unit.departments[2].department, "YQ-05")
        assert self.shares()[0][:2] == (unit.deputies[1], 2)

    def test_it_is_taken_back_with_its_entry(self, unit, clerk, scheme):
        first, second = committee(unit)
        entry = entered(unit, clerk, "GZ-03")
        share = PointEntry.objects.get(share_of=entry)
        with pytest.raises(NotAllowed):
            points.counter(entry=share, by=first, reason="单独核减")
        points.confirm(entry=points.counter(entry=entry, by=first, reason="核减"), by=second)
        assert counted(unit, unit.departments[1].head) == counted(unit, clerk) == 0

    def test_who_would_get_a_share_does_not_decide(self, unit, scheme):
        """The head of the second department joins the committee."""
        from tests.factories.positions import MembershipFactory

        head = unit.departments[1].head
        MembershipFactory(body=unit.bodies["discipline_committee"], person=head)
        entry = proposed(unit, unit.departments[1].staff[1])
        with pytest.raises(NotAllowed):
            points.confirm(entry=entry, by=head)


def test_several_confirmed_at_once_and_the_rest_told(unit, clerk):
    first, second = committee(unit)
    mine = proposed(unit, clerk, by=second)
    others = [
        proposed(unit, person, "GZ-02", by=first) for department in unit.departments for person in department.staff if person != second
    ]
    outcome = points.confirm_many(entry_ids=[mine.pk, *(e.pk for e in others)], by=second)
    assert (outcome.done, len(outcome.refused)) == (len(others), 1)
    mine.refresh_from_db()
    assert mine.state == PointState.PROPOSED
    assert points.confirm_many(entry_ids=[e.pk for e in others], by=second).done == 0
    assert points.confirm_many(entry_ids=[mine.pk], by=unit.departments[1].head).done == 0


def test_leads_are_not_given_away(unit, clerk):
    """An entry that claims a lead the proposer cannot see is refused."""
    with pytest.raises(DomainError):
        points.propose(
            unit=unit.unit,
            holder=clerk,
            facts=Facts(behaviour(), timezone.localdate(), "经查", "第六条", source_kind="lead", lead=None),
            by=committee(unit)[0],
        )
