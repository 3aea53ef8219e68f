"""Eligibility checks (评先评优、提拔任用廉政审查): who asked for what, about whom, as of which day; the answers. None is ever changed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.eligibility import Outcome, Policy, Purpose, Reason, Weight
from assessments.querysets import OfUnitOrCommonQuerySet
from assessments.querysets_eligibility import EligibilityCheckQuerySet, EligibilityLineQuerySet
from common.history import History, append_only
from common.models import Timed, Versioned
from early_warnings.models import Tier
from positions.models import Unit

_USER = settings.AUTH_USER_MODEL
TONES = {Outcome.YES: "success", Outcome.ASK: "warning", Outcome.NO: "danger"}


def _weight(label: object, default: Weight) -> models.CharField:  # type: ignore[type-arg]
    return models.CharField(label, max_length=8, choices=Weight, default=default)  # type: ignore[arg-type]


class EligibilitySettings(Timed, Versioned):
    """What a unit makes of warnings in force and of points. The row without unit holds for units that have none of their own."""

    unit = models.OneToOneField(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    warning_general = _weight(_("general warning in force"), Weight.ASK)
    warning_important = _weight(_("important warning in force"), Weight.ASK)
    warning_highest = _weight(_("highest warning in force"), Weight.ASK)
    points_general = _weight(_("points reach a colour of the general tier"), Weight.ASK)
    points_important = _weight(_("points reach a colour of the important tier"), Weight.ASK)
    points_highest = _weight(_("points reach a colour of the highest tier"), Weight.NO)
    pending = models.CharField(
        _("assessment counted and not decided yet"),
        max_length=8,
        choices=[(Weight.NOTHING.value, Weight.NOTHING.label), (Weight.ASK.value, Weight.ASK.label)],
        default=Weight.ASK,
    )

    history = History()
    objects = OfUnitOrCommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of eligibility checks")
        constraints = [
            models.UniqueConstraint(fields=["unit"], nulls_distinct=False, name="assessments_eligibilitysettings_one_a_unit"),
        ]

    def __str__(self) -> str:
        return str(self.unit or _("for every unit without settings of its own"))

    @property
    def policy(self) -> Policy:
        """For the rules."""
        return Policy(
            warnings={tier: Weight(getattr(self, f"warning_{tier}")) for tier in Tier.values},
            points={tier: Weight(getattr(self, f"points_{tier}")) for tier in Tier.values},
            pending=Weight(self.pending),
        )


class EligibilityCheck(models.Model):
    """One question about one or many people."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="eligibility_checks", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    matter = models.CharField(_("what it is for"), max_length=300)
    as_of = models.DateField(_("as of"))
    award_year = models.PositiveSmallIntegerField(_("awards of the year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    # The settings it was answered by: a later change does not change what it says.
    policy = models.JSONField(_("settings of eligibility checks"))
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))

    objects = EligibilityCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("eligibility check")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="assessments_eligibility_number"),
            models.CheckConstraint(condition=~models.Q(matter=""), name="assessments_eligibility_says_what_for"),
        ]
        indexes = [models.Index(fields=["unit", "-asked_at"], name="assessments_eligibility_list")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("assessments:eligibility_check", args=[self.pk])


class EligibilityLine(models.Model):
    """The answer about one person, with name and post of the day it was asked."""

    eligibility_check = models.ForeignKey(
        EligibilityCheck, on_delete=models.PROTECT, related_name="lines", verbose_name=_("eligibility check")
    )
    order = models.PositiveIntegerField(_("order"))
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=60)
    staff_number = models.CharField(_("staff number"), max_length=40)
    department = models.CharField(_("department"), max_length=120, blank=True)
    post = models.CharField(_("post"), max_length=120, blank=True)
    outcome = models.CharField(_("conclusion"), max_length=4, choices=Outcome)
    reasons_kept = models.JSONField(_("reasons"), default=list)

    objects = EligibilityLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of an eligibility check")
        ordering = ["eligibility_check", "order"]
        constraints = [
            models.UniqueConstraint(fields=["eligibility_check", "person"], name="assessments_eligibilityline_once"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.YES, reasons_kept=[]) | ~models.Q(outcome=Outcome.YES) & ~models.Q(reasons_kept=[]),
                name="assessments_eligibilityline_reasoned",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.eligibility_check_id} · {self.pk}"

    @property
    def reasons(self) -> list[Reason]:
        """As the rules gave them."""
        return [Reason.from_json(kept) for kept in self.reasons_kept]

    @property
    def tone(self) -> str:
        """Colour of the badge."""
        return TONES[Outcome(self.outcome)]
