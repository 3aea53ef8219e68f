"""Mottos of the day (每日廉政警言, domain §7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from education.querysets import MottoQuerySet
from positions.models import Unit

LONGEST_TEXT, LONGEST_SOURCE = 100, 60


class Motto(Timed, Versioned):
    """A motto of a unit. With `month` and `day` it is kept for that day of every year, else it takes its turn (education.querysets).

    `shown_on` is the last day on which it was the unit's motto: written by the clock (education.tasks), no content, so without history.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="mottos", verbose_name=_("unit"))
    text = models.CharField(_("motto"), max_length=LONGEST_TEXT)
    source = models.CharField(_("author or source"), max_length=LONGEST_SOURCE, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day of the month"), null=True, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    shown_on = models.DateField(_("last shown on"), null=True, blank=True, editable=False)

    history = History(excluded_fields=["shown_on"])
    objects = MottoQuerySet.as_manager()

    class Meta:
        verbose_name = _("motto")
        ordering = ["unit", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "text"], name="education_motto_once"),
            models.CheckConstraint(
                condition=Q(month=None, day=None) | Q(month__range=(1, 12), day__range=(1, 31)), name="education_motto_whole_day"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def kept_for(self) -> str:
        """The day of the year it is kept for, such as “12-09”; empty when it takes its turn."""
        return f"{self.month:02}-{self.day:02}" if self.month and self.day else ""
