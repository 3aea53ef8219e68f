"""Long ledgers of leads, made by jobs; their files are kept encrypted, and for a day only."""

from datetime import timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from audit import services as audit
from common.encrypted import decrypt_text
from common.errors import NotPossible
from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_sealed_workbook
from leads import exports, selectors


@job_kind("leads_export", kept=timedelta(days=1))
def leads_export(job: Job, progress: Progress) -> StoredFile:
    """The leads that the owner filtered, as they may see them now. Raises NotPossible when none come to their desk any more."""
    from leads.views.ledger import filtered

    if not selectors.keeps_leads(job.owner):
        raise NotPossible(_("You may no longer see this ledger."))
    _filterset, leads = filtered(job.owner, QueryDict(decrypt_text(job.arguments["query"])))
    total = leads.order_by().count()
    file = make_sealed_workbook(job, progress, total=total, write=lambda target, tell: exports.write_ledger(target, leads, progress=tell))
    audit.record("leads.exported", by=job.owner, detail=job.report)
    return file
