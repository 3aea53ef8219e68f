"""What beat sends for leads."""

from django.utils.translation import gettext_lazy

from common.schedule import Hourly, scheduled
from leads import tasks_exports  # noqa: F401 -- kinds of jobs
from leads.services import desks


@scheduled("leads.recheck_desks", at=Hourly(20), title=gettext_lazy("Leads nobody may see move up"), part="leads")
def recheck_desks() -> None:
    """Leads that nobody may see where they lie, after a change of posts, move up. Safe to run twice.

    Administrators read what scheduled work counts: how many leads there are is not told them.
    """
    desks.recheck_open()
