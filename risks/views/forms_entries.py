"""Step 2 of a form: its risks, one by one."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from common.errors import NotPossible
from positions.models import FlowStep, Rule
from positions.states import RuleState
from risks.form_selectors import facts_of, hint_context, hints_by_entry, item_views, items_for
from risks.forms.declarations import NoneFoundForm, ReasonForm, RuleForm
from risks.forms.entries import EntryForm, MeasureFormSet, measure_rows
from risks.grading import level_for
from risks.hints import hints_for
from risks.models import Declaration, EntryChange, RiskEntry
from risks.permissions.review import may_comment
from risks.policies import is_blank
from risks.services import entries as services
from risks.services.forms import entries_of, save_form
from risks.views.form_parts import find_entry, find_writable, is_autosave, not_saved, page, saved, version_of
from risks.views.forms_places import place


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def risks(request: HttpRequest, pk: int) -> HttpResponse:
    """The risks so far, and the powers on whose steps they are looked for."""
    declaration = find_writable(request, pk)
    user = _user(request)
    if request.method == "POST":
        return _none_found(request, declaration, user)
    entries = entries_of(declaration)
    hints = hints_by_entry(declaration, entries)
    views = item_views(declaration, items_for(declaration, user), entries)
    context = page(
        request,
        declaration,
        "risks",
        rows=[{"entry": entry, "hints": hints[entry.pk], "blank": is_blank(entry)} for entry in entries],
        items=sorted(views, key=lambda view: not view.asked),
        left=sum(len(view.asked) - view.done for view in views),
        form=NoneFoundForm(initial={"none_found_reason": declaration.none_found_reason}),
        written=any(not is_blank(entry) for entry in entries),
    )
    return render(request, "risks/forms/risks.html", context)


def _none_found(request: HttpRequest, declaration: Declaration, user: User) -> HttpResponse:
    bound = NoneFoundForm(request.POST)
    if not bound.is_valid():
        if is_autosave(request):
            return not_saved(bound.errors)
        raise NotPossible(" ".join(str(text) for texts in bound.errors.values() for text in texts))
    declaration = save_form(declaration=declaration, by=user, version=version_of(request), fields=bound.cleaned_data)
    return saved(declaration.version) if is_autosave(request) else redirect("risks:form_commitment", pk=declaration.pk)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new risk at a step, at a power item, or at neither."""
    declaration = find_writable(request, pk)
    item, step, _reason = place(request, declaration)
    entry = services.add_entry(declaration=declaration, by=_user(request), item=item, step=step)
    return redirect("risks:entry", pk=pk, entry_pk=entry.pk)


def _lists(declaration: Declaration, user: User) -> dict[str, Any]:
    """Powers with steps, people and rules to choose from."""
    steps = Prefetch("steps", FlowStep.objects.order_by("order", "id"))
    return {"items": items_for(declaration, user).prefetch_related(steps), "people": _people(declaration), "rules": _rules(declaration)}


def _people(declaration: Declaration) -> QuerySet[User]:
    held = Q(appointments__position__unit_id=declaration.unit_id, appointments__position__department_id=declaration.department_id)
    return User.objects.filter(held, is_active=True).distinct().order_by("name", "pk")


def _rules(declaration: Declaration) -> QuerySet[Rule]:
    return Rule.objects.filter(unit_id=declaration.unit_id).exclude(state=RuleState.REPEALED).order_by("title")


def _forms(request: HttpRequest, declaration: Declaration, entry: RiskEntry) -> tuple[EntryForm, Any]:
    lists = _lists(declaration, _user(request))
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, declaration=declaration, items=lists["items"], entry=entry)
    rows = None if data is not None else measure_rows(entry)
    measures = MeasureFormSet(
        data,
        initial=rows,
        prefix="measures",
        people=lists["people"],  # type: ignore[call-arg] # our base class takes them
        rules=lists["rules"],
    )
    return form, measures


def entry(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """One risk: shown, saved while typing, saved."""
    declaration = find_writable(request, pk)
    risk = find_entry(declaration, entry_pk)
    form, measures = _forms(request, declaration, risk)
    if request.method != "POST":
        return _entry_page(request, declaration, risk, form, measures)
    if not (form.is_valid() & measures.is_valid()):
        if is_autosave(request):
            return not_saved(form.errors | {k: v for row in measures.errors for k, v in row.items()})
        return _entry_page(request, declaration, risk, form, measures, status=422)
    risk = services.save_entry(
        declaration=declaration,
        entry=risk,
        by=_user(request),
        version=version_of(request),
        fields=form.values(risk),
        measures=measures.values(),
    )
    if is_autosave(request):
        return saved(risk.version)
    if "another" in request.POST:
        again = services.add_entry(declaration=declaration, by=_user(request), item=risk.power_item, step=risk.flow_step)
        return redirect("risks:entry", pk=pk, entry_pk=again.pk)
    messages.success(request, _("The risk is saved."))
    return redirect("risks:form_risks", pk=pk)


def _entry_page(
    request: HttpRequest, declaration: Declaration, risk: RiskEntry, form: EntryForm, measures: Any, status: int = 200
) -> HttpResponse:
    context = page(
        request,
        declaration,
        "risks",
        entry=risk,
        form=form,
        measures=measures,
        comments=risk.comments.all(),
        may_comment=bool(may_comment(_user(request), declaration, None)),
        drawing_url=reverse("risks:form_power", args=[declaration.pk, risk.power_item_id]) if risk.power_item_id else "",
        **assessment(declaration, risk),
    )
    context["crumbs"] = [
        *context["crumbs"][:-1],
        {"label": _("Risk points"), "url": reverse("risks:form_risks", args=[declaration.pk])},
        {"label": risk.title or _("New risk")},
    ]
    return render(request, "risks/forms/entry.html", context, status=status)


def assessment(declaration: Declaration, risk: RiskEntry, measures: list[str] | None = None) -> dict[str, Any]:
    """The level that results and the hints, for the panel beside the form."""
    count = declaration.entries.exclude(change=EntryChange.RETIRE).count()
    level, result = level_for(declaration.scheme, risk, risk_count=count)
    return {"computed": level, "result": result, "hints": hints_for(facts_of(risk, measures), hint_context(declaration))}


@require_POST
def assess(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Level and hints of what stands in the form at this moment; nothing is stored."""
    declaration = find_writable(request, pk)
    risk = find_entry(declaration, entry_pk)
    form, measures = _forms(request, declaration, risk)
    form.is_valid()
    for name, value in form.values(risk).items():
        setattr(risk, name, value)
    texts = measures.texts() if measures.management_form.is_valid() else []
    return render(
        request, "risks/forms/_assessment.html", {"declaration": declaration, "entry": risk, **assessment(declaration, risk, texts)}
    )


@require_POST
def rule(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Save the risk as it stands, then ask for a rule to be made and point a measure to it."""
    declaration = find_writable(request, pk)
    risk = find_entry(declaration, entry_pk)
    form, measures = _forms(request, declaration, risk)
    title = RuleForm(request.POST)
    if not (form.is_valid() & measures.is_valid() & title.is_valid()):
        return _entry_page(request, declaration, risk, form, measures, status=422)
    user = _user(request)
    wanted = title.cleaned_data["rule_title"]
    services.save_and_wish(
        declaration=declaration,
        entry=risk,
        by=user,
        version=version_of(request),
        fields=form.values(risk),
        measures=measures.values(),
        title=wanted,
    )
    messages.success(request, _("“%(title)s” is in the rules library as “to be made”, and a measure points to it.") % {"title": wanted})
    return redirect("risks:entry", pk=pk, entry_pk=entry_pk)


@require_POST
def change(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Keep, change or take off a risk of the register."""
    declaration = find_writable(request, pk)
    risk = find_entry(declaration, entry_pk)
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        raise NotPossible(" ".join(map(str, reason.errors["reason"])))
    wanted = request.POST.get("change", "")
    services.change_entry(declaration=declaration, entry=risk, by=_user(request), change=wanted, reason=reason.cleaned_data["reason"])
    if wanted == EntryChange.CHANGE:
        return redirect("risks:entry", pk=pk, entry_pk=entry_pk)
    return redirect(f"{reverse('risks:form_risks', args=[pk])}#risk-{entry_pk}")


@require_POST
def delete(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Remove a new risk."""
    declaration = find_writable(request, pk)
    services.delete_entry(declaration=declaration, entry=find_entry(declaration, entry_pk), by=_user(request))
    messages.success(request, _("The risk is deleted."))
    return redirect("risks:form_risks", pk=pk)
