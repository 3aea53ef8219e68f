"""Reports by the public page: nobody is known, a receipt code is the only way back (domain §4; ADR 0010)."""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.files import Accepted
from common.signs import without_signs
from leads.models import Channel, Lead, LeadReceipt
from leads.services import attachments
from leads.services.identity import keep_identity
from leads.services.receiving import LeadFacts, SubjectFacts, receive
from positions.models import Unit

# 31 signs that nobody confuses on paper; 16 of them are 79 bits, so that neither guessing nor a copy of the table finds a code.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUPS, GROUP_LENGTH = 4, 4
CODE_LENGTH: Final = GROUPS * GROUP_LENGTH
# 16 MB and about 50 ms for each try. Without a salt of its own, because the row must be found by the code alone.
_SALT: Final = b"lianfang receipt of a lead"


@dataclass(frozen=True, slots=True)
class Report:
    """What the public form says."""

    unit: Unit
    about: str
    title: str
    content: str
    happened: str = ""
    name: str = ""
    contact: str = ""


def send(*, report: Report, code: str, files: Iterable[IO[bytes]] = ()) -> str:
    """Take a report in and return its receipt code, which is kept nowhere. Raises DomainError, FileNotAccepted; then nothing is kept.

    `code` was made with the form, so that a report sent twice (a reload, a second click) is one report with one receipt. Another report
    sent from the same form gets a code of its own.
    """
    accepted = attachments.check(files)
    if report.contact.strip() and not report.name.strip():
        raise DomainError(_("You gave a way to reach you but no name. Give both, or neither to stay anonymous."))
    try:
        with transaction.atomic():
            known = find(code)
            if known is not None and (known.title, known.content) == (report.title.strip(), report.content.strip()):
                return code
            return _keep(report, code if known is None else new_code(), accepted)
    except IntegrityError:
        if find(code) is None:
            raise
        return code  # the same form arrived twice at the same moment, and the other one was first


def _keep(report: Report, code: str, files: list[Accepted]) -> str:
    is_named = bool(report.name.strip())
    facts = LeadFacts(
        unit=report.unit,
        channel=Channel.PUBLIC_REPORT,
        title=report.title,
        content=report.content,
        happened=report.happened,
        subjects=[SubjectFacts(name=report.about)],
        is_named=is_named,
    )
    lead = receive(facts=facts)
    LeadReceipt.objects.create(lead=lead, code_hash=receipt_hash(code))
    if is_named:
        keep_identity(lead=lead, name=report.name.strip(), contact=report.contact.strip())
    attachments.attach(lead=lead, files=files, from_reporter=True)
    return code


def new_code() -> str:
    """A receipt code as it is shown, in groups: 7KXM-2QPA-…"""
    signs = [secrets.choice(ALPHABET) for _n in range(CODE_LENGTH)]
    return "-".join("".join(signs[n : n + GROUP_LENGTH]) for n in range(0, CODE_LENGTH, GROUP_LENGTH))


def receipt_hash(code: str) -> str:
    """What is kept of a code: slow to compute, so that a copy of the table opens no receipt."""
    return hashlib.scrypt(plain(code).encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32).hex()


def plain(code: str) -> str:
    """The code as it is hashed, however it was typed: blanks, dashes, small and full-width letters."""
    return without_signs(unicodedata.normalize("NFKC", code)).upper()


def is_code(text: str) -> bool:
    """Whether it looks like a receipt code."""
    signs = plain(text)
    return len(signs) == CODE_LENGTH and not set(signs) - set(ALPHABET)


def find(code: str) -> Lead | None:
    """The lead of a receipt code, or None. What cannot be a code costs nothing."""
    if not is_code(code):
        return None
    receipt = LeadReceipt.objects.filter(code_hash=receipt_hash(code)).select_related("lead__unit").first()
    return receipt.lead if receipt else None
