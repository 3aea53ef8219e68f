"""Long files of warnings, made by jobs."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.models import StoredFile
from early_warnings import exports
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_workbook


@job_kind("warnings_export")
def warnings_export(job: Job, progress: Progress) -> StoredFile:
    """The warnings that the owner filtered, as they may see them now."""
    from early_warnings.views.lists import filtered

    _filterset, rows = filtered(job.owner, QueryDict(job.arguments["query"]))
    title = _("Ledger of warnings")
    return make_workbook(
        job,
        progress,
        title=title,
        total=rows.order_by().count(),
        write=lambda path, tell: exports.write_ledger(path, rows, heading=title, progress=tell),
    )
