"""Rectification (整改纠偏): causes, measures, the written report and its verification, one for each round (003: 限时回告)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import StoredFile, Timed, Versioned
from early_warnings.models.warning import Warning
from early_warnings.querysets import OfWarningQuerySet, RectificationMeasureQuerySet
from positions.models import Rule

_USER = settings.AUTH_USER_MODEL


class Verification(models.TextChoices):
    ACCEPTED = "accepted", _("rectified")
    RE_RECTIFY = "re_rectify", _("to be rectified again")
    ESCALATE = "escalate", _("raised to the next tier")


class RectificationReport(Timed, Versioned):
    """What is planned, then reported, then verified in one round."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="reports")
    round = models.PositiveSmallIntegerField(_("round of rectification"))
    causes = models.TextField(_("causes"))
    results = models.TextField(_("what was done"), blank=True)
    rules_text = models.TextField(_("rules made or mended"), blank=True)
    rules = models.ManyToManyField(Rule, blank=True, related_name="+", verbose_name=_("rules in the library"))
    plans = models.TextField(_("further plans"), blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    planned_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by"))
    submitted_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    submitted_at = models.DateTimeField(_("reported"), null=True, blank=True)
    decision = models.CharField(_("verification"), max_length=12, choices=Verification, blank=True)
    opinion = models.TextField(_("opinion of the verification"), blank=True)
    verified_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("verified by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)

    history = History()
    objects = OfWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification report")
        ordering = ["warning", "round"]
        constraints = [
            models.UniqueConstraint(fields=["warning", "round"], name="warnings_report_one_a_round"),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False) & ~Q(results=""),
                name="warnings_report_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(decision="", verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False, submitted_at__isnull=False) & ~Q(decision=""),
                name="warnings_report_verified_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warning} · {self.round}"


class RectificationMeasure(Timed, Versioned):
    """One measure of a round: what, until when, done or why not."""

    report = models.ForeignKey(RectificationReport, on_delete=models.PROTECT, related_name="measures")
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.TextField(_("measure"))
    due_on = models.DateField(_("due on"))
    is_done = models.BooleanField(_("done"), default=False)
    done_on = models.DateField(_("done on"), null=True, blank=True)  # the day it was first recorded as done
    note = models.TextField(_("how it was carried out"), blank=True)
    proof = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("proof"))

    history = History()
    objects = RectificationMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure of rectification")
        ordering = ["report", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="warnings_measure_text"),
            models.CheckConstraint(
                condition=Q(is_done=True, done_on__isnull=False) | Q(is_done=False, done_on=None), name="warnings_measure_done_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.order}"
