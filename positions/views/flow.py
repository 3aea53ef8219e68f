"""The flowchart editor: rows of steps, the drawing beside them, findings below."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from positions.balance import check
from positions.flow_templates import TEMPLATES, rows_of
from positions.flowcharts import drawing, findings_of, in_order, with_flow
from positions.forms import flow as forms
from positions.models import PowerItem
from positions.permissions import powers as permissions
from positions.providers import risks_on_power
from positions.services.flow import save_flow
from positions.views.powers_common import item_or_404
from positions.views.powers_items import _crumbs, saved_answer

SPARE = 3  # empty rows for those without scripts


def _with_flow(item: PowerItem) -> PowerItem:
    return with_flow(PowerItem.objects.select_related("catalogue__unit", "unit", "department", "position__department")).get(pk=item.pk)


@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows as they are saved, from a template (`?template=`), or as they were sent with their errors."""
    item = item_or_404(request, pk)
    permissions.may_edit_item(request.user, item).require()
    item = _with_flow(item)
    holders = forms.holder_choices(item.unit)
    template = request.GET.get("template", "")
    error, status = None, 200
    if request.method == "POST":
        rows = forms.StepFormSet(request.POST, prefix="steps", form_kwargs={"holders": holders})
        if rows.is_valid():
            try:
                save_flow(item=item, by=request.user, rows=rows.rows(), version=version_of(request))
            except DomainError as problem:
                if problem.status != DomainError.status:
                    raise
                error = problem.message
            else:
                messages.success(request, _("The flowchart is saved."))
                return redirect("powers:item", pk) if "add" not in request.POST else redirect("powers:flow", pk)
        status = 422
    else:
        initial = rows_of(template) or forms.initial_rows(item)
        rows = forms.StepFormSet(initial=initial, prefix="steps", form_kwargs={"holders": holders})
        rows.extra = SPARE
    findings = findings_of(item)
    context = {
        "item": item,
        "rows": rows,
        "error": error,
        "needs": forms.needs(item),
        "templates": [(code, found.label, found.text) for code, found in TEMPLATES.items()],
        "from_template": TEMPLATES[template].label if template in TEMPLATES else "",
        "chart": drawing(item, findings=findings, risks=risks_on_power(user=request.user, item=item)),
        "findings": findings,
        "numbers": {str(step.key): n for n, step in enumerate(item.steps.all(), start=1)},
        "conditions": [
            _("agreed"),
            _("not agreed"),
            _("returned for correction"),
            _("meets the conditions"),
            _("does not meet the conditions"),
        ],
        "roles": [
            _("handler"),
            _("department head"),
            _("deputy in charge"),
            _("unit head"),
            _("party committee"),
            _("discipline committee"),
        ],
        "crumbs": _crumbs(item, _("Flowchart")),
    }
    return render_page(request, "powers/flow.html", context, status=status)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the rows while they are written."""
    item = item_or_404(request, pk)
    rows = forms.StepFormSet(request.POST, prefix="steps", form_kwargs={"holders": forms.holder_choices(item.unit)})
    if not rows.is_valid():
        return JsonResponse({"message": _first_fault(rows)}, status=422)
    try:
        saved = save_flow(item=item, by=request.user, rows=rows.rows(), version=version_of(request) or 0)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=error.status)
    return saved_answer(saved)


def _first_fault(rows: Any) -> str:
    for text in rows.non_form_errors():
        return str(text)
    for number, form in enumerate(rows.forms, start=1):
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            return _("Step %(n)d, %(field)s: %(text)s") % {"n": number, "field": label, "text": errors[0]}
    return _("The rows could not be read. Reload the page.")


@require_POST
def checked(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checks say about the rows as they stand, saved or not; a part of the page. Changes nothing."""
    item = item_or_404(request, pk)
    permissions.may_edit_item(request.user, item).require()
    holders = forms.holder_choices(item.unit)
    rows = forms.StepFormSet(request.POST, prefix="steps", form_kwargs={"holders": holders})
    if not rows.is_valid():
        return render(request, "powers/findings_part.html", {"unreadable": _first_fault(rows)})
    names = {value: label for _group, options in holders[1:] for value, label in options}
    steps = rows.rows()
    order = {str(row.key): n for n, row in enumerate(steps)}
    findings = in_order(check(forms.chart_of_rows(item, steps, names), item.requires), order)
    numbers = {key: n + 1 for key, n in order.items()}
    return render(request, "powers/findings_part.html", {"findings": findings, "numbers": numbers, "live": True})


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The chart alone, for one sheet of A4 or (`?sheet=a3`) A3."""
    item = _with_flow(item_or_404(request, pk))
    risks = risks_on_power(user=request.user, item=item)
    sheet = "a3" if request.GET.get("sheet") == "a3" else ""
    return render_page(request, "powers/flow_paper.html", {"item": item, "chart": drawing(item, risks=risks), "sheet": sheet})
