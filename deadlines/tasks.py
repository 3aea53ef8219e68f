"""Work of the clock: reminders of everything that falls due."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Daily, Hourly, Result, scheduled
from deadlines.services import engine

_BEGIN = 7  # what arises during the night is told in the morning, not at midnight


@scheduled("deadlines.remind", at=Daily(7, 30), title=gettext_lazy("Reminders of deadlines"), part="deadlines")
def remind() -> Result:
    """Every morning: what is due, soon or late. Running twice tells nobody twice."""
    return engine.remind(today=timezone.localdate())


@scheduled("deadlines.catch_up", at=Hourly(45), title=gettext_lazy("Reminders of what arose since the morning"), part="deadlines")
def catch_up() -> Result:
    """The same once an hour, for what arose or was moved in the meantime, and for kinds that failed in the morning."""
    now = timezone.localtime()
    return engine.remind(today=now.date()) if now.hour > _BEGIN else None
