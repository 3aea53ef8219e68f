"""Grading schemes of a unit: the list, one as a picture with a try-out, copying and editing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.verdicts import Verdict
from positions.models import Unit
from positions.scopes import scope_of
from risks.forms.schemes import SchemeForm, TryForm, form_for
from risks.grading import Answers, evaluate, questions
from risks.grading.levels import levels_by_severity
from risks.models import GradingScheme, Level, LevelScale, SchemeKind
from risks.permissions import grading as permissions
from risks.scheme_pictures import picture
from risks.services import schemes as services
from risks.views.review import the_user


def _schemes(user: User) -> Any:
    """Schemes for those who take part in grading; others have no such page."""
    if not permissions.session_unit_ids(scope_of(user)):
        raise Http404
    return GradingScheme.objects.visible_to(user).select_related("unit", "scale").prefetch_related("scale__levels")


def _find(request: HttpRequest, pk: int) -> GradingScheme:
    if pk >= 2**63:
        raise Http404
    found: GradingScheme = get_object_or_404(_schemes(the_user(request)), pk=pk)
    return found


def _unit(user: User) -> Unit | None:
    """The unit whose schemes the person keeps; several are rare, the first counts."""
    return Unit.objects.filter(pk__in=permissions.scheme_unit_ids(scope_of(user))).order_by("path").first()


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The common schemes and those of one's units."""
    user = the_user(request)
    rows = list(_schemes(user).order_by("unit__path", "closed_on", "name"))
    own = _unit(user)
    kinds = [
        {"kind": kind, "label": label, "url": reverse("risks:scheme_new", args=[kind.replace("_", "-")])}
        for kind, label in SchemeKind.choices
    ]
    has_own_default = own is not None and any(row.unit_id == own.pk and row.is_default for row in rows)
    context = {"rows": rows, "unit": own, "kinds": kinds if own else [], "has_own_default": has_own_default}
    return render_page(request, "risks/grading/schemes.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme as a picture, and a try-out."""
    user = the_user(request)
    scheme = _find(request, pk)
    counts_risks = scheme.kind == SchemeKind.CRITERIA and scheme.rules.get("counts") == "risks"
    trial = TryForm(request.GET or None, asked=questions(scheme), counts_risks=counts_risks)
    result, level = None, None
    if request.GET and trial.is_valid():
        result, level = _try(scheme, trial.cleaned_data)
    unit = _unit(user)
    context = {
        "scheme": scheme,
        "picture": picture(scheme),
        "trial": trial,
        "result": result,
        "result_level": level,
        "levels": sorted(levels_by_severity(scheme).values(), key=lambda one: -one.severity),
        "campaigns": scheme.campaigns.filter(unit_id__in=permissions.session_unit_ids(scope_of(user))),
        "actions": _actions(user, scheme, unit),
        "events": timeline(scheme) if scheme.unit_id else [],
        "crumbs": [{"label": _("Grading schemes"), "url": reverse("risks:schemes")}, {"label": scheme.name}],
    }
    return render_page(request, "risks/grading/scheme.html", context)


def _try(scheme: GradingScheme, data: dict[str, Any]) -> tuple[Any, Level | None]:
    def number(name: str) -> int | None:
        return int(data[name]) if data.get(name) else None

    answers = Answers(
        probability=number("probability"),
        harm=number("harm"),
        influence=number("influence"),
        # On this page every criterion is asked at once, so an empty box is a no.
        criteria=frozenset(data.get("criteria", [])),
        power_class=data.get("power_class") or None,
        risk_count=data.get("risk_count"),
    )
    levels = levels_by_severity(scheme)
    result = evaluate(scheme.rules, scheme.kind, answers, {severity: level.label for severity, level in levels.items()})
    return result, levels.get(result.severity) if result.severity is not None else None


def _actions(user: User, scheme: GradingScheme, unit: Unit | None) -> list[dict[str, Any]]:
    if unit is None:
        return []
    edit = permissions.may_edit_scheme(user, scheme)
    keep = permissions.may_keep_schemes(user, scheme.unit_id)
    found = [_action("scheme_copy", _("Copy"), scheme, Verdict(True), icon="copy")]
    if scheme.unit_id is not None:
        found.append(_action("scheme_edit", _("Edit"), scheme, edit, method="get", icon="pencil"))
        if not scheme.is_default and scheme.closed_on is None:
            text = _("Campaigns made from now on use “%(name)s”. Campaigns that exist keep their scheme.") % {"name": scheme.name}
            found.append(_action("scheme_default", _("Use for new campaigns"), scheme, keep, confirm=text, primary=True))
            text = _("It can no longer be chosen; campaigns that have it keep it.")
            found.append(_action("scheme_close", _("Use no longer"), scheme, keep, confirm=text, ask_reason=True, reason_required=False))
    return found


def _action(name: str, label: str, scheme: GradingScheme, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"risks:{name}", args=[scheme.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a scheme of a kind with the scale of levels that `?scale=` names, else with the first one."""
    user = the_user(request)
    _schemes(user)
    code = kind.replace("-", "_")
    unit = _unit(user)
    if code not in SchemeKind.values or unit is None:
        raise Http404
    scales = list(LevelScale.objects.order_by("pk"))
    wanted = request.GET.get("scale", "")
    scale = next((one for one in scales if str(one.pk) == wanted), None) if wanted else next(iter(scales), None)
    if scale is None:
        raise Http404
    bound = form_for(code, levels=scale.levels.all(), data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and bound.check():
        made = services.create(unit=unit, by=user, name=bound.cleaned_data["name"], kind=code, scale=scale, rules=bound.rules())
        messages.success(request, _("The scheme is saved. Try it out before a campaign uses it."))
        return redirect("risks:scheme", pk=made.pk)
    return _edit_page(request, bound, None, _scale_tabs(scales, scale))


def _scale_tabs(scales: list[LevelScale], chosen: LevelScale) -> list[dict[str, Any]]:
    """The scales to choose from, when there is a choice."""
    if len(scales) < 2:
        return []
    return [{"label": scale.name, "url": f"?scale={scale.pk}", "active": scale == chosen} for scale in scales]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a scheme that nothing uses yet."""
    scheme = _find(request, pk)
    user = the_user(request)
    permissions.may_edit_scheme(user, scheme).require()
    data = request.POST if request.method == "POST" else None
    levels = scheme.scale.levels.all()
    bound = form_for(scheme.kind, levels=levels, data=data, rules=scheme.rules, name=scheme.name, version=scheme.version)
    if data is not None and bound.check():
        version = bound.cleaned_data["version"]
        services.update(scheme=scheme, by=user, name=bound.cleaned_data["name"], rules=bound.rules(), version=version)
        messages.success(request, _("The scheme is saved. Try it out before a campaign uses it."))
        return redirect("risks:scheme", pk=pk)
    return _edit_page(request, bound, scheme)


def _edit_page(
    request: HttpRequest, bound: SchemeForm, scheme: GradingScheme | None, scale_tabs: list[dict[str, Any]] | None = None
) -> HttpResponse:
    kind = SchemeKind(bound.kind)
    context = {
        "form": bound,
        "kind": kind,
        "scheme": scheme,
        "scale_tabs": scale_tabs,
        "crumbs": [
            {"label": _("Grading schemes"), "url": reverse("risks:schemes")},
            {"label": scheme.name if scheme else _("New scheme: %(kind)s") % {"kind": kind.label}},
        ],
    }
    return render(request, "risks/grading/scheme_edit.html", context, status=422 if bound.is_bound else 200)


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a scheme for one's unit."""
    scheme = _find(request, pk)
    user = the_user(request)
    unit = _unit(user)
    if unit is None:
        permissions.may_keep_schemes(user, scheme.unit_id or 0).require()
        raise DomainError(_("Schemes are kept by the office of the leading group and the unit head."))
    made = services.copy(scheme=scheme, unit=unit, by=user)
    messages.success(request, _("Copied. Change the copy as your unit needs it."))
    return redirect("risks:scheme_edit", pk=made.pk)


@require_POST
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Use for new campaigns."""
    scheme = services.set_default(scheme=_find(request, pk), by=the_user(request))
    messages.success(request, _("New campaigns use “%(name)s”.") % {"name": scheme.name})
    return redirect("risks:scheme", pk=pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Use no longer."""
    services.close(scheme=_find(request, pk), by=the_user(request), reason=posted_text(request, "reason", 1000))
    messages.success(request, _("The scheme can no longer be chosen."))
    return redirect("risks:schemes")
