"""Tokens of other systems of the unit (ADR 0022)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.querysets import TokenQuerySet
from api.states import TOKEN_TABLE, TokenState
from common.history import History
from common.models import Timed, Versioned


class Resource(models.TextChoices):
    """What a token may read. Leads, ballots, surveys' answers and identities are no resources and never will be."""

    ORGANISATION = "organisation", _("units, departments, positions")
    POWERS = "powers", _("published power catalogue")
    RISKS = "risks", _("risk points and measures")
    WARNINGS = "warnings", _("issued warnings")
    RESULTS = "results", _("published results of assessments")


class ApiToken(Timed, Versioned):
    """Another system reads as a person: what that person may see today, and of it only these resources."""

    name = models.CharField(_("system that reads"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=300)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("reads as"))
    resources = ArrayField(models.CharField(max_length=12, choices=Resource), verbose_name=_("may read"))
    digest = models.CharField(max_length=64, blank=True, editable=False)
    hint = models.CharField(_("ends with"), max_length=4, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=TokenState, default=TokenState.REQUESTED)
    expires_on = models.DateField(_("valid until"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    approved_at = models.DateTimeField(pgettext_lazy("token", "approved on"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("revoked by")
    )
    revoked_at = models.DateTimeField(pgettext_lazy("token", "revoked on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    history = History(excluded_fields=["digest", "last_used_on"])
    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("api", "token")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="api_token_digest"),
            models.CheckConstraint(
                condition=~Q(state=TokenState.ACTIVE) | Q(approved_at__isnull=False) & ~Q(digest=""), name="api_token_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state=TokenState.REVOKED) | Q(revoked_by__isnull=False, revoked_at__isnull=False) & ~Q(reason=""),
                name="api_token_revoked_by_whom",
            ),
        ]
        triggers = [TOKEN_TABLE.guard()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("api:token", args=[self.pk])

    @property
    def resource_labels(self) -> list[str]:
        """What it may read, in words."""
        return [str(Resource(resource).label) for resource in self.resources]

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        return {TokenState.ACTIVE: "success", TokenState.REQUESTED: "warning"}.get(TokenState(self.state), "neutral")
