"""How a unit assesses: grades, indicators, and per group the weights of methods, raters and answers (domain §6: settings).

Rows without a unit are common to all and made by a migration. A round copies what holds when its appraisal opens
(`assessments.rules`); a later change of these rows does not change it.
"""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.querysets import OfUnitOrCommonQuerySet
from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from risks.models import Colour

_PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))


class Group(models.TextChoices):
    """By cadre management authority (000 §3)."""

    LEADERSHIP = "leadership", _("leadership members")
    DEPARTMENT_HEAD = "department_head", _("department heads")
    STAFF = "staff", pgettext_lazy("assessment", "general staff")


class Method(models.TextChoices):
    """000 §3: 监督检查、民主测评、个别谈话、廉政档案."""

    SUPERVISION = "supervision", _("supervision and inspection")
    APPRAISAL = "appraisal", _("democratic appraisal")
    TALKS = "talks", _("individual talks")
    FILE = "file", _("integrity file")


class RaterLevel(models.TextChoices):
    """How much a rater's answer weighs; by closeness to the assessed (domain §6)."""

    FIRST = "first", _("first-level weight")
    SECOND = "second", _("second-level weight")
    THIRD = "third", _("third-level weight")


class Relation(models.TextChoices):
    """What a rater is to the assessed."""

    SUPERIOR = "superior", pgettext_lazy("rater", "superior")
    PEER = "peer", pgettext_lazy("rater", "peer")
    SUBORDINATE = "subordinate", pgettext_lazy("rater", "subordinate")
    PARTNER = "partner", pgettext_lazy("rater", "service partner")


class Answer(models.TextChoices):
    """优 / 良 / 中 / 差, best first."""

    EXCELLENT = "excellent", pgettext_lazy("answer", "excellent")
    GOOD = "good", pgettext_lazy("answer", "good")
    FAIR = "fair", pgettext_lazy("answer", "fair")
    POOR = "poor", pgettext_lazy("answer", "poor")


class Factor(models.TextChoices):
    """003: three factors."""

    POLITICAL = "political", _("political quality")
    MORAL = "moral", _("moral quality")
    LEGAL = "legal", _("quality in the rule of law")


class ResultScope(models.TextChoices):
    """To whom a result is shown when it is published; the committees and the unit head always see it."""

    PERSON = "person", _("the assessed only")
    DEPARTMENT = "department", _("the department of the assessed")
    UNIT = "unit", _("the whole unit")


class GradeScale(Timed, Versioned):
    """An ordered set of grades: 好 / 良好 / 一般 / 不良, or a unit's own."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="grade_scales", verbose_name=_("unit"))
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    closed_on = models.DateField(_("no longer used since"), null=True, blank=True)

    history = History()
    objects = OfUnitOrCommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("grade scale")
        ordering = ["unit", "pk"]

    def __str__(self) -> str:
        return self.name


class Grade(Versioned):
    """One grade: from `min_score` on (inclusive). The greater `severity`, the worse. Consequences as 000 names them."""

    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="grades", verbose_name=_("grade scale"))
    severity = models.PositiveSmallIntegerField(_("severity"))
    label = models.CharField(_("label"), max_length=20)
    min_score = models.DecimalField(_("from this score"), max_digits=5, decimal_places=2, validators=_PERCENT)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    no_award = models.BooleanField(_("no award or honour in the year"), default=False)
    hold_months = models.PositiveSmallIntegerField(_("months without promotion or transfer"), default=0, validators=[MaxValueValidator(60)])

    history = History()

    class Meta:
        verbose_name = _("grade")
        ordering = ["scale", "severity"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "severity"], name="assessments_grade_severity"),
            models.UniqueConstraint(fields=["scale", "label"], name="assessments_grade_label"),
            models.UniqueConstraint(fields=["scale", "min_score"], name="assessments_grade_min_score"),
            models.CheckConstraint(condition=Q(min_score__gte=0, min_score__lte=100), name="assessments_grade_score_range"),
        ]

    def __str__(self) -> str:
        return self.label


class IndicatorSet(Timed, Versioned):
    """The questions of the appraisal for a group."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="indicator_sets", verbose_name=_("unit"))
    group = models.CharField(_("group"), max_length=16, choices=Group)
    name = models.CharField(_("name"), max_length=80)
    closed_on = models.DateField(_("no longer used since"), null=True, blank=True)

    history = History()
    objects = OfUnitOrCommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator set")
        ordering = ["unit", "group", "pk"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """A sub-indicator of one of the three factors. Weights of a set add up to 100."""

    indicator_set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("indicator set"))
    factor = models.CharField(_("factor"), max_length=12, choices=Factor)
    name = models.CharField(_("name"), max_length=40)
    text = models.CharField(_("what is looked at"), max_length=200)
    weight = models.DecimalField(_("weight (%)"), max_digits=5, decimal_places=2, validators=_PERCENT)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    history = History()

    class Meta:
        verbose_name = _("indicator")
        ordering = ["indicator_set", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["indicator_set", "name"], name="assessments_indicator_name"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="assessments_indicator_weight"),
        ]

    def __str__(self) -> str:
        return self.name


def _percent(label: object, default: int) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=Decimal(default), validators=_PERCENT)  # type: ignore[arg-type]


class GroupSettings(Timed, Versioned):
    """One row a unit and group; the rows without unit hold for units that have none."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    group = models.CharField(_("group"), max_length=16, choices=Group)
    supervision = _percent(_("supervision and inspection"), 30)
    appraisal = _percent(_("democratic appraisal"), 40)
    talks = _percent(_("individual talks"), 15)
    file = _percent(_("integrity file"), 15)
    first = _percent(_("first-level weight"), 50)
    second = _percent(_("second-level weight"), 30)
    third = _percent(_("third-level weight"), 20)
    excellent = _percent(pgettext_lazy("answer", "excellent"), 100)
    good = _percent(pgettext_lazy("answer", "good"), 85)
    fair = _percent(pgettext_lazy("answer", "fair"), 70)
    poor = _percent(pgettext_lazy("answer", "poor"), 50)
    minimum_ballots = models.PositiveSmallIntegerField(
        _("fewest ballots"), default=5, validators=[MinValueValidator(3), MaxValueValidator(100)]
    )
    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="+", verbose_name=_("grade scale"))
    indicator_set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="+", verbose_name=_("indicator set"))
    scope = models.CharField(_("shown to"), max_length=12, choices=ResultScope, default=ResultScope.PERSON)
    notice_days = models.PositiveSmallIntegerField(_("working days of notice"), default=5, validators=[MaxValueValidator(60)])
    appeal_days = models.PositiveSmallIntegerField(
        _("days for an appeal"), default=10, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    appeal_working = models.BooleanField(_("working days"), default=True)

    history = History()
    objects = OfUnitOrCommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment settings")
        ordering = ["unit", "group"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "group"], nulls_distinct=False, name="assessments_settings_one_a_group"),
            models.CheckConstraint(
                condition=Q(supervision=Decimal(100) - F("appraisal") - F("talks") - F("file")), name="assessments_settings_methods"
            ),
            models.CheckConstraint(condition=Q(first=Decimal(100) - F("second") - F("third")), name="assessments_settings_raters"),
            models.CheckConstraint(condition=Q(first__gte=F("second"), second__gte=F("third")), name="assessments_settings_closeness"),
            models.CheckConstraint(
                condition=Q(excellent__lte=100, excellent__gt=F("good"), good__gt=F("fair"), fair__gt=F("poor"), poor__gte=0),
                name="assessments_settings_answers",
            ),
            models.CheckConstraint(condition=Q(minimum_ballots__gte=3), name="assessments_settings_secrecy"),
        ]

    def __str__(self) -> str:
        return f"{self.unit or _('for every unit without settings of its own')} · {self.get_group_display()}"
