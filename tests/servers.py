"""Pytest plugin that starts PostgreSQL and Valkey before Django reads its settings (pyproject.toml loads it with `-p`).

The controller of a run starts them once for all its xdist workers, or joins those of another run: a slot of its own
keeps the databases of two runs apart. With DATABASE_URL and REDIS_URL set, those servers are used.
"""

import atexit
import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import pytest

from config import embedded
from scripts.translate import compile_catalogues

SLOTS = 15
WORKERS_A_SLOT = 16
_held: list[IO[str]] = []
_servers: list[embedded.Servers] = []
_folders: list[tempfile.TemporaryDirectory[str]] = []


def _take_slot(home: Path) -> int:
    """A number no other test run on these servers has; the lock falls with the process."""
    for slot in range(SLOTS):
        file = (home / f"slot-{slot}.lock").open("w")
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _held.append(file)
            return slot
        file.close()
    raise pytest.UsageError(f"{SLOTS} test runs already use the servers in {home}.")


def _start() -> None:
    """Servers and addresses for a run; the workers inherit them through the environment."""
    os.environ["LIANFANG_TESTING"] = "1"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread of the test
    os.environ.setdefault("LIANFANG_TEST_SLOT", "0")
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    servers = embedded.start(embedded.default_home() / "test", fsync=False)
    _servers.append(servers)
    atexit.register(pytest_unconfigure)  # also when the run ends before it began
    slot = _take_slot(servers.home)
    os.environ |= {
        "LIANFANG_TEST_SLOT": str(slot),
        "LIANFANG_TEST_HOME": str(servers.home),
        "LIANFANG_TEST_DB": f"test_lianfang_{slot}",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
    }


def _separate_worker(worker: str) -> None:
    """A Redis database and a folder for files of this worker's own."""
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    slot = int(os.environ["LIANFANG_TEST_SLOT"])
    parts = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{slot * WORKERS_A_SLOT + number % WORKERS_A_SLOT}"))
    folder = tempfile.TemporaryDirectory(prefix="lianfang-test-")
    _folders.append(folder)
    os.environ["LIANFANG_DATA_DIR"] = folder.name
    static = Path(folder.name) / "static"
    static.mkdir()
    os.environ["STATIC_ROOT"] = str(static)


def pytest_addoption() -> None:
    """Called as soon as the plugin is known, which is before pytest-django loads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        compile_catalogues()
        _start()
    _separate_worker(worker)


def pytest_unconfigure() -> None:
    """Give back folders and servers; the last run to leave stops them."""
    for folder in _folders:
        folder.cleanup()
    for slot in _held:
        slot.close()
    for servers in _servers:
        servers.stop()
