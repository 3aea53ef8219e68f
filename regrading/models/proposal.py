"""What re-grading proposes, and what the leading group decides of it (domain §3: a rise at once, a fall waits for their decision)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.history import History
from common.models import Versioned
from positions.models import Unit
from regrading.models.rule_set import RuleSet
from regrading.querysets import ProposalQuerySet
from regrading.states import PROPOSAL_TABLE, ProposalState
from risks.models import Level, RiskPoint


class Direction(models.TextChoices):
    RISE = "rise", pgettext_lazy("level", "rise")
    FALL = "fall", pgettext_lazy("level", "fall")


class Origin(models.TextChoices):
    SCORE = "score", _("re-grading")
    COMMITTEE = "committee", _("discipline committee")


class Proposal(Versioned):
    """Another level for a risk point. At most one of each origin is open a point.

    `grounds` are the committee's words; contributions are the score's.
    """

    risk = models.ForeignKey(RiskPoint, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("risk point"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.SCORE)
    from_level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", verbose_name=_("current level"))
    to_level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed level"))
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    contributions = models.JSONField(default=list)
    rule_set = models.ForeignKey(RuleSet, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("put forward by")
    )
    grounds = models.CharField(_("grounds"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    opened_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    history = History()
    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a level")
        ordering = ["-id"]
        constraints = [
            # Of each origin: were the committee's in the way of the score's, its absence would tell the holder that the committee spoke.
            models.UniqueConstraint(fields=["risk", "origin"], condition=Q(state=ProposalState.OPEN), name="regrading_proposal_one_open"),
            models.CheckConstraint(
                condition=~Q(origin=Origin.COMMITTEE) | ~Q(grounds="") & Q(proposed_by__isnull=False), name="regrading_proposal_grounds"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.ACCEPTED, ProposalState.DECLINED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="regrading_proposal_decided_by_whom",
            ),
            models.CheckConstraint(condition=~Q(state=ProposalState.DECLINED) | ~Q(reason=""), name="regrading_proposal_declined_why"),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "direction", "-id"], name="proposal_list"),
            models.Index(fields=["risk", "-id"], name="proposal_of_risk"),
        ]
        triggers = [PROPOSAL_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.risk}"
