"""Requests to read an integrity file, looks, signatures of the person, and the unit's settings. The file itself is never stored."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from common.history import History, append_only
from common.models import Timed, Versioned
from positions.models import Body, Unit
from reporting.integrity.querysets import FileLookQuerySet, FileRequestQuerySet, FileSettingsQuerySet, FileSignatureQuerySet
from reporting.integrity.states import REQUEST_TABLE, RequestState

_USER = settings.AUTH_USER_MODEL


class OwnFile(models.TextChoices):
    """What people may do with their own file (domain §9)."""

    NO = "no", _("people do not read their own file")
    READ = "read", _("people read their own file")
    SIGN = "sign", _("people read their own file and sign what is written into it")


class FilePurpose(models.TextChoices):
    """What a file is asked for."""

    PROMOTION = "promotion", pgettext_lazy("integrity file", "selection and appointment")
    AWARD = "award", pgettext_lazy("integrity file", "awards and honours")
    SUPERVISION = "supervision", pgettext_lazy("integrity file", "daily supervision and talks")
    CASE = "case", pgettext_lazy("integrity file", "handling of a matter")
    INSPECTION = "inspection", pgettext_lazy("integrity file", "inspection tour or audit")
    OTHER = "other", pgettext_lazy("integrity file", "other")


class FileSettings(Timed, Versioned):
    """How a unit treats integrity files. The row without unit holds for units that have none of their own."""

    unit = models.OneToOneField(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    own_file = models.CharField(_("own file"), max_length=4, choices=OwnFile, default=OwnFile.READ)
    longest_days = models.PositiveSmallIntegerField(
        _("longest time a file may be read, in days"), default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    history = History()
    objects = FileSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of integrity files")
        constraints = [
            models.UniqueConstraint(fields=["unit"], nulls_distinct=False, name="reporting_filesettings_one_a_unit"),
            models.CheckConstraint(condition=Q(longest_days__gte=1, longest_days__lte=366), name="reporting_filesettings_days"),
        ]

    def __str__(self) -> str:
        return str(self.unit or _("for every unit without settings of its own"))


class FileRequest(Timed, Versioned):
    """Somebody asks to read a person's file, for a purpose and until a day. Never deleted; what was asked never changes."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=60)
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose file"))
    person_label = models.CharField(_("name and post then"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=12, choices=FilePurpose)
    matter = models.CharField(_("what it is needed for"), max_length=300)
    until = models.DateField(_("asked for until"))
    requested_by = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("integrity file", "asked by")
    )
    requested_at = models.DateTimeField(pgettext_lazy("integrity file", "asked"))
    # The committee whose head decides: the lowest one whose head may.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("remark on the decision"), max_length=300, blank=True)
    granted_until = models.DateField(_("may be read until"), null=True, blank=True)
    ended_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    history = History()
    objects = FileRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to read an integrity file")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="reporting_filerequest_number"),
            models.CheckConstraint(condition=~Q(matter=""), name="reporting_filerequest_says_what_for"),
            models.CheckConstraint(condition=~Q(requested_by=F("person")), name="reporting_filerequest_not_own"),
            # Four eyes, whatever a service forgets.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")) & ~Q(decided_by=F("person")),
                name="reporting_filerequest_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"], decided_by=None, decided_at=None, granted_until=None)
                | Q(state="rejected", decided_by__isnull=False, decided_at__isnull=False, granted_until=None) & ~Q(note="")
                | Q(state__in=["approved", "ended"], decided_by__isnull=False, decided_at__isnull=False, granted_until__isnull=False),
                name="reporting_filerequest_decided_whole",
            ),
            models.CheckConstraint(condition=Q(granted_until=None) | Q(granted_until__lte=F("until")), name="reporting_filerequest_days"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_by__isnull=False, ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(ended_by=None, ended_at=None, end_reason=""),
                name="reporting_filerequest_ended_whole",
            ),
            models.UniqueConstraint(
                fields=["person", "requested_by"], condition=Q(state="waiting"), name="reporting_filerequest_one_waiting"
            ),
        ]
        indexes = [
            models.Index(fields=["requested_by", "state"], name="filerequest_mine"),
            models.Index(fields=["body", "state"], name="filerequest_desk"),
        ]
        triggers = [
            REQUEST_TABLE.guard(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="asked_stays",
                fields=["unit", "number", "person", "purpose", "matter", "until", "requested_by", "requested_at", "body"],
            ),
        ]

    def __str__(self) -> str:
        # Without a name: this text stands in audit rows, which the audit administrator reads.
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reporting:file_request", args=[self.pk])

    def is_open_on(self, day: date) -> bool:
        """Whether the file may be read under it on the day."""
        return self.state == RequestState.APPROVED and self.granted_until is not None and day <= self.granted_until

    @property
    def state_label(self) -> str:
        """In words; an approval that has run out says so."""
        if self.state == RequestState.APPROVED and not self.is_open_on(timezone.localdate()):
            return pgettext("integrity file", "run out")
        return str(RequestState(self.state).label)

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        if self.is_open_on(timezone.localdate()):
            return "success"
        return {RequestState.WAITING: "warning", RequestState.REJECTED: "danger"}.get(RequestState(self.state), "neutral")


class LookHow(models.TextChoices):
    """How a file was looked at."""

    PAGE = "page", pgettext_lazy("integrity file", "on the page")
    DOCUMENT = "document", pgettext_lazy("integrity file", "as a document")


class FileLook(models.Model):
    """One look at one file. Without request it was the person's own look. Append-only."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    request = models.ForeignKey(
        FileRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="looks", verbose_name=_("request")
    )
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose file"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("read by"))
    how = models.CharField(pgettext_lazy("integrity file", "how"), max_length=8, choices=LookHow)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    objects = FileLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at an integrity file")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request=None, by=F("person")) | Q(request__isnull=False) & ~Q(by=F("person")),
                name="reporting_filelook_own_or_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-at"], name="filelook_of_unit"),
            models.Index(fields=["by", "-at"], name="filelook_by"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return str(_("look at an integrity file"))


class FileSignature(models.Model):
    """The person signed for one entry of the own file, with a remark where they do not agree. Append-only.

    `digest` is that of the entry's facts: when those change, the entry is to be signed again.
    """

    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    entry = models.CharField(_("entry"), max_length=60)
    digest = models.CharField(max_length=64)
    text = models.TextField(_("what was signed"))
    remark = models.CharField(_("remark of the person"), max_length=500, blank=True)
    at = models.DateTimeField(_("signed"), auto_now_add=True)

    objects = FileSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature in an integrity file")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "entry", "digest"], name="reporting_filesignature_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(_("signature in an integrity file"))
