"""A version of the annual report of a unit: the committee's texts, and the figures kept from the submission on."""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from reporting.annual.querysets import AnnualReportQuerySet
from reporting.annual.states import REPORT_TABLE, ReportState

_USER = settings.AUTH_USER_MODEL
TONES = {ReportState.DRAFT: "neutral", ReportState.SUBMITTED: "warning", ReportState.APPROVED: "success", ReportState.SUPERSEDED: "neutral"}
# In the order of the paper.
TEXTS = ("work_done", "effects", "problems", "plans")
MOST = 20_000


def _text(label: object) -> models.TextField:  # type: ignore[type-arg]
    return models.TextField(label, blank=True, max_length=MOST)  # type: ignore[arg-type]


class AnnualReport(Timed, Versioned):
    """One version. `figures` is empty while it is a draft (they are counted anew) and stays from the submission on."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="annual_reports", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    work_done = _text(pgettext_lazy("annual report", "Work done"))
    effects = _text(pgettext_lazy("annual report", "What it brought"))
    problems = _text(pgettext_lazy("annual report", "Problems"))
    plans = _text(pgettext_lazy("annual report", "Next steps"))
    figures = models.JSONField(_("figures"), null=True, blank=True)
    begun_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    submitted_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approved_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(pgettext_lazy("annual report, day", "approved"), null=True, blank=True)
    return_reason = models.CharField(_("why it was sent back"), max_length=300, blank=True)

    history = History()
    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual report")
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="reporting_annualreport_number"),
            models.UniqueConstraint(
                fields=["unit", "year"], condition=Q(state__in=["draft", "submitted"]), name="reporting_annualreport_one_open"
            ),
            models.UniqueConstraint(fields=["unit", "year"], condition=Q(state="approved"), name="reporting_annualreport_one_approved"),
            models.CheckConstraint(
                condition=Q(state="draft", figures=None) | ~Q(state="draft") & Q(figures__isnull=False, submitted_by__isnull=False),
                name="reporting_annualreport_figures_kept",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"], approved_by=None, approved_at=None)
                | Q(state__in=["approved", "superseded"], approved_by__isnull=False, approved_at__isnull=False),
                name="reporting_annualreport_approved_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")), name="reporting_annualreport_four_eyes"
            ),
        ]
        triggers = [
            REPORT_TABLE.guard(),
            pgtrigger.Protect(
                name="approved_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('approved', 'superseded') AND "
                    "(OLD.unit_id, OLD.year, OLD.number, OLD.work_done, OLD.effects, OLD.problems, OLD.plans, OLD.figures, "
                    "OLD.submitted_by_id, OLD.approved_by_id, OLD.approved_at) IS DISTINCT FROM "
                    "(NEW.unit_id, NEW.year, NEW.number, NEW.work_done, NEW.effects, NEW.problems, NEW.plans, NEW.figures, "
                    "NEW.submitted_by_id, NEW.approved_by_id, NEW.approved_at)"
                ),
            ),
            pgtrigger.Protect(
                name="approved_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state IN ('approved', 'superseded')"),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Annual report of %(year)d, version %(number)d") % {"year": self.year, "number": self.number}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reporting:annual_report", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[ReportState(self.state)]

    @property
    def is_draft(self) -> bool:
        """Whether it is still written and its figures are counted anew."""
        return self.state == ReportState.DRAFT
