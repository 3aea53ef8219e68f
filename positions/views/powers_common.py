"""What the pages of powers share: the unit and the version one looks at, tabs, buttons."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from common.verdicts import Verdict
from positions.models import Catalogue, PowerItem, Unit
from positions.scopes import scope_of


def chosen_unit(request: HttpRequest) -> Unit | None:
    """The unit of `?unit=`, else the person's own first one; None when they have none (administrators)."""
    scope = scope_of(request.user)
    units = Unit.objects.visible_to(request.user)
    wanted = request.GET.get("unit", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return get_object_or_404(units.filter(pk__in=scope.unit_ids | scope.whole_unit_ids), pk=int(wanted))
    return units.filter(pk__in=scope.unit_ids).order_by("path").first()


def published(unit: Unit | None) -> Catalogue | None:
    """The version in force."""
    return Catalogue.objects.published().filter(unit=unit).first() if unit else None


def unfinished(unit: Unit | None) -> Catalogue | None:
    """The version being compiled."""
    return Catalogue.objects.unfinished().filter(unit=unit).first() if unit else None


def tabs(request: HttpRequest, unit: Unit | None, active: str) -> list[dict[str, Any]]:
    """Published, being compiled, versions."""
    current = unfinished(unit)
    items = [{"label": _("In force"), "url": reverse("powers:index"), "active": active == "index"}]
    if current is not None:
        label = _("Being compiled (version %(n)d)") % {"n": current.number}
        items.append({"label": label, "url": reverse("powers:catalogue", args=[current.pk]), "active": active == "compiling"})
    items.append({"label": _("Versions"), "url": reverse("powers:versions"), "active": active == "versions"})
    return items


def button(label: object, url: str, verdict: Verdict, **more: Any) -> dict[str, Any]:
    """An action for the component, allowed or with its reason."""
    return {"label": label, "url": url, "allowed": verdict.allowed, "reason": verdict.reason, **more}


def item_or_404(request: HttpRequest, pk: int) -> PowerItem:
    """An item the person may see."""
    items = PowerItem.objects.visible_to(request.user).select_related(
        "catalogue__unit", "unit", "department", "position__department", "created_by"
    )
    return get_object_or_404(items, pk=pk)


def reason_of(request: HttpRequest) -> str:
    """The reason given with a step, cut to what the texts hold."""
    return request.POST.get("reason", "").replace("\0", "").strip()[:1000]
