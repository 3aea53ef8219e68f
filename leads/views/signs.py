"""“廉情迹象目录”: what to look out for, by field; kept by the discipline committee."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from leads import lead_page
from leads.forms.desk import SignForm
from leads.models import LeadLevel, Sign, SignField
from leads.permissions.signs import may_edit
from leads.services import signs as services
from positions.models import Unit
from positions.scopes import scope_of


def _reader(request: HttpRequest) -> tuple[User, Unit]:
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    unit = lead_page.unit_of(user)
    if unit is None:
        raise Http404
    return user, unit


def _sign(user: User, unit: Unit, pk: int) -> Sign:
    if pk >= 2**63:
        raise Http404
    sign: Sign = get_object_or_404(Sign.objects.visible_to(user).of_unit(unit.pk), pk=pk)
    return sign


@require_GET
def signs(request: HttpRequest) -> HttpResponse:
    """The catalogue by field; everybody may read what to look out for."""
    user, unit = _reader(request)
    verdict = may_edit(user, unit.pk)
    levels = {level.severity: level for level in LeadLevel.objects.of_unit(unit.pk)}
    chosen = request.GET.get("field", "")
    rows = Sign.objects.visible_to(user).of_unit(unit.pk).order_by("number", "pk")
    if not verdict:
        rows = rows.active()
    everything = list(rows)
    groups = [
        {"field": field, "signs": [_row(sign, levels, verdict.allowed) for sign in everything if sign.field == field]}
        for field in SignField
        if chosen in ("", field)
    ]
    url = reverse("leads:signs")
    tabs = [{"label": _("all"), "url": url, "active": chosen not in SignField.values, "count": len(everything)}]
    counts = {field: sum(sign.field == field for sign in everything) for field in SignField}
    tabs += [{"label": f.label, "url": f"{url}?field={f}", "active": chosen == f, "count": counts[f]} for f in SignField]
    shown = groups if chosen in SignField.values else [g for g in groups if g["signs"]]
    return render_page(request, "leads/signs.html", {"groups": shown, "tabs": tabs, "may_edit": verdict, "unit": unit})


def _row(sign: Sign, levels: dict[int, LeadLevel], editable: bool) -> dict[str, Any]:
    actions = []
    if editable:
        label = _("Take out of use") if sign.is_active else _("Take into use")
        actions = [
            {"label": _("Edit"), "url": reverse("leads:sign_edit", args=[sign.pk]), "method": "get", "allowed": True},
            {
                "label": label,
                "url": reverse("leads:sign_switch", args=[sign.pk]),
                "allowed": True,
                "fields": {"on": "0" if sign.is_active else "1"},
            },
        ]
    return {"sign": sign, "level": levels.get(sign.severity), "actions": actions}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Another sign of the unit's own."""
    user, unit = _reader(request)
    may_edit(user, unit.pk).require()
    form = SignForm(request.POST if request.method == "POST" else None, unit=unit)
    return _form(request, form, _("Add a sign"), lambda: services.add(unit=unit, facts=form.facts(), by=user))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a sign for the unit."""
    user, unit = _reader(request)
    may_edit(user, unit.pk).require()
    sign = _sign(user, unit, pk)
    initial = {name: getattr(sign, name) for name in ("field", "text", "severity", "advice")}
    form = SignForm(request.POST if request.method == "POST" else None, unit=unit, initial=initial)
    version = version_of(request)
    act = lambda: services.change(unit=unit, sign=sign, facts=form.facts(), by=user, version=version)  # noqa: E731
    return _form(request, form, _("Change the sign"), act, sign)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """In use or not."""
    user, unit = _reader(request)
    services.switch(unit=unit, sign=_sign(user, unit, pk), on=posted_text(request, "on") == "1", by=user)
    messages.success(request, _("Saved."))
    return redirect("leads:signs")


def _form(request: HttpRequest, form: SignForm, title: str, act: Any, sign: Sign | None = None) -> HttpResponse:
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            act()
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("leads:signs")
    context = {
        "form": form,
        "heading": title,
        "problem": problem,
        "sign": sign,
        "crumbs": [{"label": _("Signs"), "url": reverse("leads:signs")}, {"label": title}],
    }
    return render_page(request, "leads/sign_form.html", context, status=422 if problem or (form.is_bound and form.errors) else 200)
