"""The embedded servers are started and killed for real, in a folder of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from cryptography.fernet import Fernet

from config import embedded
from config.embedded_servers import EmbeddedServerError, reachable_by_others

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder that PostgreSQL's own account can reach; pytest's are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="lianfang-test-", dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    embedded.start(folder, fsync=False).stop()  # whatever a failed test left running
    shutil.rmtree(folder)


def server_processes(home: Path) -> list[psutil.Process]:
    """The two main server processes of a home folder."""
    postgres = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    valkey = embedded.read_state(home / "servers.json")["valkey_pid"]
    return [psutil.Process(postgres), psutil.Process(valkey)]


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_data_survive_a_stop_and_a_kill(home: Path) -> None:
    servers = embedded.start(home)
    with psycopg.connect(servers.database_url) as connection:
        connection.execute("create table kept (name text)")
        connection.execute("insert into kept values ('廉政')")
    redis.Redis.from_url(servers.redis_url).set("kept", "1")
    servers.stop()

    servers = embedded.start(home)
    processes = server_processes(home)
    with psycopg.connect(servers.database_url) as connection:
        connection.execute("insert into kept values ('风险')")
    for process in processes:
        process.send_signal(signal.SIGKILL)
    servers.stop()
    assert (home / "postgres" / "postmaster.pid").exists(), "the kill leaves the pid file behind"

    servers = embedded.start(home)
    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("select name from kept").fetchall() == [("廉政",), ("风险",)]
    assert redis.Redis.from_url(servers.redis_url).get("kept") == b"1"
    servers.stop()


def test_the_last_user_stops_the_servers(home: Path) -> None:
    first = embedded.start(home, fsync=False)
    second = embedded.start(home, fsync=False)
    assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)
    processes = server_processes(home)
    first.stop()
    first.stop()
    with psycopg.connect(second.database_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    second.stop()
    assert all(gone(process) for process in processes)


def test_a_user_that_was_killed_does_not_keep_the_servers(home: Path) -> None:
    code = "import os, sys; from pathlib import Path; from config import embedded; embedded.start(Path(sys.argv[1])); os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, check=False)
    processes = server_processes(home)
    embedded.start(home).stop()
    assert all(gone(process) for process in processes)


def test_servers_ask_for_the_password_and_listen_on_loopback_only(home: Path) -> None:
    servers = embedded.start(home, fsync=False)
    password = embedded.read_state(home / "servers.json")["password"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(servers.database_url.replace(password, "wrong"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(servers.redis_url.replace(password, "wrong")).ping()
    for process in server_processes(home):
        listening = {c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}
        assert password not in " ".join(process.cmdline())
    assert (home / "servers.json").stat().st_mode & 0o077 == 0
    servers.stop()


def test_cluster_is_unicode_and_has_room_for_connections(home: Path) -> None:
    servers = embedded.start(home, fsync=False)
    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("select upper('é')").fetchone() == ("É",)
        assert connection.execute("select current_setting('max_connections')::int >= 200").fetchone() == (True,)
    servers.stop()


def test_a_home_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(EmbeddedServerError, match="LIANFANG_HOME"):
        embedded.prepare_home(tmp_path / "link")


def test_a_closed_folder_on_the_way_is_noticed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not reachable_by_others(closed / "data")


def test_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    key = embedded.secret_key(tmp_path)
    assert len(key) >= 50
    assert embedded.secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_key_of_leads_is_made_once_kept_private_and_fits(tmp_path: Path) -> None:
    key = embedded.lead_keys(tmp_path)
    assert embedded.lead_keys(tmp_path) == key
    assert (tmp_path / "lead_keys").stat().st_mode & 0o777 == 0o600
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"


def test_configured_servers_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert embedded.ensure() is None
    assert os.environ["DATABASE_URL"] == "postgres://elsewhere/db"
