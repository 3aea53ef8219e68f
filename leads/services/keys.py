"""After a new key was put in front of LEADS_KEYS: everything that was sealed with an older one is sealed with it (docs/operators.md)."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pgtrigger
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from audit import services as audit
from common import key_files
from common.encrypted import SEALED_TYPE, EncryptedTextField, encrypted_fields, is_sealed_with_first_key, keyring
from common.models import StoredFile
from leads.models import LeadIdentity
from leads.services.identity import renew_tag

BATCH = 500


def rotate() -> dict[str, int]:
    """Seal everything anew that the first key does not open; returns how many of each. May be broken off and run again.

    Raises cryptography's InvalidToken when something is opened by none of the keys; what was done until then stays done.
    """
    done = {"texts": 0, "files": 0, "marks": 0, "keys": 0}
    for model in apps.get_models():
        for field in encrypted_fields(model):
            done["texts"] += sum(_renew_texts(model, field, rows) for rows in _batches(model._base_manager.values_list("pk", flat=True)))
    for rows in _batches(StoredFile.objects.filter(content_type=SEALED_TYPE).values_list("pk", flat=True)):
        done["files"] += sum(_renew_file(pk) for pk in rows)
    for rows in _batches(LeadIdentity.objects.exclude(owner_tag="").values_list("pk", flat=True)):
        done["marks"] += sum(_renew_mark(pk) for pk in rows)
    done["keys"] = key_files.renew_all()
    audit.record("settings.lead_keys_rotated", by=None, detail=done)
    return done


def _batches(keys: models.QuerySet[Any]) -> Iterator[list[Any]]:
    ordered = list(keys.order_by("pk"))
    return (ordered[n : n + BATCH] for n in range(0, len(ordered), BATCH))


def _renew_texts(model: type[models.Model], field: EncryptedTextField, keys: list[Any]) -> int:
    """Tokens of one column; also in history and other tables that only grow: the text stays what it was."""
    with transaction.atomic(), ExitStack() as stack:
        for trigger in getattr(model._meta, "triggers", []):
            if trigger.name == "append_only":
                stack.enter_context(pgtrigger.ignore(trigger.get_uri(model)))
        rows = model._base_manager.filter(pk__in=keys).exclude(**{field.name: ""}).exclude(**{f"{field.name}__isnull": True})
        renewed = 0
        tokens = rows.select_for_update().annotate(token=Cast(F(field.name), TextField())).values_list("pk", "token")
        for pk, token in tokens:
            if not is_sealed_with_first_key(token.encode()):
                fresh = keyring().rotate(token.encode()).decode("ascii")
                model._base_manager.filter(pk=pk).update(**{field.name: Value(fresh, output_field=TextField())})
                renewed += 1
    return renewed


@transaction.atomic
def _renew_file(pk: int) -> int:
    stored = StoredFile.objects.select_for_update().get(pk=pk)
    storage, old = stored.content.storage, stored.content.name
    with stored.content.open("rb") as file:
        token = file.read()
    if is_sealed_with_first_key(token):
        return 0
    fresh = keyring().rotate(token)
    # Under a name of its own: until the commit the row must find the old bytes.
    stored.content.save(f"{stored.key.hex}", ContentFile(fresh), save=False)
    stored.size, stored.sha256 = len(fresh), hashlib.sha256(fresh).hexdigest()
    stored.save()
    transaction.on_commit(lambda: storage.delete(old), robust=True)
    return 1


@transaction.atomic
def _renew_mark(pk: int) -> int:
    identity = LeadIdentity.objects.select_for_update().get(pk=pk)
    before = identity.owner_tag
    renew_tag(identity)
    if identity.owner_tag == before:
        return 0
    identity.save(update_fields=["owner_tag"])
    return 1
