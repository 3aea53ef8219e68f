"""What an integrity file is made of: sections of entries. Plain values."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Signed:
    """When the person signed for an entry, and what they remarked."""

    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a file.

    `key` stays the same as long as the row behind it exists, `facts` are what the line rests on whatever language it is read in: with
    them a signature is bound to what was signed. `mark` says what protects the person (001).
    """

    key: str
    on: date | None
    title: str
    text: str = ""
    mark: str = ""
    to_sign: bool = False
    facts: tuple[Any, ...] = ()
    signed: Signed | None = None

    @property
    def digest(self) -> str:
        """Of key and facts, sha256 in hexadecimal."""
        return hashlib.sha256(json.dumps([self.key, *self.facts], ensure_ascii=False, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of one kind under a heading; `nothing` is what stands there when there are none."""

    code: str
    title: str
    entries: tuple[Entry, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class IntegrityFile:
    """Everything the file of a person says on a day."""

    name: str
    staff_number: str
    unit: str
    unit_id: int
    post: str
    on: date
    sections: tuple[Section, ...] = field(default_factory=tuple)
    signs: bool = False  # the unit has people sign what is written into their file

    @property
    def to_sign(self) -> list[Entry]:
        """Entries the person has not signed yet as they now stand; empty where nobody signs."""
        return [entry for section in self.sections for entry in section.entries if self.signs and entry.to_sign and entry.signed is None]
