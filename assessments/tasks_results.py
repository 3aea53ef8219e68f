"""Long summaries of results, made by jobs."""

from django.http import QueryDict

from assessments import exports_results as exports
from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_workbook


@job_kind("assessment_summary")
def assessment_summary(job: Job, progress: Progress) -> StoredFile:
    """The results that the owner filtered, as they may see them now."""
    from assessments.views.results import filtered

    _filterset, rows = filtered(job.owner, QueryDict(job.arguments["query"]))
    return make_workbook(
        job,
        progress,
        title=exports.title(),
        total=rows.order_by().count(),
        write=lambda path, tell: exports.write_summary(path, job.owner, rows, progress=tell),
    )
