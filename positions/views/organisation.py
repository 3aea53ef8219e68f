"""Pages on which everybody browses the organisation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.permissions import may_see_accounts
from common.htmx import render_page
from common.tables import configure
from positions.models import Appointment, Body, BodyMembership, Department, DivisionOfWork, Unit
from positions.permissions.organisation import may_edit_posts, may_edit_structure, may_import
from positions.selectors.organisation import positions_with_holders, unit_sheet, unit_tree
from positions.tables import PeopleFilter, PeopleTable


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The person's first unit, or what to do when there is none yet."""
    unit = Unit.objects.visible_to(request.user).order_by("path").first()
    if unit is not None:
        return redirect("organisation:unit", unit.pk)
    return render_page(request, "organisation/empty.html", {"may_edit": may_edit_structure(request.user)})


@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: leadership, departments, bodies."""
    units = Unit.objects.visible_to(request.user)
    found = get_object_or_404(units, pk=pk)
    context = {
        "unit": found,
        "sheet": unit_sheet(found),
        "tree": unit_tree(units),
        "may_edit": may_edit_structure(request.user, found),
        "may_import": may_import(request.user, found),
    }
    return render_page(request, "organisation/unit.html", context)


@require_GET
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: positions with holders, who is in charge, who was."""
    found = get_object_or_404(Department.objects.visible_to(request.user).select_related("unit"), pk=pk)
    divisions = DivisionOfWork.objects.filter(department=found).select_related("appointment__person").order_by("-starts_on")
    context = {
        "department": found,
        "posts": positions_with_holders(found),
        "divisions": divisions,
        "in_charge": DivisionOfWork.objects.in_force().filter(department=found).select_related("appointment__person").first(),
        "may_edit": may_edit_structure(request.user, found.unit),
        "may_post": may_edit_posts(request.user, found.unit),
    }
    return render_page(request, "organisation/department.html", context)


@require_GET
def leadership(request: HttpRequest, pk: int) -> HttpResponse:
    """The posts of a unit's leadership with their holders."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    holders: dict[int, list[Appointment]] = {}
    for appointment in Appointment.objects.in_force().filter(position__unit=found, position__department=None).select_related("person"):
        holders.setdefault(appointment.position_id, []).append(appointment)
    posts = [
        {"position": p, "appointments": holders.get(p.pk, [])}
        for p in found.positions.open().filter(department=None).order_by("order", "pk")
    ]
    context = {
        "unit": found,
        "posts": posts,
        "may_edit": may_edit_structure(request.user, found),
        "may_post": may_edit_posts(request.user, found),
    }
    return render_page(request, "organisation/leadership.html", context)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who holds which post."""
    posts = Appointment.objects.visible_to(request.user).in_force().select_related("person", "position__department")
    found = PeopleFilter(request.GET, queryset=posts, request=request)
    table = PeopleTable(found.qs)
    configure(request, table)
    return render_page(request, "organisation/people.html", {"filterset": found, "table": table})


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts and bodies, today's and former ones, in units the reader may browse."""
    posts = Appointment.objects.visible_to(request.user).filter(person_id=pk)
    memberships = BodyMembership.objects.visible_to(request.user).filter(person_id=pk)
    seen = posts.values("person_id").union(memberships.values("person_id"))
    found = get_object_or_404(User.objects.filter(pk__in=[row["person_id"] for row in seen]), pk=pk)
    context = {
        "person": found,
        "posts": posts.select_related("position__department", "position__unit").order_by("-starts_on"),
        "charge": DivisionOfWork.objects.in_force().visible_to(request.user).filter(appointment__person=found).select_related("department"),
        "memberships": memberships.select_related("body__unit").order_by("-starts_on"),
        "today": timezone.localdate(),
        "may_see_account": may_see_accounts(request.user),
    }
    return render_page(request, "organisation/person.html", context)


@require_GET
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body with its members, today's and former ones."""
    found = get_object_or_404(Body.objects.visible_to(request.user).select_related("unit", "department"), pk=pk)
    memberships = found.memberships.select_related("person").order_by("-starts_on", "pk")
    current = set(BodyMembership.objects.in_force().filter(body=found).values_list("pk", flat=True))
    context = {
        "body": found,
        "members": [m for m in memberships if m.pk in current],
        "former": [m for m in memberships if m.pk not in current],
        "may_edit": may_edit_structure(request.user, found.unit),
    }
    return render_page(request, "organisation/body.html", context)
