"""Levels as ordered records, and grading schemes as data (domain §3: severity is never read from a label)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from risks.querysets import SchemeQuerySet


class Colour(models.TextChoices):
    RED = "red", _("red")
    ORANGE = "orange", _("orange")
    YELLOW = "yellow", _("yellow")
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    GREY = "grey", _("grey")


class Answerer(models.TextChoices):
    """Who answers for a risk of a level (000)."""

    UNIT_HEAD = "unit_head", _("unit head")
    DEPUTY = "deputy", _("deputy in charge")
    DEPARTMENT_HEAD = "department_head", _("department head")


class LevelScale(Timed):
    """An ordered set of levels. The default one (三级) is made by a migration; units may have their own."""

    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("scale of levels")

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One level: the greater `severity`, the graver, whatever the label says."""

    scale = models.ForeignKey(LevelScale, on_delete=models.PROTECT, related_name="levels")
    severity = models.PositiveSmallIntegerField(_("severity"))
    label = models.CharField(_("label"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    handling = models.CharField(_("handling"), max_length=80, blank=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    answerer = models.CharField(_("who answers"), max_length=20, choices=Answerer)

    history = History()

    class Meta:
        verbose_name = _("level")
        ordering = ["scale", "-severity"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "severity"], name="risks_level_severity"),
            models.UniqueConstraint(fields=["scale", "label"], name="risks_level_label"),
        ]

    def __str__(self) -> str:
        return self.label


class SchemeKind(models.TextChoices):
    MATRIX = "matrix", _("matrix of factors")
    CRITERIA = "criteria", _("count of criteria with knock-outs")
    POWER_CLASS = "power_class", _("class of power held")


class GradingScheme(Timed, Versioned):
    """How a unit decides levels. `rules` is read by risks.grading, which documents and checks its shape for each kind."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="grading_schemes", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=SchemeKind)
    scale = models.ForeignKey(LevelScale, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("levels"))
    rules = models.JSONField(_("rules"))
    is_default = models.BooleanField(_("used for new campaigns"), default=False)
    closed_on = models.DateField(_("no longer used since"), null=True, blank=True)

    history = History()
    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("grading scheme")
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(is_default=True), nulls_distinct=False, name="risks_scheme_one_default"),
        ]

    def __str__(self) -> str:
        return self.name
