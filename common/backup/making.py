"""`manage.py backup`: the database as one moment saw it, then the files, the anchors and the keys of urns, into one encrypted file."""

import io
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.backup import archive, programs
from common.backup.errors import BackupError
from common.backup.hooks import backup_made


def make(out: Path, secret: str) -> dict[str, Any]:
    """Write the backup to `out` (a file that is not there yet, or a folder) and return its manifest. Raises BackupError.

    The file gets its name only when it is whole.
    """
    if out.is_dir():
        out = out / f"lianfang-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    if out.exists():
        raise BackupError(_("%(path)s exists already; choose another name.") % {"path": out})
    partial = out.with_name(f"{out.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            writer = archive.Writer(target, secret)
            keys = _keys()
            manifest = _database(writer)
            _files(writer)
            # Before and after: one may have been destroyed or made while the database was read.
            for name, content in sorted((keys | _keys()).items()):
                writer.add(f"{archive.KEYS}{name}", io.BytesIO(content), len(content))
            writer.finish(manifest)
            target.flush()
            os.fsync(target.fileno())
        partial.rename(out)
    except OSError as error:
        raise BackupError(_("The backup could not be written: %(error)s") % {"error": error}) from error
    finally:
        partial.unlink(missing_ok=True)
    report = manifest | {"file": str(out), "bytes": out.stat().st_size, "members": writer.tallies.as_dict()}
    backup_made(file=out.name, rows=sum(manifest["tables"].values()), head=manifest["audit"])
    return report


def _database(writer: archive.Writer) -> dict[str, Any]:
    """Dump and manifest see the same moment: both read from one exported snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        with programs.dumping(snapshot) as dump:
            writer.add_parts(archive.DUMP, dump)
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return {
            "format": archive.FORMAT,
            "made_at": timezone.now().isoformat(),
            "postgresql": programs.server_version(),
            "migrations": dict(cursor.fetchall()),
            "tables": archive.counts(),
            "triggers": len(archive.triggers()),
            "audit": archive.audit_head(),
        }


def _keys() -> dict[str, bytes]:
    """Keys of urns that are open now, sealed as they lie there: without them what was answered would be lost with the disk."""
    found = {}
    for path in archive.files_below(Path(settings.BALLOT_KEY_DIR)):
        with suppress(FileNotFoundError):
            found[path.name] = path.read_bytes()
    return found


def _files(writer: archive.Writer) -> None:
    """Files of the data folder after the database: a file without a row does no harm, a row without its file does."""
    for prefix, folder in ((archive.FILES, Path(settings.MEDIA_ROOT)), (archive.ANCHORS, Path(settings.AUDIT_ANCHOR_DIR))):
        for path in archive.files_below(folder):
            with suppress(FileNotFoundError), path.open("rb") as content:  # deleted meanwhile: its row is being deleted too
                writer.add(f"{prefix}{path.relative_to(folder).as_posix()}", content, os.fstat(content.fileno()).st_size)
