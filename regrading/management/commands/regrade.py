"""`manage.py regrade [--unit CODE] [--as-of DATE] [--dry-run]`: evaluate registers at once; prints a JSON summary."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import NotPossible
from positions.models import Unit
from regrading.services import runs
from risks.models import RiskPoint


class Command(BaseCommand):
    help = "Evaluate the risk points of one unit, or of all, and print a JSON summary. Running it twice changes nothing more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="only this unit; else every unit with points in the register")
        parser.add_argument("--as-of", metavar="DATE", help="YYYY-MM-DD; another day than today only with --dry-run")
        parser.add_argument("--dry-run", action="store_true", help="do everything and take it back")

    def handle(self, *args: Any, unit: str | None, as_of: str | None, dry_run: bool, **options: Any) -> None:
        day = _day(as_of)
        if day != timezone.localdate() and not dry_run:
            raise CommandError(f"As of {day} only a dry run is possible (--dry-run): what was found on other days is not rewritten.")
        found = []
        for one in _units(unit):
            try:
                counts = runs.at_once(unit=one, as_of=day, dry_run=dry_run)
            except NotPossible as error:
                raise CommandError(str(error)) from error
            found.append({"unit": one.code, **counts.to_json()})
        summed = {key: round(sum(row[key] for row in found), 2) for key in _SUMMED}
        self.stdout.write(json.dumps({"as_of": day.isoformat(), "dry_run": dry_run, "units": found, **summed}, ensure_ascii=False))


_SUMMED = ("points", "evaluated", "changed", "cannot", "rises", "falls", "lapsed", "seconds")


def _day(given: str | None) -> date:
    try:
        return timezone.localdate() if given is None else date.fromisoformat(given)
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
