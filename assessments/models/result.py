"""Scores of the methods with their grounds, and the results made of them, of which the first stays visible when one is corrected."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models.round import Assessed
from assessments.models.settings import Method
from assessments.querysets_results import ResultQuerySet, ScoreQuerySet
from assessments.states_results import RESULT_TABLE, ResultState
from common.history import History
from common.models import Timed, Versioned

_USER = settings.AUTH_USER_MODEL
_SCORE = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))
TONES = {
    ResultState.COMPUTED: "info",
    ResultState.REVIEWED: "accent",
    ResultState.CONFIRMED: "success",
    ResultState.DROPPED: "neutral",
}
# The appraisal is computed from the ballots and never entered.
ENTERED = (Method.SUPERVISION, Method.TALKS, Method.FILE)


class MethodScore(Timed, Versioned):
    """The score of one method, 0 to 100, or that the method does not apply; both with grounds.

    `derived` is what its items alone come to (100 and points up and down); a score that differs from it says why in `grounds`.
    """

    assessed = models.ForeignKey(Assessed, on_delete=models.CASCADE, related_name="scores", verbose_name=_("assessed person"))
    method = models.CharField(_("method"), max_length=12, choices=[(m.value, m.label) for m in ENTERED])
    applies = models.BooleanField(_("the method applies"), default=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True, validators=_SCORE)
    derived = models.DecimalField(_("score from the entries"), max_digits=5, decimal_places=2, null=True, blank=True, validators=_SCORE)
    grounds = models.TextField(_("grounds"), blank=True)
    entered_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered"), null=True, blank=True)

    history = History()
    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a method")
        ordering = ["assessed", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessed", "method"], name="assessments_score_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="assessments_score_range"),
            models.CheckConstraint(condition=Q(applies=True) | Q(score=None) & ~Q(grounds=""), name="assessments_score_none_says_why"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(derived__isnull=False, score=F("derived")) | ~Q(grounds=""), name="assessments_score_grounds"
            ),
        ]

    def __str__(self) -> str:
        # No score: this text stands in audit rows.
        return str(_("score of a method"))

    @property
    def is_overruled(self) -> bool:
        """The score differs from what its entries come to."""
        return self.derived is not None and self.score is not None and self.score != self.derived


class ItemKind(models.TextChoices):
    """Where a line of a score comes from. Never a lead."""

    FINDING = "finding", _("finding")
    TALK = "talk", _("talk")
    POINTS = "points", _("points")
    WARNING = "warning", _("warning")
    MEASURE = "measure", _("overdue measure")


class ScoreItem(Timed):
    """One line of a score: what, from which source, how many points up or down. Derived ones keep what the rule gave."""

    score = models.ForeignKey(MethodScore, on_delete=models.CASCADE, related_name="items", verbose_name=_("score"))
    kind = models.CharField(_("kind"), max_length=8, choices=ItemKind)
    what = models.CharField(_("what"), max_length=300)
    source_id = models.BigIntegerField(null=True, blank=True)
    source_label = models.CharField(pgettext_lazy("assessment", "source"), max_length=120, blank=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    derived_points = models.DecimalField(_("points by the rule"), max_digits=5, decimal_places=2, null=True, blank=True)
    grounds = models.CharField(_("grounds"), max_length=300, blank=True)

    history = History()

    class Meta:
        verbose_name = _("entry of a score")
        ordering = ["score", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["score", "kind", "source_id"], condition=Q(source_id__isnull=False), name="assessments_item_source_once"
            ),
            models.CheckConstraint(condition=Q(points__gte=-100, points__lte=100), name="assessments_item_range"),
            models.CheckConstraint(
                condition=Q(derived_points=None) | Q(points=F("derived_points")) | ~Q(grounds=""), name="assessments_item_overruled_why"
            ),
        ]

    def __str__(self) -> str:
        return str(_("entry of a score"))


class Result(Versioned):
    """What came of a round for one person. Its figures never change; a correction is another result that names the one it corrects.

    `lines` hold the whole calculation (`scoring.values.Line`), the grade is a copy of what it was in the rules of the round.
    """

    assessed = models.ForeignKey(Assessed, on_delete=models.PROTECT, related_name="results", verbose_name=_("assessed person"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=ResultState, default=ResultState.COMPUTED)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, validators=_SCORE)
    grade_label = models.CharField(_("grade"), max_length=20)
    grade_severity = models.PositiveSmallIntegerField(_("severity"))
    grade_colour = models.CharField(_("colour"), max_length=8)
    no_award = models.BooleanField(_("no award or honour in the year"), default=False)
    hold_months = models.PositiveSmallIntegerField(_("months without promotion or transfer"), default=0)
    lines = models.JSONField(_("calculation"))
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("corrects")
    )
    reason = models.TextField(_("why it was corrected"), blank=True)
    computed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("calculated by"))
    computed_at = models.DateTimeField(_("calculated"))
    reviewed_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    opinion = models.CharField(_("opinion of the review"), max_length=500, blank=True)
    confirmed_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    history = History()
    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment result")
        ordering = ["assessed", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessed", "number"], name="assessments_result_number"),
            models.UniqueConstraint(
                fields=["assessed"], condition=Q(state__in=["computed", "reviewed"]), name="assessments_result_one_pending"
            ),
            models.UniqueConstraint(fields=["corrects"], condition=~Q(state="dropped"), name="assessments_result_corrected_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="assessments_result_range"),
            models.CheckConstraint(
                condition=~Q(state__in=["reviewed", "confirmed"]) | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="assessments_result_reviewed_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="assessments_result_confirmed_by_whom",
            ),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="assessments_result_corrected_why"),
        ]
        indexes = [models.Index(fields=["state", "assessed"], name="assessments_result_state")]
        triggers = [
            RESULT_TABLE.guard(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="figures_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.assessed_id, OLD.number, OLD.score, OLD.grade_label, OLD.grade_severity, OLD.no_award, OLD.hold_months, "
                    "OLD.lines, OLD.corrects_id, OLD.reason, OLD.computed_by_id, OLD.computed_at) IS DISTINCT FROM "
                    "(NEW.assessed_id, NEW.number, NEW.score, NEW.grade_label, NEW.grade_severity, NEW.no_award, NEW.hold_months, "
                    "NEW.lines, NEW.corrects_id, NEW.reason, NEW.computed_by_id, NEW.computed_at))"
                ),
            ),
        ]

    def __str__(self) -> str:
        # Neither name nor grade: this text stands in audit rows, which the audit administrator reads.
        return str(_("assessment result"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("assessments:result", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[ResultState(self.state)]
