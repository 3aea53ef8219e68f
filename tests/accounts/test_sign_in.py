"""The door: sign-in, its limits, sessions and duties (quality.md, sign-in and session)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from tests.factories.organisation import administrators, small_unit
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "Test-passw0rd!"


@pytest.fixture
def user():
    return UserFactory(staff_number="B010", name="吴晓")


def sign_in(client: Client, number: str, password: str, address: str = "10.0.0.1"):
    return client.post(reverse("account_login"), {"login": number, "password": password}, REMOTE_ADDR=address)


def body_without_tokens(answer) -> str:
    """The page without what differs each time or repeats the input."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|value)="[^"]*"', "", answer.content.decode())


def test_the_right_password_signs_in_with_a_new_session_key_and_a_trace(client, user):
    client.get(reverse("account_login"))
    client.session["before"] = 1
    client.session.save()
    before = client.session.session_key
    answer = sign_in(client, "B010", PASSWORD)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session.session_key != before
    assert AuditEvent.objects.get(action="signin.done").actor_label == "吴晓 (B010)"


def test_unknown_wrong_and_disabled_look_alike(client, user):
    UserFactory(staff_number="B011", is_active=False)
    pages = {
        body_without_tokens(sign_in(client, number, password))
        for number, password in [("B010", "wrong"), ("NOBODY", "wrong"), ("B011", PASSWORD)]
    }
    assert len(pages) == 1
    assert AuditEvent.objects.filter(action="signin.failed", outcome="refused").count() == 3
    assert "_auth_user_id" not in client.session


def test_five_failures_slow_account_and_address_down_but_lock_nobody_out(client, user):
    for _n in range(5):
        sign_in(client, "B010", "wrong", address="10.9.9.9")
    assert sign_in(client, "B010", PASSWORD, address="10.9.9.9").status_code != 302
    assert sign_in(Client(), "B010", PASSWORD, address="10.0.0.2").status_code == 302


def test_there_is_no_way_to_register_or_to_reset_by_mail(client):
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(path).status_code == 404


def test_signing_out_is_a_post_and_ends_the_session(client, user):
    client.force_login(user)
    old = client.session.session_key
    assert client.post(reverse("account_logout")).status_code == 302
    client.cookies["sessionid"] = old
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("key", "seconds", "alive"), [("seen", 1790, True), ("seen", 1810, False), ("started", 43190, True), ("started", 43210, False)]
)
def test_sessions_end_after_idling_and_after_half_a_day(client, user, key, seconds, alive):
    client.force_login(user)
    client.get("/")
    session = client.session
    session[key] = int(timezone.now().timestamp()) - seconds
    session.save()
    assert client.get("/").status_code == (200 if alive else 302)


def test_sessions_end_with_a_new_password_and_with_disabling(client, user):
    client.force_login(user)
    user.set_password("Another-passw0rd")
    user.save()
    assert client.get("/").status_code == 302
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("password", ["short1A", "password123456", "alllowercaseletters", "12345678901"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_long_passphrases_are_accepted(settings):
    validate_password("correct Horse battery Staple 4 times over " * 2)
    settings.PASSWORD_COMPOSITION = False
    validate_password("long enough and without capitals")


@pytest.mark.parametrize("state", ["must", "old"])
def test_an_initial_or_old_password_is_changed_before_anything_else(client, user, state):
    if state == "must":
        User.objects.filter(pk=user.pk).update(must_change_password=True)
    else:
        User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/").url == reverse("account_change_password")
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "Fresh-passw0rd", "password2": "Fresh-passw0rd"}
    )
    assert answer.status_code == 302
    changed = User.objects.get(pk=user.pk)
    assert changed.check_password("Fresh-passw0rd")
    assert not changed.must_change_password
    fresh = Client()
    assert sign_in(fresh, "B010", "Fresh-passw0rd").status_code == 302
    assert fresh.get("/").status_code == 200


def test_a_second_factor_is_asked_of_heads_committees_and_administrators_only(settings):
    settings.MFA_REQUIRED = True
    world = small_unit()
    due = [world.head, world.deputies[0], world.discipline_head, *administrators().values()]
    free = [world.clerk, world.departments[2].head]
    for person in due + free:
        client = Client()
        client.force_login(person)
        answer = client.get(reverse("web:start"))
        led_to_setup = answer.status_code == 302 and answer.url == reverse("mfa_index")
        assert led_to_setup is (person in due), person.name


def test_the_database_knows_no_fourth_administrator():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=UserFactory().pk).update(admin_role="root")


def test_pages_with_content_are_not_kept_by_browsers(client, user):
    client.force_login(user)
    assert client.get("/")["Cache-Control"] == "no-store"
