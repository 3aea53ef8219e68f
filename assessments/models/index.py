"""The risk index of leadership positions (岗位廉政风险指数, 003; domain §6): how a unit computes it, and snapshots that never change."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.index import Band, IndexRules, Part
from assessments.querysets_index import IndexSettingsQuerySet, PositionIndexQuerySet
from common.history import History, append_only
from common.models import Timed, Versioned
from positions.models import Position, Unit

_PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))
_PARTS = ("moral", "power", "control", "environment")

# 003 names what is measured but no figures: these are where units start. Bands: severity, label, colour, from, points of a risk point.
DEFAULT_POINTS: dict[str, Any] = {
    "categories": {"decision": "10", "approval": "8", "supervision": "6", "enforcement": "8", "personnel": "10", "finance": "10"},
    "business": ["approval", "enforcement", "supervision"],
    "holdings": {"own": "1", "step": "0.6", "unit": "0.8", "member": "0.3", "charge": "0.2"},
    "major": "4",
    "alone": "4",
    "power_full": "320",
    "grades": [
        [4, "高危", "red", "75", "10"],
        [3, "严重", "orange", "50", "5"],
        [2, "中等", "yellow", "25", "2"],
        [1, "低危", "blue", "0", "0.5"],
    ],
    "control_full": "250",
    "contact_full": "20",
    "levels": [[4, "高", "red", "60", "0"], [3, "较高", "orange", "45", "0"], [2, "中", "yellow", "30", "0"], [1, "低", "blue", "0", "0"]],
    "valid_months": 12,
}


def default_points() -> dict[str, Any]:
    """A copy of the defaults, for a new row."""
    return {key: value.copy() if isinstance(value, (dict, list)) else value for key, value in DEFAULT_POINTS.items()}


def _weight(label: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=Decimal(25), validators=_PERCENT)  # type: ignore[arg-type]


class IndexSettings(Timed, Versioned):
    """One row a unit; the row without unit holds for units that have none. `points`: all of `IndexRules` but the weights."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    moral = _weight(_("moral risk"))
    power = _weight(_("power risk"))
    control = _weight(_("control risk"))
    environment = _weight(_("environment risk"))
    points = models.JSONField(_("points and thresholds"), default=default_points)
    # {position key: "external" or "internal"} where the rule by power items does not fit.
    survey_kinds = models.JSONField(_("survey by position"), default=dict, blank=True)

    history = History()
    objects = IndexSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of the position risk index")
        constraints = [
            models.UniqueConstraint(fields=["unit"], nulls_distinct=False, name="assessments_indexsettings_one_a_unit"),
            models.CheckConstraint(
                condition=Q(moral=Decimal(100) - F("power") - F("control") - F("environment")), name="assessments_indexsettings_weights"
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or _("for every unit without settings of its own"))

    @property
    def rules(self) -> IndexRules:
        """As the calculation takes them."""
        return IndexRules.from_json(self.points | {"weights": {part: str(getattr(self, part)) for part in _PARTS}})


class PositionIndex(models.Model):
    """What the index of a position with its holder was on a day: parts with every figure and its source, by the rules of that day.

    Never changed. `year` and `quarter` stand on those made at the end of a quarter, one for each position and holder.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", verbose_name=_("position"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("holder")
    )
    holder_name = models.CharField(_("name"), max_length=60, blank=True)
    as_of = models.DateField(pgettext_lazy("index", "as of"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True)
    rules = models.JSONField(_("rules"))
    parts = models.JSONField(pgettext_lazy("index", "parts"))
    total = models.DecimalField(_("risk index"), max_digits=5, decimal_places=2, null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("index", "computed by"),
    )
    made_at = models.DateTimeField(pgettext_lazy("index", "computed"), auto_now_add=True)

    objects = PositionIndexQuerySet.as_manager()

    class Meta:
        verbose_name = _("position risk index")
        ordering = ["unit", "position", "-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "holder", "year", "quarter"],
                condition=Q(quarter__isnull=False),
                nulls_distinct=False,
                name="assessments_index_one_a_quarter",
            ),
            models.CheckConstraint(condition=Q(total=None) | Q(total__gte=0, total__lte=100), name="assessments_index_total"),
            models.CheckConstraint(
                condition=Q(year=None, quarter=None) | Q(year__isnull=False, quarter__gte=1, quarter__lte=4),
                name="assessments_index_quarter",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "position", "holder", "-as_of", "-id"], name="index_of_unit"),
            models.Index(fields=["holder", "-as_of"], name="index_of_holder"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position} · {self.holder_name}" if self.holder_name else str(self.position)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("assessments:index", args=[self.pk])

    @property
    def frozen(self) -> IndexRules:
        """The rules it was computed by."""
        kept: IndexRules | None = self.__dict__.get("_frozen")
        if kept is None:
            kept = self.__dict__["_frozen"] = IndexRules.from_json(self.rules)
        return kept

    @property
    def computed_parts(self) -> list[Part]:
        """The four parts in their order."""
        return [Part.from_json(row, self.frozen) for row in self.parts]

    @property
    def level(self) -> Band | None:
        """The level of the whole; None without a total."""
        if self.total is None:
            return None
        return next(band for band in self.frozen.levels if self.total >= band.low)
