"""A lead (廉情) and whom it is about. What it says lies encrypted in the database; keys come from the environment (ADR 0009)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.encrypted import EncryptedTextField
from common.history import History
from common.models import Timed, Versioned
from leads.models.catalogue import Sign
from leads.querysets import LeadQuerySet
from leads.states import LEAD_TABLE, LeadState
from positions.models import Department, PowerItem, Unit


class Channel(models.TextChoices):
    """Where leads come from (domain §4)."""

    PUBLIC_REPORT = "public_report", _("report by the public")
    STAFF_REPORT = "staff_report", _("report by staff")
    ABNORMAL = "abnormal", _("report of something abnormal")
    GENERAL_TALKS = "general_talks", _("talks with everybody")
    INTERNAL_AUDIT = "internal_audit", _("circular of the internal audit")
    DEPARTMENTS = "departments", _("prevention by the departments")
    COURTS = "courts", _("cooperation with courts and procurators")
    MANAGED = "managed", _("feedback of those managed")
    LETTERS = "letters", _("letters, visits and reports")
    SPECIAL_CHECK = "special_check", _("special inspection")
    COVERT_CHECK = "covert_check", _("unannounced inspection")
    INSPECTION_TOUR = "inspection_tour", _("inspection tour")
    AUDIT = "audit", _("state audit")
    CASE_CHECK = "case_check", _("case inspection")
    CASE_ANALYSIS = "case_analysis", _("analysis of violations")
    ASSESSMENT = "assessment", _("result of an assessment")
    PERSONAL_MATTERS = "personal_matters", _("report on personal matters")
    SURVEY = "survey", _("questionnaire")
    MEDIA = "media", _("media")


def nobody(**_facts: object) -> None:
    """History rows of leads name nobody: the row of an arrival would name the reporter. Who did what stands in the audit trail."""


class Lead(Timed, Versioned):
    """What was reported, by which way, and where it stands. Found only through `Lead.objects.visible_to(user)`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="leads", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=40)
    channel = models.CharField(_("source"), max_length=20, choices=Channel)
    received_at = models.DateTimeField(_("received"))
    title = EncryptedTextField(_("summary"))
    content = EncryptedTextField(_("what is reported"))
    happened = EncryptedTextField(_("when and where it happened"), blank=True)
    is_named = models.BooleanField(_("named"), default=False)
    is_important = models.BooleanField(_("important"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=LeadState, default=LeadState.RECEIVED)
    signs = models.ManyToManyField(Sign, blank=True, related_name="leads", verbose_name=_("signs"))
    power_item = models.ForeignKey(
        PowerItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("power item")
    )
    # Who entered what came by a channel of the committee's own; never a reporter, whose identity is kept apart.
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    result = EncryptedTextField(_("result"), blank=True)
    result_at = models.DateTimeField(_("result recorded"), null=True, blank=True)
    reopened_why = EncryptedTextField(_("why it was opened again"), blank=True)
    reported_back_at = models.DateTimeField(_("reported back"), null=True, blank=True)

    history = History(get_user=nobody)
    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="leads_lead_number")]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="lead_waiting"),
            models.Index(fields=["unit", "received_at"], name="lead_received"),
        ]
        triggers = [LEAD_TABLE.guard()]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page; the address can be guessed by nobody."""
        return reverse("leads:lead", args=[self.public_id])


class LeadSubject(Timed):
    """Whom a lead is about: a person, a department, the unit as a whole, or somebody known by name only."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="subjects", verbose_name=_("lead"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    name = EncryptedTextField(_("name"), blank=True)
    post = EncryptedTextField(_("post at that time"), blank=True)
    # Found by the name somebody wrote: the desk says whether this person is meant. Shut out until then.
    is_guess = models.BooleanField(_("by the name only"), default=False)

    history = History(get_user=nobody)

    class Meta:
        verbose_name = _("whom it is about")
        ordering = ["lead", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, department=None) | Q(person=None, unit=None) | Q(department=None, unit=None),
                name="leads_subject_one_kind",
            ),
            models.UniqueConstraint(fields=["lead", "person"], name="leads_subject_person_once"),
            models.UniqueConstraint(fields=["lead", "department"], name="leads_subject_department_once"),
            models.UniqueConstraint(fields=["lead", "unit"], name="leads_subject_unit_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.department or self.unit or self.name)
