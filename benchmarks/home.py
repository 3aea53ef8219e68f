"""The start page as people of five roles open it: queries, and time against an empty signed-in page in turns with it."""

import os
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

from benchmarks.figures import Figure  # noqa: E402
from benchmarks.pages import in_turns  # noqa: E402
from demo.roles import PASSWORD  # noqa: E402
from risks.models import RiskPoint  # noqa: E402

MOST_QUERIES, MOST_TIMES = 24, 2.0
READERS = {"unit head": "A001", "discipline head": "A005", "office": "B022", "clerk": "C022", "system administrator": "S901"}
# PostgreSQL settles on a plan for a statement when a connection has asked it some times (common.prepared).
WARM = 10


def main() -> None:
    """Print the figures."""
    settings.ROOT_URLCONF = "benchmarks.urls"
    size, url = RiskPoint.objects.count(), reverse("web:start")
    for label, staff_number in READERS.items():
        client = Client()
        client.post(reverse("account_login"), {"login": staff_number, "password": PASSWORD})
        for _round in range(WARM):
            client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        count = len(queries)  # now: the next request empties the log
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code} to {label}")
        ours, bare = in_turns(client, url, "/benchmarks/empty")
        shown = f"{size} points: start page, {label}"
        print(Figure(f"{shown} (queries)", count, "queries", target=MOST_QUERIES).dump(), flush=True)
        print(Figure(shown, ours * 1000, "ms", bare * 1000, MOST_TIMES).dump(), flush=True)


if __name__ == "__main__":
    main()
