"""One power item: shown, written, and taken through its life."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.selectors import timeline
from common.errors import DomainError, NotAllowed
from common.htmx import render_page
from common.posted import version as version_of
from positions.flowcharts import drawing, findings_of, with_flow
from positions.forms.powers import ItemForm, MergeForm
from positions.lists import STATE_TONES
from positions.models import Catalogue, PowerItem, Requirement
from positions.permissions import powers as permissions
from positions.providers import risks_on_power
from positions.scopes import scope_of
from positions.selectors.powers import item_differences
from positions.services import powers as services
from positions.states import ItemState
from positions.views.powers_common import button, chosen_unit, item_or_404, reason_of, unfinished


def _with_flow(item: PowerItem) -> PowerItem:
    return with_flow(PowerItem.objects.select_related("catalogue__unit", "unit", "department", "position__department", "created_by")).get(
        pk=item.pk
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Fields, flowchart with the risk points the person may see, findings, history."""
    item = _with_flow(item_or_404(request, pk))
    findings = findings_of(item)
    risks = risks_on_power(user=request.user, item=item)
    context = {
        "item": item,
        "tone": STATE_TONES[ItemState(item.state)],
        "findings": findings,
        "errors": sum(1 for f in findings if f.severity == "error"),
        "chart": drawing(item, findings=findings, risks=risks),
        "risks": sum(len(dots) for dots in risks.values()),
        "on_whole": risks.get("", []),
        "requires": [Requirement(code).label for code in item.requires],
        "missing": services.missing_in(item) if item.state == ItemState.DRAFT and not item.catalogue.is_fixed else [],
        "steps": _steps(request, item),
        "events": timeline(item),
        "versions": _versions(request, item),
        "crumbs": _crumbs(item),
    }
    return render_page(request, "powers/item.html", context)


def _crumbs(item: PowerItem, last: str = "") -> list[dict[str, str]]:
    found = [{"label": _("Power catalogue"), "url": reverse("powers:index")}]
    if not item.catalogue.is_fixed:
        found.append(
            {"label": _("Version %(n)d") % {"n": item.catalogue.number}, "url": reverse("powers:catalogue", args=[item.catalogue_id])}
        )
    found.append({"label": item.number, "url": reverse("powers:item", args=[item.pk]) if last else ""})
    return [*found, {"label": last, "url": ""}] if last else found


def _versions(request: HttpRequest, item: PowerItem) -> list[PowerItem]:
    """The same power in every version the person may see, newest first."""
    same = PowerItem.objects.visible_to(request.user).filter(lineage=item.lineage).select_related("catalogue")
    return list(same.order_by("-catalogue__number"))


def _steps(request: HttpRequest, item: PowerItem) -> list[dict[str, Any]]:
    """Next possible steps; what is not for this person now is left out, what is nearly possible says why not."""
    if item.catalogue.is_fixed:
        return []
    found = []
    if permissions.may_edit_item(request.user, item):
        found.append({"label": _("Edit"), "url": _url(item, "edit"), "method": "get", "icon": "pencil"})
        found.append({"label": _("Edit the flowchart"), "url": _url(item, "flow"), "method": "get", "icon": "git-branch"})
    return [*found, *_onward(request, item), *_clearing_up(request, item)]


def _url(item: PowerItem, name: str) -> str:
    return reverse(f"powers:{name}", args=[item.pk])


def _onward(request: HttpRequest, item: PowerItem) -> list[dict[str, Any]]:
    """Towards the catalogue, and back."""
    user, fields = request.user, {"version": item.version}
    missing = services.missing_in(item)
    incomplete = {"allowed": False, "reason": _("Still missing: %(missing)s.") % {"missing": _(", ").join(missing)}} if missing else {}
    found = []
    if back := permissions.may_return_item(user, item):
        found.append(button(_("Return"), _url(item, "return-item"), back, ask_reason=_("Reason, read by who wrote it"), fields=fields))
    elif again := permissions.may_reopen(user, item):
        found.append(button(_("Revise"), _url(item, "reopen"), again, ask_reason=_("What has to change and why"), fields=fields))
    if agree := permissions.may_agree(user, item):
        text = _("It goes to the office of the leading group, which accepts it into the catalogue.")
        found.append(button(_("Agree and pass on"), _url(item, "agree"), agree, primary=True, confirm=text, fields=fields) | incomplete)
    elif submit := permissions.may_submit_item(user, item):
        found.append(button(_("Hand in"), _url(item, "hand-in"), submit, primary=True, fields=fields) | incomplete)
    if accept := permissions.may_accept(user, item):
        found.append(button(_("Accept into the catalogue"), _url(item, "accept-item"), accept, primary=True, fields=fields))
    return found


def _clearing_up(request: HttpRequest, item: PowerItem) -> list[dict[str, Any]]:
    """Merge and remove."""
    found = []
    if permissions.may_merge(request.user, item):
        found.append({"label": _("Merge a duplicate"), "url": _url(item, "merge"), "method": "get"})
    if remove := permissions.may_remove_item(request.user, item):
        text = _("“%(item)s” with its flowchart is taken out of this version.") % {"item": item}
        ask = _("Reason") if PowerItem.objects.filter(lineage=item.lineage).exclude(pk=item.pk).exists() else ""
        found.append(button(_("Remove"), _url(item, "remove"), remove, danger=True, confirm=text, ask_reason=ask))
    return found


def _fields(form: ItemForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in services.FIELDS}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new power into the version being compiled."""
    catalogue: Catalogue | None = unfinished(chosen_unit(request))
    if catalogue is None:
        raise NotAllowed(_("No version is being compiled. The office of the leading group starts one."))
    permissions.may_create_item(request.user, catalogue).require()
    form = ItemForm(request.POST or None, unit=catalogue.unit, initial=_start(request))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                item = services.create_item(catalogue=catalogue, by=request.user, fields=_fields(form))
            except DomainError as error:
                if isinstance(error, NotAllowed):
                    raise
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved. Now enter the steps of the flowchart."))
                return redirect("powers:flow", item.pk)
        status = 422
    context = {
        "form": form,
        "catalogue": catalogue,
        "crumbs": [{"label": _("Power catalogue"), "url": reverse("powers:index")}, {"label": _("New power")}],
    }
    return render_page(request, "powers/item_form.html", context, status=status)


def _start(request: HttpRequest) -> dict[str, Any]:
    """A clerk's first power is one of their own position."""
    scope = scope_of(request.user)
    if scope.leadership_unit_ids:
        return {"level": "unit"}
    if scope.led_department_ids:
        return {"level": "department", "department": min(scope.led_department_ids)}
    return {"level": "position", "position": min(scope.position_ids, default=None)}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the fields of an item."""
    item = item_or_404(request, pk)
    permissions.may_edit_item(request.user, item).require()
    form = ItemForm(request.POST or None, instance=item, unit=item.unit)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                services.save_item(item=item, by=request.user, fields=_fields(form), version=version_of(request))
            except DomainError as error:
                if error.status != DomainError.status:
                    raise
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("powers:item", pk)
        status = 422
    return render_page(request, "powers/item_form.html", {"form": form, "item": item, "crumbs": _crumbs(item, _("Edit"))}, status=status)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the form while it is written; JSON as the components have it."""
    item = item_or_404(request, pk)
    form = ItemForm(request.POST, instance=item, unit=item.unit)
    if not form.is_valid():
        return JsonResponse({"message": " ".join(_faults(form))}, status=422)
    try:
        saved = services.save_item(item=item, by=request.user, fields=_fields(form), version=version_of(request) or 0)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=error.status)
    return saved_answer(saved)


def saved_answer(item: PowerItem) -> JsonResponse:
    """When it was saved and which version the next save starts from."""
    return JsonResponse({"saved_at": timezone.localtime().strftime("%H:%M"), "version": item.version})


def _faults(form: ItemForm) -> list[str]:
    return [
        f"{form[name].label if name in form.fields else ''}: {text}".lstrip(": ") for name, errors in form.errors.items() for text in errors
    ]


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge a duplicate into this item."""
    item = item_or_404(request, pk)
    permissions.may_merge(request.user, item).require()
    others = PowerItem.objects.visible_to(request.user).filter(catalogue=item.catalogue).exclude(pk=item.pk)
    if not permissions.is_office(request.user, item.unit_id):
        others = others.filter(department_id=item.department_id)
    form = MergeForm(request.POST or None, candidates=others)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            services.merge_items(
                keep=item, duplicate=data["duplicate"], by=request.user, reason=data["reason"], as_department=data["as_department"]
            )
            messages.success(request, _("“%(item)s” was merged into this one.") % {"item": data["duplicate"].name})
            return redirect("powers:item", pk)
        status = 422
    return render_page(request, "powers/merge.html", {"form": form, "item": item, "crumbs": _crumbs(item, _("Merge"))}, status=status)


def _verb(request: HttpRequest, pk: int, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("powers:item", pk)


@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """To the department head."""
    services.submit_item(item=item_or_404(request, pk), by=request.user, version=version_of(request))
    return _verb(request, pk, _("Handed in to the department head."))


@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """To the unit."""
    services.agree_item(item=item_or_404(request, pk), by=request.user, version=version_of(request))
    return _verb(request, pk, _("Passed on to the office of the leading group."))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the catalogue."""
    services.accept_items(items=[item_or_404(request, pk)], by=request.user)
    return _verb(request, pk, _("Accepted into the catalogue."))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """To who wrote it."""
    services.return_item(item=item_or_404(request, pk), by=request.user, reason=reason_of(request), version=version_of(request))
    return _verb(request, pk, _("Returned."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to draft to be revised."""
    services.reopen_item(item=item_or_404(request, pk), by=request.user, reason=reason_of(request), version=version_of(request))
    return _verb(request, pk, _("It can be changed now, and goes through the department again."))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the version."""
    item = item_or_404(request, pk)
    services.remove_item(item=item, by=request.user, reason=reason_of(request))
    messages.success(request, _("“%(item)s” was removed.") % {"item": item.name})
    return redirect("powers:catalogue", item.catalogue_id)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed in this power from version to version."""
    item = item_or_404(request, pk)
    visible = PowerItem.objects.visible_to(request.user).filter(lineage=item.lineage)
    same = list(with_flow(visible.select_related("catalogue__published_by", "department", "position")).order_by("-catalogue__number"))
    rows = [
        {"item": now, "difference": item_differences(before, now) if before else None}
        for now, before in zip(same, [*same[1:], None], strict=True)
    ]
    return render_page(request, "powers/item_versions.html", {"item": item, "rows": rows, "crumbs": _crumbs(item, _("Versions"))})
