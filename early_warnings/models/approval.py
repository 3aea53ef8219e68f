"""Who of the party committee decided what in which round of approval (domain §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.history import append_only
from early_warnings.models.warning import Warning
from early_warnings.querysets import HandledQuerySet


class VoteDecision(models.TextChoices):
    APPROVE = "approve", pgettext_lazy("warning", "approve")
    RETURN = "return", _("return for revision")
    REJECT = "reject", _("do not approve")


class ApprovalVote(models.Model):
    """One member's decision in one round; the secretary's, when the secretary alone decides. Never changed."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField(_("round of approval"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    decision = models.CharField(_("decision"), max_length=10, choices=VoteDecision)
    opinion = models.TextField(_("opinion"), blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = HandledQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote on a warning")
        ordering = ["warning", "round", "at"]
        constraints = [
            models.UniqueConstraint(fields=["warning", "round", "member"], name="warnings_vote_once"),
            models.CheckConstraint(condition=Q(decision=VoteDecision.APPROVE) | ~Q(opinion=""), name="warnings_vote_opinion"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.warning} · {self.round}"
