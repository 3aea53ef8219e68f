"""Which functions a job may run.

An app writes its functions in its `tasks.py`, which both the web process and the worker load:

    @job_kind("register_export")
    def export(job: Job, progress: Progress) -> StoredFile | None: ...

The function runs in one transaction together with the end of the job: it happens once and whole, or not at all, and may be tried
again. It reads with `visible_to(job.owner)`, because rights may have changed since the job was asked for. What it puts into
`job.report` is kept. A `DomainError` fails the job with its message.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from common.models import StoredFile
    from jobs.models import Job


class Progress(Protocol):
    """Called as `progress(done, total)`, as often as one likes. Raises `Cancelled` when the owner asked for it."""

    def __call__(self, done: int, total: int) -> None: ...


Run = Callable[["Job", Progress], "StoredFile | None"]
_kinds: dict[str, Run] = {}


class Cancelled(BaseException):
    """Raised out of the job's function so that its transaction is rolled back; no `except Exception` may swallow it."""


def job_kind(name: str) -> Callable[[Run], Run]:
    """Register the function as the work of jobs of this kind. Raises ValueError for a name that is taken."""

    def register(run: Run) -> Run:
        known = _kinds.setdefault(name, run)
        if known is not run:
            raise ValueError(f"two kinds of job are called {name!r}")
        return run

    return register


def get(name: str) -> Run:
    """The function of the kind; KeyError when there is none."""
    return _kinds[name]
