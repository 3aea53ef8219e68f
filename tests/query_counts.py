"""How many queries a list page takes stands in tests/query_counts.json, and does not grow with its rows.

    def test_queries_of_the_list(count_queries):
        count_queries("jobs:index", user=owner, make_rows=lambda n: JobFactory.create_batch(n, owner=owner))

asks the page as `user` with 3 rows and with 60 (`make_rows` is called with how many to add). `args` stand in the address, `query` behind it
("state=draft"); the key in the file is the URL name, with "?query" when there is one. A number that changed on purpose is written with
UPDATE_QUERY_COUNTS=1 and looked at in the diff. A page that is no list but gathers from everywhere says `most` of its own.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

FILE = Path(__file__).with_name("query_counts.json")
FEW, MANY = 3, 60
# Whatever the file says; most lists stay far below (issue A: at most 12 for the register).
MOST = 24


def _count(client: Client, address: str) -> tuple[int, list[str]]:
    client.get(address)  # what is asked only once (content types, the session's first seconds) does not count
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, f"{address} answered {response.status_code}"
    return len(captured), [query["sql"][:300] for query in captured]


@pytest.fixture
def count_queries(db: None) -> Callable[..., None]:
    """See the top of this file."""

    def check(
        url_name: str, *, user: Any, make_rows: Callable[[int], Any], args: Sequence[Any] = (), query: str = "", most: int = MOST
    ) -> None:
        client = Client()
        client.force_login(user)
        address = reverse(url_name, args=args) + (f"?{query}" if query else "")
        make_rows(FEW)
        few, _queries = _count(client, address)
        make_rows(MANY - FEW)
        many, queries = _count(client, address)
        assert many == few, f"{address}: {few} queries with {FEW} rows, {many} with {MANY}:\n" + "\n".join(queries)
        _compare(f"{url_name}?{query}" if query else url_name, many, queries, most)

    return check


def _compare(key: str, number: int, queries: list[str], most: int) -> None:
    known = json.loads(FILE.read_text("utf-8"))
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        FILE.write_text(json.dumps(known | {key: number}, indent=2, sort_keys=True) + "\n", "utf-8")
    else:
        assert known.get(key) == number, f"{key}: {number} queries, {FILE.name} says {known.get(key)}:\n" + "\n".join(queries)
    assert number <= most, f"{key}: {number} queries are too many:\n" + "\n".join(queries)
