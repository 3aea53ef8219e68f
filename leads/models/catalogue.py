"""Levels of leads and the catalogue of signs (腐败迹象, 001), as data (domain §4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from leads.querysets import LevelQuerySet, SignQuerySet
from positions.models import Unit


class Colour(models.TextChoices):
    RED = "red", _("red")
    ORANGE = "orange", _("orange")
    YELLOW = "yellow", _("yellow")
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    GREY = "grey", _("grey")


class LeadLevel(Timed, Versioned):
    """A level of a lead: the greater `severity`, the graver, whatever the label says. `unit` None: for every unit without its own."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="lead_levels", verbose_name=_("unit"))
    severity = models.PositiveSmallIntegerField(_("severity"))
    label = models.CharField(_("label"), max_length=20)
    name = models.CharField(_("name"), max_length=40, blank=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)

    history = History()
    objects = LevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of leads")
        ordering = ["unit", "-severity"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "severity"], nulls_distinct=False, name="leads_level_severity"),
            models.UniqueConstraint(fields=["unit", "label"], nulls_distinct=False, name="leads_level_label"),
        ]

    def __str__(self) -> str:
        return self.label


class SignField(models.TextChoices):
    """The fields of work in which signs are looked for."""

    DECISIONS = "decisions", _("decisions and the use of power")
    PERSONNEL = "personnel", _("choosing and appointing people")
    FUNDS = "funds", _("funds and finance")
    PROJECTS = "projects", _("building projects")
    PURCHASING = "purchasing", _("purchasing and assets")
    ENFORCEMENT = "enforcement", _("enforcement, approval and supervision")
    CONDUCT = "conduct", _("conduct at work and in office")
    LIFE = "life", _("life, family and company kept")


class Sign(Timed, Versioned):
    """A sign (迹象) with its default level and advice. `unit` None: common to all.

    A unit changes a common sign by a row of its own that takes its place (`replaces`); switched off, it hides the common one.
    """

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="lead_signs", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=12)
    field = models.CharField(_("field"), max_length=12, choices=SignField)
    text = models.CharField(_("sign"), max_length=300)
    severity = models.PositiveSmallIntegerField(_("default level"), help_text=_("Severity of the level: the greater, the graver."))
    advice = models.CharField(_("advice"), max_length=500, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("takes the place of")
    )

    history = History()
    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign")
        ordering = ["field", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], nulls_distinct=False, name="leads_sign_number"),
            models.UniqueConstraint(fields=["unit", "replaces"], name="leads_sign_replaces_once"),
            models.CheckConstraint(condition=Q(replaces=None) | Q(unit__isnull=False), name="leads_sign_replaced_by_a_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
