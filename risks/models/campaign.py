"""A campaign of finding risks (排查工作) with its phases (domain §3, 002)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models import FlowStep, PowerItem, Unit
from risks.models.levels import GradingScheme
from risks.querysets import CampaignQuerySet
from risks.states import CAMPAIGN_TABLE, CampaignState


class Campaign(Timed, Versioned):
    """One campaign of a unit; at most one runs at a time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=CampaignState, default=CampaignState.PREPARING)
    scheme = models.ForeignKey(GradingScheme, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("grading scheme"))
    commitment_position = models.TextField(_("commitment on the position form"), blank=True)
    commitment_department = models.TextField(_("commitment on the department form"), blank=True)
    commitment_unit = models.TextField(_("commitment on the unit form"), blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    history = History()
    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        ordering = ["unit", "-year", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(state=CampaignState.RUNNING), name="risks_campaign_one_running"),
            models.UniqueConstraint(fields=["unit", "year"], name="risks_campaign_one_a_year"),
        ]
        triggers = [CAMPAIGN_TABLE.guard()]

    def __str__(self) -> str:
        return self.title


class PhaseKind(models.TextChoices):
    POWERS = "powers", _("power catalogue and flowcharts")
    FINDING = "finding", _("finding risks")
    GRADING = "grading", _("grading")
    MEASURES = "measures", _("measures and warning mechanism")
    DISCLOSURE = "disclosure", _("disclosure and inspection")


class CampaignPhase(models.Model):
    """A phase and its deadline; phases may overlap (002: finding and grading both end in November)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("phase"), max_length=12, choices=PhaseKind)
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("until"))

    history = History()

    class Meta:
        verbose_name = _("phase")
        ordering = ["campaign", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind"], name="risks_phase_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="risks_phase_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Examination(Timed):
    """“Examined, none found” of a power item or one of its steps, with the reason (不留死角: an answer that must be given explicitly)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="examinations")
    power_item = models.ForeignKey(PowerItem, on_delete=models.PROTECT, related_name="examinations")
    flow_step = models.ForeignKey(FlowStep, null=True, blank=True, on_delete=models.CASCADE, related_name="examinations")
    reason = models.TextField(_("why there is none"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    history = History()

    class Meta:
        verbose_name = _("examination without finding")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "power_item", "flow_step"], nulls_distinct=False, name="risks_examination_once"),
        ]

    def __str__(self) -> str:
        return f"{self.power_item}: {self.flow_step or '-'}"
