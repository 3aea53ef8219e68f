"""The catalogue: in force, being compiled, its versions, as paper and as a file."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.errors import NotPossible
from common.htmx import render_page
from common.posted import version as version_of
from common.tables import configure
from jobs.ledgers import Found, Ledger
from positions import exports
from positions.flowcharts import all_findings
from positions.forms.powers import OpinionForm
from positions.lists import CompilingFilter, CompilingTable, PowerFilter, PowerTable, filtered
from positions.models import Catalogue, PowerItem
from positions.permissions import powers as permissions
from positions.selectors import powers as selectors
from positions.services import catalogue as services
from positions.services.powers import accept_items
from positions.states import CatalogueState, ItemState
from positions.views.powers_common import button, chosen_unit, published, reason_of, tabs, unfinished

PER_PAGE = 50
TONES = {
    CatalogueState.COMPILING: "warning",
    CatalogueState.LEGAL_REVIEW: "info",
    CatalogueState.APPROVED: "accent",
    CatalogueState.PUBLISHED: "success",
    CatalogueState.SUPERSEDED: "neutral",
}


def _version(request: HttpRequest) -> Catalogue | None:
    """The fixed version of `?version=`, else the one in force."""
    wanted = request.GET.get("version", "")
    if not wanted:
        return published(chosen_unit(request))
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise Http404
    return get_object_or_404(Catalogue.objects.visible_to(request.user).fixed(), pk=int(wanted))


def _filtered(request: HttpRequest, catalogue: Catalogue | None) -> PowerFilter:
    return filtered(request.user, request.GET, catalogue)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The catalogue in force, filtered; `?state=` leads to what is being compiled."""
    unit = chosen_unit(request)
    current = unfinished(unit)
    if "state" in request.GET and current is not None:
        return redirect(f"{reverse('powers:catalogue', args=[current.pk])}?desk=mine&{request.GET.urlencode()}")
    catalogue = _version(request)
    filterset = _filtered(request, catalogue)
    table = PowerTable(filterset.qs)
    configure(request, table, PER_PAGE)
    steps = []
    if unit is not None:
        verdict = permissions.may_start_version(request.user, unit)
        if verdict.allowed:
            text = _("A copy of the version in force is made; what changes in it goes through department, unit and legal office again.")
            steps.append(
                button(_("Start a new version"), reverse("powers:start"), verdict, confirm=text, primary=True, fields={"unit": unit.pk})
            )
    is_long = table.paginator.count > settings.EXPORT_INLINE_ROWS
    context = {
        "catalogue": catalogue,
        "tone": TONES[CatalogueState(catalogue.state)] if catalogue else "",
        "unit": unit,
        "current": current,
        "filterset": filterset,
        "table": table,
        "steps": steps,
        "tab_items": tabs(request, unit, "index"),
        "export_is_long": is_long,
        "export_url": "" if is_long else reverse("powers:export"),
    }
    return render_page(request, "powers/index.html", context)


def title() -> str:
    """What the job is called."""
    return _("Power catalogue")


def _reader(request: HttpRequest) -> User:
    """Everybody who has a version to look at; else there is no file."""
    if not isinstance(request.user, User) or _version(request) is None:
        raise Http404
    return request.user


def _query(request: HttpRequest) -> QueryDict:
    """The filter with the version that is looked at now: a job must not write another one."""
    data, found = request.GET.copy(), _version(request)
    data["version"] = str(found.pk) if found else ""
    return data


def _found(user: User, data: QueryDict) -> Found:
    """Raises NotPossible when the person may no longer see the version."""
    versions = Catalogue.objects.visible_to(user).fixed().select_related("unit")
    found = versions.filter(pk=data["version"]).first()
    if found is None:
        raise NotPossible(_("You may no longer see this catalogue."))
    items = filtered(user, data, found).qs.order_by("number")
    return Found(exports.sheet(found, items.iterator(chunk_size=500)), items.order_by().count())


LEDGER = Ledger("catalogue_export", "powers:index", title, _reader, _found, partial(audit.record, "catalogue.exported"), query=_query)
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)


@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """The filtered catalogue on A4 across."""
    catalogue = _version(request)
    if catalogue is None:
        raise Http404
    items = _filtered(request, catalogue).qs.order_by("number")
    rows = [exports.row(place, item) for place, item in enumerate(items, start=1)]
    return render_page(request, "powers/paper.html", {"catalogue": catalogue, "headers": exports.headers(), "rows": rows})


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """What waits for this person in the version being compiled."""
    current = unfinished(chosen_unit(request))
    if current is None:
        return redirect("powers:index")
    return redirect(f"{reverse('powers:catalogue', args=[current.pk])}?desk=review")


@require_GET
def catalogue(request: HttpRequest, pk: int) -> HttpResponse:
    """A version being compiled with its progress; a fixed one is shown as the list."""
    found = get_object_or_404(Catalogue.objects.visible_to(request.user).select_related("unit", "legal_by", "submitted_by"), pk=pk)
    if found.is_fixed:
        return redirect(f"{reverse('powers:index')}?version={found.pk}")
    items = PowerItem.objects.visible_to(request.user).filter(catalogue=found).select_related("department", "position")
    waiting = selectors.waiting_for(request.user, items)
    mine = selectors.own(request.user, items)
    desk = request.GET.get("desk", "")
    shown = {"review": waiting, "mine": mine}.get(desk, items)
    filterset = CompilingFilter(request.GET, shown, request=request, unit_id=found.unit_id)
    acceptable = set(waiting.filter(state=ItemState.UNIT_REVIEW).values_list("pk", flat=True))
    table = CompilingTable(filterset.qs, choosable=acceptable)
    configure(request, table, PER_PAGE)
    progress = selectors.progress_by_department(items)
    context = {
        "catalogue": found,
        "tone": TONES[CatalogueState(found.state)],
        "filterset": filterset,
        "table": table,
        "progress": progress,
        "totals": {state: sum(getattr(row, state) for row in progress) for state in ItemState.values},
        "total": sum(row.total for row in progress),
        "path": _path(found),
        "steps": _steps(request, found),
        "may_accept": bool(acceptable),
        "desks": _desks(found, desk, {"": items.count(), "mine": mine.count(), "review": waiting.count()}),
        "desk": desk,
        "tab_items": tabs(request, found.unit, "compiling"),
        "opinion_form": OpinionForm() if permissions.may_approve_catalogue(request.user, found) else None,
        "may_create": permissions.may_create_item(request.user, found),
    }
    return render_page(request, "powers/compiling.html", context)


def _desks(found: Catalogue, desk: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    url = reverse("powers:catalogue", args=[found.pk])
    labels = {"": _("All items"), "mine": _("Mine"), "review": _("For my review")}
    return [
        {"label": label, "url": f"{url}?desk={code}" if code else url, "active": desk == code, "count": counts[code]}
        for code, label in labels.items()
    ]


def _path(found: Catalogue) -> list[dict[str, Any]]:
    """How far the version is, for the steps component."""
    order = [CatalogueState.COMPILING, CatalogueState.LEGAL_REVIEW, CatalogueState.APPROVED, CatalogueState.PUBLISHED]
    at = order.index(CatalogueState(found.state))
    notes = {
        CatalogueState.LEGAL_REVIEW: str(found.submitted_by or ""),
        CatalogueState.APPROVED: str(found.legal_by or "") if found.state == CatalogueState.APPROVED else "",
    }
    return [
        {"label": state.label, "state": "done" if n < at else "current" if n == at else "todo", "note": notes.get(state, "")}
        for n, state in enumerate(order)
    ]


def _steps(request: HttpRequest, found: Catalogue) -> list[dict[str, Any]]:
    """The version's next possible steps for this person."""
    fields = {"version": found.version}
    steps = []
    submit = permissions.may_submit_catalogue(request.user, found)
    if submit.allowed:
        obstacles = services.obstacles(found)
        verdict = {"allowed": not obstacles, "reason": " ".join(obstacles)}
        text = _("All items are fixed while the legal office reviews them; its members are told.")
        steps.append(
            {"label": _("Submit to the legal office"), "url": reverse("powers:submit", args=[found.pk]), "primary": True, "confirm": text}
            | {"fields": fields}
            | verdict
        )
    send_back = permissions.may_return_catalogue(request.user, found)
    if send_back.allowed:
        url = reverse("powers:return", args=[found.pk])
        steps.append(button(_("Return"), url, send_back, ask_reason=_("Reason, read by those who compile"), fields=fields))
    issue = permissions.may_publish(request.user, found)
    if issue.allowed:
        text = _(
            "Version %(n)d comes into force for everybody in the unit and takes the place of the former one. It cannot be changed any more."
        )
        url = reverse("powers:publish", args=[found.pk])
        steps.append(button(_("Publish"), url, issue, primary=True, confirm=text % {"n": found.number}, fields=fields))
    return steps


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin the next version."""
    unit = chosen_unit(request)
    if unit is None:
        raise Http404
    made = services.start_version(unit=unit, by=request.user)
    messages.success(request, _("Version %(n)d is open to be compiled.") % {"n": made.number})
    return redirect("powers:catalogue", made.pk)


def _visible(request: HttpRequest, pk: int) -> Catalogue:
    return get_object_or_404(Catalogue.objects.visible_to(request.user), pk=pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the version to the legal office."""
    services.submit_catalogue(catalogue=_visible(request, pk), by=request.user, version=version_of(request))
    messages.success(request, _("Submitted to the legal office."))
    return redirect("powers:catalogue", pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The legal office's opinion."""
    found = _visible(request, pk)
    form = OpinionForm(request.POST)
    opinion = form.cleaned_data["opinion"] if form.is_valid() else ""
    services.approve_catalogue(catalogue=found, by=request.user, opinion=opinion, version=version_of(request))
    messages.success(request, _("Approved. The version can be published now."))
    return redirect("powers:catalogue", pk)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the version to be compiled further."""
    services.return_catalogue(catalogue=_visible(request, pk), by=request.user, reason=reason_of(request), version=version_of(request))
    messages.success(request, _("Returned."))
    return redirect("powers:catalogue", pk)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the version in force."""
    made = services.publish(catalogue=_visible(request, pk), by=request.user, version=version_of(request))
    messages.success(request, _("Version %(n)d is in force.") % {"n": made.number})
    return redirect("powers:index")


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the chosen items, all or none."""
    found = _visible(request, pk)
    chosen = [value for value in request.POST.getlist("chosen") if value.isascii() and value.isdigit() and len(value) < 19]
    items = list(PowerItem.objects.visible_to(request.user).filter(catalogue=found, pk__in=chosen))
    count = accept_items(items=items, by=request.user)
    messages.success(request, _("%(count)d items accepted into the catalogue.") % {"count": count})
    return redirect(f"{reverse('powers:catalogue', args=[pk])}?desk=review")


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """All versions; the chosen one compared with the one before it."""
    unit = chosen_unit(request)
    everything = list(Catalogue.objects.visible_to(request.user).filter(unit=unit).select_related("published_by", "legal_by"))
    may_see_open = unit is not None and PowerItem.objects.visible_to(request.user).filter(
        catalogue__in=[c.pk for c in everything if not c.is_fixed]
    )
    wanted = request.GET.get("compare", "")
    new = next((c for c in everything if str(c.pk) == wanted and (c.is_fixed or may_see_open)), None)
    old = next((c for c in everything if new is not None and c.number < new.number), None)
    visible = set(
        PowerItem.objects.visible_to(request.user).filter(catalogue__in=[c.pk for c in (old, new) if c]).values_list("pk", flat=True)
    )
    differences = [d for d in selectors.compare(old, new) if d.item.pk in visible] if old and new else []
    context = {
        "unit": unit,
        "versions": [
            {"catalogue": c, "tone": TONES[CatalogueState(c.state)], "before": n + 1 < len(everything)} for n, c in enumerate(everything)
        ],
        "old": old,
        "new": new,
        "differences": differences,
        "tab_items": tabs(request, unit, "versions"),
    }
    return render_page(request, "powers/versions.html", context)


@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """What the balance checks say about the version being compiled, or the one in force."""
    unit = chosen_unit(request)
    current = unfinished(unit)
    in_force = published(unit)
    chosen = in_force if request.GET.get("of") == "published" or current is None else current
    items = PowerItem.objects.visible_to(request.user).filter(catalogue=chosen)
    found = all_findings(items) if chosen else []
    counts: dict[str, int] = {}
    departments: dict[int, tuple[str, int]] = {}
    for one in found:
        counts[one.finding.rule] = counts.get(one.finding.rule, 0) + 1
        pk = one.item.department_id or 0
        name, count = departments.get(pk, (str(one.item.department or _("leadership")), 0))
        departments[pk] = (name, count + 1)
    rule, department = request.GET.get("rule", ""), request.GET.get("department", "")
    shown = [
        one
        for one in found
        if (not rule or one.finding.rule == rule) and (not department or str(one.item.department_id or 0) == department)
    ]
    context = {
        "unit": unit,
        "catalogue": chosen,
        "current": current,
        "in_force": in_force,
        "found": found,
        "shown": _by_item(shown),
        "shown_count": len(shown),
        "errors": sum(1 for one in found if one.finding.severity == "error"),
        "rules": [(code, next(o.finding.source for o in found if o.finding.rule == code), n) for code, n in counts.items()],
        "departments": [(str(pk), name, n) for pk, (name, n) in departments.items()],
        "rule": rule,
        "department": department,
        "total": items.count(),
    }
    return render_page(request, "powers/findings.html", context)


def _by_item(found: list[Any]) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for one in found:
        rows.setdefault(one.item.pk, {"item": one.item, "found": []})["found"].append(one)
    return list(rows.values())
