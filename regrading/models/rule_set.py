"""The rules of re-grading as versioned settings of a unit (domain §3: rules, weights and thresholds with a history)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from regrading.querysets import RuleSetQuerySet
from regrading.rules import Rules
from regrading.states import RULE_SET_TABLE, RuleSetState


class RuleSet(Timed, Versioned):
    """One version of the rules. A unit without one of its own is graded by the common set. Once in force it never changes."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="rule_sets", verbose_name=_("unit"))
    number = models.PositiveIntegerField(_("version"))
    note = models.CharField(_("what is new in it"), max_length=200, blank=True)
    rules = models.JSONField(_("rules"))
    state = models.CharField(_("state"), max_length=10, choices=RuleSetState, default=RuleSetState.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("switched on by")
    )
    switched_on_at = models.DateTimeField(_("switched on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    history = History()
    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set of re-grading")
        ordering = ["unit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], nulls_distinct=False, name="regrading_ruleset_number"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state=RuleSetState.IN_FORCE), nulls_distinct=False, name="regrading_ruleset_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state=RuleSetState.DRAFT), nulls_distinct=False, name="regrading_ruleset_one_draft"
            ),
        ]
        triggers = [
            RULE_SET_TABLE.guard(),
            pgtrigger.Protect(
                name="fixed_rules",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state=RuleSetState.DRAFT) & pgtrigger.Q(old__rules__df=pgtrigger.F("new__rules")),
            ),
        ]

    def __str__(self) -> str:
        return gettext("rules of re-grading, version %(n)d") % {"n": self.number}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("regrading:rule_set", args=[self.pk])

    @property
    def values(self) -> Rules:
        """As plain values."""
        return Rules.from_json(self.rules)
