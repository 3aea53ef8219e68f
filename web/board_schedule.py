"""The start page of the system administrator: work of the clock that is late, or that told of a failure."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import AdminRole, User
from jobs.scheduling import database_now
from jobs.selectors import late_work
from web.board_parts import Task


def tasks(user: User) -> list[Task]:
    """One line that leads to the page on which the red ones come first; nothing for the other two administrators."""
    late = late_work(now=database_now()) if user.admin_role == AdminRole.SYSTEM else None
    if not late:
        return []
    text = ngettext("%(n)d piece of scheduled work is late or failed", "%(n)d pieces of scheduled work are late or failed", len(late))
    return [
        Task(text % {"n": len(late)}, reverse("schedule:index"), _("nothing is lost; it is made up for once a worker runs"), urgent=True)
    ]
