"""Reads of proposals and scores for pages: the list to decide on, the lines of the register, the explanation on a point's page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Min, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from common import prepared
from leads.secrecy import standing_of
from positions.scopes import scope_of
from regrading import words
from regrading.models import Origin, Proposal, Score, ScoreChange
from regrading.permissions.proposals import reading_unit_ids
from regrading.querysets import ProposalQuerySet
from risks.models import Level, RiskPoint

SPARK = 12  # scores in a small line
_ROW = (
    "risk__current_level", "risk__department", "risk__position", "risk__unit", "risk__direct_holder", "risk__responsible_leader",
    "risk__score__anchor", "from_level", "to_level", "proposed_by", "decided_by",
)  # fmt: skip


def to_read(user: User) -> ProposalQuerySet:
    """Proposals of the units whose leading group or office the person sits in."""
    found: ProposalQuerySet = Proposal.objects.visible_to(user).filter(unit_id__in=reading_unit_ids(scope_of(user)))
    return found


def with_rows(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With everything a row of the list names."""
    return proposals.select_related(*_ROW).defer("risk__search", "risk__content", "risk__manifestation", "contributions")


def waiting(user: User) -> dict[str, Any]:
    """How many of them wait, since when: rises, falls, oldest."""

    def by_direction() -> QuerySet[Proposal]:
        return to_read(user).open().order_by().values_list("direction").annotate(n=Count("pk"), since=Min("opened_on"))

    found = prepared.rows("regrading.waiting", (scope_of(user).key, standing_of(user)), by_direction)
    numbers = {direction: n for direction, n, _since in found}
    return {
        "rises": numbers.get("rise", 0),
        "falls": numbers.get("fall", 0),
        "since": min((since for _direction, _n, since in found), default=None),
    }


def sparks(risk_ids: Sequence[int]) -> dict[int, list[int]]:
    """The last scores of each point, oldest first; one statement for any number. The caller has checked that the reader sees the points."""
    if not risk_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, array_agg(s.score ORDER BY s.id) FROM unnest(%s::bigint[]) AS r (id)
            CROSS JOIN LATERAL (
                SELECT c.id, c.score FROM regrading_scorechange c WHERE c.risk_id = r.id AND c.score IS NOT NULL ORDER BY c.id DESC LIMIT %s
            ) s GROUP BY r.id
            """,
            [list(risk_ids), SPARK],
        )
        return dict(cursor.fetchall())


def row_annotations() -> dict[str, Any]:
    """What the register's rows carry along: the last scores, newest first, and the open proposals."""
    of_row = {"risk": OuterRef("pk")}
    scores = ScoreChange.objects.filter(**of_row).exclude(score=None).order_by("-pk").values("score")[:SPARK]
    waits = (
        Proposal.objects.open()
        .filter(**of_row)
        .values(found=JSONObject(id="pk", level="to_level_id", severity="to_level__severity", direction="direction", origin="origin"))
    )
    return {"spark": ArraySubquery(scores), "levels_proposed": ArraySubquery(waits)}


def row_lines(*, user: User, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """What the register shows of rows the person sees: point → {"spark", "level" (key), "direction"}.

    The graver one where both re-grading and the committee propose a level. Another statement only where the committee put something
    forward, which not everybody may know of.
    """
    committees = [one["id"] for row in rows for one in row.levels_proposed if one["origin"] == Origin.COMMITTEE]
    seen = set(Proposal.objects.visible_to(user).filter(pk__in=committees).values_list("pk", flat=True)) if committees else set()
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        found[row.pk] = {"spark": row.spark[::-1]} if row.spark else {}
        known = [one for one in row.levels_proposed if one["origin"] == Origin.SCORE or one["id"] in seen]
        if one := max(known, key=lambda one: one["severity"], default=None):
            found[row.pk] |= {"level": one["level"], "direction": one["direction"]}
    return found


def proposed_levels(*, user: User) -> dict[int, tuple[int, str]]:
    """As `row_lines`, for every point with an open proposal that the person may know of. One statement; few wait at a time."""
    rows = Proposal.objects.open().filter(Q(origin=Origin.SCORE) | Q(pk__in=Proposal.objects.visible_to(user).values("pk")))
    found = rows.order_by("to_level__severity").values_list("risk_id", "to_level_id", "direction")
    return {risk: (level, direction) for risk, level, direction in found}


def proposed_points(*, user: User, points: QuerySet[RiskPoint], direction: str = "") -> QuerySet[RiskPoint]:
    """Those of the points for which another level waits, as far as the person may know."""
    rows = Proposal.objects.visible_to(user).open()
    if direction:
        rows = rows.filter(direction=direction)
    return points.filter(pk__in=rows.values("risk_id"))


def reasons(proposal: Proposal) -> list[str]:
    """Why another level is proposed, the weightiest first: contributions of the score in words, or the committee's grounds."""
    if proposal.origin == Origin.COMMITTEE:
        return [proposal.grounds]
    score: Score | None = getattr(proposal.risk, "score", None)
    told = words.tell(score.contributions if score else proposal.contributions, score.anchor.label if score else "")
    return [str(one) for one in sorted(told, key=lambda one: (one.rule == "base", -abs(one.points)))]


def moves_in_words(moves: Iterable[tuple[Level, Level, int]]) -> list[dict[str, Any]]:
    """Rows of “what will happen”."""
    return [{"old": old, "new": new, "n": n, "is_rise": new.severity > old.severity} for old, new, n in moves]
