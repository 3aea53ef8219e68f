"""Long work of the register, run by jobs, and the search index's catching up."""

import tempfile
from pathlib import Path

from celery import shared_task
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.files import store_result
from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind
from risks import exports
from risks.services import indexing


@shared_task(name="risks.index_waiting")
def index_waiting() -> None:
    """After an import, and every minute: give search vectors to the points that have none. Safe to run twice, and at once."""
    indexing.catch_up()


@job_kind("register_export")
def register_export(job: Job, progress: Progress) -> StoredFile:
    """What the owner filtered, as they may see it now."""
    from risks.views.register import filtered

    found = filtered(job.owner, QueryDict(job.arguments["query"]))
    total = found.points.order_by().count()
    title = _("Register of integrity risk points")
    with tempfile.TemporaryDirectory(prefix="register-") as folder:
        path = Path(folder) / "register.xlsx"
        written = exports.write_register(
            path, found.points.order_by(*found.order), heading=title, progress=lambda done: progress(done, total)
        )
        job.report = {"rows": written}
        return store_result(content=path, name=f"{title}.xlsx", content_type=exports.CONTENT_TYPE, by=job.owner)
