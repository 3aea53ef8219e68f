"""Point schemes and the catalogue of behaviours, as data a unit chooses (domain §5: all settings of the unit's point scheme)."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from early_warnings.models.scheme import WarningLevel
from early_warnings.points import Cycle, Direction, PointRules, in_words
from early_warnings.querysets_points import PointBehaviourQuerySet, PointSchemeQuerySet
from positions.models import Unit


class PointScheme(Timed, Versioned):
    """How a unit counts points from a day on. The scheme without unit holds for units that have none of their own."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="point_schemes", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=80)
    full = models.DecimalField(_("full number of points"), max_digits=5, decimal_places=1, default=Decimal(12))
    direction = models.CharField(_("how points are counted"), max_length=6, choices=Direction, default=Direction.DOWN)
    cap = models.DecimalField(
        _("most that counts in a cycle"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        default=Decimal(12),
        help_text=_("Empty: no limit."),
    )
    step = models.DecimalField(_("smallest step"), max_digits=2, decimal_places=1, default=Decimal(1))
    cycle = models.CharField(_("cycle"), max_length=10, choices=Cycle, default=Cycle.CALENDAR)
    leader_share = models.DecimalField(_("share of the responsible leader (per cent)"), max_digits=4, decimal_places=0, default=Decimal(0))
    for_departments = models.BooleanField(_("departments have accounts too"), default=True)
    # The colour of who has entries and has reached no threshold (002: D 绿).
    base_level = models.ForeignKey(
        WarningLevel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("colour below all thresholds")
    )
    in_force_from = models.DateField(_("in force from"))

    history = History()
    objects = PointSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("point scheme")
        ordering = ["unit", "-in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "in_force_from"], nulls_distinct=False, name="warnings_pointscheme_from"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> PointRules:
        """The numbers, for `early_warnings.points`."""
        return PointRules(self.full, self.direction, self.cap, self.step, self.leader_share)

    def begins(self, today: date) -> bool:
        """Whether it still lies ahead."""
        return self.in_force_from > today


class PointThreshold(models.Model):
    """From so many points on: this colour, with this consequence."""

    scheme = models.ForeignKey(PointScheme, on_delete=models.PROTECT, related_name="thresholds", verbose_name=_("point scheme"))
    points = models.DecimalField(_("from points"), max_digits=5, decimal_places=1)
    level = models.ForeignKey(WarningLevel, on_delete=models.PROTECT, related_name="+", verbose_name=_("colour"))
    consequence = models.CharField(_("consequence"), max_length=200, blank=True)

    history = History()

    class Meta:
        verbose_name = _("threshold")
        ordering = ["scheme", "points"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "points"], name="warnings_threshold_points"),
            models.UniqueConstraint(fields=["scheme", "level"], name="warnings_threshold_level"),
        ]

    def __str__(self) -> str:
        return f"{self.level} ≥ {self.points}"

    @property
    def amount(self) -> str:
        """The points as people write them."""
        return in_words(self.points)


class BehaviourField(models.TextChoices):
    """What a behaviour offends against."""

    POLITICAL = "political", _("political discipline")
    ORGANISATION = "organisation", _("organisational discipline")
    INTEGRITY = "integrity", _("integrity discipline")
    MASSES = "masses", _("discipline towards the public")
    WORK = "work", _("discipline at work")
    LIFE = "life", _("discipline of life")
    POWER = "power", _("exercise of power")
    PREVENTION = "prevention", _("duty to prevent")


class PointBehaviour(Timed, Versioned):
    """One line of the catalogue: code, what it is, how many points. A unit's row takes the place of the common one with its code."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="point_behaviours", verbose_name=_("unit"))
    code = models.CharField(_("code"), max_length=20)
    field = models.CharField(_("field"), max_length=14, choices=BehaviourField)
    text = models.CharField(_("behaviour"), max_length=300)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    is_active = models.BooleanField(_("in use"), default=True)

    history = History()
    objects = PointBehaviourQuerySet.as_manager()

    class Meta:
        verbose_name = _("behaviour")
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], nulls_distinct=False, name="warnings_behaviour_code"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="warnings_behaviour_points"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def amount(self) -> str:
        """The points as people write them."""
        return in_words(self.points)

    @property
    def is_reminder(self) -> bool:
        """A reminder without deduction (D 绿)."""
        return not self.points
