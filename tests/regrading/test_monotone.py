"""What holds for every rule set and any evidence: more against a point never lowers its score, scores stay from 0 to 100, and without
evidence a point keeps the level that people decided. Many points are evaluated at once, as in the night.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regrading.evidence import evaluate, everything
from regrading.rules import GradeRule, LeadRule, MeasureRule, Pairs, ReviewRule, Rules, WarningRule
from risks.models import RiskPoint
from tests.factories.positions import UserFactory
from tests.factories.risks import level
from tests.regrading.evidence_world import TODAY, World, world

pytestmark = pytest.mark.django_db
TIERS = ("general", "important", "highest")
points = st.integers(0, 40)
days = st.integers(0, 800).map(lambda n: TODAY - timedelta(days=n))


def rising(keys: tuple[int, ...], lowest: int = 0) -> st.SearchStrategy[Pairs]:
    """Points that do not fall from one key to the next, as the form asks for."""
    of_keys = st.lists(st.integers(lowest, 40), min_size=len(keys), max_size=len(keys))
    return of_keys.map(lambda found: tuple(zip(keys, sorted(found), strict=True)))


@st.composite
def rule_sets(draw: st.DrawFn) -> Rules:
    second = draw(st.integers(1, 98))
    judged = draw(rising((1, 2, 3)))
    tiers = draw(rising((0, 1, 2)))
    return Rules(
        bands=((1, 0), (2, second), (3, draw(st.integers(second + 1, 100)))),
        window=draw(st.integers(1, 24)),
        leads=LeadRule(judged, draw(points), draw(points)),
        warnings=WarningRule(tuple((TIERS[n], p) for n, p in tiers), draw(st.integers(0, 100)), draw(points)),
        measures=MeasureRule(draw(points), draw(st.integers(0, 5)), draw(points), draw(st.integers(0, 10)), draw(st.integers(0, 20))),
        grades=GradeRule(draw(rising((0, 1, 2, 3), -20))),
        review=ReviewRule(draw(st.integers(1, 24)), draw(points), draw(st.integers(1, 12)), draw(st.integers(0, 10)), draw(points)),
    )


@dataclass
class Case:
    """Evidence about one holder and point."""

    severity: int
    factors: tuple[int | None, ...]
    reviewed: date
    leads: list[tuple[date, int | None]] = field(default_factory=list)
    warnings: list[tuple[str, date, bool]] = field(default_factory=list)
    overdue: list[date] = field(default_factory=list)
    confirmed: int = 0
    grade: int | None = None


factor = st.one_of(st.none(), st.integers(1, 5))
leads = st.lists(st.tuples(days, st.one_of(st.none(), st.integers(1, 3))), max_size=2)
warnings = st.lists(st.tuples(st.sampled_from(TIERS), days, st.booleans()), max_size=2)
cases = st.builds(
    Case, st.integers(1, 3), st.tuples(factor, factor, factor), days, leads, warnings, st.lists(days, max_size=2), st.integers(0, 3),
    st.one_of(st.none(), st.integers(0, 3)),
)  # fmt: skip


@st.composite
def worse(draw: st.DrawFn, case: Case) -> Case:
    """The same with one thing more against it."""
    now = Case(**vars(case) | {"leads": [*case.leads], "warnings": [*case.warnings], "overdue": [*case.overdue]})
    ways = ["lead", "warning", "overdue", "older"]
    ways += ["judged"] * bool(now.leads) + ["reopened"] * any(closed for *_rest, closed in now.warnings)
    ways += ["later"] * bool(now.overdue) + ["taken back"] * bool(now.confirmed) + ["grade"] * (now.grade is not None and now.grade < 3)
    match draw(st.sampled_from(ways)):
        case "lead":
            now.leads.append((draw(days), draw(st.one_of(st.none(), st.integers(1, 3)))))
        case "warning":
            now.warnings.append((draw(st.sampled_from(TIERS)), draw(days), draw(st.booleans())))
        case "overdue":
            now.overdue.append(draw(days))
        case "older":
            now.reviewed -= timedelta(days=draw(st.integers(1, 800)))
        case "judged":
            on, severity = now.leads[0]
            now.leads[0] = (on, 3 if severity is not None else None)
        case "reopened":
            now.warnings = [(tier, on, False) for tier, on, _closed in now.warnings]
        case "later":
            now.overdue[0] -= timedelta(days=draw(st.integers(1, 400)))
        case "taken back":
            now.confirmed -= 1
        case "grade":
            now.grade = 3
    return now


def entered(place: World, case: Case, **more: Any) -> RiskPoint:
    """The case as rows, about somebody of its own."""
    holder = UserFactory(password="!")
    risk = place.point(
        case.severity, direct_holder=holder, registered_on=date(2015, 1, 1), reviewed_on=case.reviewed,
        **dict(zip(("probability", "harm", "influence"), case.factors, strict=True)),
    )  # fmt: skip
    for on, severity in case.leads:
        place.lead(on, severity, person=holder)
    for tier, on, closed in case.warnings:
        place.warning(tier, on, "closed" if closed else "rectifying", person=holder)
    for due_on in case.overdue:
        place.measure(risk, due_on=due_on)
    for _n in range(case.confirmed):
        place.measure(risk, "confirmed")
    if case.grade is not None:
        place.clerk, clerk = holder, place.clerk
        place.grade(case.grade)
        place.clerk = clerk
    return risk


def scores(place: World, rules: Rules) -> dict[int, int]:
    found = evaluate(RiskPoint.objects.filter(unit=place.unit), rules=rules, as_of=TODAY, **everything()).rows()
    return {row.risk_id: row.score if row.score is not None else -1 for row in found}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rules=rule_sets(), pairs=st.lists(cases.flatmap(lambda case: st.tuples(st.just(case), worse(case))), min_size=4, max_size=6))
def test_more_against_a_point_never_lowers_its_score(db: None, rules: Rules, pairs: list[tuple[Case, Case]]) -> None:
    with transaction.atomic():
        place = world()
        made = [(entered(place, case).pk, entered(place, more).pk) for case, more in pairs]
        found = scores(place, rules)
        transaction.set_rollback(True)
    assert all(0 <= score <= 100 for score in found.values())
    assert [pair for pair, (one, other) in zip(pairs, made, strict=True) if found[one] > found[other]] == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=rule_sets(), alone=st.lists(st.tuples(st.integers(1, 3), st.tuples(factor, factor, factor)), min_size=5, max_size=10))
def test_without_evidence_the_level_stays(db: None, rules: Rules, alone: list[tuple[int, tuple[int | None, ...]]]) -> None:
    with transaction.atomic():
        place = world()
        for severity, factors in alone:
            place.point(severity, **dict(zip(("probability", "harm", "influence"), factors, strict=True)))
        found = list(evaluate(RiskPoint.objects.filter(unit=place.unit), rules=rules, as_of=TODAY).rows())
        transaction.set_rollback(True)
    assert [row.level_id for row in found] == [level(severity).pk for severity, _factors in alone]
    assert {row.direction for row in found} == {""}
