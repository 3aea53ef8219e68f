"""The administrators' lists do not cost more with more rows."""

import pytest

from accounts.models import AdminRole
from audit.services import record
from tests.factories.organisation import administrators
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


def test_queries_of_the_accounts(count_queries):
    count_queries("accounts:index", user=administrators()[AdminRole.SYSTEM], make_rows=UserFactory.create_batch)


def test_queries_of_the_audit_trail(count_queries):
    three = administrators()

    def more(number):
        for person in UserFactory.create_batch(number):
            record("risk.retired", by=person, obj=person, reason="岗位撤销")

    count_queries("audit:index", user=three[AdminRole.AUDIT], make_rows=more)
