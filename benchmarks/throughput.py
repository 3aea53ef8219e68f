"""200 people at work at once, against the same 200 on the empty signed-in page: how many pages a second, and errors.

The server is the one of the image: the command in the Dockerfile, with its processes. People, server, PostgreSQL and Valkey share
this machine, for both measurements alike. They are signed in by sessions made here, not by the sign-in page, which lets one address in
60 times a minute and takes its time over passwords on purpose.

Everything is warm: everybody works for a while before anything is measured, so long that nearly everybody has opened each kind of page in
each of the processes (a tenth of the 20,000 requests that one of them lives for). Each measurement begins with the time in which the people
arrive (not counted). Both are made in turns, and what is told is the better of each, as what disturbs a machine only ever slows it.
"""

import json
import os
import re
import secrets
import socket
import string
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
warnings.filterwarnings("ignore", message="No directory at")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.databases import ROOT  # noqa: E402
from benchmarks.figures import Figure  # noqa: E402
from positions.scopes import scope_of  # noqa: E402
from reporting.dashboards.selection import leads_somebody  # noqa: E402
from risks.models import Declaration, RiskPoint  # noqa: E402

PEOPLE, LEADERS = 200, 20
WARMING_SECONDS, ARRIVING_SECONDS, MEASURED_SECONDS, ROUNDS = 200, 20, 30, 2
LEAST_SHARE = 0.6
LOCUST = Path(sys.prefix) / "locust" / "bin" / "locust"
EMPTY = "/benchmarks/empty"

# How often what is opened, out of a hundred pages of one person. The start page is where everybody comes back to after each thing done.
# During a campaign people mostly write their form; between campaigns they look things up in the register and read single points. The list's
# filters and pages are asked for as parts, as browsers do (htmx). Notices are read from the start page as often as from the inbox. Words
# are searched seldom, as filters find most. Leaders look at the dashboard instead of writing forms; others have none.
START, REGISTER, FILTERED, NEXT_PAGE, POINT, FORM, INBOX, SEARCH, DASHBOARD = 26, 8, 8, 4, 20, 18, 10, 6, 6


def people() -> list[User]:
    """Leaders and others, evenly from the whole organisation."""
    found = list(User.objects.filter(is_active=True, admin_role="").order_by("pk"))
    leaders = [user for user in found[: len(found) // 4] if leads_somebody(scope_of(user))]
    others = [user for user in found if user not in set(leaders)]
    return _evenly(leaders, LEADERS) + _evenly(others, PEOPLE - LEADERS)


def _evenly(some: list[User], number: int) -> list[User]:
    return [some[place * len(some) // number] for place in range(number)]


def pages_of(user: User) -> list[tuple[str, float, str]]:
    """Kind, weight and address of what the person opens; all of it is theirs to see. Kinds that end in “(part)” are asked for by htmx."""
    register = reverse("risks:register")
    points = RiskPoint.objects.visible_to(user).registered()
    level = points.order_by("current_level_id").values_list("current_level_id", flat=True).first()
    found = [
        ("start page", START, reverse("web:start")),
        ("register", REGISTER, register),
        ("register, filtered (part)", FILTERED / 2, f"{register}?level={level or ''}"),
        ("register, filtered (part)", FILTERED / 2, f"{register}?aspect=process&sort=-level"),
        ("register, next page (part)", NEXT_PAGE, f"{register}?page=2"),
        ("inbox", INBOX, reverse("notifications:index")),
        ("search", SEARCH, f"{reverse('web:search')}?q=补贴"),
    ]
    keys = list(points.order_by("pk").values_list("pk", flat=True)[:20])
    found += [("risk point", POINT / len(keys), reverse("risks:risk", args=[key])) for key in keys]
    if leads_somebody(scope_of(user)):
        return [*found, ("dashboard", DASHBOARD, reverse("reporting:dashboard"))]
    form = Declaration.objects.visible_to(user).filter(declarant=user).order_by("-pk").values_list("pk", flat=True).first()
    return [*found, ("my form", FORM, reverse("risks:form", args=[form]) if form else reverse("risks:forms"))]


def signed_in(user: User) -> tuple[str, str]:
    """The key of a session of their own, and the cookies of a browser in which it is open."""
    client = Client()
    client.force_login(user)
    key = str(client.session.session_key)
    token = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
    return key, f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={token}"


@contextmanager
def served(log: Path) -> Iterator[str]:
    """The address of the product as the image serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    given = [word for word in json.loads(re.findall(r"^CMD (\[.+\])$", text, re.MULTILINE)[-1]) if not word.startswith("--bind")]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind={address}",
        *["benchmarks.wsgi" if word == "config.wsgi" else word for word in given[1:]],
    ]
    with log.open("wb") as output, subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output) as process:
        try:
            _wait_for(f"http://{address}/healthz", process, log)
            yield f"http://{address}"
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            if process.poll() is not None:
                break
        time.sleep(0.1)
    raise SystemExit(f"the server did not come up:\n{log.read_text()[-2000:]}")


def visited(address: str, plan: list[dict[str, Any]], folder: Path, seconds: int = MEASURED_SECONDS) -> dict[str, Any]:
    """What locust measured while everybody followed the plan, in the seconds after all had come."""
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [
        str(LOCUST), "--headless", "--skip-log", "--locustfile", str(ROOT / "benchmarks" / "users.py"), "--host", address,
        "--users", str(PEOPLE), "--spawn-rate", str(PEOPLE // ARRIVING_SECONDS), "--reset-stats",
        "--run-time", f"{ARRIVING_SECONDS + seconds}s",
    ]  # fmt: skip
    environment = os.environ | {"PLAN": str(folder / "plan.json"), "RESULT": str(folder / "result.json")}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return found


def main() -> None:
    """Print the figures."""
    if not LOCUST.exists():
        raise SystemExit(f"{LOCUST} is missing; `make bench` installs it")
    mix, empty, keys = [], [], []
    for user in people():
        key, cookies = signed_in(user)
        keys.append(key)
        mix.append({"cookies": cookies, "user": user.pk, "pages": pages_of(user)})
        empty.append({"cookies": cookies, "user": user.pk, "pages": [("empty page", 1, EMPTY)]})
    measured: dict[str, list[dict[str, Any]]] = {"mix": [], "empty": []}
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, served(Path(folder) / "web.log") as address:
            visited(address, mix, Path(folder), WARMING_SECONDS)
            for _ in range(ROUNDS):
                measured["empty"].append(visited(address, empty, Path(folder)))
                measured["mix"].append(visited(address, mix, Path(folder)))
    finally:
        Session.objects.filter(pk__in=keys).delete()
    tell(measured, RiskPoint.objects.count())


def tell(measured: dict[str, list[dict[str, Any]]], size: int) -> None:
    """The better of both rounds, and every error of all of them."""
    best = {name: max(rounds, key=lambda found: found["a_second"]) for name, rounds in measured.items()}
    shown = f"{size} points: {PEOPLE} people at once"
    for name, (number, median) in best["mix"]["kinds"].items():
        print(f"  {name}: {number} pages, median {median} ms (empty page: {best['empty']['kinds']['empty page'][1]} ms)")
    errors = 0
    for found in [*measured["mix"], *measured["empty"]]:
        errors += found["errors"]
        for line in found["told"]:
            print(f"  error: {line}")
    print(Figure(f"{shown}, pages", best["mix"]["a_second"], "/s", best["empty"]["a_second"], least=LEAST_SHARE).dump())
    print(Figure(f"{shown}, 95 of 100 within", best["mix"]["p95"] / 1000, "s", best["empty"]["p95"] / 1000).dump())
    print(Figure(f"{shown}, errors", errors, "errors", target=0).dump())


if __name__ == "__main__":
    main()
