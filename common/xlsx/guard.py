"""Looks at an uploaded file before any parser does.

Sizes declared inside a zip archive can lie, so every member is really inflated here, with a cap (quality: "files").
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .faults import FileRefused

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 10 * MEBIBYTE
MAX_UNPACKED_BYTES = 50 * MEBIBYTE
MAX_MEMBERS = 2_000

_CHUNK = MEBIBYTE
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LOCAL_HEADER_LENGTH = 30
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NESTED_SUFFIXES = (".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".xlsb", ".docx", ".jar")
_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class XlsxInfo:
    """What the guard measured: bytes of the file, number of members, bytes after unpacking."""

    size: int
    members: int
    unpacked: int


def check_xlsx(source: str | os.PathLike[str] | BinaryIO, filename: str | None = None) -> XlsxInfo:
    """Accept a real, harmless .xlsx file of at most 10 MB, or raise ``FileRefused`` saying what to do.

    ``filename`` is the name the user gave the file; a file-like object is left at its beginning.
    """
    return look_at(source, filename)()


def look_at(source: str | os.PathLike[str] | BinaryIO, filename: str | None = None) -> Callable[[], XlsxInfo]:
    """The first half of ``check_xlsx``: what size, kind and the names of the parts tell. The second unpacks them and is returned, to be
    called before any parser has the file.
    """
    name, data = _read(source, filename)
    _check_kind(name, data)
    with _refusing():
        members = _members(data, _check_names)
    return lambda: _unpack(data, members)


def measure(data: bytes, check_names: Callable[[list[str]], None]) -> XlsxInfo:
    """Really unpack an Office file and count. ``check_names`` refuses by the names of its parts before anything is unpacked.

    Raises ``FileRefused``; its words are those for workbooks, its ``code`` is good for any kind.
    """
    with _refusing():
        members = _members(data, check_names)
    return _unpack(data, members)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except FileRefused:
        raise
    except Exception as error:
        # On hostile input zipfile raises BadZipFile, struct.error, NotImplementedError, UnicodeDecodeError and more.
        raise _damaged() from error


def _read(source: str | os.PathLike[str] | BinaryIO, filename: str | None) -> tuple[str, bytes]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        with path.open("rb") as handle:
            return filename or path.name, handle.read(MAX_FILE_BYTES + 1)
    source.seek(0)
    data = source.read(MAX_FILE_BYTES + 1)
    source.seek(0)
    return filename or str(getattr(source, "name", "")), data


def _check_kind(name: str, data: bytes) -> None:
    """Size, extension and first bytes."""
    if not data:
        raise FileRefused("empty", _("The file is empty. Choose another file."))
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused(
            "too_large",
            format_lazy(
                _("The file is larger than {limit} MB. Remove pictures and unused sheets, or split it, and try again."),
                limit=MAX_FILE_BYTES // MEBIBYTE,
            ),
        )
    suffix = Path(name.lower()).suffix if "\x00" not in name else ""
    if data.startswith(_OLE_MAGIC):
        if _OLE_ENCRYPTED in data:
            raise FileRefused("encrypted", _("The file is protected with a password. Open it, remove the password, save and try again."))
        raise FileRefused(
            "old_format", _("This is an old Excel file (.xls). Open it and save it as “Excel workbook (.xlsx)”, then try again.")
        )
    if not data.startswith(_ZIP_MAGIC):
        raise FileRefused(
            "not_xlsx",
            _("This is not an .xlsx file, whatever its name says. Open it in the spreadsheet program and save it as .xlsx."),
        )
    if suffix != ".xlsx":
        raise FileRefused("extension", _("Only .xlsx files can be read. Save the table as .xlsx and try again."))


def _members(data: bytes, check_names: Callable[[list[str]], None]) -> list[zipfile.ZipInfo]:
    # Counted in the bytes first: building the directory of a hostile archive already costs memory.
    if data.count(_CENTRAL_SIGNATURE) > 2 * MAX_MEMBERS:
        raise _too_many_members()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _too_many_members()
    names = [member.filename for member in members]
    _check_paths(names)
    check_names(names)
    if sum(member.compress_size for member in members) > len(data):
        raise _damaged()  # members overlap: a known kind of zip bomb
    return members


def _unpack(data: bytes, members: list[zipfile.ZipInfo]) -> XlsxInfo:
    unpacked = 0
    with _refusing():
        for member in members:
            unpacked += _inflate(data, member, MAX_UNPACKED_BYTES - unpacked)
    return XlsxInfo(size=len(data), members=len(members), unpacked=unpacked)


def _check_paths(names: list[str]) -> None:
    lowered = [name.lower() for name in names]
    if len(set(lowered)) != len(lowered):
        raise _damaged()
    for name in lowered:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\x00" in name:
            raise FileRefused("unsafe_path", _("The file contains unsafe paths and is not accepted. Save it again as .xlsx."))


def _check_names(names: list[str]) -> None:
    """A workbook's parts."""
    lowered = [name.lower() for name in names]
    for name in lowered:
        if name.endswith(_NESTED_SUFFIXES):
            raise _nested()
    present = set(lowered)
    if "xl/vbaproject.bin" in present:
        raise FileRefused("macros", _("The file contains macros. Save it as “Excel workbook (.xlsx)” without macros and try again."))
    if not {"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= present:
        raise FileRefused(
            "other_content",
            _("The file is an archive or another kind of document, not an Excel workbook. Save the table as .xlsx and try again."),
        )


def _inflate(data: bytes, member: zipfile.ZipInfo, allowed: int) -> int:
    """Unpack one member for real and return its size; more than ``allowed`` bytes are refused at once."""
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise FileRefused("encrypted", _("The file is protected with a password. Open it, remove the password, save and try again."))
    header = data[member.header_offset : member.header_offset + _LOCAL_HEADER_LENGTH]
    if len(header) < _LOCAL_HEADER_LENGTH or not header.startswith(_ZIP_MAGIC):
        raise _damaged()
    start = member.header_offset + _LOCAL_HEADER_LENGTH + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = memoryview(data)[start : start + member.compress_size]
    if len(packed) != member.compress_size:
        raise _damaged()
    if member.compress_type == zipfile.ZIP_STORED:
        size, head = len(packed), bytes(packed[:8])
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        size, head = _inflate_deflated(packed, allowed)
    else:
        raise _damaged()
    if size > allowed:
        raise _unpacked_too_large()
    if head.startswith((_ZIP_MAGIC, _OLE_MAGIC)):
        raise _nested()
    if size != member.file_size:
        raise _damaged()
    return size


def _inflate_deflated(packed: memoryview, allowed: int) -> tuple[int, bytes]:
    """The real size of a deflated member and its first bytes; stops as soon as it exceeds ``allowed``."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, head = 0, b""
    pending: bytes | memoryview = packed
    while True:
        block = inflater.decompress(pending, _CHUNK)
        if not head:
            head = block[:8]
        size += len(block)
        if size > allowed:
            raise _unpacked_too_large()
        pending = inflater.unconsumed_tail
        if inflater.eof:
            return size, head
        if not block and not pending:
            raise _damaged()


def _damaged() -> FileRefused:
    return FileRefused("damaged", _("The file is damaged and cannot be read. Open it, save it again as .xlsx and try again."))


def _nested() -> FileRefused:
    return FileRefused("nested", _("The file contains other files. Remove embedded documents and try again."))


def _too_many_members() -> FileRefused:
    return FileRefused(
        "too_many_members",
        format_lazy(_("The file has more than {limit} parts. Copy the table into a new workbook and try again."), limit=MAX_MEMBERS),
    )


def _unpacked_too_large() -> FileRefused:
    message: Any = format_lazy(
        _("The file is larger than {limit} MB when unpacked. Copy only the table into a new workbook, or split it."),
        limit=MAX_UNPACKED_BYTES // MEBIBYTE,
    )
    return FileRefused("unpacked_too_large", message)
