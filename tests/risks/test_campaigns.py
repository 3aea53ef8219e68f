"""Campaigns: who may run them, what starting opens, reminders once a day, closing."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, NotAllowed, NotPossible
from notifications.models import Notice
from positions.models import Rank
from risks.models import Campaign, Declaration, PhaseKind
from risks.services import campaigns, forms
from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory, UserFactory
from tests.factories.risks import default_scheme
from tests.risks.finding import Stage, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Stage:
    return stage()


def test_the_phases_are_those_of_002() -> None:
    dates = {kind: due for kind, _start, due in campaigns.default_phases(2026)}
    assert dates == {
        PhaseKind.POWERS: date(2026, 10, 31),
        PhaseKind.FINDING: date(2026, 11, 30),
        PhaseKind.GRADING: date(2026, 11, 30),
        PhaseKind.MEASURES: date(2026, 12, 31),
        PhaseKind.DISCLOSURE: date(2027, 2, 28),
    }
    assert campaigns.default_phases(2027)[-1][2] == date(2028, 2, 29)


def test_the_office_prepares_one_a_year() -> None:
    org = small_unit()
    campaign = campaigns.create(unit=org.unit, by=org.office_clerk, year=2026)
    assert campaign.scheme == default_scheme()
    assert campaign.phases.count() == 5
    assert campaign.commitment_position
    with pytest.raises(NotPossible):
        campaigns.create(unit=org.unit, by=org.head, year=2026)
    assert Campaign.objects.count() == 1


def test_others_do_not_run_campaigns() -> None:
    org = small_unit()
    elsewhere = small_unit(code="YZ")
    for person in (org.clerk, org.departments[0].head, org.deputies[0], elsewhere.head):
        with pytest.raises(NotAllowed):
            campaigns.create(unit=org.unit, by=person, year=2026)


def test_starting_opens_a_form_for_everybody_every_department_and_the_unit(world: Stage) -> None:
    kinds = list(Declaration.objects.filter(campaign=world.campaign).values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"position": 16, "department": 3, "unit": 1}
    department = world.org.departments[1]
    form = world.form(department.head, "department")
    assert form.department == department.department
    assert form.participants == "CS行政审批科科长、CS行政审批科副科长、CS行政审批科甲、CS行政审批科乙"
    assert world.form(world.clerk).duties == "负责经办的日常工作"
    assert world.form(world.org.head, "unit").commitment == world.campaign.commitment_unit
    assert Notice.objects.filter(kind="form.opened").count() == 16
    assert AuditEvent.objects.filter(action="campaign.started").count() == 1
    assert Declaration.history.count() == 20


def test_a_department_without_head_is_named(world: Stage) -> None:
    org = small_unit(code="YZ")
    head = org.appointments[org.departments[2].head.pk]
    head.ends_on = timezone.localdate() - timedelta(days=1)
    head.save()
    campaign = campaigns.create(unit=org.unit, by=org.office_clerk, year=2026)
    _campaign, opened = campaigns.start(campaign=campaign, by=org.office_clerk)
    assert opened.headless == ["执法大队"]
    assert opened.forms == {"position": 15, "department": 2, "unit": 1}


def test_it_starts_once_and_one_at_a_time(world: Stage) -> None:
    with pytest.raises(NotPossible):
        campaigns.start(campaign=world.campaign, by=world.office)
    second = campaigns.create(unit=world.unit, by=world.office, year=2027)
    with pytest.raises(NotPossible):
        campaigns.start(campaign=second, by=world.office)
    assert Declaration.objects.count() == 20


def test_starting_takes_the_same_number_of_queries_whatever_the_size(django_assert_max_num_queries) -> None:
    org = small_unit()
    for n in range(40):
        AppointmentFactory(position=PositionFactory(department=org.departments[0].department, unit=org.unit, name=f"增设岗位{n}"))
    campaign = campaigns.create(unit=org.unit, by=org.office_clerk, year=2026)
    with django_assert_max_num_queries(45):
        campaigns.start(campaign=campaign, by=org.office_clerk)
    assert Declaration.objects.count() == 60


def test_a_newcomer_gets_a_form_and_a_leaver_loses_the_draft(world: Stage) -> None:
    old = world.org.appointments[world.clerk.pk]
    old.ends_on = timezone.localdate() - timedelta(days=1)
    old.save()
    newcomer = UserFactory(name="新来")
    AppointmentFactory(person=newcomer, position=old.position)
    opened = campaigns.open_missing(campaign=world.campaign, by=world.office)
    assert opened.forms == {"position": 1}
    assert world.form(world.clerk).state == "cancelled"
    assert world.form(newcomer).state == "draft"
    again = campaigns.open_missing(campaign=world.campaign, by=world.office)
    assert again.total == 0


def test_a_signed_form_of_a_leaver_stays(world: Stage) -> None:
    world.signed(world.clerk)
    old = world.org.appointments[world.clerk.pk]
    old.ends_on = timezone.localdate() - timedelta(days=1)
    old.save()
    campaigns.open_missing(campaign=world.campaign, by=world.office)
    assert world.form(world.clerk).state == "in_review"


def test_a_new_head_of_department_gets_the_departments_form(world: Stage) -> None:
    department = world.org.departments[1]
    old = world.org.appointments[department.head.pk]
    old.ends_on = timezone.localdate() - timedelta(days=1)
    old.save()
    new = UserFactory(name="新科长")
    AppointmentFactory(person=new, position=old.position)
    campaigns.follow_organisation(unit_ids={world.unit.pk}, by=None, reason="任免")
    assert world.form(new, "department").state == "draft"
    assert world.form(department.head, "department").state == "cancelled"
    assert old.position.rank == Rank.DEPARTMENT_HEAD


def test_opening_missing_forms_is_for_the_office_and_running_campaigns(world: Stage) -> None:
    with pytest.raises(NotAllowed):
        campaigns.open_missing(campaign=world.campaign, by=world.clerk)
    second = campaigns.create(unit=world.unit, by=world.office, year=2027)
    with pytest.raises(NotPossible):
        campaigns.open_missing(campaign=second, by=world.office)


def test_edit_changes_dates_and_texts(world: Stage) -> None:
    changed = campaigns.edit(
        campaign=world.campaign,
        by=world.office,
        version=world.campaign.version,
        fields={"title": "2026年度廉政风险排查", "commitment_unit": "新的承诺"},
        phases={"finding": (date(2026, 11, 1), date(2026, 12, 5))},
    )
    assert changed.title == "2026年度廉政风险排查"
    assert changed.phases.get(kind="finding").due_on == date(2026, 12, 5)
    event = AuditEvent.objects.get(action="campaign.changed")
    assert event.changes["finding"] == ["2026-11-01 – 2026-11-30", "2026-11-01 – 2026-12-05"]


def test_edit_refuses_stale_forms_and_reversed_dates(world: Stage) -> None:
    with pytest.raises(Conflict):
        campaigns.edit(campaign=world.campaign, by=world.office, version=99, fields={"title": "x"}, phases={})
    with pytest.raises(NotPossible):
        campaigns.edit(
            campaign=world.campaign,
            by=world.office,
            version=None,
            fields={},
            phases={"finding": (date(2026, 12, 5), date(2026, 11, 1))},
        )
    assert Campaign.objects.get().title != "x"


def test_the_scheme_is_fixed_once_forms_are_open(world: Stage) -> None:
    other = default_scheme()
    other.pk, other.is_default, other.unit = None, False, world.unit
    other.save()
    with pytest.raises(NotPossible):
        campaigns.edit(campaign=world.campaign, by=world.office, version=None, fields={"scheme": other}, phases={})


def test_reminders_go_to_those_outstanding_once_a_day(world: Stage) -> None:
    world.signed(world.clerk)
    today = date(2026, 11, 21)
    count = campaigns.remind(campaign=world.campaign, by=world.office, today=today)
    assert count == 15
    assert not Notice.objects.filter(kind="campaign.reminder", person=world.clerk).exists()
    with pytest.raises(NotPossible):
        campaigns.remind(campaign=world.campaign, by=world.office, today=today)
    assert campaigns.remind(campaign=world.campaign, by=world.office, today=today + timedelta(days=1)) == 15
    assert Notice.objects.filter(kind="campaign.reminder").count() == 30


def test_closing_waits_for_reviews(world: Stage) -> None:
    form = world.signed(world.clerk)
    with pytest.raises(NotPossible):
        campaigns.close(campaign=world.campaign, by=world.office)
    forms.withdraw(declaration=form, by=world.clerk)
    closed = campaigns.close(campaign=world.campaign, by=world.office)
    assert closed.state == "closed"
    with pytest.raises(NotAllowed):
        forms.save_form(declaration=world.form(world.clerk), by=world.clerk, version=None, fields={"duties": "x"})


def test_changes_of_appointments_reach_campaigns_by_themselves(world: Stage) -> None:
    from positions.hooks import organisation_changed

    AppointmentFactory(person=UserFactory(), position=world.org.departments[0].positions["s0"])
    organisation_changed(unit_ids={world.unit.pk}, by=None, reason="任免")
    assert Declaration.objects.filter(campaign=world.campaign, kind="position").count() == 17
