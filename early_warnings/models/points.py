"""Points (记分, domain §5): entries that are never edited, the thresholds they reached, the closing of a year."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.history import History, append_only
from common.models import Timed, Versioned
from early_warnings.models.point_scheme import PointBehaviour, PointScheme, PointThreshold
from early_warnings.models.scheme import WarningLevel
from early_warnings.models.warning import Warning
from early_warnings.points import in_words
from early_warnings.querysets_points import PointClosingQuerySet, PointEntryQuerySet
from early_warnings.states_points import POINT_TABLE, PointState
from leads.models import Lead
from positions.models import Body, Department, Unit

if TYPE_CHECKING:
    from accounts.models import User

_USER = settings.AUTH_USER_MODEL
# Of a person or of a department, never both.
_ONE_HOLDER = Q(person__isnull=False, department=None) | Q(person=None, department__isnull=False)


class PointSource(models.TextChoices):
    """What an entry rests on. That it was a lead is told only to who may see the lead."""

    LEAD = "lead", _("lead")
    WARNING = "warning", _("warning")
    INSPECTION = "inspection", _("supervision and inspection")
    AUDIT = "audit", _("audit")
    TOUR = "tour", _("inspection tour")
    ASSESSMENT = "assessment", _("assessment")
    DAILY = "daily", _("daily supervision")
    OTHER = "other", _("other")


class PointEntry(Timed, Versioned):
    """So many points of one person or department for one fault. What is confirmed stays; a counter-entry takes it back."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="point_entries", verbose_name=_("unit"))
    scheme = models.ForeignKey(PointScheme, on_delete=models.PROTECT, related_name="entries", verbose_name=_("point scheme"))
    cycle_year = models.PositiveSmallIntegerField(_("year"))
    # The committee that handles it: the unit's; a higher one for the head of the unit, on whom everybody in the unit depends.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("handled by"))
    person = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="point_entries", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="point_entries", verbose_name=_("department")
    )
    # Where the person worked on the day of the fault (none for the leadership); the department itself for a department.
    place = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    holder_label = models.CharField(_("name and post on the day"), max_length=200)
    behaviour = models.ForeignKey(PointBehaviour, on_delete=models.PROTECT, related_name="entries", verbose_name=_("behaviour"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    occurred_on = models.DateField(_("date of the fault"))
    facts = models.TextField(_("facts"))
    basis = models.CharField(_("clause it rests on"), max_length=300)
    source_kind = models.CharField(_("source"), max_length=12, choices=PointSource)
    source_text = models.CharField(_("source in words"), max_length=300, blank=True)
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead"))
    warning = models.ForeignKey(
        Warning, null=True, blank=True, on_delete=models.PROTECT, related_name="point_entries", verbose_name=_("warning")
    )
    state = models.CharField(_("state"), max_length=10, choices=PointState, default=PointState.PROPOSED)
    proposed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.CharField(_("remark on the decision"), max_length=500, blank=True)
    counter_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="counters", verbose_name=_("takes back")
    )
    share_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="share", verbose_name=_("leader's share of")
    )

    history = History()
    objects = PointEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("point entry")
        ordering = ["-occurred_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="warnings_points_one_holder"),
            models.CheckConstraint(
                condition=Q(counter_of=None, points__gte=0) | Q(counter_of__isnull=False, points__lte=0), name="warnings_points_sign"
            ),
            models.CheckConstraint(condition=Q(counter_of=None) | Q(share_of=None), name="warnings_points_counter_or_share"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"], decided_by=None)
                | Q(state__in=["confirmed", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
                name="warnings_points_decided_by_whom",
            ),
            # Four eyes, whatever a service forgets.
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="warnings_points_four_eyes"),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(decision_note=""), name="warnings_points_rejected_why"),
            models.UniqueConstraint(
                fields=["counter_of"], condition=Q(state__in=["proposed", "confirmed"]), name="warnings_points_countered_once"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-occurred_on", "-id"], name="points_ledger"),
            models.Index(fields=["person", "scheme", "occurred_on"], condition=Q(state="confirmed"), name="points_of_person"),
            models.Index(fields=["department", "scheme", "occurred_on"], condition=Q(state="confirmed"), name="points_of_department"),
            models.Index(fields=["place", "-occurred_on"], name="points_of_place"),
        ]
        triggers = [
            POINT_TABLE.guard(),
            pgtrigger.Protect(
                name="decided_is_final", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.state <> 'proposed'")
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        # Neither name nor facts: this text stands in audit rows, which the audit administrator reads.
        return str(_("point entry"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("warnings:point", args=[self.pk])

    @property
    def amount(self) -> str:
        """The points as people write them."""
        return in_words(self.points)

    @property
    def holder(self) -> "User | Department":
        """Whose account it is on."""
        found = self.person or self.department
        assert found is not None  # one_holder
        return found


class ThresholdHit(models.Model):
    """Somebody reached a threshold: once a cycle, with the draft of a warning that it opened (the graver one, when several at once)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey(PointScheme, on_delete=models.PROTECT, related_name="+")
    # First day of the calendar year; of a rolling cycle, the day on which the threshold was reached.
    cycle_start = models.DateField()
    person = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    threshold = models.ForeignKey(PointThreshold, on_delete=models.PROTECT, related_name="hits")
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="hits")
    counted = models.DecimalField(_("points then"), max_digits=6, decimal_places=1)
    warning = models.ForeignKey(Warning, null=True, blank=True, on_delete=models.PROTECT, related_name="point_hits")
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("threshold reached")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="warnings_hit_one_holder"),
            models.UniqueConstraint(
                fields=["unit", "scheme", "cycle_start", "person", "department", "threshold"],
                nulls_distinct=False,
                name="warnings_hit_once_a_cycle",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.threshold_id} · {self.cycle_start}"


class PointClosing(models.Model):
    """A calendar cycle was closed: nothing is entered or taken back in it any more. The ledger stays."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="point_closings", verbose_name=_("unit"))
    scheme = models.ForeignKey(PointScheme, on_delete=models.PROTECT, related_name="closings", verbose_name=_("point scheme"))
    year = models.PositiveSmallIntegerField(_("year"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by"))
    at = models.DateTimeField(_("closed"))

    objects = PointClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of a year of points")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="warnings_closing_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(_("points of %(year)s") % {"year": self.year})

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("warnings:point_closing", args=[self.pk])


class PointBalance(models.Model):
    """What somebody's account stood at when the year was closed."""

    closing = models.ForeignKey(PointClosing, on_delete=models.PROTECT, related_name="balances")
    person = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    holder_label = models.CharField(_("name and post then"), max_length=200)
    counted = models.DecimalField(_("points counted"), max_digits=6, decimal_places=1)
    left = models.DecimalField(_("points left"), max_digits=6, decimal_places=1, null=True, blank=True)
    level = models.ForeignKey(WarningLevel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("colour"))

    class Meta:
        verbose_name = _("balance at the closing")
        ordering = ["-counted", "pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="warnings_balance_one_holder"),
            models.UniqueConstraint(fields=["closing", "person", "department"], nulls_distinct=False, name="warnings_balance_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.closing_id} · {self.pk}"

    @property
    def counted_text(self) -> str:
        """The points counted as people write them."""
        return in_words(self.counted)

    @property
    def left_text(self) -> str:
        """The points left; empty where points are counted up."""
        return "" if self.left is None else in_words(self.left)
