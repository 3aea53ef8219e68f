"""What follows from a final grade (000 §3; domain §6): no award in the year, no promotion and no transfer for some months."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Barred(models.TextChoices):
    """What is kept from the person."""

    AWARD = "award", _("awards and honours")
    PROMOTION = "promotion", _("promotion")
    TRANSFER = "transfer", _("transfer to another post")


@dataclass(frozen=True, slots=True)
class Restraint:
    """One restriction, both days inclusive. That of awards is about those of a whole year, whenever they are given."""

    kind: Barred
    starts_on: date
    ends_on: date


def months_on(day: date, months: int) -> date:
    """The last day of so many months: six from 15 January end on 14 July, six from 31 August with February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, last) if day.day > last else date(year, month, day.day) - timedelta(days=1)


def restraints(*, no_award: bool, hold_months: int, year: int, final_on: date) -> list[Restraint]:
    """What a final grade of a round in `year` brings; nothing for a grade without consequences."""
    found = []
    if no_award:
        found.append(Restraint(Barred.AWARD, date(year, 1, 1), date(year, 12, 31)))
    if hold_months > 0:
        end = months_on(final_on, hold_months)
        found += [Restraint(kind, final_on, end) for kind in (Barred.PROMOTION, Barred.TRANSFER)]
    return found
