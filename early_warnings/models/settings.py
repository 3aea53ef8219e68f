"""How a unit handles warnings: scheme, approval, time limits (domain §5: settings)."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from early_warnings.models.scheme import WarningScheme
from early_warnings.querysets import SettingsQuerySet
from positions.models import Unit


class ApprovalMode(models.TextChoices):
    SECRETARY = "secretary", _("by the secretary of the party committee")
    VOTE = "vote", _("by vote of the members of the party committee")


class Majority(models.TextChoices):
    ENTITLED = "entitled", _("more than half of those entitled to vote")
    CAST = "cast", _("more than half of the votes cast")
    TWO_THIRDS = "two_thirds", _("two thirds of those entitled to vote")


class LimitedStep(models.TextChoices):
    """What a warning waits for, each with a time limit. Rectification has one for each tier."""

    SUBMITTED = "submitted", _("decide on the approval")
    RETURNED = "returned", _("revise what was returned")
    APPROVED = "approved", _("issue")
    ISSUED = "issued", _("acknowledge")
    ACKNOWLEDGED = "acknowledged", _("analyse causes and set measures")
    RECTIFYING_GENERAL = "rectifying_general", _("rectify and report (general)")
    RECTIFYING_IMPORTANT = "rectifying_important", _("rectify and report (important)")
    RECTIFYING_HIGHEST = "rectifying_highest", _("rectify and report (highest)")
    REPORTED = "reported", _("verify")
    VERIFIED = "verified", _("close as rectified")
    STATEMENT = "statement", _("answer a statement")


# Days and whether they are working days. 003: written report in time; domain §5: rectification reported after 6 months at most.
DEFAULT_LIMITS: dict[str, dict[str, int | bool]] = {
    LimitedStep.SUBMITTED.value: {"days": 5, "working": True},
    LimitedStep.RETURNED.value: {"days": 5, "working": True},
    LimitedStep.APPROVED.value: {"days": 3, "working": True},
    LimitedStep.ISSUED.value: {"days": 3, "working": True},
    LimitedStep.ACKNOWLEDGED.value: {"days": 10, "working": True},
    LimitedStep.RECTIFYING_GENERAL.value: {"days": 30, "working": False},
    LimitedStep.RECTIFYING_IMPORTANT.value: {"days": 90, "working": False},
    LimitedStep.RECTIFYING_HIGHEST.value: {"days": 180, "working": False},
    LimitedStep.REPORTED.value: {"days": 10, "working": True},
    LimitedStep.VERIFIED.value: {"days": 5, "working": True},
    LimitedStep.STATEMENT.value: {"days": 10, "working": True},
}


def default_limits() -> dict[str, dict[str, int | bool]]:
    """A copy of the defaults, for a new row."""
    return {step: dict(limit) for step, limit in DEFAULT_LIMITS.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days, calendar or working."""

    days: int
    working: bool


class WarningSettings(Timed, Versioned):
    """One row a unit; the row without unit holds for units that have none."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    scheme = models.ForeignKey(WarningScheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("warning scheme"))
    approval_mode = models.CharField(_("approval"), max_length=10, choices=ApprovalMode, default=ApprovalMode.SECRETARY)
    quorum_numerator = models.PositiveSmallIntegerField(_("quorum: numerator"), default=2, validators=[MinValueValidator(1)])
    quorum_denominator = models.PositiveSmallIntegerField(_("quorum: denominator"), default=3, validators=[MinValueValidator(1)])
    majority = models.CharField(_("majority"), max_length=12, choices=Majority, default=Majority.ENTITLED)
    limits = models.JSONField(_("time limits"), default=default_limits)
    amber_share = models.DecimalField(
        _("amber from this share of the time"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.90"),
        validators=[MinValueValidator(Decimal("0.10")), MaxValueValidator(Decimal("0.99"))],
    )
    remind_before = models.PositiveSmallIntegerField(
        _("reminded of measures so many working days before"), default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    escalate_after = models.PositiveSmallIntegerField(_("to the next leader after working days overdue"), default=5)

    history = History()
    objects = SettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning settings")
        constraints = [
            models.UniqueConstraint(fields=["unit"], nulls_distinct=False, name="warnings_settings_one_a_unit"),
            models.CheckConstraint(
                condition=Q(quorum_numerator__gte=1, quorum_numerator__lte=F("quorum_denominator")), name="warnings_settings_quorum"
            ),
            models.CheckConstraint(condition=Q(amber_share__gt=0, amber_share__lt=1), name="warnings_settings_amber"),
        ]

    def __str__(self) -> str:
        return str(self.unit or _("for every unit without settings of its own"))

    def limit(self, step: str) -> Limit:
        """The limit of a step of LimitedStep; the default where the row says nothing."""
        kept = self.limits.get(step) or DEFAULT_LIMITS[step]
        return Limit(days=int(kept["days"]), working=bool(kept["working"]))
