"""Text and bytes that are kept encrypted: what a copy of the database or of the files alone must not give away.

Keys come from `settings.LEADS_KEYS`; the first encrypts, all decrypt, so a new key is put in front and `manage.py rotate_lead_keys`
renews what is kept (docs/operators.md). ADR 0010 says what this protects from and what it does not.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.expressions import BaseExpression
from django.db.models.lookups import Exact, IsNull, Lookup

from common.models import StoredFile

# A Fernet token shows when it was made; what is kept here must not tell a time that its row does not tell.
NO_TIME = 0
# How a file that holds a token is marked; its true name and type are kept, encrypted, by what it hangs on.
SEALED_TYPE = "application/vnd.lianfang.sealed"


class Undecryptable(RuntimeError):
    """None of the keys opens the token: a key is missing in LEADS_KEYS, or the row was damaged. Holds no content."""


@lru_cache(maxsize=4)
def _keyring(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("Set LEADS_KEYS: `python manage.py rotate_lead_keys --new-key` prints a key.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        # Without the cause: its traceback must not print a part of a key into a log.
        raise ImproperlyConfigured("LEADS_KEYS holds something that is no key (44 characters, base64).") from None


def keyring(keys: Sequence[str] | None = None) -> MultiFernet:
    """The keys of the installation (or the given ones). Raises ImproperlyConfigured when there are none or one is malformed."""
    return _keyring(tuple(settings.LEADS_KEYS if keys is None else keys))


def encrypt_bytes(data: bytes) -> bytes:
    """A token (ASCII) that shows only about how long `data` is; twice the same data gives two different tokens."""
    return keyring().encrypt_at_time(data, NO_TIME)


def decrypt_bytes(token: bytes) -> bytes:
    """The data of a token. Raises Undecryptable when it was changed or its key is not there."""
    try:
        return keyring().decrypt(token)
    except InvalidToken:
        raise Undecryptable("A sealed value cannot be opened: is a key missing in LEADS_KEYS?") from None


def is_sealed_with_first_key(token: bytes) -> bool:
    """Whether the newest key opens it, so that a change of keys may pass it by."""
    try:
        Fernet(settings.LEADS_KEYS[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


def encrypt_text(text: str) -> str:
    """A token for a text column. Empty text stays empty, so that constraints and queries may ask whether something is there."""
    return encrypt_bytes(text.encode()).decode("ascii") if text else ""


def decrypt_text(token: str) -> str:
    """The text of a token; raises Undecryptable."""
    return decrypt_bytes(token.encode("ascii", "replace")).decode() if token else ""


def seal_file(data: bytes) -> StoredFile:
    """Keep bytes encrypted, under a neutral name, in the folder of all files. No row says who sent them."""
    token = encrypt_bytes(data)
    stored = StoredFile(name="sealed", content_type=SEALED_TYPE, size=len(token), sha256=hashlib.sha256(token).hexdigest())
    stored.content.save("sealed", ContentFile(token), save=False)
    stored.save()
    return stored


def open_sealed(stored: StoredFile) -> bytes:
    """The bytes of a sealed file. Check permission first; raises Undecryptable."""
    with stored.content.open("rb") as file:
        return decrypt_bytes(file.read())


class EncryptedTextField(models.TextField):
    """Text that is a token in the database, in its history rows, in statements and in error messages of the database.

    It can be asked whether it is empty, and nothing else: no search, no sorting, no unique constraint.
    """

    description = "Text, encrypted"

    def get_prep_value(self, value: Any) -> Any:
        """Every way into SQL leads through here, so that the text itself never reaches the database."""
        value = super().get_prep_value(value)
        if value is None or isinstance(value, BaseExpression):
            return value
        return encrypt_text(str(value))

    def from_db_value(self, value: str | None, *_args: object) -> str | None:
        """What a row gives, as text."""
        return None if value is None else decrypt_text(value)

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        """FieldError for every question but "is it empty"."""
        lookups: dict[str, type[Lookup[Any]]] = {"exact": _IsEmpty, "isnull": IsNull}
        if lookup_name not in lookups:
            raise FieldError(f"{self.name} is encrypted and cannot be searched ({lookup_name}).")
        return lookups[lookup_name]


class _IsEmpty(Exact):
    """`field=""` only."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("An encrypted field can only be compared with the empty text.")
        return ""


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """The encrypted columns of a model."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)]
