"""`manage.py verify_audit [--anchors FILE] [--write-anchor]`: JSON on standard output, exit code 1 when anything is wrong."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import chain


class Command(BaseCommand):
    help = "Recompute the audit chain and hold it against the anchors kept outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchors", type=Path, help="anchor file, such as a copy the audit administrator kept")
        parser.add_argument("--write-anchor", action="store_true", help="append the present head to the anchor file afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        report = chain.verify(options["anchors"])
        out = report.as_dict()
        if options["write_anchor"] and report.ok:
            out["anchor"] = chain.write_anchor()
        self.stdout.write(json.dumps(out, ensure_ascii=False))
        if not report.ok:
            raise SystemExit(1)
