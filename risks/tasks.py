"""Long work of the register, run by jobs, and the search index's catching up."""

from celery import shared_task
from django.utils.translation import gettext_lazy

from common.models import StoredFile
from common.schedule import Every, Result, scheduled
from jobs.models import Job
from jobs.registry import Progress, job_kind
from risks.services import indexing


@shared_task(name="risks.index_now")
def index_waiting() -> None:
    """After an import: give search vectors to the points that have none. Safe to run twice, and at once."""
    indexing.catch_up()


@scheduled("risks.index_waiting", at=Every(60), title=gettext_lazy("Search index of the register"), part="risks")
def index_missed() -> Result:
    """The same every minute, should the first have been lost."""
    return {"changed": indexing.catch_up()}


@job_kind("register_export")
def register_export(job: Job, progress: Progress) -> StoredFile:
    """The points that the owner filtered, as they may see them now."""
    from risks.views.register import LEDGER

    return LEDGER.run(job, progress)


@job_kind("position_levels_export")
def position_levels_export(job: Job, progress: Progress) -> StoredFile:
    """The positions that the owner filtered, as they may see them now."""
    from risks.views.register import LEVELS

    return LEVELS.run(job, progress)


@job_kind("measures_export")
def measures_export(job: Job, progress: Progress) -> StoredFile:
    """The measures that the owner filtered, as they may see them now."""
    from risks.views.measures import LEDGER

    return LEDGER.run(job, progress)
