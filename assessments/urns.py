"""What lies in an urn, and how it is sealed (ADR 0014). No database.

An urn is one value: the ballots in random order, and sorted marks of those who gave one. A vote adds to both at once and seals the whole
anew, so there is no second write to hold against the first. The value is as long whether it is empty or full: its length follows from
the number of people asked alone.

The marks are written once more in the same breath, sealed by themselves: who is asked about many people opens a page without the ballots.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assessments.models.settings import Answer
from common.key_files import KeyUnusable

NONCE_BYTES = 12
TAG_BYTES = 16
SALT_BYTES = 32
# In the marks sealed by themselves: short, as a wrong likeness among a million marks is still rarer than one in ten trillion.
SHORT_BYTES = 8
_BLOCK = 512
# An answer as one sign, in the order of the indicators: every ballot of a round is equally long.
_SIGNS = {answer.value: str(n) for n, answer in enumerate(Answer)}
_ANSWERS = {sign: answer for answer, sign in _SIGNS.items()}
_RANDOM = secrets.SystemRandom()


@dataclass
class Contents:
    """`labels`: level of a rater → what the ballot says of it. `spent`: marks of those who answered."""

    labels: dict[str, str]
    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES))
    ballots: list[tuple[str, str]] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)

    def mark(self, person_id: int) -> str:
        """What stands for a person in this urn and in no other."""
        return base64.b64encode(hmac.digest(bytes.fromhex(self.salt), str(person_id).encode(), "sha256")[:TAG_BYTES]).decode()

    def has_answered(self, person_id: int) -> bool:
        """Whether a ballot of this person lies inside (not which)."""
        return self.mark(person_id) in self.spent

    def put(self, person_id: int, level: str, answers: Mapping[str, str], keys: Sequence[str]) -> None:
        """Add a ballot; order tells nothing. KeyError when an answer is missing or unknown."""
        self.ballots.append((self.labels[level], "".join(_SIGNS[answers[key]] for key in keys)))
        self.spent.append(self.mark(person_id))
        _RANDOM.shuffle(self.ballots)
        self.spent.sort()

    def read(self, keys: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
        """The ballots: what they say of the level, and {indicator key: answer}."""
        return [(label, {key: _ANSWERS[sign] for key, sign in zip(keys, signs, strict=True)}) for label, signs in self.ballots]


def room_for(raters: int, indicators: int) -> int:
    """Bytes that suffice for as many ballots: one takes at most 32 and its answers, a mark 27, the rest less than 300."""
    return 1024 * -(-(300 + raters * (60 + indicators)) // 1024)


def seal(contents: Contents, *, key: bytes, owner: int, room: int) -> bytes:
    """The sealed value, `room` bytes of text long (or a multiple, should it ever not suffice); it opens as `owner`'s urn only."""
    plain = json.dumps([contents.labels, contents.salt, contents.ballots, contents.spent], separators=(",", ":")).encode()
    plain = plain.ljust(room * -(-len(plain) // room))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, _owner(owner))


def room_of(sealed: bytes) -> int:
    """The `room` of a sealed value."""
    return len(sealed) - NONCE_BYTES - TAG_BYTES


def seal_marks(contents: Contents, *, key: bytes, owner: int, room: int) -> bytes:
    """Salt and short marks, sorted, sealed and filled up to `room` marks; it answers `is_marked` and `marks_in`."""
    marks = b"".join(sorted(_short(mark) for mark in contents.spent))
    plain = bytes.fromhex(contents.salt) + len(contents.spent).to_bytes(4, "big") + marks
    wanted = max(len(plain), SALT_BYTES + 4 + SHORT_BYTES * room)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(_BLOCK * -(-wanted // _BLOCK), b"\0"), _marks_of(owner))


def marks_room_of(marks: bytes) -> int:
    """The most marks that fit without the value growing."""
    return (len(marks) - NONCE_BYTES - TAG_BYTES - SALT_BYTES - 4) // SHORT_BYTES


def is_marked(marks: bytes, *, key: bytes, owner: int, person_id: int) -> bool:
    """Whether the person answered. Raises KeyUnusable as `unseal`."""
    salt, spent = _open_marks(marks, key, owner)
    mark = hmac.digest(salt, str(person_id).encode(), "sha256")[:SHORT_BYTES]
    return _holds(spent, mark)


def unmarked(some: Iterable[tuple[int, bytes]], *, key: bytes, person_id: int) -> int:
    """In how many of (owner, marks) the person has not answered; those that cannot be opened are not counted. A leader is asked about
    hundreds of people: everything is made once."""
    decrypt, digest, who, first = AESGCM(key).decrypt, hmac.digest, str(person_id).encode(), SALT_BYTES + 4
    number = 0
    for owner, marks in some:
        try:
            plain = decrypt(marks[:NONCE_BYTES], marks[NONCE_BYTES:], _marks_of(owner))
        except InvalidTag:
            continue
        mark = digest(plain[:SALT_BYTES], who, "sha256")[:SHORT_BYTES]
        number += plain.find(mark, first) < 0 or not _holds(plain, mark, first)
    return number


def _holds(plain: bytes, mark: bytes, first: int = 0) -> bool:
    """Whether the mark is one of those written one after the other from `first` on; behind them are zeros."""
    at = plain.find(mark, first)
    while at > first and (at - first) % SHORT_BYTES:  # the end of one mark and the beginning of the next
        at = plain.find(mark, at + 1)
    return at >= first


def marks_in(marks: bytes, *, key: bytes, owner: int) -> int:
    """How many answered. Raises KeyUnusable as `unseal`."""
    return len(_open_marks(marks, key, owner)[1]) // SHORT_BYTES


def _open_marks(marks: bytes, key: bytes, owner: int) -> tuple[bytes, bytes]:
    plain = _open(marks, key, _marks_of(owner))
    start, number = SALT_BYTES + 4, int.from_bytes(plain[SALT_BYTES : SALT_BYTES + 4], "big")
    return plain[:SALT_BYTES], plain[start : start + SHORT_BYTES * number]


def _short(mark: str) -> bytes:
    return base64.b64decode(mark)[:SHORT_BYTES]


def _marks_of(owner: int) -> bytes:
    return f"urn:{owner}:marks".encode()


def unseal(sealed: bytes, *, key: bytes, owner: int) -> Contents:
    """What lies inside. Raises KeyUnusable when the key is another's, or the value was changed or moved."""
    labels, salt, ballots, spent = json.loads(_open(sealed, key, _owner(owner)))
    return Contents(labels, salt, [(label, signs) for label, signs in ballots], spent)


def _open(sealed: bytes, key: bytes, owner: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner)
    except InvalidTag:
        raise KeyUnusable("An urn was changed, or its key is another one.") from None


def _owner(owner: int) -> bytes:
    return f"urn:{owner}".encode()
