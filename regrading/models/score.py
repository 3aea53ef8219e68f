"""What re-grading last found of each risk point, by open evidence alone (ADR 0020), and every change of it.

Written by one SQL statement a unit (regrading.services.evaluating); rows that come out the same are not written.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.history import append_only
from positions.models import Unit
from regrading.models.contributions import ContributionsField
from regrading.models.rule_set import RuleSet
from regrading.querysets import OfRiskQuerySet, RunQuerySet
from regrading.states import RUN_TABLE, RunState
from risks.models import Level, RiskPoint


class Score(models.Model):
    """0 to 100, the level it stands for, and the contributions: [[rule, points, facts], …] (regrading.words tells them).

    `anchor` is the level people last decided, in whose band the score begins; `settled` the one last accepted from a proposal: while
    the point still has it, the anchor stays. `cannot` says why there is no score.
    """

    risk = models.OneToOneField(
        RiskPoint, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="score", verbose_name=_("risk point")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, related_name="+", verbose_name=_("unit"))
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    level = models.ForeignKey(
        Level, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("level by score")
    )
    anchor = models.ForeignKey(Level, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    settled = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    contributions = ContributionsField(default=list)
    cannot = models.CharField(max_length=40, blank=True)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    changed_on = models.DateField(_("as of"))

    objects = OfRiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a risk point")

    def __str__(self) -> str:
        return f"{self.score}"


class ScoreChange(models.Model):
    """A score as it came to be on a day; the sparkline and the history of a point are made of these."""

    risk = models.ForeignKey(
        RiskPoint, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="score_changes", verbose_name=_("risk point")
    )
    on = models.DateField(_("as of"))
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    contributions = ContributionsField(default=list)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    objects = OfRiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a score")
        ordering = ["-id"]
        indexes = [models.Index(fields=["risk", "-id"], name="score_change_of_risk")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.on}: {self.score}"


class Cause(models.TextChoices):
    NIGHTLY = "nightly", _("every night")
    QUARTER = "quarter", _("end of the quarter")
    COMMAND = "command", _("by command")


class Run(models.Model):
    """One unit to be graded again for a day: the record of what is to be done; the broker only wakes a worker."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="regrading_runs", verbose_name=_("unit"))
    as_of = models.DateField(_("as of"))
    cause = models.CharField(_("cause"), max_length=8, choices=Cause)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    counts = models.JSONField(default=dict)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of re-grading")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["unit", "as_of", "cause"], name="regrading_run_once")]
        triggers = [RUN_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.unit}: {self.as_of}"

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        return {RunState.DONE: "success", RunState.FAILED: "danger"}.get(RunState(self.state), "info")
