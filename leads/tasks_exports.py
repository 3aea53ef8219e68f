"""Long ledgers of leads, made by jobs; their files are kept encrypted, and for a day only."""

from datetime import timedelta

from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind


@job_kind("leads_export", kept=timedelta(days=1))
def leads_export(job: Job, progress: Progress) -> StoredFile:
    """The leads that the owner filtered, as they may see them now."""
    from leads.views.ledger import LEDGER

    return LEDGER.run(job, progress)
