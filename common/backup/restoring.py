"""`manage.py restore`: read the whole file first, then fill an empty database and folder of files, then prove that it is all there."""

import io
import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from common.backup import archive, programs
from common.backup.errors import BackupError
from common.backup.hooks import backup_restored


def restore(path: Path, secret: str, *, force: bool = False) -> dict[str, Any]:
    """Put a backup back and check it; the report's `ok` says whether all of it is there. Raises BackupError.

    Nothing is touched before the whole file was read with the right key. `force` empties the database first and writes over files.
    """
    try:
        with path.open("rb") as source:
            manifest = archive.read_through(source, secret)
        programs.find("pg_restore")
        _prepare(force=force)
        with path.open("rb") as source, tempfile.TemporaryDirectory() as folder:
            anchors = Path(folder)
            _put_back(source, secret, anchors)
            connection.close()  # plans and types of the old schema
            report = _check(manifest, anchors)
            report["anchors"] = _keep_anchors(anchors)
    except OSError as error:
        raise BackupError(_("The backup could not be read or put back: %(error)s") % {"error": error}) from error
    if report["ok"]:
        backup_restored(file=path.name, made_at=manifest["made_at"], rows=report["rows"])
    return report


def _prepare(*, force: bool) -> None:
    """An empty database and an empty folder, or a clear no."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        tables = cursor.fetchone()[0]
        has_files = next(archive.files_below(Path(settings.MEDIA_ROOT)), None) is not None
        if (tables or has_files) and not force:
            where = _("The database is not empty (%(n)d tables).") % {"n": tables} if tables else _("The folder of files is not empty.")
            raise BackupError(where + " " + _("Nothing was changed. Restore into an empty one, or empty it with --force."))
        if tables:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner")


def _put_back(source: IO[bytes], secret: str, anchors: Path) -> None:
    """Database first: when it fails, no file was written."""
    rest = archive.members(source, secret)
    following = None
    with programs.restoring() as dump:
        for name, _size, content in rest:
            if not name.startswith(archive.DUMP):
                following = name, content
                break
            shutil.copyfileobj(content, dump, 1024 * 1024)
    folders: dict[str, Callable[[str], Path]] = {
        archive.FILES: lambda name: Path(settings.MEDIA_ROOT) / name,
        archive.ANCHORS: lambda name: anchors / name,
        archive.KEYS: lambda name: Path(settings.BALLOT_KEY_DIR) / name,
    }

    def write(name: str, content: IO[bytes]) -> None:
        for prefix, place in folders.items():
            if name.startswith(prefix):
                target = place(name.removeprefix(prefix))
                is_key = prefix == archive.KEYS
                target.parent.mkdir(mode=0o700 if is_key else 0o777, parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file, 1024 * 1024)
                target.chmod(0o600 if is_key else settings.FILE_UPLOAD_PERMISSIONS)

    if following:
        write(*following)
    for name, _size, content in rest:
        write(name, content)


def _check(manifest: dict[str, Any], anchors: Path) -> dict[str, Any]:
    """The proof: rows, audit chain and its head, triggers, files."""
    found = archive.counts()
    wanted = manifest["tables"]
    different = {name: [wanted.get(name), found.get(name)] for name in sorted(wanted | found) if wanted.get(name) != found.get(name)}
    states = archive.triggers()
    audit = _verify_audit(anchors)
    head = archive.audit_head()
    missing = _missing_files()
    guarded = len(states) == manifest["triggers"] and set(states.values()) == {"O"}
    ok = not different and guarded and audit["ok"] and head == manifest["audit"]
    executor = MigrationExecutor(connection)
    return {
        "ok": ok,
        "made_at": manifest["made_at"],
        "rows": sum(found.values()),
        "tables": len(found),
        "different_tables": different,
        "triggers": len(states),
        "triggers_disabled": sorted(name for name, state in states.items() if state != "O"),
        "audit": {"ok": audit["ok"], "events": audit["events"], "faults": audit["faults"][:20], "head": head},
        "files": manifest["members"]["files"]["count"],
        "files_missing": missing,
        "migrations_to_run": len(executor.migration_plan(executor.loader.graph.leaf_nodes())),
    }


def _verify_audit(anchors: Path) -> dict[str, Any]:
    """The chain against the anchors of the backup (`manage.py verify_audit`)."""
    said = io.StringIO()
    files = list(archive.files_below(anchors))
    with suppress(SystemExit):  # it says in the report what is wrong
        call_command("verify_audit", anchors=files[0] if files else anchors / "none", stdout=said)
    report: dict[str, Any] = json.loads(said.getvalue())
    return report


def _missing_files() -> int:
    """Rows of files whose bytes are not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM common_storedfile")
        return sum(not (Path(settings.MEDIA_ROOT) / name).is_file() for (name,) in cursor)


def _keep_anchors(anchors: Path) -> str:
    """Anchors that lie here already are evidence and stay; the backup's own are put beside them."""
    folder = Path(settings.AUDIT_ANCHOR_DIR)
    said = "none"
    for path in archive.files_below(anchors):
        target = folder / path.relative_to(anchors)
        said = "written"
        if target.exists():
            if target.read_bytes() == path.read_bytes():
                continue
            target, said = target.with_name(f"{target.name}.restored"), "kept"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return said
