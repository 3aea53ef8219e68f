"""What a person or department says for themselves (陈述申辩); answered before the warning can be closed (domain §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import StoredFile, Timed, Versioned
from early_warnings.models.warning import Warning
from early_warnings.querysets import StatementQuerySet


class StatementOutcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    PARTLY = "partly", _("accepted in part")
    NOT_ACCEPTED = "not_accepted", _("not accepted")


class Statement(Timed, Versioned):
    """One statement and its answer."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField(_("statement"))
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by"))
    at = models.DateTimeField(_("stated"))
    due_on = models.DateField(_("to be answered by"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=StatementOutcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    history = History()
    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        ordering = ["warning", "at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(answer=""),
                name="warnings_statement_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.warning)
