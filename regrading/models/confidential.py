"""What re-grading finds by evidence that not everybody may see (ADR 0020): leads, warnings, surveys, results not shown to the whole
unit.

Nothing outside these tables changes because of it. Texts of it in audit rows are a number and nothing else.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Result, Survey
from common.encrypted import EncryptedTextField
from common.history import History
from common.models import Versioned
from early_warnings.models import Warning
from leads.models import Lead
from positions.models import Unit
from regrading.models.proposal import Proposal
from regrading.models.rule_set import RuleSet
from regrading.querysets import ConfidentialQuerySet, ConfidentialSourceQuerySet
from regrading.states import CONFIDENTIAL_TABLE, ConfidentialState
from risks.models import Level, RiskPoint

_USER = settings.AUTH_USER_MODEL


class ConfidentialFinding(Versioned):
    """All evidence together asks for a graver level than the open evidence does. At most one is open a point."""

    risk = models.ForeignKey(RiskPoint, on_delete=models.PROTECT, related_name="+", verbose_name=_("risk point"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", verbose_name=_("level by all evidence"))
    score = models.PositiveSmallIntegerField(_("score by all evidence"))
    contributions = models.JSONField(default=list)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ConfidentialState, default=ConfidentialState.OPEN)
    opened_on = models.DateField(_("found on"))
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Why it was set aside: the committee's own words about what is confidential.
    reason = EncryptedTextField(_("reason"), blank=True, default="")
    proposal = models.OneToOneField(Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposal"))

    history = History()
    objects = ConfidentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("confidential finding")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["risk"], condition=Q(state=ConfidentialState.OPEN), name="regrading_confidential_one_open"),
            models.CheckConstraint(
                condition=~Q(state__in=[ConfidentialState.FORWARDED, ConfidentialState.SET_ASIDE])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="regrading_confidential_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConfidentialState.FORWARDED) | Q(proposal__isnull=False), name="regrading_confidential_forwarded_as"
            ),
            models.CheckConstraint(
                condition=~Q(state=ConfidentialState.SET_ASIDE) | ~Q(reason=""), name="regrading_confidential_aside_why"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-id"], name="confidential_list"),
            models.Index(fields=["risk", "-id"], name="confidential_of_risk"),
        ]
        triggers = [CONFIDENTIAL_TABLE.guard()]

    def __str__(self) -> str:
        # Neither point nor person: this text stands in audit rows, which the audit administrator reads.
        return gettext("confidential finding %(n)d") % {"n": self.pk}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("regrading:confidential_finding", args=[self.pk])


class SourceKind(models.TextChoices):
    LEAD = "lead", _("Lead")
    WARNING = "warning", _("warning")
    RESULT = "result", _("assessment result")
    SURVEY = "survey", _("contact-rate survey")


class ConfidentialSource(models.Model):
    """A piece of evidence that a finding rests on, and how much it counted. Only who sees all of a finding's sources sees any."""

    finding = models.ForeignKey(ConfidentialFinding, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("kind"), max_length=8, choices=SourceKind)
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead"))
    warning = models.ForeignKey(Warning, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("warning"))
    result = models.ForeignKey(Result, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("result"))
    survey = models.ForeignKey(Survey, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("survey"))
    weight = models.PositiveSmallIntegerField(_("points"))

    objects = ConfidentialSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of a confidential finding")
        ordering = ["finding", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SourceKind.LEAD, lead__isnull=False, warning=None, result=None, survey=None)
                | Q(kind=SourceKind.WARNING, lead=None, warning__isnull=False, result=None, survey=None)
                | Q(kind=SourceKind.RESULT, lead=None, warning=None, result__isnull=False, survey=None)
                | Q(kind=SourceKind.SURVEY, lead=None, warning=None, result=None, survey__isnull=False),
                name="regrading_source_one_kind",
            ),
            models.UniqueConstraint(fields=["finding", "lead"], name="regrading_source_lead_once"),
            models.UniqueConstraint(fields=["finding", "warning"], name="regrading_source_warning_once"),
            models.UniqueConstraint(fields=["finding", "result"], name="regrading_source_result_once"),
            models.UniqueConstraint(fields=["finding", "survey"], name="regrading_source_survey_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def key(self) -> tuple[str, int]:
        """Kind and id of what it is, as the evaluation names it."""
        return self.kind, getattr(self, f"{self.kind}_id")
