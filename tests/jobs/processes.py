"""Real workers and schedulers of a test, with a broker of their own that may be emptied and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import redis

from config.embedded_servers import Valkey, free_port, stop_process

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


class Site:
    """Processes on this test's database and a broker of its own, which may be emptied and stopped."""

    def __init__(self, environment: dict[str, str], folder: Path, app: str) -> None:
        (folder / "logs").mkdir(parents=True)
        self.broker = Valkey(folder, "secret", fsync=False)
        self.broker.start()
        self._environment = environment | {"REDIS_URL": self.broker.url()}
        self._folder = folder
        self._app = app
        self._processes: list[tuple[subprocess.Popen[bytes], Path]] = []
        self._supervised: list[subprocess.Popen[bytes]] = []

    @property
    def redis(self) -> redis.Redis:
        """A client of the broker."""
        return redis.Redis.from_url(self.broker.url())

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A worker or a scheduler."""
        log = self._folder / f"{command[0]}-{len(self._processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", self._app, *command],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._processes.append((process, log))
        return process

    def worker(self, children: int = 2) -> subprocess.Popen[bytes]:
        """With two children or more the sweep is done beside the work."""
        return self.start("worker", "--concurrency", str(children), "--loglevel", "INFO", "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        """A scheduler with a notebook of its own."""
        notebook = self._folder / f"beat-{len(self._processes)}"
        return self.start("beat", "--schedule", str(notebook), "--pidfile", "", "--max-interval", "1")

    def logs(self) -> str:
        """The end of what all of them said."""
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-6000:]}" for _process, log in self._processes)

    def all_said(self) -> str:
        """Everything that stands in the logs."""
        return "".join(log.read_text(errors="replace") for _process, log in self._processes)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what must come."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self._revive()
            assert time.monotonic() < end, f"{[process.poll() for process, _log in self._processes]}\n{self.logs()}"
            threading.Event().wait(0.05)

    def supervise(self, worker: subprocess.Popen[bytes]) -> None:
        """From now on a worker that ends by itself is started again, as `make run` and Docker do: Celery's may end with its broker."""
        self._supervised = [worker]

    def _revive(self) -> None:
        if any(worker.poll() is not None for worker in self._supervised):
            self._supervised = [self.worker()]

    def end_supervised(self) -> None:
        """Let the worker end what it has begun."""
        for worker in self._supervised:
            worker.terminate()
            worker.wait(timeout=PATIENCE)

    def kill_broker(self) -> None:
        """Nothing that was in it comes back."""
        found = self.broker.running()
        assert found
        stop_process(found, signal.SIGKILL)

    def start_broker(self) -> None:
        """Again, where everybody looks for it."""
        port = self.broker.port
        self.until(lambda: free_port(port) == port)
        self.broker.start()
        assert self.broker.port == port

    def stop(self) -> None:
        """Everything that still runs."""
        for process, _log in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if found := self.broker.running():
            stop_process(found, signal.SIGKILL)
