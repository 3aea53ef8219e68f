"""A stream encrypted with AES-256-GCM in chunks (the STREAM construction: order, end and header are authenticated).

File: magic, length of the header (4 bytes), header (JSON: how the key was made, salt, check), then chunks. Every chunk is its cipher text's
length (4 bytes) and the cipher text; its nonce holds its number and whether it is the last, so that a file cut off after any
chunk is noticed. Each file has a key of its own, derived from the secret and a random salt.
"""

import base64
import binascii
import json
import os
import struct
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from common.backup.errors import BackupDamaged, BackupError, WrongKey

MAGIC = b"LIANFANG-BACKUP-1\n"
CHUNK = 1024 * 1024
KEY_BYTES = 32
SHORTEST_PASSPHRASE = 16
SCRYPT = {"n": 2**16, "r": 8, "p": 1}  # 64 MB, a fraction of a second
MOST_SCRYPT = {"n": 2**20, "r": 16, "p": 4}  # what a file may ask for
_LENGTH = struct.Struct(">I")
_LONGEST_HEADER = 4096
_TAG = 16


def new_key() -> str:
    """A random key as it is written into BACKUP_KEY."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def raw_key(secret: str) -> bytes | None:
    """The 32 bytes when `secret` is a base64 key, None when it is a passphrase. Raises BackupError when it is too short to be either."""
    try:
        key = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) == KEY_BYTES:
        return key
    if len(secret) < SHORTEST_PASSPHRASE:
        raise BackupError(
            _("The backup key is too short: 32 random bytes in base64, or a passphrase of at least %(n)d characters.")
            % {"n": SHORTEST_PASSPHRASE}
        )
    return None


def _keys(secret: str, header: dict[str, Any]) -> tuple[AESGCM, bytes]:
    """The cipher of the file, and what tells a wrong key before anything is decrypted."""
    salt = base64.b64decode(header["salt"])
    if header["kdf"] == "scrypt":
        cost = {name: min(int(header[name]), most) for name, most in MOST_SCRYPT.items()}
        master = Scrypt(salt=salt, length=KEY_BYTES, **cost).derive(secret.encode())
    else:
        master = raw_key(secret) or b""
        if not master:
            raise WrongKey(_("This backup was made with a random key, not with a passphrase."))
    both = HKDF(algorithm=hashes.SHA256(), length=2 * KEY_BYTES, salt=salt, info=MAGIC).derive(master)
    return AESGCM(both[:KEY_BYTES]), both[KEY_BYTES:]


def _nonce(number: int, *, last: bool) -> bytes:
    return b"lf\x00" + number.to_bytes(8, "big") + bytes([last])


class SealedWriter:
    """Encrypts what is written to it. `finish()` writes the last chunk; without it the file is refused when read."""

    def __init__(self, target: IO[bytes], secret: str) -> None:
        header: dict[str, Any] = {"kdf": "key"} if raw_key(secret) else {"kdf": "scrypt", **SCRYPT}
        header["salt"] = base64.b64encode(os.urandom(KEY_BYTES)).decode()
        self._cipher, check = _keys(secret, header)
        header["check"] = check.hex()
        self._header = json.dumps(header, sort_keys=True).encode()
        self._target, self._buffer, self._number = target, bytearray(), 0
        target.write(MAGIC + _LENGTH.pack(len(self._header)) + self._header)

    def write(self, data: bytes) -> int:
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._chunk(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._chunk(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._header)
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class SealedReader:
    """Decrypts a stream. Raises WrongKey at once, BackupDamaged as soon as something does not fit; `finish()` checks the end."""

    def __init__(self, source: IO[bytes], secret: str) -> None:
        self._source, self._buffer, self._number, self._ended = source, b"", 0, False
        if source.read(len(MAGIC)) != MAGIC:
            raise BackupDamaged(_("This is not a backup of Lianfang."))
        try:
            self._header = self._exactly(self._length(_LONGEST_HEADER))
            header = json.loads(self._header)
            self._cipher, check = _keys(secret, header)
            fits = constant_time.bytes_eq(check, bytes.fromhex(header["check"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BackupDamaged(_("The beginning of the file is damaged.")) from error
        if not fits:
            raise WrongKey(_("The key does not fit this backup. Set BACKUP_KEY to the key with which it was made."))

    def read(self, size: int = CHUNK) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while not self._buffer and not self._ended:
            self._next()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def finish(self) -> None:
        """Read to the end; raises BackupDamaged when the last chunk is missing or something follows it."""
        while self.read():
            pass
        if self._source.read(1):
            raise BackupDamaged(_("Something was appended to the file."))

    def _next(self) -> None:
        sealed = self._exactly(self._length(CHUNK + _TAG))
        for last in (False, True):
            try:
                self._buffer = self._cipher.decrypt(_nonce(self._number, last=last), sealed, self._header)
            except InvalidTag:
                continue
            self._ended = last
            self._number += 1
            return
        raise BackupDamaged(_("The file is damaged: part %(n)d is not what was written.") % {"n": self._number + 1})

    def _length(self, most: int) -> int:
        length = int(_LENGTH.unpack(self._exactly(_LENGTH.size))[0])
        if length > most:
            raise BackupDamaged(_("The file is damaged: part %(n)d is not what was written.") % {"n": self._number + 1})
        return length

    def _exactly(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) != size:
            raise BackupDamaged(_("The file is cut off: its end is missing."))
        return data
