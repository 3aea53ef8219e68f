"""Appeals of the assessed against a published result."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models.result import Result
from assessments.querysets_results import AppealQuerySet
from assessments.states_appeals import APPEAL_TABLE, AppealState
from common.history import History
from common.models import Versioned

_USER = settings.AUTH_USER_MODEL
TONES = {
    AppealState.WAITING: "warning",
    AppealState.UPHELD: "neutral",
    AppealState.CHANGED: "success",
    AppealState.WITHDRAWN: "neutral",
}


class Appeal(Versioned):
    """One a result that was not taken back; `corrected` is the result that came of it."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("assessment result"))
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.WAITING)
    text = models.TextField(_("what you object to, and why"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("appealed by"))
    at = models.DateTimeField(_("appealed"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    corrected = models.OneToOneField(
        Result, null=True, blank=True, on_delete=models.PROTECT, related_name="came_of", verbose_name=_("corrected result")
    )

    history = History()
    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["result"], condition=~Q(state="withdrawn"), name="assessments_appeal_once"),
            models.CheckConstraint(condition=~Q(text=""), name="assessments_appeal_text"),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "changed"])
                | Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_by=F("by")),
                name="assessments_appeal_answered_by_whom",
            ),
            models.CheckConstraint(condition=~Q(state="changed") | Q(corrected__isnull=False), name="assessments_appeal_changed_what"),
        ]
        triggers = [APPEAL_TABLE.guard()]

    def __str__(self) -> str:
        return str(_("appeal"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("assessments:appeal", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[AppealState(self.state)]
