"""What the pages of one warning share: finding it, and the form of a step."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from early_warnings import warning_page
from early_warnings.models import Warning
from early_warnings.views.lists import the_user

_LARGEST_KEY = 2**63


def find(request: HttpRequest, pk: int) -> tuple[User, Warning]:
    """The person and a warning they may see; else it does not exist."""
    user = the_user(request)
    return user, get_or_404(warning_page.for_page(user), pk)


def get_or_404(rows: QuerySet[Any], pk: int) -> Any:
    """The row, or 404 also for keys no table has."""
    if pk >= _LARGEST_KEY:
        raise Http404
    return get_object_or_404(rows, pk=pk)


def posted(request: HttpRequest) -> tuple[QueryDict | None, Any]:
    """Fields and files that were sent, also when there are none; (None, None) while the form is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def crumbs(user: User, warning: Warning, *more: str) -> list[dict[str, Any]]:
    """The way to the warning: through the list in which the person finds it."""
    inside = Warning.objects.handled_by(user).filter(pk=warning.pk).exists()
    way: list[dict[str, Any]] = [{"label": _("Ledger of warnings"), "url": reverse("warnings:ledger")}]
    if not inside:
        way = [{"label": _("Warnings given to me"), "url": reverse("warnings:mine")}]
        if warning.responsible_id == user.pk:
            way = [{"label": _("Rectifications"), "url": reverse("warnings:rectifications")}]
    way.append({"label": warning.subject_label, "url": warning.get_absolute_url()} if more else {"label": warning.subject_label})
    return way + [{"label": label} for label in more]


def step_page(
    request: HttpRequest,
    user: User,
    warning: Warning,
    *,
    heading: str,
    button: str,
    form: forms.Form,
    act: Callable[[], Any],
    done: str,
    explanation: str = "",
    rows: Any = None,
    version: int | None = None,
    versioned: bool = True,
    danger: bool = False,
    template: str = "warnings/form.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or take it: what the service refuses stands above it, and what was entered stays.

    What only adds to a case (`versioned` False) takes nothing back that somebody else did, and asks for no version.
    """
    problem = ""
    valid = request.method == "POST" and form.is_valid() and (rows is None or rows.is_valid())
    if valid:
        try:
            act()
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, done)
            return redirect(warning.get_absolute_url())
    context = {
        "warning": warning,
        "form": form,
        "rows": rows,
        "heading": heading,
        "explanation": explanation,
        "button": button,
        "danger": danger,
        "problem": problem,
        "version": (warning.version if version is None else version) if versioned else None,
        "crumbs": crumbs(user, warning, heading),
        **(more or {}),
    }
    status = 422 if problem or (request.method == "POST" and not valid) else 200
    return render_page(request, template, context, status=status)
