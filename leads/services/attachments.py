"""Files of a lead: checked, pictures painted anew, sealed. Read only by whoever sees the lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.encrypted import open_sealed, seal_file
from common.files import KINDS, PLAIN_TEXT, Accepted, FileNotAccepted, Kind, accept
from common.images import without_metadata
from leads.models import Lead, LeadAttachment, LeadMessage
from leads.services import trace

MOST_AT_ONCE: Final = 5
MOST_OF_A_LEAD: Final = 20
_WANTED = (".jpg", ".png", ".pdf", ".docx", ".xlsx")
TAKEN: Final[tuple[Kind, ...]] = (*(kind for kind in KINDS if kind.suffix in _WANTED), PLAIN_TEXT)
ACCEPT: Final = ",".join([*(kind.suffix for kind in TAKEN), ".jpeg"])
_PICTURES = (".jpg", ".png")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it may be handed to a reader."""

    name: str
    content_type: str
    data: bytes


def check(files: Iterable[IO[bytes]]) -> list[Accepted]:
    """Every upload, checked and rid of metadata. Raises FileNotAccepted with the name of the first that is not taken."""
    given = list(files)
    if len(given) > MOST_AT_ONCE:
        raise FileNotAccepted(_("Send at most %(most)d files at once.") % {"most": MOST_AT_ONCE})
    return [_checked(file) for file in given]


def _checked(file: Any) -> Accepted:
    try:
        upload = accept(content=file, name=file.name or "", kinds=TAKEN)
        if upload.kind.suffix in _PICTURES:
            return Accepted(without_metadata(upload.data, upload.kind.suffix), upload.name, upload.kind)
    except FileNotAccepted as refusal:
        raise FileNotAccepted(_("“%(name)s”: %(reason)s") % {"name": str(file.name or "")[-60:], "reason": refusal}) from None
    return upload


@transaction.atomic
def attach(*, lead: Lead, files: Iterable[Accepted], from_reporter: bool, message: LeadMessage | None = None) -> list[LeadAttachment]:
    """Seal what `check` accepted. Raises FileNotAccepted when the lead would have too many. No row says who sent a file."""
    given = list(files)
    if not given:
        return []
    Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.attachments.count() + len(given) > MOST_OF_A_LEAD:
        raise FileNotAccepted(_("This report already has %(most)d files; no more can be added.") % {"most": MOST_OF_A_LEAD})
    return [
        LeadAttachment.objects.create(
            lead=lead,
            message=message,
            from_reporter=from_reporter,
            name=upload.name,
            content_type=upload.kind.content_type,
            size=len(upload.data),
            file=seal_file(upload.data),
        )
        for upload in given
    ]


def open_attachment(*, attachment: LeadAttachment, by: User) -> Opened:
    """The file for somebody who sees the lead (the caller found it through `Lead.objects.visible_to`); every look is recorded."""
    trace.record("lead.file_opened", lead=attachment.lead, by=by)
    return Opened(attachment.name, attachment.content_type, open_sealed(attachment.file))


@transaction.atomic
def add(*, lead: Lead, files: Iterable[IO[bytes]], by: User) -> list[LeadAttachment]:
    """The desk adds files. Raises FileNotAccepted; the caller found the lead through `Lead.objects.visible_to`."""
    added = attach(lead=lead, files=check(files), from_reporter=False)
    trace.record("lead.files_added", lead=lead, by=by)
    return added
