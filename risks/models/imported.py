"""Where the points of an import lie, told once for all of them (ADR 0013)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedPoints(models.Model):
    """The keys of one import's points, and from which on some have no search vector yet.

    An index of batches, and one of what waits for a vector, would take two entries of each of 50,000 points for what one row tells.
    Others may have taken keys in between: who looks for the points of a batch asks for both, keys and batch (`RiskQuerySet.of_import`).
    """

    batch = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    unindexed_from = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("points of an import")

    def __str__(self) -> str:
        return f"{self.batch}: {self.first}–{self.last}"
