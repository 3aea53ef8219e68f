"""The rules library (制度库) of a unit (domain §2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import StoredFile, Timed, Versioned
from positions.models.organisation import Department, Unit
from positions.querysets import RuleQuerySet
from positions.states import RULE_TABLE, RuleState


class Rule(Timed, Versioned):
    """A rule of the unit: in force, still to be made, or repealed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rules", verbose_name=_("unit"))
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rules",
        verbose_name=_("department in charge"),
    )
    number = models.CharField(_("document number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=160)
    key_points = models.TextField(_("key points"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RuleState, default=RuleState.TO_MAKE)
    since = models.DateField(_("in force since"), null=True, blank=True)
    repealed_on = models.DateField(_("repealed on"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))

    history = History()
    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        ordering = ["unit", "state", "-since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="positions_rule_title"),
            models.CheckConstraint(
                condition=~Q(state=RuleState.IN_FORCE) | Q(since__isnull=False),
                name="positions_rule_in_force_since_when",
            ),
        ]
        triggers = [RULE_TABLE.guard()]

    def __str__(self) -> str:
        return self.title
