"""Imports of registers: what was uploaded, how it was read, what became of it (domain §9)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import StoredFile, Timed, Versioned
from jobs.models import Job
from positions.models import Unit
from reporting.annual.models import AnnualReport
from reporting.integrity.models import FileLook, FileRequest, FileSettings, FileSignature
from reporting.list_imports.models import ImportedRow, ListImport
from reporting.paper_templates.models import DocumentTemplate
from reporting.querysets import ImportQuerySet
from reporting.states import IMPORT_TABLE, ImportState

__all__ = [
    "AnnualReport",
    "DocumentTemplate",
    "FileLook",
    "FileRequest",
    "FileSettings",
    "FileSignature",
    "ImportedRow",
    "ListImport",
    "MappingMemory",
    "RegisterImport",
]


class MappingMemory(Timed):
    """The column mapping a unit confirmed for files with the same headers; proposed again for the next one."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    signature = models.CharField(max_length=64)
    columns = models.JSONField()
    levels = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("remembered mapping")
        constraints = [models.UniqueConstraint(fields=["unit", "signature"], name="reporting_mapping_once")]

    def __str__(self) -> str:
        return self.signature


class RegisterImport(Timed, Versioned):
    """One file on its way into the register: uploaded, tried (dry run), then imported whole or not at all.

    `layout` is what was found in the file (reporting.services.layouts), empty until that is known; `columns` maps a column's index
    to a field, `levels` a level text to a severity, as the person has chosen; `report` is the last dry run (reporting.services.reports).
    Its primary key is the `import_batch` of the points.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    # Empty for imports by `manage.py import_register`.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    create_missing = models.BooleanField(_("create departments and positions that do not exist"), default=False)
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    # The last job that worked on it; while that is unfinished nobody may change anything here.
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a register")
        ordering = ["-id"]
        triggers = [IMPORT_TABLE.guard()]

    def __str__(self) -> str:
        return self.file.name

    @property
    def busy(self) -> bool:
        """Whether a job works on it now."""
        return self.job is not None and self.job.is_unfinished

    @property
    def ready(self) -> bool:
        """Whether the last dry run found nothing that stands in the way."""
        return self.state == ImportState.CHECKED and bool(self.report.get("ok"))

    @property
    def state_label(self) -> str:
        """The state in words; a dry run says how it ended."""
        if self.state == ImportState.CHECKED:
            return str(_("ready to import") if self.ready else _("has faults"))
        return str(ImportState(self.state).label)

    @property
    def state_tone(self) -> str:
        """Colour of the state."""
        if self.state == ImportState.CHECKED:
            return "info" if self.ready else "danger"
        return {ImportState.IMPORTED: "success", ImportState.UPLOADED: "warning"}.get(ImportState(self.state), "neutral")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reporting:import", args=[self.pk])
