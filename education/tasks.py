"""What runs by the clock."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Daily, Result, scheduled
from education.services import mottos


@scheduled("education.motto", at=Daily(0, 1), title=gettext_lazy("Motto of the day"), part="education", with_slot=True)
def motto_of_the_day(slot: datetime) -> Result:
    """Every unit's motto of the day that begins."""
    return {"units": mottos.mark(today=timezone.localdate(slot))}
