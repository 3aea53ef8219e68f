"""Seal leads and their files with the first key of LEADS_KEYS (docs/operators.md, “Keys of leads”)."""

import json
from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from leads.services import keys


class Command(BaseCommand):
    help = "Seals everything anew with the first key of LEADS_KEYS. --new-key prints a key."
    requires_system_checks: list[str] = []  # the check asks for the key that --new-key makes

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--new-key` only."""
        parser.add_argument("--new-key", action="store_true", help="print a random key and do nothing else")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prints what was renewed as JSON."""
        if options["new_key"]:
            self.stdout.write(Fernet.generate_key().decode("ascii"))
            return
        try:
            done = keys.rotate()
        except InvalidToken:
            raise CommandError(
                _("Something is opened by none of the keys in LEADS_KEYS. Put the older keys back, separated by commas.")
            ) from None
        self.stdout.write(json.dumps(done))
