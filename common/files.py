"""Files in and out: uploads are known by their content, kept under names of our own, and given back as attachments only.

Who may download is for the caller to decide: a file has no permissions, what it hangs on has.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.models import StoredFile

MAX_MEMBERS = 2000
NAME_LENGTH = 120
_BLOCK = 256 * 1024
_ZIP_START = b"PK\x03\x04"
# Path separators, what Windows refuses, and controls; bidirectional marks are controls (category Cf) as well.
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


class FileNotAccepted(DomainError):
    """The upload was refused before anything was written; the message says what to send instead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file people may upload, told by its first bytes or, in an archive, by a member it must have."""

    suffix: str
    content_type: str
    start: bytes
    member: str = ""


KINDS = (
    Kind(".pdf", "application/pdf", b"%PDF-"),
    Kind(".png", "image/png", b"\x89PNG\r\n\x1a\n"),
    Kind(".jpg", "image/jpeg", b"\xff\xd8\xff"),
    Kind(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP_START, "word/document.xml"),
    Kind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP_START, "xl/workbook.xml"),
    Kind(".ofd", "application/ofd", _ZIP_START, "OFD.xml"),
)
# Text has no first bytes to know it by: taken only where `kinds` says so, under its own suffix, and read by nobody as anything else.
PLAIN_TEXT = Kind(".txt", "text/plain", b"")
ACCEPT = ",".join([*(kind.suffix for kind in KINDS), ".jpeg"])  # for the `accept` attribute of file fields
_SAME_SUFFIX = {".jpeg": ".jpg", ".jpe": ".jpg"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload that passed every check."""

    data: bytes
    name: str
    kind: Kind


def accept(*, content: IO[bytes] | bytes, name: str, kinds: tuple[Kind, ...] = KINDS) -> Accepted:
    """Read an upload and check it. Raises FileNotAccepted when it is empty, over `settings.UPLOAD_MAX_BYTES`, or none of `kinds`.

    What the browser claims about the type is not believed: the kind is read from the bytes, and the name must agree with it.
    """
    data = _read(content)
    kind = sniff(data)
    stem, suffix = _parts(name)
    if kind is None and PLAIN_TEXT in kinds and suffix == PLAIN_TEXT.suffix and _is_text(data):
        kind = PLAIN_TEXT
    if kind is None or kind not in kinds:
        raise FileNotAccepted(_("This kind of file is not accepted. Send one of these: %(kinds)s.") % {"kinds": _listed(kinds)})
    if _SAME_SUFFIX.get(suffix, suffix) != kind.suffix:
        raise FileNotAccepted(
            _("The name ends in “%(suffix)s” but the content is that of a “%(kind)s” file. Save it again with the right type.")
            % {"suffix": suffix or "–", "kind": kind.suffix}
        )
    return Accepted(data, f"{stem}{kind.suffix}", kind)


def store(*, content: IO[bytes] | bytes, name: str, content_type: str = "", by: AbstractBaseUser | None) -> StoredFile:
    """Keep an upload; raises FileNotAccepted as `accept` does. `content_type` is what the browser claims, and is not believed.

    Bytes whose row is lost in a rollback stay on the disk without a name until `remove_orphans` finds them.
    """
    upload = accept(content=content, name=name)
    return _write(io.BytesIO(upload.data), upload.name, upload.kind.content_type, by)


def store_result(*, content: IO[bytes] | bytes | Path, name: str, content_type: str, by: AbstractBaseUser | None) -> StoredFile:
    """Keep a file that this program made (exports, documents): no limit of size, type and name as given."""
    stem, suffix = _parts(name)
    if isinstance(content, Path):
        with content.open("rb") as file:
            return _write(file, f"{stem}{suffix}", content_type, by)
    return _write(io.BytesIO(content) if isinstance(content, bytes) else content, f"{stem}{suffix}", content_type, by)


def response(stored: StoredFile) -> FileResponse:
    """The file as a download under its cleaned name. Check permission first."""
    return FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)


def discard(stored: StoredFile) -> None:
    """Delete the row now and the bytes after the commit. Raises ProtectedError while something refers to it."""
    content = stored.content
    storage, name = content.storage, content.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def remove_orphans(*, before: datetime) -> int:
    """Delete bytes on the disk, older than `before`, that no row knows (their transaction was rolled back); returns how many."""
    removed = 0
    for folder in sorted(Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]")):
        old = [f.name for f in folder.iterdir() if f.is_file() and f.stat().st_mtime < before.timestamp()]
        known = set(StoredFile.objects.filter(content__in=[f"{folder.name}/{n}" for n in old]).values_list("content", flat=True))
        for name in old:
            if f"{folder.name}/{name}" not in known:
                (folder / name).unlink(missing_ok=True)
                removed += 1
    return removed


def clean_name(name: str) -> str:
    """A name that is safe in a header, on any disk and in a list: no path, no controls, at most 120 characters."""
    stem, suffix = _parts(name)
    return f"{stem}{suffix}"


def sniff(data: bytes) -> Kind | None:
    """The kind of file these bytes are, or None. Archives with macros, strange paths or too many members are None too."""
    members: frozenset[str] | None = None
    for kind in KINDS:
        if not data.startswith(kind.start):
            continue
        if not kind.member:
            return kind
        if members is None:
            members = _members(data)
        if kind.member in members:
            return kind
    return None


def _is_text(data: bytes) -> bool:
    """Text in UTF-8 or in the Chinese encodings, without control characters."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text)
    return False


def _listed(kinds: tuple[Kind, ...]) -> str:
    return _(", ").join(kind.suffix for kind in kinds)


def _members(data: bytes) -> frozenset[str]:
    """Names in the archive; empty when it is none, or none that we would hand on."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except Exception:  # noqa: BLE001 -- hostile archives raise anything
        return frozenset()
    names = frozenset(info.filename for info in infos)
    unsafe = any(n.startswith(("/", "\\")) or ".." in n.replace("\\", "/").split("/") for n in names)
    if len(infos) > MAX_MEMBERS or unsafe or any(n.lower().endswith("vbaproject.bin") for n in names):
        return frozenset()
    return names


def _read(content: IO[bytes] | bytes) -> bytes:
    """At most one byte over the limit is ever held."""
    limit = settings.UPLOAD_MAX_BYTES
    data = content if isinstance(content, bytes) else content.read(limit + 1)
    if not data:
        raise FileNotAccepted(_("The file is empty. Choose another one."))
    if len(data) > limit:
        raise FileNotAccepted(_("The file is larger than %(limit)d MB. Make it smaller and send it again.") % {"limit": limit // 1024**2})
    return data


def _parts(name: str) -> tuple[str, str]:
    """Stem and lower-case suffix of a cleaned name."""
    base = re.split(r"[\\/]", name)[-1]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    base = re.sub(r"\s+", " ", _UNSAFE.sub("_", base)).strip(" .")
    stem, dot, suffix = base.rpartition(".")
    if not dot or not stem or not re.fullmatch(r"[A-Za-z0-9]{1,8}", suffix):
        return (base or "file")[:NAME_LENGTH], ""
    return stem.rstrip(" .")[: NAME_LENGTH - len(suffix) - 1] or "file", f".{suffix.lower()}"


def _write(content: IO[bytes], name: str, content_type: str, by: AbstractBaseUser | None) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while block := content.read(_BLOCK):
        digest.update(block)
        size += len(block)
    content.seek(0)
    stored = StoredFile(name=name, content_type=content_type, size=size, sha256=digest.hexdigest())
    stored.uploaded_by_id = by.pk if by else None
    stored.content.save(name, File(content), save=False)
    stored.save()
    return stored


def workbook_response(content: io.BytesIO, name: str) -> HttpResponse:
    """A finished .xlsx as a download called after `name` and the day."""
    response = HttpResponse(content.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    filename = clean_name(f"{name}_{timezone.localdate().isoformat()}.xlsx")
    response.headers["Content-Disposition"] = str(content_disposition_header(True, filename))
    return response
