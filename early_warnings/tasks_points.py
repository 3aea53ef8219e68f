"""Long files of points, made by jobs."""

from django.http import QueryDict

from common.models import StoredFile
from early_warnings import exports_points as exports
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_workbook


@job_kind("points_export")
def points_export(job: Job, progress: Progress) -> StoredFile:
    """The entries that the owner filtered, as they may see them now."""
    from early_warnings.views.point_ledger import filtered, title

    _filterset, rows = filtered(job.owner, QueryDict(job.arguments["query"]))
    ordered = rows.order_by("occurred_on", "pk")
    return make_workbook(
        job,
        progress,
        title=title(),
        total=rows.order_by().count(),
        write=lambda path, tell: exports.write_ledger(path, job.owner, ordered, heading=title(), progress=tell),
    )
