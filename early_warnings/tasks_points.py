"""Long files of points, made by jobs."""

from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind


@job_kind("points_export")
def points_export(job: Job, progress: Progress) -> StoredFile:
    """The entries that the owner filtered, as they may see them now."""
    from early_warnings.views.point_ledger import LEDGER

    return LEDGER.run(job, progress)
