"""Re-grading of one unit: its points evaluated by open evidence and written in one statement, then what follows from it is proposed.

Everything depends on the database and the day alone, and happens in one transaction under the unit's lock: doing it twice, or twice at
once, changes nothing more; a worker that is killed leaves nothing. Rows that come out the same are not touched.
"""

import time
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotPossible
from jobs.scheduling import database_now
from regrading.evidence import Evaluation, evaluate
from regrading.models import Run
from regrading.querysets import evaluated
from regrading.rule_set_selectors import in_force
from regrading.services import locks
from regrading.services.confidential import search
from regrading.services.proposing import close_fulfilled, propose
from regrading.states import RunState

_KEPT = "unit_id, score, level_id, anchor_id, settled_id, contributions, cannot"
# What bears a day that has not come was written while a clock went wrong, and gives way.
# A change of the rules alone is kept with the score, but makes no entry in the point's history.
_WRITE = f"""
, difference AS MATERIALIZED (
    SELECT risk_id, {_KEPT}, direction, is_changed,
        is_changed AND (
            old_changed_on IS NULL OR (old_score, old_level_id, old_contributions) IS DISTINCT FROM (score, level_id, contributions)
        ) AS is_told
    FROM graded CROSS JOIN LATERAL (SELECT
        old_changed_on IS NULL OR (old_changed_on <= %(as_of)s OR old_changed_on > %(today)s OR %(dry_run)s)
            AND ({", ".join("old_" + name for name in _KEPT.split(", "))}, old_rule_set_id) IS DISTINCT FROM ({_KEPT}, %(rule_set)s)
            AS is_changed
    ) c
    WHERE is_changed OR direction <> ''
),
written AS (
    INSERT INTO regrading_score AS s (risk_id, {_KEPT}, rule_set_id, changed_on)
    SELECT risk_id, {_KEPT}, %(rule_set)s, %(as_of)s FROM difference WHERE is_changed
    ON CONFLICT (risk_id) DO UPDATE SET ({_KEPT}, rule_set_id, changed_on) =
        ROW ({", ".join("excluded." + name for name in _KEPT.split(", "))}, excluded.rule_set_id, excluded.changed_on)
),
told AS (
    INSERT INTO regrading_scorechange (risk_id, "on", score, level_id, contributions, rule_set_id)
    SELECT risk_id, %(as_of)s, score, level_id, contributions, %(rule_set)s FROM difference WHERE is_told
)
SELECT COALESCE(sum(number), 0)::int, COALESCE(sum(number) FILTER (WHERE band.covered), 0)::int,
    (SELECT ARRAY[count(*) FILTER (WHERE is_told)] || COALESCE(array_agg(risk_id) FILTER (WHERE direction <> ''), '{{}}') FROM difference)
FROM (SELECT current_id, count(*) AS number FROM point GROUP BY 1) p LEFT JOIN band ON band.level_id = p.current_id
"""  # noqa: S608 -- names of columns of our own


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did, by open evidence alone: points in the register, of these with a score, changed, without one; proposals."""

    points: int
    evaluated: int
    changed: int
    cannot: int
    rises: int
    falls: int
    lapsed: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """For a summary."""
        return asdict(self)


@transaction.atomic
def regrade(*, unit_id: int, as_of: date, dry_run: bool = False) -> Counts:
    """Evaluate every point in the unit's register as of a day. A dry run does all of it and takes it back.

    Raises NotPossible for a day before the last one the unit was evaluated for, unless it is a dry run: history is not rewritten.
    """
    began = time.perf_counter()
    locks.hold(unit_id)
    if not dry_run and (latest := overtaken_by(unit_id=unit_id, as_of=as_of)) is not None:
        raise NotPossible(
            _("The unit was evaluated as of %(latest)s already; as of %(day)s only a dry run is possible.")
            % {"latest": latest, "day": as_of}
        )
    rule_set = in_force(unit_id)
    close_fulfilled([unit_id])
    evaluation = evaluate(evaluated(unit_id, as_of), rules=rule_set.values, as_of=as_of, with_old=True)
    points, scored, changed, asking = _write(evaluation, as_of=as_of, today=database_today(), rule_set=rule_set.pk, dry_run=dry_run)
    proposed = propose(unit_id=unit_id, as_of=as_of, rule_set=rule_set, asking=asking)
    seconds = round(time.perf_counter() - began, 2)
    # In tables of its own; nothing of it is counted or timed here (ADR 0020).
    search(unit_id=unit_id, as_of=as_of, rule_set=rule_set)
    if dry_run:
        transaction.set_rollback(True)
    return Counts(points, scored, changed, points - scored, proposed.rises, proposed.falls, proposed.lapsed, seconds)


def database_today() -> date:
    """The day by the database's clock: that of this server may be wrong for a night."""
    return timezone.localdate(database_now())


def overtaken_by(*, unit_id: int, as_of: date) -> date | None:
    """The last day after `as_of` for which the unit was evaluated. Days that have not come yet count for nothing: a clock went wrong."""
    later = Run.objects.filter(unit_id=unit_id, state=RunState.DONE, as_of__gt=as_of, as_of__lte=database_today())
    return later.order_by("-as_of").values_list("as_of", flat=True).first()


def _write(evaluation: Evaluation, **facts: Any) -> tuple[int, int, int, list[int]]:
    """How many points, with a score, changed; and the keys of those whose score asks for another level."""
    with connection.cursor() as cursor:
        # Compiling so many expressions takes longer than it saves. Several hashes and sorts of this size stay far below 300 MB.
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '20MB'")
    ((points, scored, (changed, *asking)),) = evaluation.fetch(_WRITE, **facts)
    return points, scored, changed, asking
