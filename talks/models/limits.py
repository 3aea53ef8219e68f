"""How long people have for a written answer (domain §5: 函询 15 working days, 诫勉 self-criticism 5)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from talks.models.kinds import TalkKind
from talks.querysets import TalkLimitQuerySet


class DayKind(models.TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class TalkLimit(Timed, Versioned):
    """The limit of a kind of talk in a unit; without a unit it is the common default. No row, or no days: no answer is asked for."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="talk_limits", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=16, choices=TalkKind)
    days = models.PositiveSmallIntegerField(_("days for the answer"), null=True, blank=True)
    day_kind = models.CharField(_("counted in"), max_length=8, choices=DayKind, default=DayKind.WORKING)

    history = History()
    objects = TalkLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit of an answer")
        ordering = ["unit", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], nulls_distinct=False, name="talks_limit_one_a_kind"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1, days__lte=730), name="talks_limit_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.days or '-'}"
