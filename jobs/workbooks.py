"""Tables written by a job: to disk row by row, kept as the job's file; what must not lie there in the clear is kept encrypted."""

import io
import tempfile
from pathlib import Path

from common.encrypted import seal_file
from common.files import clean_name, store_result
from common.models import StoredFile
from common.tablefiles import Format, write_table
from common.xlsx.writing import Sheet
from jobs.models import Job
from jobs.registry import Progress


def make_table(job: Job, progress: Progress, sheet: Sheet, *, total: int, kind: Format) -> StoredFile:
    """Write the sheet, whose heading is the file's name; `total` is how many rows are to come. The job's report says how many came."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"export.{kind}"
        job.report = {"rows": write_table(path, sheet, kind, lambda done: progress(done, total))}
        return store_result(content=path, name=clean_name(f"{sheet.heading}.{kind}"), content_type=kind.content_type, by=job.owner)


def make_sealed_table(job: Job, progress: Progress, sheet: Sheet, *, total: int, kind: Format) -> StoredFile:
    """The same for content that is kept encrypted: neither a copy of the disk nor the file's row gives it away (ADR 0010)."""
    target = io.BytesIO()
    job.report = {"rows": write_table(target, sheet, kind, lambda done: progress(done, total))}
    return seal_file(target.getvalue())
