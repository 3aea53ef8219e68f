"""One stage for all tests of a file, in a transaction that is rolled back at the end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.security.stage import Stage


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)
