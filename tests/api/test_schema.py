"""The interface answers as its OpenAPI description says, whatever is sent."""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from accounts.models import AdminRole
from api import services
from api.endpoint import described
from api.models import Resource
from tests.factories.organisation import administrators, small_unit
from tests.risks.register_helpers import imported

schema = schemathesis.openapi.from_dict(described())


@pytest.fixture
def secret(transactional_db: None) -> str:
    unit = small_unit()
    imported(unit)
    token = services.request(
        by=administrators()[AdminRole.SYSTEM],
        name="数据共享平台",
        purpose="汇总",
        holder=unit.head,
        resources=Resource.values,
        expires_on=timezone.localdate() + timedelta(days=9),
    )
    return services.approve(token=token, by=unit.head)[1]


@schema.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Any, secret: str, live_server: Any, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    # Fields that nobody asked for are passed over here as on every page; wrong values of known ones are refused (test_tokens.py).
    checks = [negative_data_rejection]
    case.call_and_validate(base_url=live_server.url, headers={"Authorization": f"Bearer {secret}"}, excluded_checks=checks)
