"""Keys that must end for good: each in a file of its own beside the database, sealed with the installation's keys (common.encrypted).

A row that is deleted lives on in dead versions, in the write-ahead log and in dumps; a file that is overwritten and removed does not. What
was sealed with such a key can then be opened by nobody, wherever a copy of it lies.
"""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from common.encrypted import Undecryptable, decrypt_bytes, encrypt_bytes, is_sealed_with_first_key, keyring

KEY_BYTES = 32


class KeyUnusable(RuntimeError):
    """The file is not there, or none of the installation's keys opens it. Holds no content."""


def make() -> tuple[str, bytes]:
    """A new random key: the name under which it is kept, and the key. It has reached the disk before this returns."""
    name, key = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(_folder() / name, encrypt_bytes(key))
    return name, key


def read(name: str) -> bytes:
    """The key of that name. Raises KeyUnusable."""
    try:
        return decrypt_bytes((_folder() / name).read_bytes())
    except (OSError, Undecryptable) as error:
        raise KeyUnusable("A key file is missing, or sealed with keys that are not in LEADS_KEYS.") from error


def destroy(name: str) -> None:
    """Overwrite and remove the file; safe to repeat. Disks may keep what was overwritten: it is sealed there too (ADR 0014)."""
    path = _folder() / name
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _sync(path.parent)


def names(*, older_than: int = 0) -> Iterator[str]:
    """Names of all keys kept that were written more than so many seconds ago."""
    if _folder().is_dir():
        for path in sorted(_folder().iterdir()):
            if path.is_file() and time.time() - path.stat().st_mtime >= older_than:
                yield path.name


def renew_all() -> int:
    """Seal every file with the first of the installation's keys; returns how many were renewed. Raises cryptography's InvalidToken."""
    renewed = 0
    for name in names():
        path = _folder() / name
        token = path.read_bytes()
        if not is_sealed_with_first_key(token):
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)  # of a renewal that was broken off
            _write(fresh, keyring().rotate(token))
            fresh.replace(path)
            _sync(path.parent)
            renewed += 1
    return renewed


def _folder() -> Path:
    return Path(settings.BALLOT_KEY_DIR)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The name too must survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
