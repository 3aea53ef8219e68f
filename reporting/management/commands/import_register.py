"""Brings a register into a unit from the command line."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.models import User
from positions.models import Unit
from reporting.services.from_file import Wishes, import_file


class Command(BaseCommand):
    help = (
        "Import a risk register (.xlsx) into a unit, all or nothing. Prints a JSON report with every fault by row and column; "
        "exit code 1 when there is an error, and then nothing has been imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--unit", required=True, metavar="CODE", help="code of the unit, such as CNNY")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be imported and what is wrong")
        parser.add_argument("--create-missing", action="store_true", help="make departments and positions that the unit does not have")
        parser.add_argument(
            "--mapping",
            metavar="JSON",
            help="what columns and level texts mean, as JSON or the name of a JSON file: "
            '{"columns": {"B": "department", "风险点": "title"}, "levels": {"高": 3}}. '
            "Columns by letter, number from 0, or header; an empty field leaves a column out.",
        )
        parser.add_argument("--by", metavar="STAFF_NUMBER", help="in whose name; without it the import is the system's")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"], help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"There is no unit with the code {options['unit']}.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        by = None
        if options["by"]:
            by = User.objects.filter(staff_number=options["by"], admin_role="", is_active=True).first()
            if by is None:
                raise CommandError(f"Nobody has the staff number {options['by']}.")
        with translation.override(options["language"]):
            report = import_file(
                unit=unit,
                path=options["file"],
                by=by,
                mapping=_wishes(options["mapping"]),
                create_missing=options["create_missing"],
                dry_run=options["dry_run"],
            )
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        if not report["ok"]:
            sys.exit(1)


def _wishes(given: str | None) -> Wishes:
    if not given:
        return Wishes()
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text("utf-8")
        found = json.loads(text)
        columns, levels = found.get("columns", {}), found.get("levels", {})
        return Wishes(
            {str(key): str(value or "") for key, value in columns.items()}, {str(key): int(value) for key, value in levels.items()}
        )
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CommandError(f"--mapping is not what it should be: {error}") from error
