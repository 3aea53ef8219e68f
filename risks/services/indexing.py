"""Search vectors of points that came without one.

To make the vectors of 50,000 rows takes several times as long as to write the rows, so an import leaves them out, and a task fills them
in right after its commit. Until then `risks.search.condition` looks through the texts of these points, so that they are found at once.
"""

from django.db import connection, transaction

from common.later import after_commit
from risks import search
from risks.models import RiskPoint
from risks.services import points

PORTION = 1_000
"""Points at once: nobody who wants to write one of them waits longer than a moment."""


def is_behind() -> bool:
    """Whether some point has no vector yet; kept for some seconds, never over a change of the register."""
    return points.kept("behind", None, RiskPoint.objects.filter(search=None).exists)


def soon() -> None:
    """Have a worker catch up after the commit; the sweep of every minute does when it cannot be told."""
    from risks.tasks import index_waiting

    after_commit(index_waiting)


def catch_up() -> int:
    """Give a vector to every point that has none, in portions with a transaction each; returns to how many."""
    done = 0
    while count := _next_portion():
        done += count
    if done:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('risk_search')")
        points.changed()
    return done


@transaction.atomic
def _next_portion() -> int:
    """The next points that nobody else holds. What is no part of the point's history leaves its version as it is."""
    waiting = RiskPoint.objects.filter(search=None).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    rows = list(waiting.values_list("pk", *search.FIELDS)[:PORTION])
    if rows:
        vectors = [search.vector_text(*texts) for _pk, *texts in rows]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE risks_riskpoint SET search = made.vector::tsvector FROM unnest(%s::bigint[], %s::text[]) AS made (id, vector) "
                "WHERE risks_riskpoint.id = made.id",
                [[row[0] for row in rows], vectors],
            )
    return len(rows)
