"""“动态评估运行情况”: what each night found in the registers, and where it failed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import AdminRole, User
from common.htmx import render_page
from common.tables import configure
from positions.scopes import scope_of
from regrading import run_selectors
from regrading.models import Run
from regrading.tables_runs import RunTable


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Runs of units the person sees as a whole, newest day first; all of them for the system administrator."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    scope = scope_of(user)
    if not scope.whole_unit_ids and scope.admin_role != AdminRole.SYSTEM:
        raise Http404
    runs = Run.objects.visible_to(user)
    table = RunTable(run_selectors.rows(runs))
    configure(request, table)
    context = {"table": table, "night": run_selectors.last_night(runs), "is_admin": scope.admin_role == AdminRole.SYSTEM}
    return render_page(request, "regrading/runs.html", context)
