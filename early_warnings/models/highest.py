"""What the highest tier asks for beside the rest, and reports to committees (domain §5: 风险防控小组, 联席会议, 实时监控, 报告)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History, append_only
from common.models import StoredFile, Timed, Versioned
from early_warnings.models.warning import Warning
from early_warnings.querysets import HandledQuerySet, InsideQuerySet, OfWarningQuerySet

_USER = settings.AUTH_USER_MODEL


class ControlGroup(Timed, Versioned):
    """The risk control group of one warning: the head leads, the leadership takes part."""

    warning = models.OneToOneField(Warning, on_delete=models.PROTECT, related_name="control_group")
    head = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("head of the group"))
    task = models.TextField(_("task"), blank=True)
    formed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("formed by"))
    formed_on = models.DateField(_("formed on"))

    history = History()
    objects = InsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk control group")

    def __str__(self) -> str:
        return str(self.warning)


class ControlGroupMember(models.Model):
    """A member of the group, the head included."""

    group = models.ForeignKey(ControlGroup, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))

    history = History()

    class Meta:
        verbose_name = _("member of the control group")
        ordering = ["group", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="warnings_groupmember_once")]

    def __str__(self) -> str:
        return str(self.person)


class ControlMeeting(Timed):
    """A joint meeting of the group and what it decided. Corrected by a further one, never edited."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="meetings")
    held_at = models.DateTimeField(_("held"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    attendees: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(_USER, related_name="+", verbose_name=_("attendees"))
    discussion = models.TextField(_("discussion"), blank=True)
    decisions = models.TextField(_("decisions"))
    recorder = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    objects = InsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint meeting")
        ordering = ["warning", "held_at"]
        constraints = [models.CheckConstraint(condition=~Q(decisions=""), name="warnings_meeting_decisions")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)


class MonitoringEntry(models.Model):
    """An entry of the discipline committee's log while a warning runs (实时监控). Only added to."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="monitoring")
    text = models.TextField(_("what was seen"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = HandledQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the monitoring log")
        ordering = ["warning", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="warnings_monitoring_text")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)


class Addressee(models.TextChoices):
    PARTY_COMMITTEE = "party_committee", _("party committee")
    HIGHER_DISCIPLINE = "higher_discipline", _("higher discipline committee")
    HIGHER_PARTY = "higher_party", _("higher party committee")


class WarningReport(models.Model):
    """A report on a warning to a committee; a record of what was handed over, never edited."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="committee_reports")
    addressee = models.CharField(_("reported to"), max_length=20, choices=Addressee)
    text = models.TextField(_("content of the report"))
    reported_on = models.DateField(_("reported on"))
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = InsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to a committee")
        ordering = ["warning", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="warnings_committeereport_text")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)


class Escalation(models.Model):
    """An overdue step told to the next leader up (逐级追究). Written by early_warnings.services.deadlines, once for each place."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(_("step"), max_length=20)
    step_since = models.DateTimeField(_("in this state since"))
    place = models.CharField(_("place in the chain"), max_length=20)
    to = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("told to"))
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = OfWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        ordering = ["warning", "pk"]
        constraints = [models.UniqueConstraint(fields=["warning", "step", "step_since", "place", "to"], name="warnings_escalation_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.warning)
