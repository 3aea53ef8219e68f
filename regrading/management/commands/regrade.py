"""`manage.py regrade [--unit CODE] [--as-of DATE] [--dry-run]`: evaluate registers at once; prints a JSON summary."""

import json
import logging
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import NotPossible
from positions.models import Unit
from regrading.services import runs
from regrading.services.evaluating import database_today
from risks.models import RiskPoint

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Evaluate the risk points of one unit, or of all, and print a JSON summary. Running it twice changes nothing more. "
        "A unit that could not be evaluated has an “error” in it; the others are done, and the command ends with code 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="only this unit; else every unit with points in the register")
        parser.add_argument("--as-of", metavar="DATE", help="YYYY-MM-DD; another day than today only with --dry-run")
        parser.add_argument("--dry-run", action="store_true", help="do everything and take it back")

    def handle(self, *args: Any, unit: str | None, as_of: str | None, dry_run: bool, **options: Any) -> None:
        day = _day(as_of)
        if day != database_today() and not dry_run:
            raise CommandError(f"As of {day} only a dry run is possible (--dry-run): what was found on other days is not rewritten.")
        found = [{"unit": one.code, **regrade_unit(one, day, dry_run=dry_run)} for one in _units(unit)]
        summed = {key: round(sum(row.get(key, 0) for row in found), 2) for key in _SUMMED}
        self.stdout.write(json.dumps({"as_of": day.isoformat(), "dry_run": dry_run, "units": found, **summed}, ensure_ascii=False))
        if any("error" in row for row in found):
            sys.exit(1)


_SUMMED = ("points", "evaluated", "changed", "cannot", "rises", "falls", "lapsed", "seconds")


def regrade_unit(unit: Unit, day: date, *, dry_run: bool) -> dict[str, Any]:
    """Counts, or the error in words; of a fault of ours its class, while the log holds the rest. Each unit is a transaction of its own."""
    try:
        return runs.at_once(unit=unit, as_of=day, dry_run=dry_run).to_json()
    except NotPossible as error:
        return {"error": str(error)}
    except Exception as error:
        logger.exception("re-grading of unit %d failed", unit.pk)
        return {"error": type(error).__name__}


def _day(given: str | None) -> date:
    try:
        return database_today() if given is None else date.fromisoformat(given)
    except ValueError as error:
        raise CommandError(f"“{given}” is no date; write it as 2026-12-31.") from error


def _units(code: str | None) -> list[Unit]:
    if code is None:
        with_points = RiskPoint.objects.registered().order_by().values("unit_id")
        return list(Unit.objects.filter(pk__in=with_points).order_by("code"))
    try:
        return [Unit.objects.get(code=code)]
    except Unit.DoesNotExist as error:
        raise CommandError(f"There is no unit with the code {code}.") from error
