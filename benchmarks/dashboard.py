"""The dashboard as leaders open it: its time against that of its SQL alone, and how many statements it takes.

The bare minimum sends the same statements with the same parameters over the same connection, those that PostgreSQL keeps a plan of with
their plan, and reads all their rows; what is above it is
what Python makes of them: counting, charts, template, middleware. The wide screen shows a few figures, which for a small department take
less SQL than a page without anything on it takes time: there the minimum is its SQL and an empty signed-in page.
"""

import os
import statistics
import time
import warnings
from typing import Any

import django
import psycopg

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
warnings.filterwarnings("ignore", message="No directory at")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.figures import Figure  # noqa: E402
from common import prepared  # noqa: E402
from demo.roles import PASSWORD  # noqa: E402
from risks.models import RiskPoint  # noqa: E402
from risks.services.points import changed  # noqa: E402

ROUNDS = 9
MOST_QUERIES, MOST_TIMES = 45, 2.0
READERS = {"unit head": "A001", "deputy": "A003", "department head": "B012"}
PAGES = {"dashboard": "dashboard", "wide screen": "wide"}
EMPTY = "/benchmarks/empty"

Statement = tuple[str, Any, bool]


class Recorder:
    """Keeps the statements of a request, as `connection.execute_wrapper` hands them on."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            self.statements.append((sql, params, isinstance(context["cursor"].cursor, psycopg.RawCursor)))
        return execute(sql, params, many, context)


def bare(statements: list[Statement]) -> None:
    """The same statements, their rows read and dropped."""
    for sql, params, planned in statements:
        with prepared.cursor(numbered=True) if planned else connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()


def opened(client: Client, url: str) -> list[Statement]:
    """The statements of a page, as who comes first after a change of the register waits for them."""
    recorder = Recorder()
    client.get(url)
    changed()
    with connection.execute_wrapper(recorder):
        answer = client.get(url)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answered {answer.status_code}")
    return recorder.statements


def main() -> None:
    """Print the figures."""
    settings.ROOT_URLCONF = "benchmarks.urls"
    size = RiskPoint.objects.count()
    for label, staff_number in READERS.items():
        client = Client()
        client.post(reverse("account_login"), {"login": staff_number, "password": PASSWORD})
        for name, route in PAGES.items():
            url = reverse(f"reporting:{route}")
            statements = opened(client, url)
            ours, alone = in_turns(client, url, statements, beside=EMPTY if route == "wide" else "")
            shown = f"{size} points: {label}, {name}"
            print(Figure(f"{shown} (queries)", len(statements), "queries", target=MOST_QUERIES).dump(), flush=True)
            print(Figure(shown, ours * 1000, "ms", alone * 1000, MOST_TIMES).dump(), flush=True)


def in_turns(client: Client, url: str, statements: list[Statement], *, beside: str) -> tuple[float, float]:
    """Medians of both in seconds; alternately, so that a busy machine slows both. `beside`: a page that belongs to the bare minimum."""
    ours, alone = [], []
    for count in range(ROUNDS + 1):
        # What is kept between two changes of the register is counted anew: this is the page of who comes first after one.
        changed()
        begun = time.perf_counter()
        client.get(url)
        between = time.perf_counter()
        bare(statements)
        if beside:
            client.get(beside)
        ended = time.perf_counter()
        if count:
            ours.append(between - begun)
            alone.append(ended - between)
    return statistics.median(ours), statistics.median(alone)


if __name__ == "__main__":
    main()
