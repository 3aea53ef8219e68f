"""What the worker does for imports of large registers."""

from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind
from reporting.services import imports


@job_kind("register_analyse")
def analyse(job: Job, progress: Progress) -> StoredFile | None:
    """Find the table in a large file."""
    progress(0, 1)
    imports.analyse_in_job(import_id=job.arguments["import"], by=job.owner)
    return None


@job_kind("register_check")
def check(job: Job, progress: Progress) -> StoredFile | None:
    """The dry run."""
    imports.check_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None


@job_kind("register_import")
def carry_out(job: Job, progress: Progress) -> StoredFile | None:
    """The import itself: all or nothing, once."""
    job.message = imports.import_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None
