"""Taking an import back, as long as nothing it made was changed since and nothing else refers to it; else saying row by row why not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.undoing import references_to
from reporting.list_imports.kinds import Kind
from reporting.list_imports.models import ImportedRow, ListImport

KEPT_BLOCKS = 500

Block = dict[str, Any]
"""What stands in the way: row of the file, title, reason."""


class _InTheWay(Exception):
    def __init__(self, blocks: list[Block]) -> None:
        super().__init__(len(blocks))
        self.blocks = blocks


def take_back(list_import: ListImport, *, by: User, reason: str) -> tuple[int, list[Block]]:
    """Remove everything, or nothing: how many entries went, and what stands in the way. Call inside a transaction with the import locked.

    The rows are locked before they are looked at: whoever changes one of them now waits, and then finds it gone.
    """
    rows = list(ImportedRow.objects.filter(list_import=list_import).order_by("place"))
    made: dict[type[models.Model], set[int]] = defaultdict(set)
    for row in rows:
        made[apps.get_model(row.model)].add(row.object_id)
    try:
        with transaction.atomic():
            objects = {model: model._base_manager.select_for_update().order_by("pk").in_bulk(pks) for model, pks in made.items()}
            if blocks := _changed(rows, objects):
                raise _InTheWay(blocks)
            for stage in list_import.what.stages(rows):
                _take_back_stage(list_import, stage, objects, made, by, reason)
    except _InTheWay as found:
        return 0, found.blocks[:KEPT_BLOCKS]
    return sum(not row.before for row in rows), []


def _block(row: ImportedRow, reason: str) -> Block:
    return {"row": row.row, "title": row.title, "reason": reason}


def _changed(rows: Sequence[ImportedRow], objects: Mapping[type[models.Model], Mapping[int, Any]]) -> list[Block]:
    blocks = []
    for row in rows:
        obj = objects[apps.get_model(row.model)].get(row.object_id)
        if obj is None:
            blocks.append(_block(row, _("It was removed since.")))
        elif obj.version != row.version:
            blocks.append(_block(row, _("It was changed since.")))
    return blocks


def _take_back_stage(
    list_import: ListImport,
    stage: Sequence[ImportedRow],
    objects: Mapping[type[models.Model], Mapping[int, Any]],
    made: Mapping[type[models.Model], set[int]],
    by: User,
    reason: str,
) -> None:
    kind = list_import.what
    if blocks := _referred_to(kind, stage, made):
        raise _InTheWay(blocks)
    chosen = [(objects[apps.get_model(row.model)][row.object_id], row.before) for row in stage]
    try:
        with transaction.atomic():
            kind.remove(unit=list_import.unit, objects=chosen, by=by, reason=reason)
    except DomainError as error:
        # Which row it was, only trying them one by one says; and that must leave no trace.
        raise _InTheWay(_refused(kind, list_import, stage, objects, by, reason) or [_block(stage[0], str(error))]) from error


def _refused(
    kind: Kind,
    list_import: ListImport,
    stage: Sequence[ImportedRow],
    objects: Mapping[type[models.Model], Mapping[int, Any]],
    by: User,
    reason: str,
) -> list[Block]:
    blocks = []
    for row in stage:
        obj = objects[apps.get_model(row.model)][row.object_id]
        obj.pk = row.object_id  # what was removed and came back with the savepoint lost its key in Python
        try:
            with transaction.atomic():
                kind.remove(unit=list_import.unit, objects=[(obj, row.before)], by=by, reason=reason)
        except DomainError as error:
            blocks.append(_block(row, str(error)))
    return blocks


def _referred_to(kind: Kind, stage: Sequence[ImportedRow], made: Mapping[type[models.Model], set[int]]) -> list[Block]:
    """What was not made by this import and refers to a row of it. What was only changed by it may be referred to."""
    by_model: dict[type[models.Model], list[int]] = defaultdict(list)
    for row in stage:
        if not row.before:
            by_model[apps.get_model(row.model)].append(row.object_id)
    found = {model: references_to(model, pks, made, without=kind.goes_along) for model, pks in by_model.items()}
    blocks = []
    for row in stage:
        names = found.get(apps.get_model(row.model), {}).get(row.object_id) if not row.before else None
        if not names:
            continue
        told = [f"{model._meta.verbose_name} {count}" for model, count in names.items() if model._meta.app_label in kind.named]
        if told:
            blocks.append(_block(row, _("Something refers to it now: %(what)s.") % {"what": "、".join(told)}))
        else:
            blocks.append(_block(row, _("It is in use: other records refer to it.")))
    return blocks
