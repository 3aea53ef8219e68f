"""What lies in a backup: a tar stream of the dump in parts, the files, the anchors, and the manifest at the end."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.db import connection
from django.utils.translation import gettext as _

from common.backup.errors import BackupDamaged
from common.backup.sealed import SealedReader, SealedWriter

FORMAT = 1
DUMP, FILES, ANCHORS, KEYS, MANIFEST = "database/", "files/", "anchors/", "ballot-keys/", "manifest.json"
PART = 4 * 1024 * 1024
LARGEST_MANIFEST = 4 * 1024 * 1024
EXCLUDED = "django_session"


@dataclass
class Tally:
    """Number, bytes and a running sha256 over “name size sha256” of the members of one kind."""

    count: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, name: str, size: int, digest: str) -> None:
        self.count += 1
        self.size += size
        self._digest.update(f"{name} {size} {digest}\n".encode())

    def as_dict(self) -> dict[str, Any]:
        return {"count": self.count, "bytes": self.size, "sha256": self._digest.hexdigest()}


class Tallies:
    """One tally for each kind of member."""

    def __init__(self) -> None:
        self.by_kind = {kind.rstrip("/"): Tally() for kind in (DUMP, FILES, ANCHORS, KEYS)}

    def add(self, name: str, size: int, digest: str) -> None:
        self.by_kind[name.split("/", 1)[0]].add(name, size, digest)

    def as_dict(self) -> dict[str, Any]:
        # Backups made before there were key files have no line for them.
        return {kind: tally.as_dict() for kind, tally in self.by_kind.items() if tally.count or kind != KEYS.rstrip("/")}


class Writer:
    """Members into a sealed file."""

    def __init__(self, target: IO[bytes], secret: str) -> None:
        self._sealed = SealedWriter(target, secret)
        self._tar = tarfile.open(  # type: ignore[call-overload] # noqa: SIM115 -- it only writes; closed by finish()
            fileobj=self._sealed,
            mode="w|",
            bufsize=64 * 1024,
            format=tarfile.PAX_FORMAT,
        )
        self.tallies = Tallies()

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Exactly `size` bytes of `content`. Raises OSError when it holds fewer."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashing = _Hashing(content)
        self._tar.addfile(info, hashing)  # type: ignore[arg-type] # it only reads
        self._tar.members.clear()  # else every name of a large installation stays in memory
        if name != MANIFEST:
            self.tallies.add(name, size, hashing.digest.hexdigest())

    def add_parts(self, prefix: str, stream: IO[bytes]) -> None:
        """A stream of unknown length as numbered members of at most 4 MB."""
        for number in range(10**6):
            data = stream.read(PART)
            if not data:
                return
            self.add(f"{prefix}{number:06d}", io.BytesIO(data), len(data))

    def finish(self, manifest: dict[str, Any]) -> None:
        data = json.dumps(manifest | {"members": self.tallies.as_dict()}, ensure_ascii=False, indent=1).encode()
        self.add(MANIFEST, io.BytesIO(data), len(data))
        self._tar.close()
        self._sealed.finish()


class _Hashing:
    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self.digest.update(data)
        return data


def members(source: IO[bytes], secret: str) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each member, in order; at the end the whole file was found sound. Raises BackupDamaged, WrongKey."""
    sealed = SealedReader(source, secret)
    try:
        with tarfile.open(fileobj=sealed, mode="r|", bufsize=64 * 1024) as tar:  # type: ignore[call-overload]
            for info in tar:
                content = tar.extractfile(info)
                if content is None or not _is_ours(info.name):
                    raise BackupDamaged(_("The file holds “%(name)s”, which no backup has.") % {"name": info.name[:100]})
                yield info.name, info.size, content
                tar.members.clear()
    except tarfile.TarError as error:
        raise BackupDamaged(_("The file is damaged: its list of contents cannot be read.")) from error
    sealed.finish()


def read_through(source: IO[bytes], secret: str) -> dict[str, Any]:
    """The manifest of a file that was read to its end and fits its manifest. Raises BackupDamaged, WrongKey."""
    tallies, manifest = Tallies(), b""
    for name, size, content in members(source, secret):
        if name == MANIFEST:
            if size > LARGEST_MANIFEST:
                raise BackupDamaged(_("The file is damaged: its list of contents cannot be read."))
            manifest = content.read()
            continue
        hashing = _Hashing(content)
        while hashing.read(1024 * 1024):
            pass
        tallies.add(name, size, hashing.digest.hexdigest())
    try:
        found: dict[str, Any] = json.loads(manifest)
        if found["format"] != FORMAT:
            words = {"format": found["format"], "ours": FORMAT}
            raise BackupDamaged(_("This backup has format %(format)s; this version reads %(ours)d.") % words)
        fits = found["members"] == tallies.as_dict()
    except (ValueError, KeyError, TypeError) as error:
        raise BackupDamaged(_("The file is damaged: its list of contents cannot be read.")) from error
    if not fits:
        raise BackupDamaged(_("The file does not hold what its list of contents says."))
    return found


def _is_ours(name: str) -> bool:
    """A member of a known kind whose path stays in its folder."""
    path = PurePosixPath(name)
    return name == MANIFEST or (name.startswith((DUMP, FILES, ANCHORS, KEYS)) and not path.is_absolute() and ".." not in path.parts)


def files_below(folder: Path) -> Iterator[Path]:
    """Regular files, in order, links left out."""
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


# ---- what the manifest says about the database, and the restored one must say too


def counts() -> dict[str, int]:
    """Rows of every table but sessions, which are not kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall() if name != EXCLUDED]
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 -- a name of the catalogue
            found[name] = int(cursor.fetchone()[0])
    return found


def triggers() -> dict[str, str]:
    """“table.trigger” → O when enabled, D when not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal ORDER BY 1"
        )
        return dict(cursor.fetchall())


def audit_head() -> dict[str, Any]:
    """Position and hash of the last link of the audit chain (ADR 0003)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, hash FROM audit_auditlink ORDER BY position DESC LIMIT 1")
        row = cursor.fetchone()
    return {"position": row[0] if row else 0, "hash": row[1] if row else ""}
