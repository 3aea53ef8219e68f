"""The test database: cloned from a migrated template, and put back to that state after each test that commits.

Django's own way after such a test is to empty every table, migrations' rows included, and to send `post_migrate`: slow,
and the next test misses what an installation always has.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
KEPT = {"django_migrations"}
_seeds: dict[str, bytes] = {}


def template() -> str:
    """The name of a database in which all migrations of this checkout have run; made when there is none.

    Only for the embedded servers: on somebody else's server nothing is left behind.
    """
    files = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements" / "base.txt"]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
    name = f"migrated_{digest}"
    url = urlsplit(os.environ["DATABASE_URL"])
    maintenance = urlunsplit(url._replace(path="/postgres"))
    lock = Path(os.environ["LIANFANG_TEST_HOME"]) / "template.lock"
    with lock.open("w") as file, psycopg.connect(maintenance, autocommit=True) as server:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = server.execute("select datname from pg_database where datname like 'migrated_%'").fetchall()
        if (name,) in known:
            return name
        for (old,) in known:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(old)))
        unfinished = sql.Identifier("migrated_unfinished")
        server.execute(sql.SQL("create database {}").format(unfinished))
        environment = os.environ | {"DATABASE_URL": urlunsplit(url._replace(path="/migrated_unfinished"))}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        server.execute(sql.SQL("alter database {} rename to {}").format(unfinished, sql.Identifier(name)))
    return name


def _tables_with_rows() -> list[str]:
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        if not names:
            return []
        quote = connection.ops.quote_name
        cursor.execute(" union all ".join(f"(select '{name}' from {quote(name)} limit 1)" for name in names))
        return [name for (name,) in cursor.fetchall()]


def remember_seeds() -> None:
    """Note the rows that the migrations made."""
    _seeds.clear()
    for name in _tables_with_rows():
        with connection.cursor() as cursor, cursor.copy(f"COPY {connection.ops.quote_name(name)} TO STDOUT") as copy:
            _seeds[name] = b"".join(bytes(part) for part in copy)


def restore_seeds() -> None:
    """Make the tables hold the rows of the migrations and nothing else. Triggers and foreign keys rest meanwhile."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
        try:
            for name in _tables_with_rows():
                cursor.execute(f"DELETE FROM {quote(name)}")
            for name, rows in _seeds.items():
                with cursor.copy(f"COPY {quote(name)} FROM STDIN") as copy:
                    copy.write(rows)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT; SET lock_timeout = DEFAULT")
