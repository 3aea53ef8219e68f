"""When a unit reminds, and what it reminded of."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import AdminRole, User
from common import workdays
from common.htmx import render_page
from common.posted import version as version_of
from common.refusals import refusal
from common.tables import configure
from deadlines import permissions, stages
from deadlines.forms import ExampleForm, IntervalsForm, example_day, in_words
from deadlines.models import Reminder
from deadlines.querysets import kept_units
from deadlines.registry import DeadlineKind, Intervals, elsewhere, kind_of, kinds
from deadlines.rules import of_unit
from deadlines.services import settings as service
from deadlines.tables import ReminderFilter, ReminderTable, newest
from deadlines.words import stage_label
from positions.models import Unit
from positions.scopes import scope_of

_SHOWN_AFTER = 30  # days of the preview after the example's day


def _keeper(request: HttpRequest) -> tuple[User, list[Unit]]:
    """Somebody who keeps the reminders of a unit, and the units; else the page does not exist."""
    user = request.user
    units = list(Unit.objects.filter(pk__in=kept_units(scope_of(user))).order_by("path")) if isinstance(user, User) else []
    if not isinstance(user, User) or not units:
        raise Http404
    return user, units


def _chosen(request: HttpRequest) -> tuple[User, Unit, list[Unit]]:
    user, units = _keeper(request)
    wanted = request.GET.get("unit", "")
    return user, next((unit for unit in units if str(unit.pk) == wanted), units[0]), units


def _at(name: str, unit: Unit, *args: str) -> str:
    return f"{reverse(f'deadlines:{name}', args=args)}?unit={unit.pk}"


def _tabs(current: str) -> list[dict[str, Any]]:
    pages = [("settings", _("When is reminded")), ("ledger", _("Reminders sent"))]
    return [{"label": label, "url": reverse(f"deadlines:{name}"), "active": name == current} for name, label in pages]


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """“时限提醒设置”: every kind with its intervals, and what is set on other pages."""
    user, unit, units = _chosen(request)
    own = of_unit(unit.pk)
    scope = scope_of(user)
    context = {
        "unit": unit,
        "units": [{"unit": one, "url": _at("settings", one), "active": one == unit} for one in units] if len(units) > 1 else [],
        "tabs": _tabs("settings"),
        "rows": [_row(kind, own.get(kind.code), _at("kind", unit, kind.code)) for kind in kinds()],
        "may_change": bool(permissions.may_change(user, unit.pk)),
        "elsewhere": [{"what": one, "url": one.url if scope.sits_in(one.body, unit.pk) else ""} for one in elsewhere()],
    }
    return render_page(request, "deadlines/settings.html", context)


def _row(kind: DeadlineKind, own: Intervals | None, url: str) -> dict[str, Any]:
    found = own or kind.default
    return {
        "kind": kind,
        "is_own": own is not None,
        "url": url,
        "days": found.days,
        "before": in_words(found.before),
        "on_day": found.on_day,
        "after": in_words(found.after),
        "every": found.every,
        "escalate": in_words(found.escalate),
    }


@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """The intervals of one kind with a preview; values in the address are shown without being kept."""
    user, unit, _units = _chosen(request)
    found = kind_of(code)
    if found is None:
        raise Http404
    row = service.row_of(unit.pk, found)
    intervals = row.intervals if row else found.default
    data = request.POST if request.method == "POST" else request.GET if "every" in request.GET else None
    form = IntervalsForm(data, kind=found, intervals=intervals)
    problem = ""
    if request.method == "POST":
        permissions.may_change(user, unit.pk).require()
    if request.method == "POST" and form.is_valid():
        said, version = form.intervals(), version_of(request)
        problem = refusal(lambda: service.change(unit=unit, kind=found, intervals=said, by=user, version=version))
        if not problem:
            messages.success(request, _("The reminders of “%(kind)s” have been set.") % {"kind": found.title})
            return redirect(_at("settings", unit))
    shown = form.intervals() if form.is_bound and form.is_valid() else intervals
    day = _example(request)
    context = {
        "unit": unit,
        "kind": found,
        "form": form,
        "problem": problem,
        "version": row.version if row else 0,
        "is_own": row is not None,
        "may_change": bool(permissions.may_change(user, unit.pk)),
        "reset_url": _at("reset", unit, code),
        "back": _at("settings", unit),
        "crumbs": [{"label": _("Reminders of deadlines"), "url": _at("settings", unit)}, {"label": found.title}],
        "day": day,
        "example": ExampleForm(initial={"example": day}),
        "preview": _preview(day, shown),
    }
    refused = problem or (request.method == "POST" and not form.is_valid())
    return render_page(request, "deadlines/kind.html", context, status=422 if refused else 200)


def _example(request: HttpRequest) -> date:
    example = ExampleForm(request.GET)
    return example.cleaned_data["example"] if example.is_valid() else example_day(timezone.localdate())


def _preview(day: date, intervals: Intervals) -> list[dict[str, Any]]:
    until = date.fromordinal(day.toordinal() + _SHOWN_AFTER)
    told = stages.days_of_reminders(day, intervals, until=until)
    return [
        {"day": on, "stage": stage_label(stage), "is_up": stages.is_up(stage), "known": workdays.is_announced(on.year)}
        for on, stage in told
    ]


@require_POST
def reset(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the default."""
    user, unit, _units = _chosen(request)
    found = kind_of(code)
    if found is None:
        raise Http404
    service.reset(unit=unit, kind=found, by=user, version=version_of(request))
    messages.success(request, _("The default holds again for “%(kind)s”.") % {"kind": found.title})
    return redirect(_at("settings", unit))


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """“提醒台账”: what was told to whom; the audit administrator sees that it was told, and no content."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    is_audit = user.admin_role == AdminRole.AUDIT
    units = Unit.objects.all() if is_audit else Unit.objects.filter(pk__in=[unit.pk for unit in _keeper(request)[1]])
    filterset = ReminderFilter(request.GET, queryset=Reminder.objects.visible_to(user), units=units, request=request)
    if len(units) < 2:
        del filterset.form.fields["unit"]
    table = ReminderTable(newest(filterset.qs), viewer=user)
    configure(request, table)
    context = {"filterset": filterset, "table": table, "tabs": [] if is_audit else _tabs("ledger")}
    return render_page(request, "deadlines/ledger.html", context)
