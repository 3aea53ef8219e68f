"""Three administrators who check each other (三员分立, quality.md)."""

import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import services
from accounts.models import User
from audit.models import AuditEvent
from common.errors import DomainError, NotAllowed
from tests.factories.organisation import administrators, small_unit
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return administrators()


def test_the_system_administrator_enters_people_who_cannot_sign_in_yet(three):
    user = services.create_account(by=three["system"], staff_number="C100", name="新人")
    assert not user.has_usable_password()
    with pytest.raises(NotAllowed):
        services.set_initial_password(account=user, by=three["system"])
    with pytest.raises(NotAllowed):
        services.create_account(by=three["security"], staff_number="C101", name="新人")


def test_the_security_administrator_lets_people_in_with_a_password_shown_once(three, client):
    user = UserFactory(staff_number="C100")
    client.force_login(three["security"])
    page = client.post(reverse("accounts:set_password", args=[user.pk])).content.decode()
    user.refresh_from_db()
    assert user.must_change_password
    shown = page.split('class="secret">')[1].split("<")[0]
    assert user.check_password(shown)
    assert shown not in client.get(reverse("accounts:detail", args=[user.pk])).content.decode()
    assert shown not in json.dumps([e.detail | {"c": e.changes, "r": e.reason} for e in AuditEvent.objects.all()])


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        (services.set_admin_role, {"role": "system", "reason": "x"}),
        (services.set_initial_password, {}),
        (services.set_active, {"active": False, "reason": "x"}),
        (services.remove_second_factor, {"reason": "x"}),
    ],
)
def test_nobody_does_it_to_their_own_account(three, act, facts):
    with pytest.raises(NotAllowed):
        act(account=three["security"], by=three["security"], **facts)


def test_no_account_gets_a_second_role_and_nobody_with_a_post_gets_one(three):
    with pytest.raises(NotAllowed):
        services.set_admin_role(account=three["audit"], by=three["security"], role="system", reason="x")
    world = small_unit()
    with pytest.raises(DomainError):
        services.set_admin_role(account=world.clerk, by=three["security"], role="system", reason="x")
    assert User.objects.get(pk=world.clerk.pk).admin_role == ""


def test_the_last_account_of_a_role_keeps_it(three):
    with pytest.raises(NotAllowed):
        services.set_admin_role(account=three["audit"], by=three["security"], role="", reason="x")
    services.set_admin_role(account=UserFactory(), by=three["security"], role="audit", reason="接替")
    services.set_admin_role(account=three["audit"], by=three["security"], role="", reason="离任")
    assert User.objects.get(pk=three["audit"].pk).admin_role == ""


@pytest.mark.parametrize("role", ["system", "audit"])
def test_the_others_cannot_secure(three, role):
    with pytest.raises(NotAllowed):
        services.set_active(account=UserFactory(), by=three[role], active=False, reason="x")


def test_a_lost_phone_is_no_dead_end(three):
    user = UserFactory()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    services.remove_second_factor(account=user, by=three["security"], reason="手机遗失")
    assert not Authenticator.objects.filter(user=user).exists()
    assert AuditEvent.objects.get(action="account.second_factor_removed").reason == "手机遗失"


def test_account_pages_exist_for_two_administrators_only(three, client):
    world = small_unit()
    url = reverse("accounts:index")
    for person, status in [(three["system"], 200), (three["security"], 200), (three["audit"], 404), (world.head, 404), (world.clerk, 404)]:
        client.force_login(person)
        assert client.get(url).status_code == status, person.name


def test_the_audit_pages_exist_for_the_audit_administrator_only_and_tell_no_case(three, client):
    world = small_unit()
    from audit.services import record

    record("risk.level_changed", by=world.head, obj=world.unit, changes={"level": ["二级", "一级"]}, reason="绝密的理由")
    services.set_active(account=world.clerk, by=three["security"], active=False, reason="借调期间停用")
    for person in (three["system"], three["security"], world.head):
        client.force_login(person)
        assert client.get(reverse("audit:index")).status_code == 404
    client.force_login(three["audit"])
    listed = client.get(reverse("audit:index")).content.decode()
    assert world.clerk.name in listed
    case = AuditEvent.objects.get(action="risk.level_changed")
    page = client.get(reverse("audit:detail", args=[case.pk])).content.decode()
    assert "绝密的理由" not in listed + page
    house = AuditEvent.objects.get(action="account.disabled")
    assert "借调期间停用" in client.get(reverse("audit:detail", args=[house.pk])).content.decode()


def test_the_audit_administrator_verifies_the_chain_on_the_page(three, client, settings, tmp_path):
    settings.AUDIT_ANCHOR_DIR = tmp_path
    client.force_login(three["audit"])
    assert client.post(reverse("audit:verify")).status_code == 302
    assert AuditEvent.objects.filter(action="audit.verified").exists()


def test_a_new_installation_gets_three_accounts_once():
    out = StringIO()
    call_command("create_administrators", stdout=out)
    made = json.loads(out.getvalue())
    assert [row["role"] for row in made] == ["system", "security", "audit"]
    assert all(User.objects.get(staff_number=row["staff_number"]).check_password(row["password"]) for row in made)
    with pytest.raises(CommandError):
        call_command("create_administrators", stdout=StringIO())


def test_refusals_leave_a_row_that_survives(client):
    world = small_unit()
    client.force_login(world.clerk)
    client.post(reverse("organisation:department_new", args=[world.unit.pk]), {"name": "x"})
    event = AuditEvent.objects.get(action="request.refused")
    assert (event.actor_id, event.outcome, event.detail["route"], event.detail["status"]) == (
        world.clerk.pk,
        "refused",
        "organisation:department_new",
        404,
    )
