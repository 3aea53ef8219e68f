"""A backup is made and restored for real: another database, another folder, and everything that was kept is there and on guard."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from audit.chain import verify, write_anchor
from audit.models import AuditEvent
from common import key_files
from common.backup import archive, programs, sealed
from common.backup.errors import BackupDamaged, BackupError, WrongKey
from common.files import store
from jobs.models import Job
from risks.models import RiskPoint
from tests.factories.organisation import small_unit
from tests.factories.positions import UserFactory
from tests.risks.register_helpers import imported

ROOT = Path(__file__).resolve().parents[2]
KEY = sealed.new_key()
PASSWORD = "Test-passw0rd!"


@pytest.fixture
def new_database(transactional_db: None) -> Iterator[str]:
    """The address of an empty database beside the test's own."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(url._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def in_new_database(new_database: str) -> Iterator[object]:
    """Call it, and this process works in the new database until the test ends."""
    own = connection.settings_dict["NAME"]

    def enter() -> None:
        connection.close()
        connection.settings_dict["NAME"] = urlsplit(new_database).path[1:]

    yield enter
    connection.close()
    connection.settings_dict["NAME"] = own


def restore(database: str, folder: Path, file: Path, *more: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
    """`manage.py restore` as an operator calls it."""
    environment = os.environ | {"DATABASE_URL": database, "LIANFANG_DATA_DIR": str(folder), "BACKUP_KEY": key}
    command = [sys.executable, "manage.py", "restore", str(file), *more]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def world() -> tuple[bytes, Job]:
    """A unit with a risk, a person with a file, an audit trail with an anchor."""
    unit = small_unit()
    imported(unit, "审批时违规放宽条件")
    holder = UserFactory(staff_number="B010", name="吴晓")
    content = b"%PDF-1.4\n" + bytes(range(256)) * 8000
    file = store(content=content, name="台账.pdf", by=holder)
    job = Job.objects.create(kind="register_export", title="导出登记册", owner=holder, state="done", file=file)
    write_anchor()
    return content, job


def test_everything_comes_back(monkeypatch, tmp_path, new_database, in_new_database):
    monkeypatch.setenv("BACKUP_KEY", KEY)
    files, elsewhere = tmp_path / "files", tmp_path / "elsewhere"
    out, said = tmp_path / "lianfang.backup", io.StringIO()
    with override_settings(MEDIA_ROOT=files, AUDIT_ANCHOR_DIR=tmp_path / "anchors"):
        content, job = world()
        counted = {"points": RiskPoint.objects.count(), "events": AuditEvent.objects.count()}
        head = verify().head_hash
        call_command("backup", out, stdout=said)
        assert AuditEvent.objects.latest("id").action == "backup.made"
    manifest = json.loads(said.getvalue())
    assert manifest["tables"]["audit_auditevent"] == counted["events"] > 0
    assert manifest["audit"]["hash"] == head
    assert out.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.partial"))
    assert "吴晓".encode() not in out.read_bytes()
    assert content[:500] not in out.read_bytes()

    refused = restore(new_database, elsewhere, out, key=sealed.new_key())
    assert refused.returncode == 1
    assert "BACKUP_KEY" in refused.stderr
    assert not elsewhere.exists() or not list(elsewhere.rglob("*.*"))

    done = restore(new_database, elsewhere, out)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert (report["different_tables"], report["triggers_disabled"], report["files_missing"]) == ({}, [], 0)
    assert (report["files"], report["migrations_to_run"], report["anchors"]) == (1, 0, "written")
    assert report["audit"]["head"]["hash"] == head

    again = restore(new_database, elsewhere, out)
    assert again.returncode == 1, "a database that is not empty is left alone"
    assert "--force" in again.stderr

    in_new_database()
    with override_settings(MEDIA_ROOT=elsewhere / "files", AUDIT_ANCHOR_DIR=elsewhere / "anchors"):
        assert RiskPoint.objects.count() == counted["points"] == 1
        report_now = verify()
        assert report_now.ok, report_now.faults
        assert report_now.anchors == 1
        assert AuditEvent.objects.latest("id").action == "backup.restored"
        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
            AuditEvent.objects.update(reason="geändert")
        client = Client()
        answer = client.post(reverse("account_login"), {"login": "B010", "password": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        download = client.get(reverse("jobs:download", args=[job.pk]))
        assert b"".join(download.streaming_content) == content

    forced = restore(new_database, elsewhere, out, "--force")
    assert forced.returncode == 0, forced.stderr
    assert json.loads(forced.stdout)["ok"]


def test_keys_of_open_appraisals_come_back(monkeypatch, tmp_path, new_database):
    """What was answered while an appraisal is open can be counted after a restore; they are sealed there too, and for the owner alone."""
    monkeypatch.setenv("BACKUP_KEY", KEY)
    out, elsewhere = tmp_path / "lianfang.backup", tmp_path / "elsewhere"
    with override_settings(MEDIA_ROOT=tmp_path / "files", AUDIT_ANCHOR_DIR=tmp_path / "anchors", BALLOT_KEY_DIR=tmp_path / "keys"):
        name, key = key_files.make()
        call_command("backup", out, stdout=io.StringIO())
    done = restore(new_database, elsewhere, out)
    assert done.returncode == 0, done.stderr
    restored = elsewhere / "ballot-keys" / name
    assert (restored.stat().st_mode & 0o777, restored.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with override_settings(BALLOT_KEY_DIR=restored.parent):
        assert key_files.read(name) == key
    assert key not in restored.read_bytes() + out.read_bytes()


def test_a_cut_or_changed_file_changes_nothing(monkeypatch, tmp_path, new_database):
    monkeypatch.setenv("BACKUP_KEY", "a passphrase that is long enough")
    with override_settings(MEDIA_ROOT=tmp_path / "files", AUDIT_ANCHOR_DIR=tmp_path / "anchors"):
        call_command("backup", tmp_path / "whole", stdout=io.StringIO())
    whole = (tmp_path / "whole").read_bytes()
    broken = {"cut": whole[:-1], "half": whole[: len(whole) // 2], "flipped": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]}
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)
        connection.close()
        done = restore(new_database, tmp_path / "elsewhere", tmp_path / name, key="a passphrase that is long enough")
        assert done.returncode == 1, name
        assert "Traceback" not in done.stderr, done.stderr
        with psycopg.connect(new_database) as server:
            assert server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_no_key_no_backup(monkeypatch, tmp_path):
    monkeypatch.delenv("BACKUP_KEY", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="BACKUP_KEY"):
        call_command("backup", tmp_path / "out")
    monkeypatch.setenv("BACKUP_KEY", "short")
    with pytest.raises(CommandError, match="16"):
        call_command("backup", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_file_that_is_there_is_not_overwritten(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKUP_KEY", KEY)
    (tmp_path / "out").write_text("kept")
    with pytest.raises(CommandError, match="out"):
        call_command("backup", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "kept"


@pytest.mark.django_db
def test_missing_programs_are_named(monkeypatch):
    monkeypatch.setattr(programs, "_candidates", lambda name: iter([Path("/nowhere/pg_dump")]))
    with pytest.raises(BackupError, match="pg_dump"):
        programs.find("pg_dump")


# ---- the sealed stream


def seal(data: bytes, secret: str = KEY) -> bytes:
    target = io.BytesIO()
    writer = sealed.SealedWriter(target, secret)
    for at in range(0, len(data), 300_000):
        writer.write(data[at : at + 300_000])
    writer.finish()
    return target.getvalue()


def unseal(data: bytes, secret: str = KEY) -> bytes:
    reader = sealed.SealedReader(io.BytesIO(data), secret)
    found = b"".join(iter(lambda: reader.read(70_001), b""))
    reader.finish()
    return found


@pytest.mark.parametrize("size", [0, 1, sealed.CHUNK - 1, sealed.CHUNK, sealed.CHUNK + 1, 2 * sealed.CHUNK])
def test_what_is_sealed_is_read_again(size):
    data = os.urandom(size)
    assert unseal(seal(data)) == data


def test_equal_content_is_sealed_differently():
    assert seal(b"x" * 100)[-80:] != seal(b"x" * 100)[-80:]


def test_parts_cannot_be_moved_dropped_or_added():
    data = b"".join(bytes([n]) * sealed.CHUNK for n in range(4))
    file = seal(data)
    size = sealed.CHUNK + 16 + 4
    start = len(file) - 4 * size
    head, parts = file[:start], [file[start + n * size : start + (n + 1) * size] for n in range(4)]
    assert unseal(head + b"".join(parts)) == data
    for wrong in ([1, 0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2, 3, 3], [0, 0, 1, 2, 3], []):
        with pytest.raises(BackupDamaged):
            unseal(head + b"".join(parts[n] for n in wrong))
    changed = head.replace(b'"kdf": "key"', b'"kdf": "kex"')
    assert changed != head
    with pytest.raises(BackupError):
        unseal(changed + b"".join(parts))


def test_a_wrong_key_is_told_from_damage():
    for secret, other in [(KEY, sealed.new_key()), (KEY, "correct horse battery staple"), ("correct horse battery staple", KEY)]:
        with pytest.raises(WrongKey):
            unseal(seal(b"x", secret), other)
    assert unseal(seal(b"x", "correct horse battery staple"), "correct horse battery staple") == b"x"
    with pytest.raises(BackupDamaged):
        unseal(b"PK\x03\x04 something else")


def test_members_stay_in_their_folder():
    for name in ("files/../../etc/passwd", "/etc/passwd", "other/x", "files/a/../../../b"):
        target = io.BytesIO()
        writer = archive.Writer(target, KEY)
        writer.tallies.add = lambda *_args: None
        writer.add(name, io.BytesIO(b"x"), 1)
        writer.finish({"format": 1})
        with pytest.raises(BackupDamaged):
            archive.read_through(io.BytesIO(target.getvalue()), KEY)
