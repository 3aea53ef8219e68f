"""What a final grade keeps from a person, and until when (000 §3; domain §6)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.eligibility import Barred
from assessments.models.result import Result
from assessments.querysets_eligibility import RestrictionQuerySet
from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit

_USER = settings.AUTH_USER_MODEL


class Restriction(Timed, Versioned):
    """One thing that one final result keeps from one person. It ends by its date, or is lifted by the party committee."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="restrictions", verbose_name=_("assessment result"))
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="restrictions", verbose_name=_("person"))
    kind = models.CharField(_("kept from"), max_length=10, choices=Barred)
    grade = models.CharField(_("grade"), max_length=20)
    # From when it counts: the result was final. Of awards, the days are those of the whole year they are given for.
    effective_on = models.DateField(_("in force since"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lifted by"))
    lift_reason = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    history = History()
    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["result", "kind"], name="assessments_restriction_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="assessments_restriction_days"),
            models.CheckConstraint(
                condition=Q(lifted_on=None, lifted_by=None, lift_reason="")
                | Q(lifted_on__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason=""),
                name="assessments_restriction_lifted_whole",
            ),
            models.CheckConstraint(condition=Q(lifted_by=None) | ~Q(lifted_by=F("person")), name="assessments_restriction_not_by_oneself"),
        ]
        indexes = [models.Index(fields=["person", "ends_on"], name="assessments_restriction_person")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="days_stay", fields=["unit", "result", "person", "kind", "grade", "effective_on", "starts_on", "ends_on"]
            ),
        ]

    def __str__(self) -> str:
        # Without a name: this text stands in audit rows.
        return str(self.get_kind_display())
