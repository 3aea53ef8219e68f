"""On whose desk a lead lies, and who is shut out from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.encrypted import EncryptedTextField
from common.history import History
from leads.models.lead import Lead, nobody
from positions.models import Body


class LeadDesk(models.Model):
    """A body holds a lead from a time until it passes it on. `alone`: only its head, until it is handed to the higher committee outside."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="desks", verbose_name=_("lead"))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="lead_desks", verbose_name=_("body"))
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    alone = models.BooleanField(_("its head alone"), default=False)
    reason = EncryptedTextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    history = History(get_user=nobody)

    class Meta:
        verbose_name = _("desk of a lead")
        ordering = ["lead", "since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "body"], condition=Q(until=None), name="leads_desk_once_open"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="leads_desk_times_in_order"),
        ]
        indexes = [models.Index(fields=["body", "lead"], condition=Q(until=None), name="lead_desk_open")]

    def __str__(self) -> str:
        return f"{self.lead} · {self.body}"


class LeadRecusal(models.Model):
    """A person who takes no part in a lead and no longer sees it (回避)."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="recusals", verbose_name=_("lead"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    reason = EncryptedTextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=timezone.now)

    history = History(get_user=nobody)

    class Meta:
        verbose_name = _("recusal")
        ordering = ["lead", "id"]
        constraints = [models.UniqueConstraint(fields=["lead", "person"], name="leads_recusal_once")]

    def __str__(self) -> str:
        return f"{self.lead} · {self.person}"
