"""Work of the clock: time limits of warnings."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Hourly, Result, scheduled
from early_warnings import tasks_exports, tasks_points  # noqa: F401 -- kinds of jobs
from early_warnings.services import deadlines


@scheduled("warnings.follow_deadlines", at=Hourly(40), title=gettext_lazy("Time limits of warnings"), part="warnings")
def follow_deadlines() -> Result:
    """Every hour, so that a morning missed is made up for; running twice tells nobody twice.

    Administrators read the numbers: what failed is theirs to see, how much was told would count the warnings.
    """
    return {"failed": deadlines.follow(today=timezone.localdate())["failed"]}
