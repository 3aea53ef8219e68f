"""Long files of warnings, made by jobs."""

from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind


@job_kind("warnings_export")
def warnings_export(job: Job, progress: Progress) -> StoredFile:
    """The warnings that the owner filtered, as they may see them now."""
    from early_warnings.views.lists import LEDGER

    return LEDGER.run(job, progress)


@job_kind("rectification_export")
def rectification_export(job: Job, progress: Progress) -> StoredFile:
    """The measures of rectification that the owner filtered, as they may see them now."""
    from early_warnings.views.rectification import LEDGER

    return LEDGER.run(job, progress)
