"""`make run` as somebody trying it out lives it: an empty folder, a start, Ctrl-C, a second start."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config import embedded

ROOT = Path(__file__).resolve().parents[2]
OWN = ("LIANFANG_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LEADS_KEYS", "STATIC_ROOT", "DJANGO_", "PYTEST_", "COV_")


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lianfang-run-", dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


class Run:
    """One `python -m config.run` with the environment of a new machine."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=environment | {"LIANFANG_HOME": str(home), "PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C stops everything" in line:
                return
        pytest.fail(f"ended with code {self.process.wait()}:\n{self.output}")

    def status(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return int(answer.status)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code. Nothing it started may be left."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        assert len(started) >= 8, "two servers, web server, worker and scheduler, with their children"
        self.process.send_signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=60)
        self.output += output
        left = [process for process in started if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
        assert left == []
        return int(self.process.returncode)


def people(home: Path) -> int:
    servers = embedded.start(home)
    with psycopg.connect(servers.database_url) as connection:
        row = connection.execute("select count(*) from accounts_user").fetchone()
    servers.stop()
    assert row
    return int(row[0])


def test_first_start_fills_a_demo_and_the_second_keeps_the_data(home: Path) -> None:
    first = Run(home)
    assert f"http://127.0.0.1:{first.port}/" in first.output
    assert first.status("/healthz") == 200
    assert first.status("/accounts/login/") == 200
    assert first.stop() == 0, first.output
    made = people(home)
    assert made > 100

    second = Run(home)
    assert second.status("/healthz") == 200
    assert second.stop() == 0, second.output
    assert people(home) == made
