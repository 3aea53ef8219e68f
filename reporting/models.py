"""Imports of registers: what was uploaded, how it was read, what became of it (domain §9)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import StoredFile, Timed, Versioned
from positions.models import Unit
from reporting.querysets import ImportQuerySet
from reporting.states import IMPORT_TABLE, ImportState


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
    """One file on its way into the register: uploaded, tried (dry run), then imported whole or not at all."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a register")
        ordering = ["-id"]
        triggers = [IMPORT_TABLE.guard()]

    def __str__(self) -> str:
        return self.file.name
