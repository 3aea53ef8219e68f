"""Mottos pasted as lines: “12-09 text —— source”, day and source when there are any."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.errors import DomainError
from education.models import LONGEST_SOURCE, LONGEST_TEXT

MOST_LINES = 500
# 12-09, 12.9, 12/9, 12月9日
_DAY = re.compile(r"(\d{1,2})\s*(?:[-./]|月)\s*(\d{1,2})日?(?:\s+|[:：、]\s*)")
_SOURCE = re.compile(r"\s*(?:——|--|\t|\|)\s*")
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class MottoFacts:
    """What a motto says; `month` and `day` both or neither."""

    text: str
    source: str = ""
    month: int | None = None
    day: int | None = None

    def checked(self) -> "MottoFacts":
        """Itself without blanks around. Raises DomainError for no text, too much of it, or a day that no year has."""
        found = MottoFacts(self.text.strip(), self.source.strip(), self.month, self.day)
        if not found.text:
            raise DomainError(_("Write the motto."))
        if len(found.text) > LONGEST_TEXT or len(found.source) > LONGEST_SOURCE:
            raise DomainError(
                _("A motto has at most %(text)d characters, its source at most %(source)d.")
                % {"text": LONGEST_TEXT, "source": LONGEST_SOURCE}
            )
        if (found.month is None) != (found.day is None) or (found.month is not None and not _is_day(found.month, found.day or 0)):
            raise DomainError(_("Choose month and day of a day that there is, or neither."))
        return found


def read(pasted: str) -> list[MottoFacts]:
    """The lines, each once. Raises DomainError with the number of the first line that cannot be kept, for none, and for too many."""
    lines = [(number, line.strip()) for number, line in enumerate(pasted.splitlines(), start=1) if line.strip()]
    if not lines:
        raise DomainError(_("Paste at least one line."))
    if len(lines) > MOST_LINES:
        raise DomainError(_("Paste at most %(n)d lines at once.") % {"n": MOST_LINES})
    found: dict[str, MottoFacts] = {}
    for number, line in lines:
        try:
            facts = _line(line).checked()
        except DomainError as error:
            raise DomainError(_("Line %(number)d: %(fault)s") % {"number": number, "fault": error}) from error
        found.setdefault(facts.text, facts)
    return list(found.values())


def _line(line: str) -> MottoFacts:
    month = day = None
    if (kept := _DAY.match(line)) is not None:
        month, day = int(kept[1]), int(kept[2])
        line = line[kept.end() :]
    parts = _SOURCE.split(line)
    source = parts.pop() if len(parts) > 1 else ""
    return MottoFacts("——".join(parts), source, month, day)


def _is_day(month: int, day: int) -> bool:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True
