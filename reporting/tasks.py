"""What the worker does for imports of large registers, and for packs of documents."""

import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.files import store_result
from common.models import StoredFile
from jobs.models import Job
from jobs.registry import Progress, job_kind
from reporting.form_pack import forms_of, write_pack
from reporting.list_imports import services as list_imports
from reporting.services import imports
from risks.models import Campaign


@job_kind("register_analyse")
def analyse(job: Job, progress: Progress) -> StoredFile | None:
    """Find the table in a large file."""
    progress(0, 1)
    imports.analyse_in_job(import_id=job.arguments["import"], by=job.owner)
    return None


@job_kind("register_check")
def check(job: Job, progress: Progress) -> StoredFile | None:
    """The dry run."""
    imports.check_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None


@job_kind("register_import")
def carry_out(job: Job, progress: Progress) -> StoredFile | None:
    """The import itself: all or nothing, once."""
    job.message = imports.import_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None


@job_kind("list_analyse")
def analyse_list(job: Job, progress: Progress) -> StoredFile | None:
    """Find the list in a large file."""
    progress(0, 1)
    list_imports.analyse_in_job(import_id=job.arguments["import"], by=job.owner)
    return None


@job_kind("list_check")
def check_list(job: Job, progress: Progress) -> StoredFile | None:
    """The dry run of a large list."""
    list_imports.check_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None


@job_kind("list_import")
def import_list(job: Job, progress: Progress) -> StoredFile | None:
    """The import of a large list: all or nothing, once."""
    job.message = list_imports.import_in_job(import_id=job.arguments["import"], by=job.owner, progress=progress)
    return None


@job_kind("list_undo")
def undo_list(job: Job, progress: Progress) -> StoredFile | None:
    """The undoing of a large import: whole or not at all, once."""
    progress(0, 1)
    job.message = list_imports.undo_in_job(import_id=job.arguments["import"], by=job.owner)
    return None


@job_kind("campaign_forms")
def campaign_forms(job: Job, progress: Progress) -> StoredFile:
    """The forms of a campaign that the owner may read now, as one .zip."""
    campaign = Campaign.objects.visible_to(job.owner).filter(pk=job.arguments["campaign"]).first()
    if campaign is None:
        raise DomainError(_("You may no longer see this campaign."))
    with tempfile.TemporaryDirectory(prefix="forms-") as folder:
        path = Path(folder) / "forms.zip"
        job.report = {"forms": write_pack(path, forms_of(job.owner, campaign), progress=progress)}
        name = f"{campaign.unit.short_name or campaign.unit}{campaign.year}年度承诺表.zip"
        return store_result(content=path, name=name, content_type="application/zip", by=job.owner)
