"""`make run`: bring everything up, show where it is, watch over it until Ctrl-C.

The order: PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), migrations, static files, the Chinese
catalogue, the demo unit on the first start; then the web server and, once it answers, the worker and the scheduler. A process
that dies is started again, and when it keeps dying everything stops with the end of its log.

What takes time is importing Django and the product, so it is done once: the web server is forked from this process.
"""

import ctypes
import io
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from config import embedded
from config.embedded_servers import EmbeddedServerError

ROOT = Path(__file__).resolve().parent.parent
HEALTH_SECONDS = 60
# A worker is asked to finish what it has in hand; after this long it is not asked any more.
STOP_SECONDS = 20
# A child that dies this often within this time is broken, not unlucky.
RESTARTS, RESTART_WINDOW_SECONDS = 3, 60
LOG_TAIL_LINES = 30
# A log larger than this at a start is put aside, over the one put aside before.
LOG_BYTES = 10_000_000


class RunError(RuntimeError):
    """Why it cannot run, in words for the person at the terminal."""


def die_with_parent() -> None:
    """In a child, before its program starts: stop when the supervisor is gone, also after a kill -9 (Linux only)."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)


class Process(Protocol):
    """What a child is asked: the part of `subprocess.Popen` that a fork has, too."""

    pid: int

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Forked:
    """A function in a process forked from this one, with its output in a log."""

    def __init__(self, work: Callable[[], None], log: Path) -> None:
        sys.stdout.flush()
        with log.open("ab") as opened:
            self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(work, opened.fileno()))
            self._process.start()
        self.pid = int(self._process.pid or 0)

    @staticmethod
    def _run(work: Callable[[], None], log: int) -> None:
        os.setsid()
        die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(log, 1)
        os.dup2(log, 2)
        work()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; TimeoutExpired when there is none in time."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("fork", timeout or 0)
        return self._process.exitcode


@dataclass
class Child:
    """One process under watch, with its log: a command, or a function to be forked."""

    name: str
    command: list[str] | Callable[[], None]
    log: Path
    process: Process | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        if callable(self.command):
            self.process = Forked(self.command, self.log)
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here
            )

    def died(self) -> int | None:
        """Its exit code when it is no longer there."""
        return self.process.poll() if self.process else None

    def revive(self, code: int) -> None:
        """Start it again with a message; RunError with its log when it keeps dying."""
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < RESTART_WINDOW_SECONDS] + [now]
        if len(self.deaths) > RESTARTS:
            raise RunError(f"The {self.name} keeps stopping (code {code}).\n{self.tail()}")
        print(f"The {self.name} stopped (code {code}); starting it again. Log: {self.log}", flush=True)
        self.start()

    def tail(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return f"The end of {self.log}:\n" + "\n".join(lines)

    def ask_to_stop(self) -> None:
        """Send SIGTERM: gunicorn, Celery and beat finish what they have in hand."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self, deadline: float) -> None:
        """Wait until the deadline, then end it with everything it started."""
        if not self.process:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {self.name} does not finish; ending it.", flush=True)
        with suppress(ProcessLookupError):  # also children that outlived it
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def check_port(host: str, port: int) -> None:
    """RunError when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RunError(
                f"Port {port} cannot be used ({error.strerror}). Is it running already? Or choose another: PORT=8001 make run"
            ) from error


def port_from_environment() -> int:
    """PORT, default 8000; RunError when it is no port number."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 65536:
        raise RunError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def compile_catalogue(locale: Path = ROOT / "locale") -> None:
    """The Chinese catalogue, when it is older than its source. Before Django is set up: models ask for a text while they are imported, and
    a process that finds no catalogue then speaks English for the rest of its life, and so do all that it forks."""
    made = {source: source.with_suffix(".mo") for source in locale.rglob("*.po")}
    if all(target.exists() and target.stat().st_mtime >= source.stat().st_mtime for source, target in made.items()):
        return
    if subprocess.run([sys.executable, "scripts/translate.py", "compile"], cwd=ROOT, check=False).returncode:
        raise RunError("The Chinese catalogue cannot be compiled.")


def prepare() -> str:
    """Migrations, static files, catalogue and, on an empty database, the demo unit. Returns the demo accounts to show.

    Needs the servers' addresses in the environment. All in this process, see above.
    """
    compile_catalogue()
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    print("Preparing the database ...", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", "--if-empty")
    accounts = io.StringIO()
    call_command("demo", "--accounts", stdout=accounts)
    connections.close_all()
    return accounts.getvalue()


def serve_web(host: str, port: int) -> None:
    """Be gunicorn. The product is loaded before it forks its workers, the addresses with it."""
    from django.urls import get_resolver
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

    sys.argv = ["gunicorn", "config.wsgi", "--preload", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    sys.argv += ["--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "10"]
    sys.argv += ["--no-control-socket", "--config", "python:config.web_server"]
    assert get_resolver().url_patterns, "read here, and not by each worker"
    run()


def children(host: str, port: int, home: Path) -> list[Child]:
    """The processes of a small installation."""
    logs = home / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    return [
        Child("web server", partial(serve_web, host, port), logs / "web.log"),
        Child(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--hostname", "lianfang@%h"],
            logs / "worker.log",
        ),
        Child(
            "scheduler",
            [*celery, "beat", "--loglevel", "INFO", "--schedule", str(home / "beat"), "--pidfile", ""],
            logs / "beat.log",
        ),
    ]


def healthy(url: str) -> bool:
    """Whether the web server answers and finds its database and broker well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_healthy(url: str, web: Child, stopping: Callable[[], bool]) -> None:
    """Wait for the first good answer; RunError with the web server's log when none comes."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while not stopping():
        if healthy(url):
            return
        if web.died() is not None or time.monotonic() > deadline:
            raise RunError(f"The web server does not answer.\n{web.tail()}")
        time.sleep(0.1)


def supervise(processes: list[Child], stopping: Callable[[], bool]) -> None:
    """Look after the children until we are told to stop."""
    while not stopping():
        for child in processes:
            code = child.died()
            if code is not None and not stopping():
                child.revive(code)
        time.sleep(0.5)


def serve(host: str, port: int, home: Path, accounts: str) -> None:
    """Start the children, say where the site is, and stay until SIGINT or SIGTERM."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    processes = children(host, port, home)
    everywhere = host == "0.0.0.0"  # noqa: S104 - only when asked for with HOST
    address = f"http://{'127.0.0.1' if everywhere else host}:{port}"
    try:
        processes[0].start()
        wait_healthy(f"{address}/healthz", processes[0], lambda: bool(asked))
        if not asked:
            for child in processes[1:]:
                child.start()
            print(f"\nLianfang 廉防 is running: {address}/\n", flush=True)
            print(accounts, flush=True)
            print(f"Data and logs: {home}\nCtrl-C stops everything.", flush=True)
        supervise(processes, lambda: bool(asked))
    finally:
        print("\nStopping ...", flush=True)
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(processes):
            child.ask_to_stop()
        for child in reversed(processes):
            child.wait_stopped(deadline)


def main() -> int:
    """The whole of `make run`; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LIANFANG_DEMO", "1")
    host = os.environ.get("HOST") or "127.0.0.1"
    servers = None
    try:
        port = port_from_environment()
        check_port(host, port)
        servers = embedded.prepare_environment()
        serve(host, port, embedded.default_home(), prepare())
    except (RunError, EmbeddedServerError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the site was up
        print("\nStopped.", flush=True)
    finally:
        if servers:
            servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
