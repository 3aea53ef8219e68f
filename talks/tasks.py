"""Work of the clock: what is due of talks."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Daily, Result, scheduled
from talks.services.reminders import remind


@scheduled("talks.remind", at=Daily(7, 30), title=gettext_lazy("Reminders of talks"), part="talks")
def remind_of_talks() -> Result:
    """Every morning; running twice tells nobody twice."""
    return {"checked": remind(today=timezone.localdate())}
