"""The work of the clock (定时任务), for the system administrator and, to read, for the audit administrator."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common import schedule
from common.htmx import render_page
from common.schedule import Work
from common.tables import configure
from jobs import scheduling, selectors
from jobs.models import ScheduledRun
from jobs.permissions import may_run_now, may_see_schedule
from jobs.selectors import Standing
from jobs.tables import RunTable, StandingTable


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody else."""
    user = request.user
    if not isinstance(user, User) or not may_see_schedule(user):
        raise Http404
    return user


def _work(name: str) -> Work:
    try:
        return schedule.get(name)
    except KeyError:
        raise Http404 from None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every work: when it ran, with what result, when it runs next, and what is late."""
    found = selectors.standings(user=_guard(request), now=scheduling.database_now())
    table = StandingTable(found)
    configure(request, table, per_page=max(len(found), 1))
    return render_page(request, "jobs/schedule.html", {"table": table, "late": [one for one in found if one.is_late]})


@require_safe
def detail(request: HttpRequest, name: str) -> HttpResponse:
    """One work with its runs, newest first."""
    user, work = _guard(request), _work(name)
    standing = selectors.standing(work=work, user=user, now=scheduling.database_now())
    table = RunTable(ScheduledRun.objects.visible_to(user).filter(name=work.name).select_related("by"))
    configure(request, table)
    context = {"work": work, "standing": standing, "table": table, "plan": work.at.words(), "steps": _steps(user, standing)}
    return render_page(request, "jobs/schedule_detail.html", context)


def _steps(user: User, standing: Standing) -> list[dict[str, object]]:
    if not may_run_now(user):
        return []
    work = standing.work
    return [
        {
            "label": _("Run now"),
            "url": reverse("schedule:run", args=[work.name]),
            "primary": True,
            "icon": "player-play",
            "allowed": standing.open is None,
            "reason": _("It runs at this moment, or waits for a worker already."),
            "confirm": _("“%(work)s” will be done once more, outside of its plan. It is recorded that you asked for it.")
            % {"work": work.title},
        }
    ]


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Have it done at once."""
    user, work = _guard(request), _work(name)
    scheduling.run_now(work=work, by=user)
    return redirect("schedule:detail", name=work.name)
