"""Exports that run as a job: one .xlsx written to disk row by row, kept as the job's file."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from common.files import store_result
from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_workbook(
    job: Job, progress: Progress, *, title: str, total: int, write: Callable[[Path, Callable[[int], None]], int]
) -> StoredFile:
    """`write(path, tell)` writes the file, calls `tell(rows so far)` and returns how many there are; `total` is how many are to come."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "export.xlsx"
        job.report = {"rows": write(path, lambda done: progress(done, total))}
        return store_result(content=path, name=f"{title}.xlsx", content_type=CONTENT_TYPE, by=job.owner)
