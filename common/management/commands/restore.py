"""`manage.py restore FILE [--force]`: put a backup back and prove it; prints JSON, exit code 1 when something is not as it was."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.backup import restoring
from common.backup.errors import BackupError
from common.backup.secrets import backup_key


class Command(BaseCommand):
    help = "Restore a file made by `manage.py backup` into an empty database and check that all of it is there."
    # It starts with a database in which no table exists.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="empty the database first; everything in it is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = restoring.restore(options["file"], backup_key(), force=options["force"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))
        if not report["ok"]:
            raise SystemExit(1)
