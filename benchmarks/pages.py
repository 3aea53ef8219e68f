"""The register's list as different people open it: queries, and time against an empty signed-in page in turns with it.

Requests go through the whole stack of middleware, in this process. Everything is warm: the first round is not counted.
"""

import os
import statistics
import time
import warnings

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
warnings.filterwarnings("ignore", message="No directory at")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.figures import Figure  # noqa: E402
from demo.roles import PASSWORD  # noqa: E402
from risks.models import RiskPoint  # noqa: E402

ROUNDS = 25
MOST_QUERIES, MOST_TIMES = 12, 2.0
READERS = {"leading group": "A001", "department head": "B012", "staff": "C022"}


def addresses(user: User) -> dict[str, str]:
    """What is opened: query strings of the list by name."""
    points = RiskPoint.objects.visible_to(user)
    pages = max(points.count() // settings.PAGE_SIZE, 1)
    level = points.order_by("current_level__severity").values_list("current_level_id", flat=True).last()
    return {
        "first page": "",
        "deep page": f"?page={pages // 2 + 1}",
        "last page": f"?page={pages}",
        "by level": f"?level={level}",
        "by aspect, sorted": "?aspect=process&sort=-level",
        "search 补贴": "?q=补贴",
        "search 超标准接待": "?q=超标准接待",
        "search, nothing found": "?q=无此事项",
    }


def main() -> None:
    """Print the figures."""
    settings.ROOT_URLCONF = "benchmarks.urls"
    size = RiskPoint.objects.count()
    register = reverse("risks:register")
    for label, staff_number in READERS.items():
        user = User.objects.get(staff_number=staff_number)
        client = Client()
        client.post(reverse("account_login"), {"login": staff_number, "password": PASSWORD})
        for name, query in addresses(user).items():
            url = register + query
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url)
            count = len(queries)
            if answer.status_code != 200:
                raise SystemExit(f"{url} answered {answer.status_code} to {label}")
            shown = f"{size}: {label}, {name}"
            ours, bare = in_turns(client, url, "/benchmarks/empty")
            print(Figure(f"{shown} (queries)", count, "queries", target=MOST_QUERIES).dump(), flush=True)
            print(Figure(shown.replace(f"{size}:", f"{size} points:"), ours * 1000, "ms", bare * 1000, MOST_TIMES).dump(), flush=True)


def in_turns(client: Client, ours: str, bare: str) -> tuple[float, float]:
    """Medians of both in seconds; alternately, so that a busy machine slows both."""
    taken: dict[str, list[float]] = {ours: [], bare: []}
    for count in range(ROUNDS + 2):
        for url, times in taken.items():
            begun = time.perf_counter()
            client.get(url)
            if count >= 2:
                times.append(time.perf_counter() - begun)
    return statistics.median(taken[ours]), statistics.median(taken[bare])


if __name__ == "__main__":
    main()
