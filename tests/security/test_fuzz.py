"""10,000 requests nobody should send, against every route as people who may use it (quality.md: input).

Nothing answers 5xx; what the database would refuse at the commit does not pass either; no row comes to point to another unit's object;
fields that a form does not have, and fields sent twice, change nothing.
"""

from collections import Counter

import pytest

from tests.security.changes import Fence, World, touched, written
from tests.security.forms_found import Found
from tests.security.hostile import GUARDED, Attempt, Generator
from tests.security.stage import Stage
from tests.test_permission_matrix import BY_ROUTE, LINES, Line, address_of

READS, WRITES = 12, 14  # requests for each line of the matrix: more than ten thousand; more than half of the kinds on each line
# Routes of libraries where a request costs a key derivation or a new secret: fewer of them.
LIBRARY = ("account_", "mfa_")
OF_LIBRARY = 12


def count(line: Line) -> int:
    """How many requests a line gets."""
    if line.route.startswith(LIBRARY):
        return OF_LIBRARY
    return READS if line.verb == "GET" else WRITES


def test_there_are_ten_thousand() -> None:
    assert sum(map(count, LINES)) >= 10_000


@pytest.fixture(scope="module")
def fence(stage: Stage) -> Fence:
    return Fence(stage.foreign)


@pytest.fixture(scope="module")
def before(stage: Stage) -> World:
    return World()


def forms_for(stage: Stage, line: Line) -> list[Found]:
    """Where to begin: the line as it stands for two people who may, and the forms of its route that pages offer."""
    able = [r for r, value in line.expected.items() if value in ("ok", "in", "422") and r in stage.cookies] or ["own"]
    address = address_of(stage.world, line)
    pairs = tuple(tuple(pair.split("=", 1)) for pair in line.data.split("&") if pair)
    known = tuple((name, ("",)) for name in sorted(stage.forms.names(line.route, line.verb)))
    plain = [Found(relation, address, pairs, known) for relation in dict.fromkeys((able[0], able[-1]))]
    offered = [form for form in stage.forms.of(line.route, line.verb) if form.relation in able]
    same = [form for form in offered if form.address == address]
    return (same or offered) + plain


@pytest.mark.parametrize("route", sorted(BY_ROUTE))
def test_hostile_requests(stage: Stage, fence: Fence, route: str) -> None:
    foreign = [str(key) for keys in stage.foreign.values() for key in sorted(keys)[:4]]
    faults = []
    for line in BY_ROUTE[route]:
        forms = forms_for(stage, line)
        generator = Generator(f"{line.route} {line.verb} {line.object} {line.data}", foreign)
        for n, form in enumerate(forms):
            share = count(line) // len(forms) + (n < count(line) % len(forms))
            for attempt in generator.attempts(line.verb, form, share):
                faults += _faults(stage, fence, form.relation, attempt)
    assert not faults, "\n".join(faults[:40])


def _faults(stage: Stage, fence: Fence, relation: str, attempt: Attempt) -> list[str]:
    counts = touched()
    with stage.undone():
        try:
            response = stage.ask(relation, attempt)
            if response.status_code >= 500:
                return [f"{response.status_code} to {relation}: {attempt}"]
            stage.check_pending()
        except Exception as error:  # noqa: BLE001 -- collected, so that one run shows all of them
            return [f"{type(error).__name__} ({str(error)[:200]}) for {relation}: {attempt}"]
        if relation == "other_unit_head":
            return []
        # The system administrator may give anybody of the installation a post.
        return [f"{text}, by {relation}: {attempt}" for text in fence.broken(written(counts), people=relation != "system_admin")]


# ---- fields that a form does not have, and fields sent twice

# What these forms do have although no page that was read shows the field.
HAVE = {
    "organisation:unit_new": {"number"},
    "accounts:create": {"admin_role"},
}
WORDS = {"title", "name", "duties", "commitment", "text", "note", "key_points", "content", "basis"}
WRITING = sorted({line.route for line in LINES if line.verb == "POST" and not line.route.startswith(LIBRARY)})


def changes(stage: Stage, before: World, form: Found, more: list[tuple[str, str]]) -> tuple[int, Counter[str]]:
    """Status, and rows that came and went (went: counted below zero)."""
    generator = Generator("", [])
    counts = touched()
    # An edit form that is sent back unchanged writes nothing, and would show nothing.
    pairs = [(name, f"{value}改" if name in WORDS and value else value) for name, value in form.pairs]
    more = [(name, f"{value}改" if name in WORDS and value else value) for name, value in more]
    with stage.undone():
        response = stage.ask(form.relation, generator._send("POST", form, [("csrfmiddlewaretoken", "x"), *more, *pairs, *more]))
        tables = written(counts)
        after = before.rows(tables)
    after.subtract(before.rows(tables))
    return response.status_code, Counter({row: n for row, n in after.items() if n})


# Of each area some: were they refused, the comparison below would compare nothing with nothing.
SURE = ("risks:risk_retire", "risks:review_decide", "risks:form_duties", "risks:measure_report", "risks:grading_reject",
        "powers:rule-enact", "powers:hand-in", "notifications:read_all", "jobs:cancel", "organisation:department_edit",
        "accounts:edit")  # fmt: skip


@pytest.mark.parametrize("route", SURE)
def test_these_forms_write(stage: Stage, before: World, route: str) -> None:
    lines = [line for line in BY_ROUTE[route] if line.verb == "POST"]
    assert any(changes(stage, before, form, [])[1] for line in lines for form in forms_for(stage, line))


@pytest.mark.parametrize("route", WRITING)
def test_unknown_and_doubled_fields_change_nothing(stage: Stage, before: World, route: str) -> None:
    faults = []
    for line in (line for line in BY_ROUTE[route] if line.verb == "POST"):
        for form in forms_for(stage, line):
            have = stage.forms.names(route, "POST") | form.names | HAVE.get(route, set())
            have |= {name.removesuffix("_id") for name in have} | {f"{name}_id" for name in have}
            status, normal = changes(stage, before, form, [])
            extra = [(name, value) for name in GUARDED if name not in have for value in ("1", "graded")]
            faults += _differences(f"unknown fields, {form}", (status, normal), changes(stage, before, form, extra))
            twice = changes(stage, before, form, [pair for pair in form.pairs if "TOTAL_FORMS" not in pair[0]])
            faults += _differences(f"doubled fields, {form}", (status, normal), twice)
    assert not faults, "\n".join(faults[:20])


def _differences(what: str, normal: tuple[int, Counter[str]], other: tuple[int, Counter[str]]) -> list[str]:
    if normal[0] != other[0]:
        return [f"{what}: {normal[0]} became {other[0]}"]
    rows = Counter(other[1])
    rows.subtract(normal[1])
    return [f"{what}: {n:+d} {row[:600]}" for row, n in rows.items() if n]
