"""Nightly: what begins or ends by date takes effect. And the catalogue's long export, run by a job."""

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotPossible
from common.models import StoredFile
from common.schedule import Daily, Result, scheduled
from jobs.models import Job
from jobs.registry import Progress, job_kind
from jobs.workbooks import make_workbook
from positions import exports
from positions.models import Catalogue
from positions.services.appointments import follow_dates as follow


@scheduled("positions.follow_dates", at=Daily(0, 5), title=gettext_lazy("Posts that begin or end"), part="positions")
def follow_dates() -> Result:
    """Running twice moves nothing more."""
    return {"units": follow(on=timezone.localdate())}


@job_kind("catalogue_export")
def catalogue_export(job: Job, progress: Progress) -> StoredFile:
    """What the owner filtered of a published version, as they may see it now. Raises NotPossible when they no longer may."""
    from positions.lists import filtered

    catalogue = Catalogue.objects.visible_to(job.owner).fixed().select_related("unit").filter(pk=job.arguments["catalogue"]).first()
    if catalogue is None:
        raise NotPossible(_("You may no longer see this catalogue."))
    items = filtered(job.owner, QueryDict(job.arguments["query"]), catalogue).qs.order_by("number")
    return make_workbook(
        job,
        progress,
        title=_("Power catalogue"),
        total=items.order_by().count(),
        write=lambda path, tell: exports.write(path, catalogue, items.iterator(chunk_size=500), tell),
    )
