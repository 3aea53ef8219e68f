"""What the views of a form share: finding it, its steps on top, answers to autosave."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from risks.form_selectors import form_for
from risks.models import Declaration, RiskEntry
from risks.permissions import forms as permissions
from risks.services.forms import is_untouched
from risks.states import FormState

TONES = {
    FormState.DRAFT: "info",
    FormState.IN_REVIEW: "accent",
    FormState.RETURNED: "warning",
    FormState.REVIEWED: "accent",
    FormState.GRADED: "success",
    FormState.CANCELLED: "neutral",
}


def find(request: HttpRequest, pk: int) -> Declaration:
    """The form, if the person may see it; else it does not exist. Addresses hold numbers the database cannot: they do not exist either."""
    declaration = form_for(request.user, pk) if pk < 2**63 else None  # type: ignore[arg-type]
    if declaration is None:
        raise Http404
    return declaration


def find_writable(request: HttpRequest, pk: int) -> Declaration:
    """The same for pages on which one writes: reviewers and others who only read have no such page."""
    declaration = find(request, pk)
    verdict = permissions.may_edit(request.user, declaration)  # type: ignore[arg-type]
    if not verdict:
        if declaration.declarant_id != request.user.pk and not _shares(request, declaration):
            raise Http404
        verdict.require()
    return declaration


def _shares(request: HttpRequest, declaration: Declaration) -> bool:
    from positions.scopes import scope_of

    return declaration.kind == "unit" and declaration.unit_id in scope_of(request.user).leadership_unit_ids


def find_entry(declaration: Declaration, pk: int) -> RiskEntry:
    """A risk of the form; else it does not exist."""
    if pk >= 2**63:
        raise Http404
    rows = declaration.entries.select_related("power_item", "flow_step", "self_level", "computed_level", "risk_point")
    entry: RiskEntry = get_object_or_404(rows, pk=pk)
    entry.declaration = declaration
    return entry


def title(declaration: Declaration) -> str:
    """What a form is called on its pages."""
    if declaration.campaign is None:
        return _("Adjustment: %(what)s") % {"what": declaration.position or declaration.department or declaration.unit}
    return {
        "position": _("Position risks and commitment: %(what)s") % {"what": declaration.position},
        "department": _("Department risks and commitment: %(what)s") % {"what": declaration.department},
        "unit": _("Unit risks and commitment: %(what)s") % {"what": declaration.unit},
    }[declaration.kind]


def crumbs(declaration: Declaration, *more: dict[str, str]) -> list[dict[str, str]]:
    """The way to a page of the form."""
    return [
        {"label": _("My forms"), "url": reverse("risks:forms")},
        {"label": title(declaration), "url": reverse("risks:form", args=[declaration.pk])},
        *more,
    ]


STEPS = ("duties", "risks", "commitment", "check")


def wizard(declaration: Declaration, current: str) -> list[dict[str, Any]]:
    """The four steps with their addresses; nothing keeps one from going back and forth."""
    at = STEPS.index(current)
    return [
        {
            "label": step_label(name, declaration),
            "state": "current" if n == at else "done" if n < at else "todo",
            "url": reverse(f"risks:form_{name}", args=[declaration.pk]),
        }
        for n, name in enumerate(STEPS)
    ]


def page(request: HttpRequest, declaration: Declaration, current: str = "", **more: Any) -> dict[str, Any]:
    """The context of every page of a form."""
    context: dict[str, Any] = {
        "declaration": declaration,
        "form_title": title(declaration),
        "state": state_of(declaration),
        "crumbs": [*crumbs(declaration), *([{"label": step_label(current, declaration)}] if current else [])],
        "finding_due": finding_due(declaration),
    }
    if current:
        context["wizard"] = wizard(declaration, current)
    if declaration.state == FormState.RETURNED:
        context["returned"] = declaration.opinions.filter(decision="returned").order_by("-id").first()
    return context | more


def step_label(name: str, declaration: Declaration) -> str:
    """What a step is called; of departments and units the first also asks who took part."""
    first = _("Duties") if declaration.kind == "position" else _("Duties and participants")
    return {"duties": first, "risks": _("Risk points"), "commitment": _("Commitment"), "check": _("Check and sign")}[name]


def state_of(declaration: Declaration) -> dict[str, Any]:
    """Label and tone of the form's state; a draft nobody has touched is “not begun”."""
    if is_untouched(declaration):
        return {"label": _("not begun"), "tone": "neutral"}
    return {"label": declaration.get_state_display(), "tone": TONES[FormState(declaration.state)]}


def finding_due(declaration: Declaration) -> Any:
    """Until when the form is to be handed in."""
    if declaration.campaign is None:
        return None
    return next((phase.due_on for phase in declaration.campaign.phases.all() if phase.kind == "finding"), None)


def is_autosave(request: HttpRequest) -> bool:
    """Whether a script saves while the person writes."""
    return request.headers.get("X-Autosave") == "1"


def saved(version: int, **fields: Any) -> JsonResponse:
    """The answer to an autosave."""
    now = timezone.localtime()
    return JsonResponse({"saved_at": now.strftime("%H:%M"), "version": version} | ({"fields": fields} if fields else {}))


def not_saved(errors: Mapping[str, Any], labels: Mapping[str, Any] | None = None) -> JsonResponse:
    """The answer to an autosave of input that cannot be stored: what is wrong, in one line."""
    texts = [f"{(labels or {}).get(name, '')} {' '.join(map(str, found))}".strip() for name, found in errors.items()]
    return JsonResponse({"message": " ".join(texts)[:300]}, status=422)


def version_of(request: HttpRequest) -> int | None:
    """The version the form was opened with; none when the field is missing or no number, which then conflicts with every version."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
