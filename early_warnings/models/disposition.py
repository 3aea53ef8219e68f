"""Dispositions (处置方式) as data: which go with which tier and subject, and what a record of one means (domain §5, 001's protections)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import StoredFile, Timed, Versioned
from early_warnings.models.scheme import Tier
from early_warnings.models.warning import SubjectKind, Warning
from early_warnings.querysets import DispositionKindQuerySet, DispositionQuerySet
from positions.models import Department, Unit
from talks.models import Talk

_USER = settings.AUTH_USER_MODEL


class OrderedBy(models.TextChoices):
    """Whose act it is (000: the discipline committee or the personnel office)."""

    DISCIPLINE = "discipline", _("discipline committee")
    PERSONNEL = "personnel", _("personnel office")
    EITHER = "either", _("discipline committee or personnel office")
    RESPONSIBLE = "responsible", _("who is responsible")


class Effect(models.TextChoices):
    """What the record means when the disposition worked (001)."""

    NOT_ON_FILE = "not_on_file", _("not entered in the person's file")
    NO_EFFECT_ON_APPOINTMENT = "no_effect_on_appointment", _("does not affect appointment")
    NO_DISCIPLINE = "no_discipline", _("does not lead to discipline")
    NONE = "none", _("no protection")


class DispositionKind(Timed, Versioned):
    """A kind of disposition. Those without unit are common; a unit adds its own or closes what it does not use."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.SlugField(_("code"))
    name = models.CharField(_("name"), max_length=60)
    subject_kinds = ArrayField(models.CharField(max_length=10, choices=SubjectKind), verbose_name=_("goes with"), default=list)
    tiers = ArrayField(models.CharField(max_length=10, choices=Tier), verbose_name=_("tiers"), default=list)
    ordered_by = models.CharField(_("ordered by"), max_length=12, choices=OrderedBy, default=OrderedBy.DISCIPLINE)
    effect = models.CharField(_("effect when it worked"), max_length=24, choices=Effect, default=Effect.NONE)
    limit_days = models.PositiveSmallIntegerField(_("time limit in days"), null=True, blank=True)
    limit_working = models.BooleanField(_("in working days"), default=True)
    # Kind of talk (talks.models.TalkKind) by which it is carried out; empty for none.
    talk_kind = models.CharField(_("carried out by a talk"), max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    closed_on = models.DateField(_("no longer used since"), null=True, blank=True)

    history = History()
    objects = DispositionKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of disposition")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], nulls_distinct=False, name="warnings_dispositionkind_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Disposition(Timed, Versioned):
    """A disposition ordered because of a warning. Whoever it is about knows their own and nobody else's."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="dispositions")
    kind = models.ForeignKey(DispositionKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("disposition"))
    person = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    content = models.TextField(_("what is ordered"), blank=True)
    # Whose act it is in this case: where the kind leaves a choice, it has been made.
    ordered_for = models.CharField(_("act of"), max_length=12, choices=OrderedBy)
    ordered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by"))
    ordered_on = models.DateField(_("ordered on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    carried_out_on = models.DateField(_("carried out on"), null=True, blank=True)
    carried_out_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    record = models.TextField(_("record"), blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    worked = models.BooleanField(_("it worked"), null=True, blank=True)
    # As the kind said when it was ordered: later edits of the catalogue change no record.
    effect = models.CharField(_("effect when it worked"), max_length=24, choices=Effect)
    talk = models.OneToOneField(Talk, null=True, blank=True, on_delete=models.PROTECT, related_name="disposition", verbose_name=_("talk"))
    cancelled_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)

    history = History()
    objects = DispositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposition")
        ordering = ["warning", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_out_on=None, carried_out_by=None, worked=None)
                | Q(carried_out_on__isnull=False, carried_out_by__isnull=False, cancelled_at=None) & ~Q(record=""),
                name="warnings_disposition_carried_out_whole",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""),
                name="warnings_disposition_cancelled_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def is_protected(self) -> bool:
        """It worked and its effect keeps it from harming the person (001); files and eligibility checks ask this."""
        return bool(self.worked) and self.effect != Effect.NONE
