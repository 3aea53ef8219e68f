"""Which functions a job may run.

An app writes its functions in its `tasks.py`, which both the web process and the worker load:

    @job_kind("register_export")
    def export(job: Job, progress: Progress) -> StoredFile | None: ...

The function runs in one transaction together with the end of the job: it happens once and whole, or not at all, and may be tried
again. It reads with `visible_to(job.owner)`, because rights may have changed since the job was asked for. What it puts into
`job.report` is kept. A `DomainError` fails the job with its message. A finished file is there for its owner for seven days, or for
the time given as `kept`; what nobody else may find on the disk is made with `jobs.workbooks.make_sealed_table`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from common.models import StoredFile
    from jobs.models import Job


class Progress(Protocol):
    """Called as `progress(done, total)`, as often as one likes. Raises `Cancelled` when the owner asked for it."""

    def __call__(self, done: int, total: int) -> None: ...


Run = Callable[["Job", Progress], "StoredFile | None"]
KEPT = timedelta(days=7)
_kinds: dict[str, Run] = {}
_kept: dict[str, timedelta] = {}


class Cancelled(BaseException):
    """Raised out of the job's function so that its transaction is rolled back; no `except Exception` may swallow it."""


def job_kind(name: str, *, kept: timedelta = KEPT) -> Callable[[Run], Run]:
    """Register the function as the work of jobs of this kind, whose files are kept so long. Raises ValueError for a name that is taken."""

    def register(run: Run) -> Run:
        known = _kinds.setdefault(name, run)
        if known is not run:
            raise ValueError(f"two kinds of job are called {name!r}")
        _kept[name] = kept
        return run

    return register


def get(name: str) -> Run:
    """The function of the kind; KeyError when there is none."""
    return _kinds[name]


def kept(name: str) -> timedelta:
    """How long files of the kind are kept; KeyError when there is none."""
    return _kept[name]
