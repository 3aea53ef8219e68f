"""A warning (廉情预警): about whom, why, of which tier, how far it is (domain §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.history import History, append_only
from common.models import Timed, Versioned
from early_warnings.models.scheme import Tier, WarningLevel
from early_warnings.querysets import OfWarningQuerySet, RecusalQuerySet, WarningLeadQuerySet, WarningQuerySet
from early_warnings.states import WARNING_TABLE, WarningState
from leads.models import Lead
from positions.models import Body, Department, Unit
from talks.models import Talk

_USER = settings.AUTH_USER_MODEL


class SubjectKind(models.TextChoices):
    PERSON = "person", _("person")
    DEPARTMENT = "department", _("department")
    UNIT = "unit", _("unit")


class SourceKind(models.TextChoices):
    LEAD = "lead", _("lead")
    POINTS = "points", _("points")
    INSPECTION = "inspection", _("inspection or audit")
    ASSESSMENT = "assessment", _("assessment")
    ESCALATION = "escalation", _("raised from a lower tier")
    OTHER = "other", _("other")


class ErrorKind(models.TextChoices):
    """An error made in trying something new, without personal gain, is marked apart from a knowing violation (001)."""

    MISTAKE = "mistake", _("mistake in trying something new")
    KNOWING = "knowing", _("knowing violation")


class ResponsibleHow(models.TextChoices):
    """Where the responsible leader comes from; see early_warnings.responsible."""

    DEPARTMENT_HEAD = "department_head", _("head of the department")
    DEPUTY = "deputy", _("deputy in charge")
    UNIT_HEAD = "unit_head", _("unit head")
    HIGHER_HEAD = "higher_head", _("head of the higher unit")
    DISCIPLINE_HEAD = "discipline_head", _("head of the discipline committee")


class Warning(Timed, Versioned):
    """One warning. Never deleted; what it is changes in early_warnings.services alone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="early_warnings", verbose_name=_("unit"))
    # The committees that handle it: normally the unit's; the next ones up where everybody in those is concerned (ADR 0011).
    discipline_body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("handled by")
    )
    party_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by"))
    number = models.CharField(_("document number"), max_length=60, blank=True)
    level = models.ForeignKey(WarningLevel, on_delete=models.PROTECT, related_name="+", verbose_name=_("warning level"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    subject_kind = models.CharField(_("who is warned"), max_length=10, choices=SubjectKind)
    person = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="early_warnings", verbose_name=_("person")
    )
    # The department warned, or the department of the person when the warning was drafted (none for the leadership).
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="early_warnings", verbose_name=_("department")
    )
    subject_label = models.CharField(_("who is warned (as of the draft)"), max_length=120)
    post_snapshot = models.CharField(_("unit and post (as of the draft)"), max_length=200, blank=True)
    grounds = models.TextField(_("grounds"))
    basis = models.TextField(_("basis"), blank=True)
    source_kind = models.CharField(_("source"), max_length=12, choices=SourceKind, default=SourceKind.OTHER)
    source_text = models.CharField(_("source in words"), max_length=300, blank=True)
    error_kind = models.CharField(_("kind of error"), max_length=10, choices=ErrorKind, blank=True)
    error_grounds = models.TextField(_("why it is judged so"), blank=True)
    requirements = models.TextField(_("what is required"), blank=True)
    responsible = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("first responsible")
    )
    responsible_how = models.CharField(_("responsible as"), max_length=16, choices=ResponsibleHow, blank=True)
    due_on = models.DateField(_("to be rectified by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=WarningState, default=WarningState.DRAFT)
    step_since = models.DateTimeField(_("in this state since"), null=True, blank=True)
    step_due_on = models.DateField(_("this step is due"), null=True, blank=True)
    approval_round = models.PositiveSmallIntegerField(_("round of approval"), default=0)
    round = models.PositiveSmallIntegerField(_("round of rectification"), default=0)
    previous = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="raised_to", verbose_name=_("raised from")
    )

    started_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by"))
    submitted_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    issued_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("received by")
    )
    acknowledged_at = models.DateTimeField(_("received"), null=True, blank=True)
    verified_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("verified by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    # Who ended it and when, whichever way (closed, not approved, raised, withdrawn).
    closed_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by"))
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.TextField(_("reason"), blank=True)

    history = History()
    objects = WarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], condition=~Q(number=""), name="warnings_warning_number"),
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.PERSON, person__isnull=False)
                | Q(subject_kind=SubjectKind.DEPARTMENT, person=None, department__isnull=False)
                | Q(subject_kind=SubjectKind.UNIT, person=None, department=None),
                name="warnings_warning_subject",
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="warnings_warning_tier"),
            models.CheckConstraint(condition=~Q(grounds=""), name="warnings_warning_grounds"),
            models.CheckConstraint(condition=Q(error_kind="") | ~Q(error_grounds=""), name="warnings_warning_error_grounds"),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None, number="")
                | Q(issued_at__isnull=False, issued_by__isnull=False) & ~Q(number=""),
                name="warnings_warning_issued_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "acknowledged", "rectifying", "reported", "verified", "closed", "escalated"])
                | Q(issued_at__isnull=False),
                name="warnings_warning_issued_first",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "escalated", "withdrawn", "rejected"], closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state__in=["closed", "escalated", "withdrawn", "rejected"]) & Q(closed_at=None),
                name="warnings_warning_ended_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["escalated", "withdrawn", "rejected"]) | ~Q(end_reason=""), name="warnings_warning_end_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "tier"], name="warning_board"),
            models.Index(fields=["responsible", "state"], name="warning_responsible"),
            models.Index(fields=["person", "state"], name="warning_person"),
            models.Index(fields=["step_due_on"], condition=~Q(step_due_on=None), name="warning_step_due"),
        ]
        triggers = [WARNING_TABLE.guard()]

    def __str__(self) -> str:
        # Neither subject nor grounds: this text stands in audit rows, which the audit administrator reads.
        return self.number or str(_("draft of a warning"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("warnings:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Something is still to be done."""
        return self.closed_at is None


class WarningLead(models.Model):
    """The lead a warning was drafted from. Seen only by who sees the lead."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="lead_links")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="warning_links")

    objects = WarningLeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead of a warning")
        constraints = [models.UniqueConstraint(fields=["warning", "lead"], name="warnings_lead_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)


class WarningTalk(models.Model):
    """A talk held because of a warning (廉政约谈, 诫勉谈话, 函询)."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="talk_links")
    talk = models.OneToOneField(Talk, on_delete=models.PROTECT, related_name="warning_link")

    objects = OfWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk of a warning")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.warning)


class WarningRecusal(models.Model):
    """Somebody who takes no part in handling a warning (回避) beside those it concerns; for good.

    Without a reason it was taken over from a lead, and is listed nowhere: it would tell who else the lead is about.
    """

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["warning", "person"], name="warnings_recusal_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)
