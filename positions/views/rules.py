"""The rules library."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.selectors import timeline
from common import files
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from common.tables import configure
from positions.forms.rules import EnactForm, RuleForm
from positions.lists import STATE_TONES, RuleFilter, RuleTable
from positions.models import Rule
from positions.permissions import rules as permissions
from positions.providers import measures_asking_for
from positions.scopes import scope_of
from positions.services import rules as services
from positions.states import RuleState
from positions.views.powers_common import button, chosen_unit, reason_of

PER_PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Rules in force, to be made and repealed; first what measures ask for and does not exist yet."""
    unit = chosen_unit(request)
    rules = _content(request).filter(unit=unit).select_related("department")
    filterset = RuleFilter(request.GET, rules, request=request, unit_id=unit.pk if unit else 0)
    wanted = list(rules.filter(state=RuleState.TO_MAKE)[:PER_PAGE])
    table = RuleTable(filterset.qs)
    configure(request, table, PER_PAGE)
    table.asking = measures_asking_for(
        user=request.user, rule_ids=[row.record.pk for row in table.paginated_rows] + [rule.pk for rule in wanted]
    )
    asked = [(rule, table.asking[rule.pk]) for rule in wanted if table.asking.get(rule.pk)]
    context = {
        "unit": unit,
        "filterset": filterset,
        "table": table,
        "asked": sorted(asked, key=lambda pair: -pair[1])[:8],
        "may_add": unit is not None and permissions.may_add(request.user, unit),
    }
    return render_page(request, "powers/rules.html", context)


def _content(request: HttpRequest) -> Any:
    """Rules of the person's units; administrators keep the organisation, not its content."""
    if scope_of(request.user).admin_role:
        return Rule.objects.none()
    return Rule.objects.visible_to(request.user)


def _rule(request: HttpRequest, pk: int) -> Rule:
    return get_object_or_404(_content(request).select_related("unit", "department", "file"), pk=pk)


def _crumbs(rule: Rule, last: str = "") -> list[dict[str, str]]:
    found = [{"label": _("Rules library"), "url": reverse("powers:rules")}]
    found.append({"label": rule.title, "url": reverse("powers:rule", args=[rule.pk]) if last else ""})
    return [*found, {"label": last, "url": ""}] if last else found


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule with its file and what happened to it."""
    rule = _rule(request, pk)
    steps = []
    edit, repeal = permissions.may_edit(request.user, rule), permissions.may_repeal(request.user, rule)
    if edit:
        steps.append({"label": _("Edit"), "url": reverse("powers:rule-edit", args=[pk]), "method": "get", "icon": "pencil"})
    if repeal:
        text = _("“%(rule)s” is out of force from today; it stays in the library.") % {"rule": rule.title}
        url = reverse("powers:rule-repeal", args=[pk])
        steps.append(button(_("Repeal"), url, repeal, danger=True, confirm=text, ask_reason=_("Reason"), fields={"version": rule.version}))
    if enact := permissions.may_enact(request.user, rule):
        url = reverse("powers:rule-enact", args=[pk])
        steps.append(button(_("Put in force"), url, enact, method="get", primary=True))
    context = {
        "rule": rule,
        "tone": STATE_TONES[RuleState(rule.state)],
        "steps": steps,
        "asking": measures_asking_for(user=request.user, rule_ids=[rule.pk]).get(rule.pk, 0),
        "events": timeline(rule),
        "crumbs": _crumbs(rule),
    }
    return render_page(request, "powers/rule.html", context)


def _stored(form: Any, request: HttpRequest) -> dict[str, Any]:
    upload = form.cleaned_data.get("upload")
    return {"file": files.store(content=upload, name=upload.name, by=request.user)} if upload else {}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a rule, in force or still to be made."""
    unit = chosen_unit(request)
    if unit is None:
        raise Http404
    permissions.may_add(request.user, unit).require()
    own = min(scope_of(request.user).department_ids, default=None)
    form = RuleForm(request.POST or None, request.FILES or None, unit=unit, initial={"department": own})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                rule = services.add_rule(unit=unit, by=request.user, fields=data | _stored(form, request), in_force=data["in_force"])
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Entered into the rules library."))
                return redirect("powers:rule", rule.pk)
        status = 422
    crumbs = [{"label": _("Rules library"), "url": reverse("powers:rules")}, {"label": _("New rule")}]
    return render_page(request, "powers/rule_form.html", {"form": form, "crumbs": crumbs, "title": _("New rule")}, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    rule = _rule(request, pk)
    permissions.may_edit(request.user, rule).require()
    initial = {name: getattr(rule, name) for name in ("title", "department", "key_points", "number", "since")}
    form = RuleForm(request.POST or None, request.FILES or None, unit=rule.unit, rule=rule, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            fields = form.cleaned_data | _stored(form, request)
            try:
                services.save_rule(rule=rule, by=request.user, fields=fields, version=version_of(request))
            except DomainError as error:
                if error.status != DomainError.status:
                    raise
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("powers:rule", pk)
        status = 422
    context = {"form": form, "rule": rule, "crumbs": _crumbs(rule, _("Edit")), "title": rule.title}
    return render_page(request, "powers/rule_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def enact(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a rule in force with number and date."""
    rule = _rule(request, pk)
    permissions.may_enact(request.user, rule).require()
    form = EnactForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            services.enact_rule(
                rule=rule,
                by=request.user,
                number=data["number"],
                since=data["since"],
                version=version_of(request),
                **_stored(form, request),
            )
            messages.success(request, _("The rule is in force."))
            return redirect("powers:rule", pk)
        status = 422
    context = {
        "form": form,
        "rule": rule,
        "crumbs": _crumbs(rule, _("Put in force")),
        "title": _("Put in force: %(rule)s") % {"rule": rule.title},
    }
    return render_page(request, "powers/rule_form.html", context, status=status)


@require_POST
def repeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out of force."""
    services.repeal_rule(rule=_rule(request, pk), by=request.user, reason=reason_of(request), version=version_of(request))
    messages.success(request, _("The rule is repealed."))
    return redirect("powers:rule", pk)


@require_GET
def file(request: HttpRequest, pk: int) -> FileResponse:
    """The rule's file."""
    rule = _rule(request, pk)
    if rule.file is None:
        raise Http404
    return files.response(rule.file)
