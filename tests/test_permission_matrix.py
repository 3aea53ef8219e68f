"""Every route and verb as every relation, against the hand-written tests/permission_matrix.csv (quality.md: authorisation)."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix_world import RELATIONS, World, build_world, undone

FILE = Path(__file__).with_name("permission_matrix.csv")
HEADER = ["route", "verb", "object", "data", *RELATIONS]
VERBS = ("GET", "POST")
REFUSED_ALWAYS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WORDS = {"ok", "in", "login"}


@dataclass(frozen=True)
class Line:
    """One line of the matrix."""

    number: int
    route: str
    verb: str
    object: str
    data: str
    expected: dict[str, str]


def read() -> list[Line]:
    """The matrix; a malformed file fails the collection, so that it can not be overlooked."""
    numbered = [(n, text) for n, text in enumerate(FILE.read_text("utf-8").splitlines(), 1) if text.strip() and not text.startswith("#")]
    rows = [next(csv.reader([text])) for _n, text in numbered]
    assert rows[0] == HEADER, f"header of {FILE.name} must be {HEADER}"
    lines = []
    for (number, _text), row in zip(numbered[1:], rows[1:], strict=True):
        assert len(row) == len(HEADER), f"line {number}: {len(row)} columns instead of {len(HEADER)}"
        route, verb, thing, data, *values = (value.strip() for value in row)
        assert verb in VERBS, f"line {number}: verb {verb!r}"
        assert all(v in WORDS or (v.isdigit() and 400 <= int(v) < 500) for v in values), f"line {number}: unknown value in {values}"
        lines.append(Line(number, route, verb, thing, data, dict(zip(RELATIONS, values, strict=True))))
    return lines


LINES = read()
BY_ROUTE: dict[str, list[Line]] = defaultdict(list)
for _line in LINES:
    BY_ROUTE[_line.route].append(_line)


def routes() -> Iterator[str]:
    """The names of all routes there are; a route without a name is told by its pattern."""

    def walk(patterns: list[Any], namespace: str, prefix: str) -> Iterator[str]:
        for entry in patterns:
            where = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from walk(entry.url_patterns, inner, where)
            elif isinstance(entry, URLPattern):
                yield f"{namespace}{entry.name}" if entry.name else f"unnamed {where}"

    yield from walk(get_resolver().url_patterns, "", "/")


def test_every_route_is_declared() -> None:
    missing = sorted(set(routes()) - set(BY_ROUTE))
    assert not missing, f"routes without a line in {FILE.name}: {missing}"


def test_every_declared_route_exists() -> None:
    gone = sorted(set(BY_ROUTE) - set(routes()))
    assert not gone, f"lines in {FILE.name} for routes that do not exist: {gone}"


def test_no_line_is_declared_twice() -> None:
    keys = [(line.route, line.verb, line.object, line.data) for line in LINES]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


@dataclass
class Stage:
    """The world and a signed-in cookie for each relation."""

    world: World
    cookies: dict[str, str]

    def ask(self, relation: str, verb: str, address: str, data: str = "") -> HttpResponse:
        """One request whose traces in the database and the cache are undone."""
        client = Client(raise_request_exception=False)
        if relation in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[relation]
        query = parse_qs(data, keep_blank_values=True)
        with undone():
            response = getattr(client, verb.lower())(address, query) if verb in VERBS else client.generic(verb, address)
            if response.streaming:
                list(response.streaming_content)  # closes the file
            return response


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The world, once for the whole matrix, in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        yield Stage(world, world.sign_in())
        transaction.set_rollback(True)


def address_of(world: World, line: Line) -> str:
    """The line's address with the objects of the world in it."""
    if not line.object:
        return reverse(line.route)
    if "=" in line.object:
        pairs = (pair.split("=", 1) for pair in line.object.split(";"))
        return reverse(line.route, kwargs={name: world.address_value(key) for name, key in pairs})
    return reverse(line.route, args=[world.address_value(line.object)])


def outcome(response: HttpResponse) -> str:
    """What the answer means in the words of the matrix."""
    if 300 <= response.status_code < 400:
        return "login" if response.headers.get("Location", "").split("?")[0] == reverse(settings.LOGIN_URL) else "ok"
    return "ok" if response.status_code < 300 else str(response.status_code)


def agrees(expected: str, found: str) -> bool:
    return found == expected or (expected == "in" and found in ("ok", "409", "422"))


@pytest.mark.parametrize("route", sorted(BY_ROUTE))
def test_route(stage: Stage, route: str) -> None:
    faults = []
    for line in BY_ROUTE[route]:
        address = address_of(stage.world, line)
        for relation, expected in line.expected.items():
            found = outcome(stage.ask(relation, line.verb, address, line.data))
            if not agrees(expected, found):
                faults.append(f"line {line.number}: {line.verb} {address} as {relation}: {expected} expected, {found} found")
    faults += undeclared_verbs(stage, BY_ROUTE[route])
    assert not faults, "\n".join(faults)


def undeclared_verbs(stage: Stage, lines: list[Line]) -> list[str]:
    """Verbs without a line, which must do nothing for anybody."""
    address = address_of(stage.world, lines[0])
    declared = {line.verb for line in lines}
    tries = [(verb, relation) for verb in VERBS if verb not in declared for relation in RELATIONS]
    tries += [(verb, relation) for verb in REFUSED_ALWAYS for relation in ("anonymous", "own", "system_admin")]
    tries += [("HEAD", "own")] if "GET" not in declared else []
    faults = []
    for verb, relation in tries:
        found = outcome(stage.ask(relation, verb, address))
        if found not in ("405", "404") and not (found == "login" and relation == "anonymous"):
            faults.append(f"{verb} {address} as {relation}: has no line, so 405 expected, {found} found")
    return faults
