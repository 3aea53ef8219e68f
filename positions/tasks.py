"""Nightly: what begins or ends by date takes effect. And the catalogue's long export, run by a job."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.models import StoredFile
from common.schedule import Daily, Result, scheduled
from jobs.models import Job
from jobs.registry import Progress, job_kind
from positions.services.appointments import follow_dates as follow

LONGEST_OFF = timedelta(days=60)


@scheduled("positions.follow_dates", at=Daily(0, 5), title=gettext_lazy("Posts that begin or end"), part="positions", since_last=True)
def follow_dates(last_done: datetime | None) -> Result:
    """Today, and before it each day on which the server was off. Running twice moves nothing more."""
    today = timezone.localdate()
    first = max(timezone.localdate(last_done) + timedelta(days=1), today - LONGEST_OFF) if last_done else today
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    return {"units": sum(follow(on=day) for day in [*days, today])}


@job_kind("catalogue_export")
def catalogue_export(job: Job, progress: Progress) -> StoredFile:
    """What the owner filtered of a published version, as they may see it now."""
    from positions.views.powers import LEDGER

    return LEDGER.run(job, progress)
