"""The judgement of a lead (研判): proposed by one member of the committee, confirmed by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.encrypted import EncryptedTextField
from common.history import History
from common.models import Timed, Versioned
from leads.models.catalogue import LeadLevel
from leads.models.lead import Lead, nobody


class Outcome(models.TextChoices):
    """What is to become of a lead."""

    WATCH = "watch", _("keep watching")
    EDUCATE = "educate", _("educate and remind")
    WARN = "warn", _("start a warning")
    HAND_OVER = "hand_over", _("hand over as a clue")
    UNFOUNDED = "unfounded", _("unfounded, clear the person")


class FormalKind(models.TextChoices):
    """How formal discipline work handles a clue (四类处置方式)."""

    INQUIRY = "inquiry", _("talk or written inquiry")
    VERIFICATION = "verification", _("preliminary verification")
    KEPT = "kept", _("kept for later")
    SETTLED = "settled", _("settled")


class Judgement(Timed, Versioned):
    """One round. The latest confirmed one counts."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="judgements", verbose_name=_("lead"))
    level = models.ForeignKey(LeadLevel, on_delete=models.PROTECT, related_name="+", verbose_name=_("level"))
    effects = EncryptedTextField(_("likely adverse effects"))
    responsibility = EncryptedTextField(_("responsibility"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who answers")
    )
    measures = EncryptedTextField(_("measures"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    formal_kind = models.CharField(_("kind of formal handling"), max_length=12, choices=FormalKind, blank=True)
    opinion = EncryptedTextField(_("opinion"), blank=True)
    due_on = models.DateField(_("to be handled by"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("returned by")
    )
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    return_reason = EncryptedTextField(_("why it was returned"), blank=True)

    history = History(get_user=nobody)

    class Meta:
        verbose_name = _("judgement")
        ordering = ["lead", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(confirmed_at=None, returned_at=None), name="leads_judgement_one_open"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("proposed_by")),
                name="leads_judgement_four_eyes",
            ),
            models.CheckConstraint(condition=Q(confirmed_at=None) | Q(returned_at=None), name="leads_judgement_one_answer"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.HAND_OVER) & ~Q(formal_kind="") | ~Q(outcome=Outcome.HAND_OVER) & Q(formal_kind=""),
                name="leads_judgement_formal_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead} · {self.get_outcome_display()}"
