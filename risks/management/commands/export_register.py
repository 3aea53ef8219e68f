"""`manage.py export_register --unit CODE OUT.xlsx`: the register of a unit for its operator; prints a JSON report."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from common.xlsx.writing import write_workbook
from positions.models import Unit
from risks import exports
from risks.models import Level, RiskPoint


class Command(BaseCommand):
    help = "Write the register of a unit to an .xlsx file and print a JSON report. The act is recorded in the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, metavar="CODE")
        parser.add_argument("--level", action="append", default=[], metavar="LABEL", help="only this level, e.g. 一级; may be repeated")
        parser.add_argument("out", type=Path, metavar="OUT.xlsx")

    def handle(self, *args: Any, unit: str, level: list[str], out: Path, **options: Any) -> None:
        try:
            found = Unit.objects.get(code=unit)
        except Unit.DoesNotExist as error:
            raise CommandError(f"There is no unit with the code {unit}.") from error
        points = RiskPoint.objects.filter(unit=found).registered()
        if level:
            wanted = Level.objects.filter(label__in=level)
            if unknown := sorted(set(level) - set(wanted.values_list("label", flat=True))):
                raise CommandError(f"There is no level called {', '.join(unknown)}.")
            points = points.filter(current_level__in=wanted)
        if not out.resolve().parent.is_dir():
            raise CommandError(f"There is no folder {out.resolve().parent}.")
        start = time.perf_counter()
        with transaction.atomic():
            heading = f"{found.name} {_('Register of integrity risk points')}"
            rows = write_workbook(out, [exports.register_sheet(None, points.order_by("number"), heading=heading)])
            audit.record("register.exported", by=None, obj=found, unit_id=found.pk, detail={"rows": rows, "command": True, "levels": level})
        seconds = round(time.perf_counter() - start, 2)
        report = {"unit": unit, "rows": rows, "file": str(out), "bytes": out.stat().st_size, "seconds": seconds}
        self.stdout.write(json.dumps(report, ensure_ascii=False))
