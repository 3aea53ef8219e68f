"""Loading again, and loading more."""

import json
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from audit.chain import verify
from positions.models import Unit
from risks.models import Declaration, RiskPoint
from tests.demo import digest

pytestmark = pytest.mark.django_db


class _Undo(Exception):
    """Ends a transaction that nothing shall survive."""


def _load(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("demo", "--today", "2026-11-21", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_two_runs_are_the_same() -> None:
    found = []
    for _run in range(2):
        with suppress(_Undo), transaction.atomic():
            _load()
            found.append(digest.of_database())
            raise _Undo
    assert len(set(found)) == 1


def test_scale_adds_stations(tmp_path: Any) -> None:
    report = _load("--scale", "2")
    assert report["stations"] == {"departments": 2, "people": report["stations"]["people"], "points": 800}
    points = RiskPoint.objects.filter(source="import")
    assert points.count() == 800
    assert points.values("content").distinct().count() == 800
    assert not points.filter(responsible_leader=None).exists()
    assert not points.filter(power_item=None).exists()
    assert not points.filter(search=None).exists()
    assert RiskPoint.objects.values("unit", "number").distinct().count() == RiskPoint.objects.count()
    assert Declaration.objects.filter(department__in=points.values("department")).count() == report["stations"]["people"] + 2


def test_refuses_a_database_with_other_units() -> None:
    Unit.objects.add_root(instance=Unit(name="别的单位", code="OTHER"))
    with pytest.raises(CommandError, match="other units"):
        _load()
    assert not User.objects.exists()
    assert verify().ok


def test_scale_is_a_number_from_one() -> None:
    with pytest.raises(CommandError, match="from 1"):
        _load("--scale", "0")
