"""PostgreSQL and Valkey out of wheels, for trying out and for tests: a new machine needs only Python.

Both listen on a free port of the loopback interface and ask for a password that only the home folder's owner can read.
Whoever uses them holds a shared lock on the home folder, so several commands (a web server, `manage.py shell`, a test
run) share the same servers, and the last one to leave stops them; a lock vanishes with its process, also after a
`kill -9`.
"""

import atexit
import base64
import fcntl
import hashlib
import json
import os
import secrets
import signal
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.embedded_servers import (
    POSTGRES_ACCOUNT,
    EmbeddedServerError,
    Postgres,
    Valkey,
    let_go,
    locked,
    reachable_by_others,
    read_state,
    stop_process,
    write_private,
)

PROJECT = Path(__file__).resolve().parent.parent
# ---- Where the data lives -------------------------------------------------------------------------------------------


def default_home(project: Path = PROJECT) -> Path:
    """The data folder: $LIANFANG_HOME, else `.lianfang/` in the project, else one under /var/tmp.

    The last is for a checkout that PostgreSQL's own account cannot reach, such as one below /root.
    """
    if configured := os.environ.get("LIANFANG_HOME"):
        return Path(configured).expanduser().resolve()
    home = project / ".lianfang"
    if os.geteuid() != 0 or reachable_by_others(home):
        return home
    return Path("/var/tmp") / f"lianfang-{hashlib.sha256(str(project).encode()).hexdigest()[:12]}"  # noqa: S108


def prepare_home(home: Path) -> Path:
    """Create the data folder with narrow rights; refuse one that belongs to somebody else."""
    home.mkdir(parents=True, exist_ok=True)
    info = home.lstat()
    if stat.S_ISLNK(info.st_mode) or info.st_uid != os.geteuid():
        raise EmbeddedServerError(f"{home} belongs to another account; set LIANFANG_HOME to a folder of your own.")
    if os.geteuid() == 0 and not reachable_by_others(home):
        raise EmbeddedServerError(
            f"PostgreSQL runs as {POSTGRES_ACCOUNT} and cannot reach {home}; set LIANFANG_HOME to a folder outside it."
        )
    # Root's PostgreSQL account must pass through; what lies inside has rights of its own.
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return home


# ---- The servers ------------------------------------------------------------------------------------------------


@dataclass
class Servers:
    """Addresses of the running servers, and the share in them that `stop` gives back."""

    home: Path
    database_url: str
    redis_url: str
    _share: IO[str]

    def stop(self) -> None:
        """Give the share back; stop the servers when nobody else uses them. Safe to call twice."""
        if self._share.closed:
            return
        with locked(self.home / "servers.lock"), self._share:
            try:
                fcntl.flock(self._share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                let_go()  # somebody else still holds a share
                return
            for server in _servers(self.home, read_state(self.home / "servers.json"), fsync=True):
                if process := server.running():
                    stop_process(process, server.stop_signal)


def _servers(home: Path, state: dict[str, Any], *, fsync: bool) -> tuple[Postgres, Valkey]:
    password = str(state["password"])
    return (
        Postgres(home, password, fsync, state.get("postgres_port")),
        Valkey(home, password, fsync, state.get("valkey_port"), state.get("valkey_pid")),
    )


def start(home: Path | None = None, *, fsync: bool = True) -> Servers:
    """Start PostgreSQL and Valkey with their data in `home`, or join those that already run there.

    `fsync=False` is for tests: fast, and lost with the machine. Raises EmbeddedServerError with the end of the server's
    log when one does not come up.
    """
    home = prepare_home(home or default_home())
    (home / "logs").mkdir(mode=0o700, exist_ok=True)
    with locked(home / "servers.lock"):
        state_file = home / "servers.json"
        state = read_state(state_file)
        if "password" not in state:
            state = {"password": secrets.token_urlsafe(24)}
            write_private(state_file, json.dumps(state))
        share = (home / "users.lock").open("a")
        fcntl.flock(share, fcntl.LOCK_SH)
        postgres, valkey = _servers(home, state, fsync=fsync)
        for server in (postgres, valkey):
            running = server.running()
            if running and server.answers():
                continue
            if running:
                stop_process(running, signal.SIGTERM)
            server.start()
        state |= {"postgres_port": postgres.port, "valkey_port": valkey.port, "valkey_pid": valkey.pid}
        write_private(state_file, json.dumps(state))
    return Servers(home, postgres.url(), valkey.url(), share)


def ensure(home: Path | None = None, *, fsync: bool = True) -> Servers | None:
    """Set DATABASE_URL and REDIS_URL for this process and its children, starting what is not configured.

    Nothing is started when both are set. The servers are given back when the process ends.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    servers = start(home, fsync=fsync)
    os.environ.setdefault("DATABASE_URL", servers.database_url)
    os.environ.setdefault("REDIS_URL", servers.redis_url)
    atexit.register(servers.stop)
    return servers


def secret_key(home: Path) -> str:
    """The installation's own secret key, made at the first call and kept in the home folder."""
    return _kept(home / "secret_key", lambda: secrets.token_urlsafe(64))


def lead_keys(home: Path) -> str:
    """The key that seals leads, made at the first call and kept in the home folder. Without it they cannot be read again."""
    return _kept(home / "lead_keys", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _kept(path: Path, make: Callable[[], str]) -> str:
    with locked(path.parent / "servers.lock"):
        if not path.exists():
            write_private(path, make())
    return path.read_text()


def prepare_environment() -> Servers | None:
    """Give this process and its children what `make run` and `manage.py` need and the environment does not say.

    Without a DATABASE_URL this is a trial: the demo may print its passwords. Returns what `ensure` returns.
    """
    home = prepare_home(default_home())
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("LIANFANG_DEMO", "1")
    servers = ensure(home)
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secret_key(home)
    if not os.environ.get("LEADS_KEYS"):
        os.environ["LEADS_KEYS"] = lead_keys(home)
    os.environ.setdefault("LIANFANG_DATA_DIR", str(home / "data"))
    os.environ.setdefault("STATIC_ROOT", str(home / "static"))
    return servers


if __name__ == "__main__":  # prints what a shell needs to reach the servers while they run
    with suppress(KeyboardInterrupt):
        running_servers = start()
        print(f"export DATABASE_URL={running_servers.database_url}\nexport REDIS_URL={running_servers.redis_url}")
        print("# The servers run until Ctrl-C.", file=sys.stderr)
        try:
            while True:
                time.sleep(3600)
        finally:
            running_servers.stop()
