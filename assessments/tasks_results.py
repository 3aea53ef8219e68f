"""Long summaries of results, made by jobs."""

from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind


@job_kind("assessment_summary")
def assessment_summary(job: Job, progress: Progress) -> StoredFile:
    """The results that the owner filtered, as they may see them now."""
    from assessments.views.results import LEDGER

    return LEDGER.run(job, progress)
