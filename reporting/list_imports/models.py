"""Imports of lists: what was uploaded, how it was read, what it made (issue E, ADR 0025)."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import StoredFile, Timed, Versioned
from jobs.models import Job
from positions.models import Unit
from reporting.list_imports.querysets import ListImportQuerySet
from reporting.list_imports.states import LIST_IMPORT_TABLE, ListState

if TYPE_CHECKING:
    from reporting.list_imports.kinds import Kind


class ListImport(Timed, Versioned):
    """One file on its way into a list: uploaded, tried (dry run), imported whole or not at all, perhaps undone.

    `layout` is what was found in the file (reporting.list_imports.table), empty until that is known; `columns` maps a column's index to a
    field; `report` is the last dry run; `blocks` what stood in the way of the last attempt to undo it.
    """

    kind = models.CharField(_("list"), max_length=16)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("imported by"))
    state = models.CharField(_("state"), max_length=12, choices=ListState, default=ListState.UPLOADED)
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    blocks = models.JSONField(default=list)
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    # The last job that worked on it; while that is unfinished nobody may change anything here.
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ListImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a list")
        ordering = ["-id"]
        triggers = [LIST_IMPORT_TABLE.guard()]

    def __str__(self) -> str:
        return self.file.name

    @property
    def what(self) -> "Kind":
        """The list it goes into."""
        from reporting.list_imports.kinds import KINDS

        return KINDS[self.kind]

    @property
    def busy(self) -> bool:
        """Whether a job works on it now."""
        return self.job is not None and self.job.is_unfinished

    @property
    def ready(self) -> bool:
        """Whether the last dry run found nothing that stands in the way, and something to import."""
        return self.state == ListState.CHECKED and bool(self.report.get("ok"))

    @property
    def state_label(self) -> str:
        """The state in words; a dry run says how it ended."""
        if self.state != ListState.CHECKED:
            return str(ListState(self.state).label)
        if self.ready:
            return str(_("ready to import"))
        return str(_("has faults") if self.report.get("errors") else _("nothing new"))

    @property
    def state_tone(self) -> str:
        """Colour of the state."""
        if self.state == ListState.CHECKED:
            return "info" if self.ready else "danger" if self.report.get("errors") else "neutral"
        return {ListState.IMPORTED: "success", ListState.UPLOADED: "warning"}.get(ListState(self.state), "neutral")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reporting:list_import", args=[self.pk])


class ImportedRow(models.Model):
    """What a row made: the object and the version it had then; or an object it changed, with the former values in `before`.

    Rows stay when the import is undone: they say what was taken back.
    """

    list_import = models.ForeignKey(ListImport, on_delete=models.CASCADE, related_name="made")
    place = models.PositiveIntegerField()
    row = models.PositiveIntegerField()
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("imported row")
        ordering = ["list_import", "place"]
        constraints = [models.UniqueConstraint(fields=["list_import", "place"], name="reporting_importedrow_place")]

    def __str__(self) -> str:
        return self.title
