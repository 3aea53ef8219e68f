"""The users of benchmarks.throughput: `locust -f benchmarks/users.py`, in the environment of locust, without Django.

PLAN names a file with one entry for each user (cookies, own key, pages with weights), RESULT the file the figures are written to. Everybody
asks for the next page as soon as the last has come, so that the server is never idle. Anything but a page of 200 on which the user is the
one signed in is an error, a redirect to the sign-in page too; of a part, which does not say whose it is, anything but a part.
"""

import json
import os
import random
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant, events, task

PLAN = json.loads(Path(os.environ["PLAN"]).read_text())
PART = '<div id="results"'
_numbers = count()


class Reader(FastHttpUser):
    """Somebody of the plan at work."""

    wait_time = constant(0)
    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        """Take the next place in the plan; what is opened in which order is the same in every run."""
        number = next(_numbers) % len(PLAN)
        mine = PLAN[number]
        self.whole = {"Cookie": mine["cookies"], "Accept-Language": "zh-CN"}
        self.part = self.whole | {"HX-Request": "true", "HX-Target": "results"}
        self.mark = f'data-user="{mine["user"]}"'
        self.pages = [(kind, url) for kind, _weight, url in mine["pages"]]
        self.weights = [weight for _kind, weight, _url in mine["pages"]]
        self.chance = random.Random(number)

    @task
    def read(self) -> None:
        """Open one page."""
        kind, url = self.chance.choices(self.pages, self.weights)[0]
        is_part = kind.endswith("(part)")
        headers = self.part if is_part else self.whole
        with self.client.get(url, name=kind, headers=headers, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code} {url}")
            elif (PART if is_part else self.mark) not in answer.text:
                answer.failure(f"not the page of this person: {url}")


@events.quitting.add_listener
def tell(environment: Any, **_more: Any) -> None:
    """Write down what was measured since all users were there (--reset-stats)."""
    stats = environment.stats
    entries = {entry.name: entry for entry in stats.entries.values()}
    found = {
        "pages": stats.total.num_requests,
        "a_second": stats.total.total_rps,
        "p95": stats.total.get_response_time_percentile(0.95),
        "errors": stats.total.num_failures,
        "told": [f"{error.occurrences} × {error.error}" for error in list(stats.errors.values())[:5]],
        "kinds": {name: (entry.num_requests, entry.median_response_time) for name, entry in sorted(entries.items())},
    }
    Path(os.environ["RESULT"]).write_text(json.dumps(found))
    environment.process_exit_code = 0
