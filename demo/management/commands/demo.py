"""`manage.py demo`: fill an empty database with an invented bureau (and nothing else, ever)."""

import json
import sys
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from accounts.models import User
from demo.load import Loader
from demo.organisation import BUREAU, INSTITUTE
from demo.roles import table
from positions.models import Unit


class Command(BaseCommand):
    """Loads the demo unit and prints a report as JSON. Deterministic: the same day and scale give the same demo."""

    requires_system_checks: list[str] = []  # as soon as it can be loaded, also while pages are being worked on
    help = "Load the invented bureau (沧南市农业农村局) into an empty database; prints a JSON report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, metavar="N", help="N times as many risk points (1 = about 800)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the database holds units already")
        parser.add_argument("--accounts", action="store_true", help="only print the accounts with which to sign in")
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="the day of the story (default: today)"
        )
        parser.add_argument("--force", action="store_true", help="load it although the database holds other units or people")

    def handle(self, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("The demo has known passwords. Set LIANFANG_DEMO=1 on a machine that is only for trying out.")
        if options["accounts"]:
            self.stdout.write(table())
            return
        if options["scale"] < 1:
            raise CommandError("--scale is a number from 1.")
        present = set(Unit.objects.values_list("code", flat=True))
        if present and options["if_empty"]:
            self.stdout.write(json.dumps({"loaded": False, "units": sorted(present)}))
            return
        if BUREAU in present:
            raise CommandError("The demo is there already. Give it an empty database.")
        if not options["force"] and (present - {BUREAU, INSTITUTE} or User.objects.exists()):
            raise CommandError("The database holds other units or people. Use an empty one, or --force.")
        begun = time.monotonic()
        with translation.override(settings.LANGUAGE_CODE):
            report = Loader(options["today"] or timezone.localdate(), self._say).load(options["scale"])
        seconds = round(time.monotonic() - begun, 1)
        self.stdout.write(json.dumps({"loaded": True, "scale": options["scale"], "seconds": seconds, **report}, ensure_ascii=False))

    def _say(self, text: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(text)
