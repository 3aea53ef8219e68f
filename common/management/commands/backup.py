"""`manage.py backup OUT`: everything into one encrypted file; prints its manifest as JSON."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.backup import making, sealed
from common.backup.errors import BackupError
from common.backup.secrets import backup_key


class Command(BaseCommand):
    help = "Write database, files and audit anchors into one file, encrypted with BACKUP_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", nargs="?", type=Path, help="file to write, or folder in which to write one named after the time")
        parser.add_argument("--new-key", action="store_true", help="print a new random key for BACKUP_KEY and do nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self.stdout.write(sealed.new_key())
            return
        if options["out"] is None:
            raise CommandError("Say where: manage.py backup OUT")
        try:
            report = making.make(options["out"], backup_key())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))
