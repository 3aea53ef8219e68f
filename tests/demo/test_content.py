"""The demo's texts: each file is whole, refers to what exists, and says nothing twice."""

from collections import Counter

import pytest

from demo import content, scale
from demo.dates import WRITTEN_FOR, Calendar
from positions.models import (
    DepartmentKind,
    Hand,
    HolderLevel,
    MajorMatter,
    PanelMember,
    PowerCategory,
    Rank,
    Requirement,
    StepFunction,
    StepKind,
    StepMode,
)
from positions.states import RuleState
from risks.models import Aspect, DefenceLine, FoundBy, MeasureKind, Method

ALL = [*content.bureau(), *content.institute()]
every_department = pytest.mark.parametrize("text", ALL, ids=lambda text: text.slug)
ROLES = {"分管领导", "主要领导", "党委", "纪检组"}


def _known(choices: object, value: str, *, blank: bool = False) -> bool:
    return value in choices.values or (blank and value == "")


@every_department
def test_words_are_those_of_the_models(text: content.Department) -> None:
    assert text.kind == "leadership" or _known(DepartmentKind, text.kind)
    assert all(_known(Rank, position.rank) and position.holders >= 1 and position.duties for position in text.positions)
    for power in text.powers:
        assert _known(PowerCategory, power.category), power.number
        assert _known(HolderLevel, power.level), power.number
        assert _known(MajorMatter, power.major_matter, blank=True), power.number
        assert all(_known(Requirement, value) for value in power.requires), power.number
        for step in power.steps:
            assert _known(StepKind, step.kind), (power.number, step.key)
            assert _known(StepMode, step.mode), (power.number, step.key)
            assert _known(Hand, step.hand, blank=True), (power.number, step.key)
            assert _known(StepFunction, step.function, blank=True), (power.number, step.key)
            assert all(_known(PanelMember, member) for member in step.panel), (power.number, step.key)
        for risk in power.risks:
            assert _known(HolderLevel, risk.level), risk.title
            assert _known(Aspect, risk.aspect), risk.title
            assert _known(FoundBy, risk.found_by), risk.title
            assert _known(Method, risk.method), risk.title
            assert 1 <= risk.probability <= 5, risk.title
            assert 1 <= risk.harm <= 5, risk.title
            assert risk.measures, risk.title
            assert all(_known(MeasureKind, m.kind) and _known(DefenceLine, m.line) and m.text for m in risk.measures), risk.title
    assert all(_known(RuleState, rule.state) and bool(rule.since) == (rule.state != "to_make") for rule in text.rules)


@every_department
def test_refers_only_to_what_exists(text: content.Department) -> None:
    siblings = content.institute() if text in content.institute() else content.bureau()
    posts = {f"{department.name}/{position.name}" for department in siblings for position in department.positions}
    own = {position.name for position in text.positions}
    for power in text.powers:
        keys = [step.key for step in power.steps]
        assert len(keys) == len(set(keys)), power.number
        assert [step.kind for step in power.steps].count("start") == 1, power.number
        assert "end" in [step.kind for step in power.steps], power.number
        assert {key for link in power.links for key in (link.source, link.target)} == set(keys), power.number
        assert power.level != HolderLevel.POSITION or power.position in own, power.number
        for step in power.steps:
            holder = step.holder
            known = not holder or holder in own or (holder[0] == "@" and (holder[1:] in posts or holder[1:] in ROLES))
            assert known, (power.number, step.key, holder)
        for risk in power.risks:
            assert risk.step in keys, risk.title
            assert risk.level != HolderLevel.POSITION or risk.position in own, risk.title


def test_no_two_alike() -> None:
    for text in ALL:
        twice = [title for title, n in Counter(risk.title for _power, risk in text.risks).items() if n > 1]
        assert not twice, (text.slug, twice)
    for part in ("content", "manifestation"):
        said = Counter(getattr(risk, part) for text in ALL for _power, risk in text.risks)
        assert not [words for words, n in said.items() if n > 1]
    numbers = Counter(power.number for text in ALL for power in text.powers)
    assert max(numbers.values()) == 1


def test_size_of_the_bureau() -> None:
    departments = [text for text in content.bureau() if not text.is_leadership]
    assert len(departments) == 12
    assert 115 <= sum(position.holders for text in content.bureau() for position in text.positions) <= 130
    assert 75 <= sum(len(text.powers) for text in content.bureau()) <= 85
    assert 750 <= sum(len(text.risks) for text in content.bureau()) <= 850


def test_everybody_has_a_name_of_their_own() -> None:
    people = content.words()["people"]
    names = [name for posts in people["fixed"].values() for _number, name, _since in posts]
    names += people["other"]["names"] + people["institute"]["names"] + [name for _number, name in people["former"].values()]
    assert [name for name, n in Counter(names).items() if n > 1] == []
    fixed = sum(len(posts) for posts in people["fixed"].values())
    assert len(people["other"]["names"]) >= sum(p.holders for text in content.bureau() for p in text.positions) - fixed


@pytest.mark.parametrize("today", ["2026-11-21", "2026-11-27", "2026-11-28", "2027-06-15", "2026-01-05"])
def test_the_story_moves_by_whole_weeks_and_never_into_the_future(today: str) -> None:
    calendar = Calendar(WRITTEN_FOR.fromisoformat(today))
    told = calendar.day("2026-11-21")
    assert told.weekday() == WRITTEN_FOR.weekday()
    assert 0 <= (calendar.today - told).days <= 6


def test_stations_say_nothing_twice() -> None:
    """`--scale`: every combination of a kind of station is another text, for as many stations as a register of 100,000 points has."""
    stations = scale.Stations(Calendar(WRITTEN_FOR), 125)
    assert len(stations.texts) == 248
    assert len({text.name for text in stations.texts}) == 248
    said: Counter[str] = Counter()
    for n, text in enumerate(stations.texts):
        station = scale.Texts(stations, n)
        titles = [station.at(k).title for k in range(scale.POINTS)]
        assert len(set(titles)) == scale.POINTS, text.name
        said.update(station.at(k).content for k in range(scale.POINTS))
    assert max(said.values()) == 1
