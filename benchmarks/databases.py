"""Databases of the benchmarks: one filled by `manage.py demo` for each scale, kept while the code that fills it stays the same."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config import embedded

ROOT = Path(__file__).resolve().parent.parent


def url_of(name: str) -> str:
    """The address of a database on the server in DATABASE_URL."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def environment(name: str) -> dict[str, str]:
    """For a process that shall use that database, as an installation that serves a demo."""
    home = embedded.default_home() / "bench"
    given = {key: value for key, value in os.environ.items() if key != "LIANFANG_TESTING"}
    return given | {
        "DATABASE_URL": url_of(name),
        # A cache of their own: another process that empties the shared one would make every page a first one.
        "REDIS_URL": urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/15")),
        "LIANFANG_DEMO": "1",
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
        "STATIC_ROOT": str(home / "static"),
        "LIANFANG_DATA_DIR": str(home / "data"),
    }


def prepare() -> None:
    """What pages need beside a database: the Chinese catalogue and the static files."""
    subprocess.run([sys.executable, "scripts/translate.py", "compile"], cwd=ROOT, check=True)
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment("postgres"), check=True)


def filled(scale: int) -> str:
    """The name of a database with the demo of that scale; made when there is none of this code."""
    name, state = f"lianfang_bench_{scale}", _state_of_code()
    with _server() as server:
        row = server.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]).fetchone()
        if row and row[0] == state:
            return name
        print(f"Filling {name} (manage.py demo --scale {scale}) ...", flush=True)
        _drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        for command in (["migrate", "-v0"], ["demo", "--scale", str(scale)]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(name), check=True)
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(state)))
    return name


def copied(source: str, name: str) -> str:
    """A database made as a copy of another, for a benchmark that writes."""
    with _server() as server:
        _drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    return name


def drop(name: str) -> None:
    """Remove a database."""
    with _server() as server:
        _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _server() -> psycopg.Connection:
    return psycopg.connect(url_of("postgres"), autocommit=True)


def _state_of_code() -> str:
    files = [*sorted(ROOT.glob("*/migrations/*.py")), *sorted((ROOT / "demo").rglob("*.py")), *sorted((ROOT / "demo").rglob("*.toml"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
