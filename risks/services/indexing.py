"""Search vectors of points that came without one.

To make the vectors of 50,000 rows takes several times as long as to write the rows, so an import leaves them out, and a task fills them
in right after its commit. Until then `risks.search.condition` looks through the texts of these points, so that they are found at once.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet

from common.later import after_commit
from risks import search
from risks.models import ImportedPoints, RiskPoint
from risks.services import points

PORTION = 1_000
"""Points at once: nobody who wants to write one of them waits longer than a moment."""


def waiting() -> Sequence[tuple[int, int]]:
    """First and last key of points among which some have no vector yet; kept for some seconds, never over a change of the register."""
    return points.kept("unindexed", None, lambda: [(found.unindexed_from or found.first, found.last) for found in _waiting()])


def is_behind() -> bool:
    """Whether some point has no vector yet."""
    return bool(waiting())


def soon() -> None:
    """Have a worker catch up after the commit; the sweep of every minute does when it cannot be told."""
    from risks.tasks import index_waiting

    after_commit(index_waiting)


def catch_up() -> int:
    """Give a vector to every point that has none, in portions with a transaction each; returns to how many."""
    done = 0
    while (count := _next_portion()) is not None:
        done += count
    if done:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('risk_search')")
        points.changed()
    return done


def _waiting() -> QuerySet[ImportedPoints]:
    return ImportedPoints.objects.filter(unindexed_from__isnull=False).order_by("batch")


@transaction.atomic
def _next_portion() -> int | None:
    """To how many of the next points a vector was given; None when nothing is left to do, or all that is left is held by others.

    What is no part of a point's history leaves its version as it is.
    """
    found = _waiting().select_for_update(skip_locked=True).first()
    if found is None:
        return None
    left = RiskPoint.objects.filter(pk__range=(found.unindexed_from, found.last), search=None).order_by("pk")
    rows = list(left.select_for_update(skip_locked=True, no_key=True).values_list("pk", *search.FIELDS)[:PORTION])
    if rows:
        vectors = [search.vector_text(*texts) for _pk, *texts in rows]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE risks_riskpoint SET search = made.vector::tsvector FROM unnest(%s::bigint[], %s::text[]) AS made (id, vector) "
                "WHERE risks_riskpoint.id = made.id",
                [[row[0] for row in rows], vectors],
            )
    # Not behind the last of these: what somebody held just now still waits.
    found.unindexed_from = left.values_list("pk", flat=True).first()
    found.save(update_fields=["unindexed_from"])
    return len(rows) if rows or found.unindexed_from is None else None
