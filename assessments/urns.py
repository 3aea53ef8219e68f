"""What lies in an urn, and how it is sealed (ADR 0014). No database.

An urn is one value: the ballots in random order, and sorted marks of those who gave one. A vote adds to both at once and seals the whole
anew, so there is no second write to hold against the first. The value is filled up to the same length for everybody of a round.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assessments.models.settings import Answer
from common.key_files import KeyUnusable

NONCE_BYTES = 12
TAG_BYTES = 16
SALT_BYTES = 32
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


def unseal(sealed: bytes, *, key: bytes, owner: int) -> Contents:
    """What lies inside. Raises KeyUnusable when the key is another's, or the value was changed or moved."""
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _owner(owner))
    except InvalidTag:
        raise KeyUnusable("An urn was changed, or its key is another one.") from None
    labels, salt, ballots, spent = json.loads(plain)
    return Contents(labels, salt, [(label, signs) for label, signs in ballots], spent)


def _owner(owner: int) -> bytes:
    return f"urn:{owner}".encode()
