"""Where the key of a backup comes from."""

import getpass
import os
import sys

from django.utils.translation import gettext as _

from common.backup.errors import BackupError


def backup_key() -> str:
    """BACKUP_KEY, else asked for at a terminal. Raises BackupError when there is neither."""
    secret = os.environ.get("BACKUP_KEY", "")
    if not secret and sys.stdin.isatty():
        secret = getpass.getpass(_("Backup key: "))
    if not secret:
        raise BackupError(_("Set BACKUP_KEY: 32 random bytes in base64 (`manage.py backup --new-key` prints one), or a long passphrase."))
    return secret
