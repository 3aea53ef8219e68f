"""Guarded writes: every change starts from a locked row whose version the user has seen (quality.md, mistake 6)."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from common.errors import Conflict

M = TypeVar("M", bound=models.Model)


def lock(queryset: models.QuerySet[M] | models.Manager[M], pk: object, *, version: int | None = None) -> M:
    """The row, locked until the end of the transaction.

    `version` is what the form was opened with (None for actions that do not depend on what was read). Raises Conflict when somebody
    changed the row in between, and the model's DoesNotExist when it is gone or out of the queryset's scope.
    """
    obj = queryset.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and getattr(obj, "version", version) != version:
        raise Conflict(
            _("Somebody else has changed this in the meantime. Your input was not saved over it: reload, compare and enter it again.")
        )
    return obj
