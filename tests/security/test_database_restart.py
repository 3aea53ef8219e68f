"""PostgreSQL restarted and killed under load: nothing that was acknowledged is missing, and it serves again within 5 seconds (quality.md).

A cluster and a web server of the test's own; the database comes there as a backup does, so that too is tried on a fresh cluster.
"""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import override_settings

from accounts.models import User
from common.backup import making, sealed
from config import embedded
from config.embedded_servers import free_port, stop_process
from tests.factories.organisation import small_unit

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Ein-langes-Passw0rt"
WITHIN = 5.0
NEW_RULE = "/powers/rules/new/"
KEY = sealed.new_key()


@pytest.fixture
def cluster() -> Iterator[embedded.Servers]:
    """Servers that write to the disk as a real installation's do."""
    home = Path(tempfile.mkdtemp(prefix="lianfang-test-", dir="/var/tmp"))
    home.chmod(0o711)
    servers = embedded.start(home)
    yield servers
    servers.stop()
    shutil.rmtree(home)


@pytest.fixture
def site(cluster: embedded.Servers, transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """gunicorn on the restored backup of a small unit; its port."""
    small_unit()
    User.objects.filter(admin_role="").update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt0123456789abcdefgh", 1000))
    with override_settings(MEDIA_ROOT=tmp_path / "none", AUDIT_ANCHOR_DIR=tmp_path / "none"):
        making.make(tmp_path / "backup", KEY)
    environment = os.environ | {
        "DATABASE_URL": cluster.database_url,
        "REDIS_URL": cluster.redis_url,
        "LIANFANG_DATA_DIR": str(tmp_path / "data"),
        "BACKUP_KEY": KEY,
        "LIANFANG_TESTING": "0",  # connections are kept between requests, as in a real installation
        "LIANFANG_DEMO": "1",
        "DEBUG": "1",  # style sheets without collectstatic
        "SECRET_KEY": "of-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz",
        "LEADS_KEYS": "of-this-test-only-0123456789-ABCDEFGHIJKLMN=",
        "LOG_LEVEL": "ERROR",
    }
    subprocess.run(
        [sys.executable, "manage.py", "restore", str(tmp_path / "backup")], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    port = free_port(None)
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--worker-class=gthread"]
    with (tmp_path / "gunicorn.log").open("wb") as log:
        server = subprocess.Popen([*command, "--workers=2", "--threads=3"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _until(lambda: _status(port, "/healthz") is not None, 60)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _until(true: Callable[[], object], seconds: float, why: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, re.sub(r"(?s)<[^>]*>|\s+", " ", why())[-1500:]
        Event().wait(0.05)


def _status(port: int, path: str) -> int | None:
    with suppress(OSError, http.client.HTTPException), closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as answer:
            return answer.status
    return None


@dataclass
class Clerk:
    """Signs in and enters rules one after another; knows what the server said it kept, and when."""

    port: int
    number: str
    cookies: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[float, str]] = field(default_factory=list)
    tried: int = 0
    last: str = ""

    def ask(self, verb: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(verb, path, urlencode(data) if data is not None else None, headers)
            with connection.getresponse() as answer:
                for name, value in answer.getheaders():
                    if name == "Set-Cookie":
                        key, _equals, rest = value.partition("=")
                        self.cookies[key] = rest.split(";")[0]
                return answer.status, answer.read().decode()

    def token(self, path: str) -> str:
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", path)[1])
        return found[1] if found else ""

    def sign_in(self) -> None:
        path = "/accounts/login/"
        status, body = self.ask("POST", path, {"csrfmiddlewaretoken": self.token(path), "login": self.number, "password": PASSWORD})
        assert status == 302, body[:500]

    def work(self, stop: Event) -> None:
        """Until told to stop; what fails is tried again under another name, as people do."""
        page = self.ask("GET", NEW_RULE)[1]
        department = re.search(r'<option value="(\d+)" selected', page)
        data = {"csrfmiddlewaretoken": self.token(NEW_RULE), "department": department[1] if department else ""}
        while not stop.is_set():
            self.tried += 1
            title = f"{self.number}第{self.tried}项制度"
            with suppress(OSError, http.client.HTTPException):
                status, self.last = self.ask("POST", NEW_RULE, data | {"title": title})
                if status == 302:
                    self.kept.append((time.monotonic(), title))


def test_restarted_and_killed_under_load(site: int, cluster: embedded.Servers) -> None:
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
    clerks = [Clerk(site, f"CS-D{n}S{m}") for n in range(2) for m in range(2)]
    for clerk in clerks:
        clerk.sign_in()
    stop = Event()
    threads = [Thread(target=clerk.work, args=(stop,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    try:
        for how in (signal.SIGINT, signal.SIGKILL):
            for clerk in clerks:
                _kept_after(clerk, time.monotonic())
            back = _restart(cluster, how)
            for clerk in clerks:
                first = _kept_after(clerk, back)
                assert first - back <= WITHIN, f"{clerk.number}: serving again only after {first - back:.1f} s"
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    acknowledged = {title for clerk in clerks for _at, title in clerk.kept}
    with psycopg.connect(cluster.database_url) as database:
        found = {title for (title,) in database.execute("SELECT title FROM positions_rule").fetchall()}
        events = database.execute("SELECT count(*) FROM audit_auditevent e WHERE action LIKE 'rule.%'").fetchone()[0]
    assert acknowledged <= found, sorted(acknowledged - found)
    assert events >= len(found)


def _kept_after(clerk: Clerk, moment: float) -> float:
    """Wait until the clerk was told after `moment` that something is kept; when that was."""
    _until(lambda: clerk.kept and clerk.kept[-1][0] > moment, 60, lambda: clerk.last)
    return min(at for at, _title in clerk.kept if at > moment)


def _restart(cluster: embedded.Servers, how: signal.Signals) -> float:
    """Stop the server this way and start it on the same port; the moment at which it answers again."""
    postgres, _valkey = embedded._servers(cluster.home, embedded.read_state(cluster.home / "servers.json"), fsync=True)
    port = postgres.port
    process = postgres.running()
    assert process is not None
    stop_process(process, how)
    postgres.start()
    assert postgres.port == port
    return time.monotonic()
