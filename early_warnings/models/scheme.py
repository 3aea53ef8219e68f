"""Warning schemes as data: ordered levels, and which level of one scheme stands for which of another (domain §5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from early_warnings.querysets import SchemeQuerySet
from positions.models import Unit
from risks.models import Colour


class Tier(models.TextChoices):
    """The three tiers of 000; what has to be done follows from them, whatever a unit's scheme calls its levels."""

    GENERAL = "general", _("general warning")
    IMPORTANT = "important", _("important warning")
    HIGHEST = "highest", _("highest warning")


# From below: what “one tier up” means.
TIER_ORDER = (Tier.GENERAL, Tier.IMPORTANT, Tier.HIGHEST)


class WarningScheme(Timed, Versioned):
    """An ordered set of warning levels. Those without a unit are common to all and are made by a migration."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="warning_schemes", verbose_name=_("unit"))
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    note = models.CharField(_("note"), max_length=200, blank=True)
    closed_on = models.DateField(_("no longer used since"), null=True, blank=True)

    history = History()
    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning scheme")
        ordering = ["unit", "pk"]

    def __str__(self) -> str:
        return self.name


class WarningLevel(Versioned):
    """One level: the greater `severity`, the graver. A level without tier is a reminder and starts no warning (002: D 绿)."""

    scheme = models.ForeignKey(WarningScheme, on_delete=models.PROTECT, related_name="levels", verbose_name=_("warning scheme"))
    severity = models.PositiveSmallIntegerField(_("severity"))
    label = models.CharField(_("label"), max_length=20)
    meaning = models.CharField(_("meaning"), max_length=200, blank=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    is_fault = models.BooleanField(_("counts as a fault"), default=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, blank=True)

    history = History()

    class Meta:
        verbose_name = _("warning level")
        ordering = ["scheme", "severity"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "severity"], name="warnings_level_severity"),
            models.UniqueConstraint(fields=["scheme", "label"], name="warnings_level_label"),
            models.CheckConstraint(condition=Q(tier__in=["", *Tier.values]), name="warnings_level_tier"),
        ]

    def __str__(self) -> str:
        return self.label


class LevelMapping(models.Model):
    """`from_level` of one scheme stands for `to_level` of another: colours of points become tiers of warnings."""

    from_level = models.ForeignKey(WarningLevel, on_delete=models.CASCADE, related_name="mapped_to", verbose_name=_("level"))
    to_level = models.ForeignKey(WarningLevel, on_delete=models.CASCADE, related_name="mapped_from", verbose_name=_("stands for"))

    history = History()

    class Meta:
        verbose_name = _("mapping of levels")
        ordering = ["from_level", "to_level"]
        constraints = [
            models.UniqueConstraint(fields=["from_level", "to_level"], name="warnings_mapping_once"),
            models.CheckConstraint(condition=~Q(from_level=F("to_level")), name="warnings_mapping_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.from_level} → {self.to_level}"
