"""Where risks are looked for: a power with its flowchart, and “examined, none found”."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common.errors import NotPossible
from positions.models import FlowStep, PowerItem
from risks.form_selectors import drawing, item_views, items_for
from risks.forms.declarations import PlaceForm
from risks.models import Declaration, Examination
from risks.services import entries as services
from risks.services.forms import entries_of
from risks.views.form_parts import find_writable, page


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def place(request: HttpRequest, declaration: Declaration) -> tuple[PowerItem | None, FlowStep | None, str]:
    """The power item, step and reason that were sent. What is not one of the form's powers does not exist. Raises NotPossible."""
    bound = PlaceForm(request.POST)
    if not bound.is_valid():
        raise NotPossible(" ".join(str(text) for texts in bound.errors.values() for text in texts))
    data = bound.cleaned_data
    items = items_for(declaration, _user(request))
    step = None
    if data["step"]:
        step = get_object_or_404(FlowStep.objects.filter(item__in=items).select_related("item"), pk=data["step"])
        if data["item"] and data["item"] != step.item_id:
            raise NotPossible(_("This step does not belong to the power item."))
    item = step.item if step else get_object_or_404(items, pk=data["item"]) if data["item"] else None
    return item, step, data["reason"]


@require_safe
def power(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """One power: its drawing and its steps, each with what was found on it and a way to add a risk."""
    declaration = find_writable(request, pk)
    if item_pk >= 2**63:
        raise Http404
    items = items_for(declaration, _user(request))
    item = get_object_or_404(items, pk=item_pk)
    view = item_views(declaration, [item], entries_of(declaration))[0]
    numbers = list(items.values_list("pk", flat=True))
    at = numbers.index(item.pk)
    context = page(
        request,
        declaration,
        "risks",
        view=view,
        drawing=drawing(declaration, view),
        next_item=numbers[at + 1] if at + 1 < len(numbers) else None,
    )
    context["crumbs"] = [
        *context["crumbs"][:-1],
        {"label": _("Risk points"), "url": reverse("risks:form_risks", args=[pk])},
        {"label": item.name},
    ]
    return render(request, "risks/forms/power.html", context)


@require_POST
def examined(request: HttpRequest, pk: int) -> HttpResponse:
    """“Examined, none found” for a step or a whole item."""
    declaration = find_writable(request, pk)
    item, step, reason = place(request, declaration)
    if item is None:
        raise Http404
    services.examine(declaration=declaration, by=_user(request), item=item, step=step, reason=reason)
    messages.success(request, _("Recorded: examined, none found."))
    return redirect("risks:form_power", pk=pk, item_pk=item.pk)


@require_POST
def unexamined(request: HttpRequest, pk: int, examination_pk: int) -> HttpResponse:
    """Take the answer back."""
    declaration = find_writable(request, pk)
    if examination_pk >= 2**63:
        raise Http404
    examination = get_object_or_404(Examination, pk=examination_pk, campaign_id=declaration.campaign_id)
    services.unexamine(declaration=declaration, by=_user(request), examination=examination)
    return redirect("risks:form_power", pk=pk, item_pk=examination.power_item_id)
