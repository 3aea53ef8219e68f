"""Robots of units' group chats: the security administrator keeps them, the system administrator sees that they are there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from notifications import kinds, permissions, selectors
from notifications.failures import words
from notifications.models import Robot
from notifications.services import robots
from positions.models import Unit
from web.robots_form import RobotForm


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody else."""
    user = request.user
    if not isinstance(user, User) or not permissions.may_see_robots(user):
        raise Http404
    return user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every unit with its robot, or none."""
    user = _guard(request)
    known = selectors.robots_by_unit(user)
    labels = dict(kinds.choices())
    rows = [
        {"unit": unit, "robot": robot, "kinds": [labels[code] for code in robot.kinds if code in labels] if robot else []}
        for unit in Unit.objects.all()
        for robot in [known.get(unit.pk)]
    ]
    return render_page(request, "web/robots.html", {"rows": rows, "may_keep": permissions.may_keep_robots(user)})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter or change the robot of a unit."""
    user = _guard(request)
    permissions.may_keep_robots(user).require()
    unit = get_object_or_404(Unit, pk=pk)
    robot = Robot.objects.visible_to(user).filter(unit_id=unit.pk).defer("address").first()
    form = RobotForm(request.POST or None, initial=_initial(robot), has_address=robot is not None)
    if request.method == "POST" and form.is_valid():
        try:
            robots.set_robot(by=user, unit_id=unit.pk, unit_name=unit.name, facts=form.facts(), version=version_of(request))
        except DomainError as error:
            if error.status != 422:
                raise
            form.add_error("address", str(error))
        else:
            messages.success(request, _("Saved. Try it: the group should hear from it in a moment."))
            return redirect("web:robot", unit.pk)
    last = robot.deliveries.order_by("-pk").first() if robot else None
    context = {"unit": unit, "robot": robot, "form": form, "last": last, "last_reason": words(last.last_error) if last else ""}
    return render_page(request, "web/robot.html", context, status=422 if form.errors else 200)


@require_POST
def try_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it say that it works."""
    user, unit, robot = _robot(request, pk)
    robots.try_robot(by=user, robot=robot, unit_name=unit.name)
    messages.success(request, _("On its way. Reload this page in a moment to see whether the service took it."))
    return redirect("web:robot", unit.pk)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it and its address."""
    user, unit, robot = _robot(request, pk)
    robots.remove_robot(by=user, robot=robot, unit_name=unit.name)
    messages.success(request, _("Removed. Its address is forgotten."))
    return redirect("web:robots")


def _robot(request: HttpRequest, pk: int) -> tuple[User, Unit, Robot]:
    user = _guard(request)
    unit = get_object_or_404(Unit, pk=pk)
    return user, unit, get_object_or_404(Robot.objects.visible_to(user).defer("address"), unit_id=unit.pk)


def _initial(robot: Robot | None) -> dict[str, object]:
    if robot is None:
        return {"is_on": True, "kinds": [code for code, _label in kinds.choices() if code != kinds.UNNAMED]}
    return {"service": robot.service, "kinds": robot.kinds, "is_on": robot.is_on}
