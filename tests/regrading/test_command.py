"""manage.py regrade."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from regrading.management.commands.regrade import regrade_unit
from regrading.models import Cause, RuleSet, Run, Score
from tests.regrading.evidence_world import world

pytestmark = pytest.mark.django_db


def regrade(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("regrade", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_summary_of_every_unit_with_points() -> None:
    places = [world(), world(), world()]
    risks = [places[0].point(), places[0].point(), places[1].point(probability=None, harm=None)]
    for _n in range(5):
        places[1].measure(risks[2], "confirmed")
    today = timezone.localdate()
    summary = regrade()
    assert (summary["as_of"], summary["dry_run"]) == (today.isoformat(), False)
    rows = [{key: value for key, value in row.items() if key != "seconds"} for row in summary["units"]]
    assert rows == [
        {"unit": places[0].unit.code, "points": 2, "evaluated": 2, "changed": 2, "cannot": 0, "rises": 0, "falls": 0, "lapsed": 0},
        {"unit": places[1].unit.code, "points": 1, "evaluated": 1, "changed": 1, "cannot": 0, "rises": 0, "falls": 1, "lapsed": 0},
    ]
    assert (summary["points"], summary["changed"], summary["falls"], Score.objects.count()) == (3, 3, 1, 3)
    again = regrade("--unit", places[1].unit.code)
    assert (again["points"], again["changed"], again["falls"]) == (1, 0, 0)
    assert list(Run.objects.order_by().values_list("cause", "state").distinct()) == [("command", "done")]
    assert AuditEvent.objects.filter(action="regrading.done").count() == 2


def test_a_dry_run_leaves_no_trace() -> None:
    place = world()
    place.point(registered_on=timezone.localdate() - timedelta(days=60))
    day = timezone.localdate() - timedelta(days=30)
    events = AuditEvent.objects.count()
    assert regrade("--dry-run", "--as-of", day.isoformat())["changed"] == 1
    assert regrade("--dry-run")["changed"] == 1
    assert not Score.objects.exists()
    assert not Run.objects.exists()
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--unit", "NIX"), "There is no unit with the code NIX"),
        (("--as-of", "2026-13-01"), "is no date"),
        (("--as-of", "gestern"), "is no date"),
        (("--as-of", "2020-01-01"), "only a dry run is possible"),
        (("--as-of", "2999-01-01"), "only a dry run is possible"),
    ],
)
def test_faults_are_told_in_words(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        regrade(*arguments)


def test_a_unit_that_cannot_be_evaluated_is_told_and_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    broken, well = world(), world()
    for place in (broken, well):
        place.point()
    RuleSet.objects.create(unit=broken.unit, number=1, rules={"bands": []}, state="in_force")
    with pytest.raises(SystemExit) as ended:
        call_command("regrade")
    assert ended.value.code == 1
    summary = json.loads(capsys.readouterr().out)
    rows = {row["unit"]: row for row in summary["units"]}
    assert rows[broken.unit.code] == {"unit": broken.unit.code, "error": "KeyError"}
    assert (rows[well.unit.code]["changed"], summary["points"], summary["changed"]) == (1, 1, 1)
    assert Score.objects.count() == 1


def test_a_unit_whose_day_was_overtaken_at_midnight_is_told_in_words() -> None:
    today = timezone.localdate()
    place = world()
    Run.objects.create(unit=place.unit, as_of=today, cause=Cause.NIGHTLY, state="done")
    assert str(today) in regrade_unit(place.unit, today - timedelta(days=1), dry_run=False)["error"]
