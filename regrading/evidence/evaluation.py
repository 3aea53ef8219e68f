"""The evaluation of risk points: one SQL statement from points, rules and sources to scores that explain themselves (domain §3).

    evaluate(
        points: QuerySet[RiskPoint], *, rules: Rules, as_of: date,
        leads: QuerySet[Lead] | None = None, warnings: QuerySet[Warning] | None = None,
        results: QuerySet[Result] | None = None, surveys: QuerySet[Survey] | None = None,
    ) -> Evaluation

`points` gives each point once, all of units under the same rules. None for leads, warnings and surveys: no such evidence. None for results:
those shown to the whole unit. So without further arguments it is the open evidence alone (ADR 0020): what scores, proposals, registers and
what-if hold. `**everything()` gives all there is, `**seen_by(user)` what one reader may see.

Nothing runs until the Evaluation is asked. Its table `graded` has one row a point:

| column | |
|---|---|
| risk_id, unit_id, current_id, anchor_id, settled_id | keys; anchor and settled as they are to be kept (models.Score) |
| score | 0 to 100; NULL when it cannot be computed |
| level_id | the level of that score in the point's scale |
| contributions | text of a JSON array [[rule, points, facts], …], first ["base", …]; added up and clamped to 0..100 they are the score |
| cannot | "" or "severity_not_in_rules" |
| direction | what the score asks for: "rise", "fall" (only `fall_margin` points below the present band), "" |

With `with_sources=True` there is also `sources`: jsonb [[kind, id, points], …] of what weighs against the point; kind is lead, warning,
result or survey. With `confidential_only=True` these leave out the results shown to all, and only points with such a source are evaluated,
which is quick where there are few; `settled` are sources that stand in the levels already, and count only for
what has come upon them since. With `with_old=True` there is the row of scores as it was, see base.OLD.

Everything depends on the database and `as_of` alone. Evidence later than `as_of` is left out by its date, states are today's.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

from assessments.models import Result, Survey
from common import prepared
from common.prepared import Blank
from early_warnings.models import Warning
from leads.models import Lead
from regrading.evidence import grades, measures
from regrading.evidence import leads as reported_leads
from regrading.evidence import surveys as contact_surveys
from regrading.evidence import warnings as issued_warnings
from regrading.evidence.base import OLD, points_table, review_months, review_points, start_tables
from regrading.evidence.statement import Part, Statement, Window, with_tables
from regrading.rules import HIGHEST, Rules
from risks.models import RiskPoint

if TYPE_CHECKING:
    from accounts.models import User

Contribution = tuple[str, int, dict[str, Any]]
NOT_IN_RULES = "severity_not_in_rules"


@dataclass(frozen=True, slots=True)
class Graded:
    """One point evaluated; see the table of this module."""

    risk_id: int
    current_id: int
    anchor_id: int
    settled_id: int | None
    score: int | None
    level_id: int | None
    contributions: list[Contribution]
    cannot: str
    direction: str
    sources: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A statement's beginning whose last table is `graded`, and its parameters. Own parameters may be added by name."""

    tables: str
    params: dict[str, Any]
    with_sources: bool = False

    def fetch(self, rest: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run it followed by `rest`, such as "SELECT level_id, count(*) FROM graded GROUP BY 1"."""
        with connection.cursor() as cursor:
            cursor.execute(self.tables + rest, self.params | params)
            return cursor.fetchall() if cursor.description else []

    def rows(self) -> Iterator[Graded]:
        """The points one by one, for pages: all are held in memory."""
        return _objects(self.fetch(self._one_by_one()))

    def planned(self) -> "PlannedEvaluation":
        """The same for a statement put together with blanks, to be kept (common.prepared)."""
        return PlannedEvaluation(*prepared.numbered_by_name(self.tables + self._one_by_one(), self.params))

    def _one_by_one(self) -> str:
        sources = "sources" if self.with_sources else "'[]'::jsonb"
        columns = "risk_id, current_id, anchor_id, settled_id, score, level_id, contributions, cannot, direction"
        return f"SELECT {columns}, ({sources})::text FROM graded ORDER BY risk_id"


@dataclass(frozen=True, slots=True)
class PlannedEvaluation:
    """A statement that PostgreSQL plans once, with blanks among its parameters."""

    statement: str
    parameters: list[Any]

    def rows(self, **given: Any) -> Iterator[Graded]:
        """The points one by one, with these values in the blanks."""
        with prepared.cursor(numbered=True) as cursor:
            cursor.execute(self.statement, prepared.values(given, self.parameters))
            return _objects(cursor.fetchall())


def _objects(rows: list[tuple[Any, ...]]) -> Iterator[Graded]:
    for row in rows:
        risk_id, current_id, anchor_id, settled_id, score, level_id, contributions, cannot, direction, found = row
        told = [(rule, points, facts) for rule, points, facts in json.loads(contributions)]
        weighing = [(kind, pk, points) for kind, pk, points in json.loads(found)]
        yield Graded(risk_id, current_id, anchor_id, settled_id, score, level_id, told, cannot, direction, weighing)


def evaluate(
    points: QuerySet[RiskPoint],
    *,
    rules: Rules,
    as_of: date,
    leads: QuerySet[Lead] | None = None,
    warnings: QuerySet[Warning] | None = None,
    results: QuerySet[Result] | None = None,
    surveys: QuerySet[Survey] | None = None,
    rates: list[dict[str, Any]] | Blank | None = None,
    with_sources: bool = False,
    confidential_only: bool = False,
    with_old: bool = False,
    settled: QuerySet[Any] | None = None,
    given: Mapping[str, str] | None = None,
) -> Evaluation:
    """See the top of this file. `settled`: rows of risk, kind, id and points. `rates`: what surveys gave, in place of `surveys`.

    `given`: tables in place of those of these names, for worked examples that stand in no table."""
    sql, window, less = Statement(), Window.of(as_of, rules.window), settled is not None
    chosen = "SELECT risk_id FROM source" if confidential_only else ""
    found: list[Part] = []
    if leads is not None:
        found.append(reported_leads.part(sql, leads, rules.leads, window, less))
    if warnings is not None:
        found.append(issued_warnings.part(sql, warnings, leads, rules.warnings, window, less))
    shown = grades.shown_to_all()
    found.append(
        grades.part(
            sql, shown if results is None else results, rules.grades, window, but=shown if confidential_only else None, settled=less,
            chosen=chosen,
        )
    )  # fmt: skip
    if rates is None:
        rates = contact_surveys.rates(surveys, window) if surveys is not None else []
    if rates or (given and surveys is not None):
        found.append(contact_surveys.part(sql, rates, rules.surveys, less))
    own = measures.part(sql, rules.measures, window, chosen or "SELECT id FROM point")
    with_sources = with_sources or confidential_only
    tables = [
        points_table(sql, points),
        *([_settled(sql, settled)] if settled is not None else []),
        *([reported_leads.power_lines()] if leads is not None else []),
        *(table for part in found for table in part.tables),
        *([_source(found)] if with_sources else []),
        *(table for part in found for table in part.of_chosen),
        *start_tables(sql, rules, as_of, chosen=chosen, with_old=with_old),
        *own.tables,
        *_graded(rules, [*found, own], with_sources=with_sources, with_old=with_old),
    ]
    if given:
        tables = [given.get(table.split(" ", 1)[0], table) for table in tables]
    return Evaluation(with_tables(tables), sql.params, with_sources)


def everything() -> dict[str, Any]:
    """All evidence there is, as arguments of `evaluate`: for confidential findings alone."""
    return {
        "leads": Lead.objects.all(),
        "warnings": Warning.objects.all(),
        "results": Result.objects.all(),
        "surveys": Survey.objects.all(),
    }


def seen_by(user: "User") -> dict[str, Any]:
    """The evidence a reader may see, as arguments of `evaluate`: at least what is open."""
    return {
        "leads": Lead.objects.visible_to(user),
        "warnings": Warning.objects.visible_to(user),
        # One condition on each result: as two lists to look it up in, all results would be read for one point.
        "results": Result.objects.visible_to(user) | grades.shown_to_all(),
        "surveys": Survey.objects.visible_to(user),
    }


def _settled(sql: Statement, sources: QuerySet[Any]) -> str:
    """What each of these sources counted at most."""
    return f"""settled AS MATERIALIZED (
    SELECT risk_id, kind, id, max(points) AS points FROM ({sql.query(sources)}) AS s (risk_id, kind, id, points) GROUP BY risk_id, kind, id
)"""


def _source(parts: list[Part]) -> str:
    """The table of single sources."""
    of_parts = [part.sources for part in parts if part.sources]
    return f"""source AS MATERIALIZED (
    SELECT risk_id, jsonb_agg(jsonb_build_array(kind, id, points) ORDER BY kind, id) AS sources
    FROM ({" UNION ALL ".join(of_parts)}) s GROUP BY risk_id
)"""


def _graded(rules: Rules, parts: list[Part], *, with_sources: bool, with_old: bool) -> list[str]:
    """The tables that add up."""
    joins = "".join(f"\n    LEFT JOIN {part.name} ON {part.name}.risk_id = start.risk_id" for part in parts)
    total = " + ".join(["base", "review", *(f"COALESCE({part.name}.points, 0)" for part in parts)])
    told = "".join(f" || CASE WHEN {part.name}.points <> 0 THEN ', ' || {part.name}.told ELSE '' END" for part in parts)
    return [
        f"""added AS (
    SELECT start.*, least(greatest({total}, 0), {HIGHEST}) AS score,
        '[["base", ' || base || ', {{"floor": ' || floor || ', "factors": ' || factors || '}}]' || CASE WHEN review <> 0
            THEN ', ["review", ' || review || ', {{"months": ' || {review_months(rules)} || '}}]' ELSE '' END{told}
            || ']' AS contributions
    FROM start CROSS JOIN LATERAL (SELECT {review_points(rules)} AS review) r{joins}
    OFFSET 0
)""",
        f"""graded AS (
    SELECT added.risk_id, unit_id, current_id, anchor_id, settled_id,
        CASE WHEN added.covered THEN score END AS score, CASE WHEN added.covered THEN level.level_id END AS level_id,
        CASE WHEN added.covered THEN contributions ELSE '[]' END AS contributions,
        CASE WHEN added.covered THEN '' ELSE '{NOT_IN_RULES}' END AS cannot,
        CASE WHEN NOT added.covered THEN ''
            WHEN level.severity > current_severity THEN 'rise'
            WHEN level.severity < current_severity AND score <= current_floor - {int(rules.fall_margin)} THEN 'fall'
            ELSE '' END AS direction{", COALESCE(source.sources, '[]') AS sources" if with_sources else ""}{
            "".join(f", old_{name}" for name in OLD) if with_old else ""
        }
    FROM added
    LEFT JOIN band level ON level.scale_id = added.scale_id AND score BETWEEN level.floor AND level.top{
            " LEFT JOIN source ON source.risk_id = added.risk_id" if with_sources else ""
        }
)
""",
    ]
