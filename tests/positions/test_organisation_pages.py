"""Pages of the organisation: who may browse, who may change, and that a refused form keeps its input and changes nothing."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from positions.models import Appointment, Department, DivisionOfWork, Position
from tests.factories.organisation import administrators, small_unit
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


@pytest.fixture
def sysadmin():
    return administrators()["system"]


def test_everybody_browses_their_own_unit_and_no_other(world, client):
    other = small_unit(code="XX", name="别的局")
    client.force_login(world.clerk)
    page = client.get(reverse("organisation:unit", args=[world.unit.pk]))
    assert page.status_code == 200
    assert world.departments[1].head.name in page.content.decode()
    for name, pk in [
        ("unit", other.unit.pk),
        ("department", other.departments[0].department.pk),
        ("person", other.head.pk),
        ("body", other.bodies["leading_group"].pk),
    ]:
        assert client.get(reverse(f"organisation:{name}", args=[pk])).status_code == 404, name
    listed = client.get(reverse("organisation:people")).content.decode()
    assert world.clerk.name in listed
    assert other.clerk.name not in listed


def test_a_clerk_finds_no_page_to_change_anything(world, client):
    client.force_login(world.clerk)
    for name, pk in [
        ("department_new", world.unit.pk),
        ("department_edit", world.departments[1].department.pk),
        ("appoint", world.departments[1].positions["s0"].pk),
        ("charge", world.departments[1].department.pk),
        ("body_new", world.unit.pk),
    ]:
        url = reverse(f"organisation:{name}", args=[pk])
        assert (client.get(url).status_code, client.post(url, {}).status_code) == (404, 404), name


def test_the_system_administrator_enters_a_department_with_a_trace(world, sysadmin, client):
    client.force_login(sysadmin)
    url = reverse("organisation:department_new", args=[world.unit.pk])
    answer = client.post(url, {"name": "渔业渔政科", "kind": "office", "duties": "渔政管理", "order": "9"})
    assert answer.status_code == 302
    department = Department.objects.get(name="渔业渔政科")
    event = AuditEvent.objects.get(action="organisation.department_created")
    assert (event.actor_label, event.object_id) == (sysadmin.label, str(department.pk))


def test_a_taken_name_is_refused_beside_the_kept_input(world, sysadmin, client):
    client.force_login(sysadmin)
    url = reverse("organisation:department_new", args=[world.unit.pk])
    answer = client.post(url, {"name": "办公室", "kind": "office", "duties": "不会丢的内容", "order": "9"})
    assert answer.status_code == 422
    assert "不会丢的内容" in answer.content.decode()
    assert Department.objects.filter(unit=world.unit, name="办公室").count() == 1


def test_the_personnel_office_changes_posts_but_not_its_own_and_no_bodies(world, client):
    clerk_of_personnel = world.departments[0].deputy_head
    client.force_login(clerk_of_personnel)
    newcomer = UserFactory(name="新来的")
    post = world.departments[1].positions["s0"]
    answer = client.post(
        reverse("organisation:appoint", args=[post.pk]), {"person": newcomer.pk, "starts_on": "2026-11-01", "is_main": "on"}
    )
    assert answer.status_code == 302
    assert Appointment.objects.filter(person=newcomer, position=post).exists()
    own = client.post(
        reverse("organisation:appoint", args=[world.departments[1].positions["head"].pk]),
        {"person": clerk_of_personnel.pk, "starts_on": "2026-11-01"},
    )
    assert own.status_code == 422
    assert not Appointment.objects.filter(person=clerk_of_personnel, position__department=world.departments[1].department).exists()
    assert client.get(reverse("organisation:member_new", args=[world.bodies["discipline_committee"].pk])).status_code == 404


def test_a_new_leader_in_charge_ends_the_former_the_day_before(world, sysadmin, client):
    client.force_login(sysadmin)
    department = world.departments[0].department
    new = world.appointments[world.deputies[1].pk]
    url = reverse("organisation:charge", args=[department.pk])
    assert client.post(url, {"appointment": new.pk, "starts_on": "2026-11-10"}).status_code == 302
    rows = list(DivisionOfWork.objects.filter(department=department).order_by("starts_on").values_list("appointment_id", "ends_on"))
    assert rows == [(world.appointments[world.deputies[0].pk].pk, date(2026, 11, 9)), (new.pk, None)]


def test_an_administrators_account_cannot_hold_a_post(world, sysadmin, client):
    client.force_login(sysadmin)
    url = reverse("organisation:appoint", args=[world.departments[1].positions["s0"].pk])
    assert client.post(url, {"person": sysadmin.pk, "starts_on": "2026-11-01"}).status_code == 422
    assert not Appointment.objects.filter(person=sysadmin).exists()


def test_a_stale_form_overwrites_nothing(world, sysadmin, client):
    client.force_login(sysadmin)
    position = world.departments[1].positions["s0"]
    url = reverse("organisation:position_edit", args=[position.pk])
    data = {"name": "经办", "rank": "staff", "duties": "第一个人的", "order": "2", "version": str(position.version)}
    assert client.post(url, data).status_code == 302
    late = client.post(url, data | {"duties": "第二个人的"})
    assert late.status_code == 409
    assert Position.objects.get(pk=position.pk).duties == "第一个人的"


def test_sessions_end_with_a_change_of_rights(world, sysadmin, client):
    client.force_login(world.clerk)
    assert client.get("/").status_code == 200
    before = User.objects.get(pk=world.clerk.pk).rights_epoch
    from django.test import Client

    admin = Client()
    admin.force_login(sysadmin)
    ending = reverse("organisation:appointment_end", args=[world.appointments[world.clerk.pk].pk])
    assert admin.post(ending, {"ends_on": "2026-11-20", "reason": "调离"}).status_code == 302
    assert User.objects.get(pk=world.clerk.pk).rights_epoch == before + 1
    assert client.get("/").status_code == 302
