"""Pages on which the organisation is changed: one form each, rules in services."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from common.verdicts import Verdict
from positions.forms.organisation import (
    AppointmentForm,
    BodyForm,
    ChargeForm,
    DepartmentForm,
    EndForm,
    MembershipForm,
    PositionForm,
    UnitForm,
)
from positions.models import Appointment, Body, BodyMembership, Department, DivisionOfWork, Position, Unit
from positions.permissions.organisation import may_edit_posts, may_edit_structure
from positions.services import appointments, bodies, structure

page = require_http_methods(["GET", "POST"])
Save = Callable[[dict[str, Any]], Any]


def _form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    verdict: Verdict,
    title: str,
    back: str,
    save: Save,
    lead: str = "",
    version: int | None = None,
) -> HttpResponse:
    """Show the form; on a good POST save and go back. What the service refuses stands above the form, with the input kept."""
    if not verdict:
        raise Http404
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except DomainError as error:
            if error.status == 409:
                raise
            problem = str(error)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(back)
    context = {"form": form, "title": title, "back": back, "lead": lead, "problem": problem, "version": version}
    return render_page(request, "organisation/form.html", context, status=422 if problem or form.errors else 200)


def _url(name: str, pk: int) -> str:
    return redirect(f"organisation:{name}", pk).url


@page
def unit_new(request: HttpRequest) -> HttpResponse:
    """A new unit."""
    return _form_page(
        request,
        UnitForm(request.POST or None),
        verdict=may_edit_structure(request.user),
        title=_("New unit"),
        back=redirect("organisation:index").url,
        save=lambda data: structure.create_unit(by=request.user, **data),
    )


@page
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, duties and openness of a unit."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    fields = ("name", "short_name", "duties", "open_to_higher")
    return _form_page(
        request,
        UnitForm(request.POST or None, instance=Unit.objects.get(pk=pk)),
        verdict=may_edit_structure(request.user, unit),
        title=unit.name,
        back=_url("unit", pk),
        save=lambda data: structure.edit_unit(unit=unit, by=request.user, version=version_of(request), **{f: data[f] for f in fields}),
        version=unit.version,
    )


@page
def department_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new department of the unit."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        DepartmentForm(request.POST or None),
        verdict=may_edit_structure(request.user, unit),
        title=_("New department"),
        back=_url("unit", pk),
        save=lambda data: structure.create_department(unit=unit, by=request.user, **data),
    )


@page
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, kind and duties of a department."""
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        DepartmentForm(request.POST or None, instance=Department.objects.get(pk=pk)),
        verdict=may_edit_structure(request.user, department.unit),
        title=department.name,
        back=_url("department", pk),
        save=lambda data: structure.edit_department(department=department, by=request.user, version=version_of(request), **data),
        version=department.version,
    )


@page
def department_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a department nobody works in any more."""
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_structure(request.user, department.unit),
        title=_("Close “%(name)s”") % {"name": department.name},
        lead=_("Its positions close with it. Risks, forms and records stay where they are."),
        back=_url("unit", department.unit_id),
        save=lambda data: structure.close_department(department=department, by=request.user, on=data["ends_on"], reason=data["reason"]),
    )


@page
def position_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new position of a department."""
    department = get_object_or_404(Department.objects.visible_to(request.user).select_related("unit"), pk=pk)
    return _form_page(
        request,
        PositionForm(request.POST or None, leadership=False),
        verdict=may_edit_structure(request.user, department.unit),
        title=_("New position in %(name)s") % {"name": department.name},
        back=_url("department", pk),
        save=lambda data: structure.create_position(unit=department.unit, department=department, by=request.user, **data),
    )


@page
def leader_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new position of the unit's leadership."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        PositionForm(request.POST or None, leadership=True),
        verdict=may_edit_structure(request.user, unit),
        title=_("New position of the leadership"),
        back=_url("leadership", pk),
        save=lambda data: structure.create_position(unit=unit, by=request.user, **data),
    )


@page
def position_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, rank and duties of a position."""
    position = get_object_or_404(Position.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        PositionForm(request.POST or None, instance=Position.objects.get(pk=pk), leadership=position.department_id is None),
        verdict=may_edit_structure(request.user, position.unit),
        title=position.name,
        back=_home_of(position),
        save=lambda data: structure.edit_position(position=position, by=request.user, version=version_of(request), **data),
        version=position.version,
    )


@page
def position_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a vacant position."""
    position = get_object_or_404(Position.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_structure(request.user, position.unit),
        title=_("Close “%(name)s”") % {"name": position.name},
        back=_home_of(position),
        save=lambda data: structure.close_position(position=position, by=request.user, on=data["ends_on"], reason=data["reason"]),
    )


@page
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody the position."""
    position = get_object_or_404(Position.objects.visible_to(request.user).select_related("unit"), pk=pk)
    return _form_page(
        request,
        AppointmentForm(request.POST or None),
        verdict=may_edit_posts(request.user, position.unit),
        title=_("Appoint: %(post)s") % {"post": position.name},
        lead=_("Rights begin on the first day and end with the last one. The person is signed out and signs in again with the new rights."),
        back=_home_of(position),
        save=lambda data: appointments.appoint(position=position, by=request.user, **data),
    )


@page
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of an appointment."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("position__unit", "person"), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_posts(request.user, appointment.position.unit),
        title=_("End: %(name)s, %(post)s") % {"name": appointment.person.name, "post": appointment.position.name},
        lead=_(
            "What the person was in charge of ends the same day, and with the last post in the unit the seats in its bodies. "
            "Waiting reviews and responsibility move on at once."
        ),
        back=_home_of(appointment.position),
        save=lambda data: appointments.end_appointment(appointment=appointment, by=request.user, **data),
    )


@page
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a leader in charge of a department."""
    department = get_object_or_404(Department.objects.visible_to(request.user).select_related("unit"), pk=pk)
    return _form_page(
        request,
        ChargeForm(request.POST or None, unit=department.unit),
        verdict=may_edit_posts(request.user, department.unit),
        title=_("Leader in charge of %(name)s") % {"name": department.name},
        lead=_("Whoever was in charge before ends the day before. Risks of level two and waiting reviews move to the new leader."),
        back=_url("department", pk),
        save=lambda data: appointments.put_in_charge(department=department, by=request.user, **data),
    )


@page
def charge_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader is no longer in charge."""
    division = get_object_or_404(DivisionOfWork.objects.visible_to(request.user).select_related("department__unit"), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_posts(request.user, division.department.unit),
        title=_("End of being in charge of %(name)s") % {"name": division.department.name},
        lead=_("Without a leader in charge, what belongs to that step moves up to the unit head."),
        back=_url("department", division.department_id),
        save=lambda data: appointments.end_division(division=division, by=request.user, **data),
    )


@page
def body_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new body of the unit."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        BodyForm(request.POST or None, unit=unit),
        verdict=may_edit_structure(request.user, unit),
        title=_("New body"),
        back=_url("unit", pk),
        save=lambda data: bodies.create_body(unit=unit, by=request.user, **data),
    )


@page
def body_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a body; every membership ends."""
    body = get_object_or_404(Body.objects.visible_to(request.user), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_structure(request.user, body.unit),
        title=_("Close “%(name)s”") % {"name": body.name},
        lead=_("Every membership ends the same day, and with it the rights of the members."),
        back=_url("unit", body.unit_id),
        save=lambda data: bodies.close_body(body=body, by=request.user, on=data["ends_on"], reason=data["reason"]),
    )


@page
def member_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new member of a body."""
    body = get_object_or_404(Body.objects.visible_to(request.user).select_related("unit"), pk=pk)
    return _form_page(
        request,
        MembershipForm(request.POST or None),
        verdict=may_edit_structure(request.user, body.unit),
        title=_("New member of %(name)s") % {"name": body.name},
        back=_url("body", pk),
        save=lambda data: appointments.add_member(body=body, by=request.user, **data),
    )


@page
def member_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a membership."""
    membership = get_object_or_404(BodyMembership.objects.visible_to(request.user).select_related("body__unit", "person"), pk=pk)
    return _form_page(
        request,
        EndForm(request.POST or None),
        verdict=may_edit_structure(request.user, membership.body.unit),
        title=_("End: %(name)s, %(post)s") % {"name": membership.person.name, "post": membership.body.name},
        back=_url("body", membership.body_id),
        save=lambda data: appointments.end_membership(membership=membership, by=request.user, **data),
    )


def _home_of(position: Position) -> str:
    return _url("department", position.department_id) if position.department_id else _url("leadership", position.unit_id)
