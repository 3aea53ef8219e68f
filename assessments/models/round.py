"""A quarterly round: its dates, its people, and who is asked about whom. Nothing here says who has answered (ADR 0014)."""

from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models.settings import Group, RaterLevel, Relation
from assessments.querysets import AssessedQuerySet, RaterQuerySet, RoundQuerySet
from assessments.rules import GroupRules
from assessments.states import PHASES, ROUND_TABLE, RoundState
from common.history import History
from common.models import Timed, Versioned
from positions.models import Body, Department, Position, Unit

TONES = {
    RoundState.SETTING_UP: "neutral",
    RoundState.RATING: "accent",
    RoundState.SCORING: "info",
    RoundState.REVIEW: "info",
    RoundState.CONFIRMATION: "warning",
    RoundState.NOTICE: "accent",
    RoundState.APPEAL: "accent",
    RoundState.FINAL: "success",
    RoundState.CANCELLED: "neutral",
}
_USER = settings.AUTH_USER_MODEL


class Round(Timed, Versioned):
    """The assessment of one quarter in one unit. Never deleted."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assessment_rounds", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    state = models.CharField(_("state"), max_length=16, choices=RoundState, default=RoundState.SETTING_UP)
    discipline_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("discipline committee"))
    party_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("party committee"))
    opened_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    submitted_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    rating_opened_at = models.DateTimeField(_("appraisal opened"), null=True, blank=True)
    rating_closed_at = models.DateTimeField(_("appraisal closed"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    final_at = models.DateTimeField(_("final since"), null=True, blank=True)
    cancelled_reason = models.TextField(_("why it was cancelled"), blank=True)

    history = History()
    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment round")
        ordering = ["-year", "-quarter", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="assessments_round_quarter"),
            models.UniqueConstraint(
                fields=["unit", "year", "quarter"], condition=~Q(state=RoundState.CANCELLED), name="assessments_round_one_a_quarter"
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.CANCELLED) | ~Q(cancelled_reason=""), name="assessments_round_cancelled_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.FINAL) | Q(final_at__isnull=False, published_at__isnull=False),
                name="assessments_round_final_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="assessments_round_state")]
        triggers = [ROUND_TABLE.guard()]

    def __str__(self) -> str:
        return gettext("Integrity assessment, quarter %(quarter)d of %(year)d") % {"year": self.year, "quarter": self.quarter}

    def get_absolute_url(self) -> str:
        """Its page for the committees."""
        return reverse("assessments:round", args=[self.pk])

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last_day(self) -> date:
        """Last day of the quarter."""
        return date(self.year + self.quarter // 4, 3 * self.quarter % 12 + 1, 1) - timedelta(days=1)

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[RoundState(self.state)]


class RoundPhase(models.Model):
    """The planned days of one phase, both inclusive."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="phases", verbose_name=_("assessment round"))
    phase = models.CharField(_("phase"), max_length=16, choices=[(s.value, s.label) for s in PHASES])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    history = History()

    class Meta:
        verbose_name = _("phase of a round")
        ordering = ["round", "starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "phase"], name="assessments_phase_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="assessments_phase_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.starts_on} – {self.ends_on}"


class RoundGroup(models.Model):
    """One of the groups in a round; `rules` are frozen when the appraisal opens, and the database keeps them so."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups", verbose_name=_("assessment round"))
    group = models.CharField(_("group"), max_length=16, choices=Group)
    rules = models.JSONField(_("rules"), null=True, blank=True)

    class Meta:
        verbose_name = _("group of a round")
        ordering = ["round", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "group"], name="assessments_group_once")]
        triggers = [
            pgtrigger.Protect(
                name="rules_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.rules IS NOT NULL AND OLD.rules IS DISTINCT FROM NEW.rules"),
            ),
        ]

    def __str__(self) -> str:
        return str(Group(self.group).label)

    @property
    def frozen(self) -> GroupRules:
        """The rules that hold for this round. Raises ValueError before its appraisal has opened."""
        if self.rules is None:
            raise ValueError("The rules of a round are frozen when its appraisal opens.")
        return GroupRules.from_json(self.rules)


class Assessed(Versioned):
    """Somebody who is assessed in a round, with the post of the day the round was set up."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assessed", verbose_name=_("assessment round"))
    group = models.CharField(_("group"), max_length=16, choices=Group)
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("person"))
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", verbose_name=_("position"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=200)

    history = History()
    objects = AssessedQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessed person")
        ordering = ["round", "group", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="assessments_assessed_once")]
        indexes = [models.Index(fields=["person", "round"], name="assessments_assessed_person")]

    def __str__(self) -> str:
        return self.name


class Rater(models.Model):
    """Somebody who is asked about an assessed person. Written while the round is set up and never touched by a vote."""

    assessed = models.ForeignKey(Assessed, on_delete=models.CASCADE, related_name="raters", verbose_name=_("assessed person"))
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("rater"))
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    level = models.CharField(_("weight"), max_length=8, choices=RaterLevel)

    history = History()
    objects = RaterQuerySet.as_manager()

    class Meta:
        verbose_name = _("rater")
        ordering = ["assessed", "level", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessed", "person"], name="assessments_rater_once")]
        indexes = [models.Index(fields=["person", "assessed"], name="assessments_rater_person")]

    def __str__(self) -> str:
        return str(self.person)
