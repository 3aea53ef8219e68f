"""When units remind, and what they reminded of (ADR 0017)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.history import History, append_only
from common.models import Timed, Versioned
from deadlines.querysets import ReminderQuerySet, RuleQuerySet
from deadlines.registry import Intervals
from positions.models import Unit


def _days() -> ArrayField:
    return ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)


class ReminderRule(Timed, Versioned):
    """The intervals of one kind of deadline in one unit; units without a row keep to the kind's default (deadlines.registry)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind of deadline"), max_length=32)
    days = models.PositiveSmallIntegerField(
        _("working days given"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    before = _days()
    on_day = models.BooleanField(_("on the day"), default=True)
    after = _days()
    every = models.PositiveSmallIntegerField(_("then every so many working days"), default=0)
    escalate = _days()

    history = History()
    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder rule")
        ordering = ["unit", "kind"]
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="deadlines_rule_one_a_kind")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.kind}"

    @property
    def intervals(self) -> Intervals:
        """What the row says, as the engine reads it."""
        return Intervals(
            before=tuple(self.before),
            on_day=self.on_day,
            after=tuple(self.after),
            every=self.every,
            escalate=tuple(self.escalate),
            days=self.days,
        )


class Reminder(models.Model):
    """The ledger: who was reminded of what, when, at which stage. Written with the notice, in one transaction; never changed.

    `stage` is one of deadlines.stages ("before:5", "day", "over:1", "up:1"). Of kinds whose ledger is quiet neither words nor address are
    kept here.
    """

    kind = models.CharField(_("kind of deadline"), max_length=32)
    object_id = models.BigIntegerField()
    turn = models.CharField(max_length=32, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    due_on = models.DateField(_("due on"))
    stage = models.CharField(_("reminder"), max_length=16)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reminded person"))
    told_on = models.DateField(_("reminded on"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    text = models.CharField(_("what is to be done"), max_length=300, blank=True)
    url = models.CharField(max_length=200, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        ordering = ["-told_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "turn", "due_on", "stage", "person"], name="deadlines_reminder_once"),
        ]
        indexes = [models.Index(fields=["unit", "-told_on", "-id"], name="reminder_ledger")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on} {self.stage}"
