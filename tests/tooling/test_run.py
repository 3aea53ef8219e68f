"""What `make run` does with ports, dying children and signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config import run


def ended(pid: int) -> bool:
    """Whether the process ends within ten seconds; one that init has yet to bury has ended."""
    deadline = time.monotonic() + 10
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
    return True


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "８０００", " 80"])
def test_a_port_that_is_none_is_explained(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(run.RunError, match="PORT must be a number"):
        run.port_from_environment()


def test_port_defaults_to_8000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert run.port_from_environment() == 8000


def test_a_taken_port_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(run.RunError, match=f"Port {port} cannot be used"):
            run.check_port("127.0.0.1", port)


def test_a_child_that_died_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = run.Child("worker", [sys.executable, "-c", "import sys; sys.exit(3)"], tmp_path / "worker.log")
    child.start()
    assert child.process
    first = child.process.pid
    child.revive(child.process.wait())
    assert child.process.pid != first
    assert child.process.wait() == 3
    assert "The worker stopped (code 3); starting it again" in capsys.readouterr().out


def test_a_child_that_keeps_dying_ends_everything_with_its_log(tmp_path: Path) -> None:
    child = run.Child("worker", [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"], tmp_path / "worker.log")
    child.start()
    assert child.process
    for _ in range(run.RESTARTS):
        child.revive(child.process.wait())
    with pytest.raises(run.RunError, match=r"(?s)The worker keeps stopping.*no broker"):
        child.revive(child.process.wait())


def test_a_child_that_does_not_finish_is_ended_with_its_children(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(inner.pid, flush=True); inner.wait()"
    )
    child = run.Child("worker", [sys.executable, "-c", code], tmp_path / "worker.log")
    child.start()
    assert child.process
    while not (written := child.log.read_text().strip()):
        assert child.died() is None
    child.ask_to_stop()
    child.wait_stopped(0)
    assert child.died() == -signal.SIGKILL
    assert ended(int(written))


def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from config import run;"
        "child = run.Child('worker', [sys.executable, '-c', 'import time; time.sleep(600)'], Path(sys.argv[1]));"
        "child.start(); print(child.process.pid, flush=True); sys.stdin.read(1); os._exit(9)"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        cwd=run.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert supervisor.stdout
    child = int(supervisor.stdout.readline())
    assert psutil.Process(child).is_running()
    supervisor.communicate("x")
    assert ended(child)


def _stubborn() -> None:
    os.write(1, b"serving")
    time.sleep(600)


def test_a_forked_child_writes_its_log_stops_when_asked_and_is_started_again(tmp_path: Path) -> None:
    child = run.Child("web server", _stubborn, tmp_path / "web.log")
    child.start()
    assert child.process
    first = child.process.pid
    child.ask_to_stop()
    child.wait_stopped(time.monotonic() + 20)
    assert child.died() == -signal.SIGTERM
    child.revive(-signal.SIGTERM)
    assert child.process.pid != first
    while "serving" not in (tmp_path / "web.log").read_text():
        assert child.died() is None
    child.ask_to_stop()
    child.wait_stopped(time.monotonic() + 20)
    assert not psutil.pid_exists(child.process.pid)


def test_the_catalogue_is_there_before_the_product_is_loaded() -> None:
    """Models ask for a text while they are imported; without a catalogue all that is forked would speak English."""
    program = """
from django.apps import apps
from config import run

def compile_catalogue():
    print("ready" if apps.models_ready else "not yet loaded")
    raise SystemExit

run.compile_catalogue = compile_catalogue
run.prepare()
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=run.ROOT, check=True)
    assert found.stdout == "not yet loaded\n"


def test_a_catalogue_that_is_missing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    asked: list[list[str]] = []

    def made(command: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command[1:])
        source.with_suffix(".mo").touch()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(run.subprocess, "run", made)
    run.compile_catalogue(tmp_path)
    run.compile_catalogue(tmp_path)
    assert asked == [["scripts/translate.py", "compile"]]
