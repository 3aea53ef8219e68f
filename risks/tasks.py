"""Long work of the register, run by jobs, and the search index's catching up."""

from celery import shared_task
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.models import StoredFile
from common.schedule import Every, Result, scheduled
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_workbook
from risks import exports
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
    """What the owner filtered, as they may see it now."""
    from risks.views.register import filtered

    found = filtered(job.owner, QueryDict(job.arguments["query"]))
    total = found.points.order_by().count()
    title = _("Register of integrity risk points")
    points = found.points.order_by(*found.order)
    return make_workbook(
        job, progress, title=title, total=total, write=lambda path, tell: exports.write_register(path, points, heading=title, progress=tell)
    )


@job_kind("measures_export")
def measures_export(job: Job, progress: Progress) -> StoredFile:
    """The measures that the owner filtered, as they may see them now."""
    from risks.views.measures import filtered

    _filterset, measures = filtered(job.owner, QueryDict(job.arguments["query"]))
    title = _("Ledger of prevention measures")
    return make_workbook(
        job,
        progress,
        title=title,
        total=measures.order_by().count(),
        write=lambda path, tell: exports.write_measures(path, measures, heading=title, progress=tell),
    )
