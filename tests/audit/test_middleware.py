"""What becomes a row of its own when a request ends badly, and what does not."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


def test_being_asked_for_the_password_again_is_no_failure(client):
    client.force_login(UserFactory())
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not AuditEvent.objects.filter(action="request.failed").exists()
