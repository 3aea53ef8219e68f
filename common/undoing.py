"""May rows that were made together be removed again? Only while they are as they were made and nothing else refers to them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from django.db import models


def references_to(
    model: type[models.Model], pks: Iterable[int], made: Mapping[type[models.Model], set[int]], *, without: Collection[str] = ()
) -> dict[int, Counter[type[models.Model]]]:
    """What refers to these rows by a key of the database: row → model of what refers to it → how many.

    Rows in `made` do not count: they go together with them. Neither do histories: their rows tell of the past and bind nothing. What
    names a row without a key of the database (numbers, identifiers in JSON) is for the app that keeps it. Rows of the apps in `without`
    go along with what they refer to.
    """
    wanted = set(pks)
    found: dict[int, Counter[type[models.Model]]] = defaultdict(Counter)
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        field: Any = relation.field
        other = cast("type[models.Model]", relation.related_model)
        if not field.db_constraint or hasattr(other, "history_date") or other._meta.app_label in without:
            continue
        rows: Any = other._base_manager.filter(**{f"{field.name}__in": wanted})
        if own := made.get(other):
            rows = rows.exclude(pk__in=own)
        for pk, count in rows.order_by().values_list(field.attname).annotate(n=models.Count("pk")):
            found[pk][other] += count
    return dict(found)
