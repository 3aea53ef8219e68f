"""Exports that run as a job: one .xlsx written to disk row by row, kept as the job's file."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from common.encrypted import seal_file
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


def make_sealed_workbook(
    job: Job, progress: Progress, *, total: int, write: Callable[[BinaryIO, Callable[[int], None]], int]
) -> StoredFile:
    """The same for content that is kept encrypted: neither a copy of the disk nor the file's row gives it away (ADR 0010)."""
    target = io.BytesIO()
    job.report = {"rows": write(target, lambda done: progress(done, total))}
    return seal_file(target.getvalue())
