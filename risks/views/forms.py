"""A form from the list of one's own to the signature."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from audit.selectors import timeline
from common.htmx import render_page
from common.verdicts import Verdict
from positions.models import Department, Position, Unit
from positions.scopes import scope_of
from risks import form_selectors as selectors
from risks.forms.declarations import AdjustmentForm, CommitmentForm, DutiesForm, ReasonForm
from risks.models import Decision, Declaration
from risks.permissions import forms as permissions
from risks.policies import is_blank, problems_of_form
from risks.services import forms as services
from risks.states import FormState
from risks.views.form_parts import (
    find,
    find_writable,
    finding_due,
    is_autosave,
    not_saved,
    page,
    saved,
    state_of,
    title,
    version_of,
)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def my_forms(request: HttpRequest) -> HttpResponse:
    """“我的风险表格”: what to fill in, by when, and what was handed in."""
    user = _user(request)
    if not scope_of(user).unit_ids:
        raise Http404
    todo, waiting, done = [], [], []
    for declaration in selectors.my_forms(user)[:200]:
        row = _task(user, declaration)
        if declaration.state in (FormState.DRAFT, FormState.RETURNED) and selectors.is_active(declaration):
            todo.append(row)
        elif declaration.state in (FormState.IN_REVIEW, FormState.REVIEWED):
            waiting.append(row)
        else:
            done.append(row)
    return render_page(
        request,
        "risks/forms/list.html",
        {"todo": todo, "waiting": waiting, "done": done, "adjust": permissions.may_open_adjustment(user)},
    )


def _task(user: User, declaration: Declaration) -> dict[str, Any]:
    untouched = services.is_untouched(declaration)
    step = next((s for s in declaration.review_steps.all() if s.is_current), None)
    if declaration.state == FormState.RETURNED:
        note = _("Returned: read the reasons, mend it and sign again.")
    elif untouched:
        note = _("Not begun. It takes about ten minutes.")
    elif declaration.state == FormState.DRAFT:
        note = _("Go on where you stopped.")
    elif step is not None:
        name = step.reviewer.name if step.reviewer else ""
        note = f"{step.get_kind_display()} · {name}" if name else str(step.get_kind_display())
    else:
        note = ""
    return {
        "declaration": declaration,
        "title": title(declaration),
        "url": reverse("risks:form", args=[declaration.pk]),
        "note": note,
        "due": finding_due(declaration),
        "own": declaration.declarant_id == user.pk,
        **state_of(declaration),
    }


@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as it stands, its way so far and what can be done next."""
    declaration = find(request, pk)
    user = _user(request)
    entries = [entry for entry in services.entries_of(declaration) if not is_blank(entry)]
    selectors.said_of(declaration)
    context = page(
        request,
        declaration,
        entries=entries,
        actions=_actions(user, declaration, count=len(entries)),
        path=_path(declaration),
        opinions=list(declaration.opinions.all()),
        signatures=list(declaration.signatures.all()),
        events=timeline(declaration),
        untouched=services.is_untouched(declaration),
    )
    return render_page(request, "risks/forms/detail.html", context)


def _action(name: str, label: str, declaration: Declaration, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"risks:{name}", args=[declaration.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}


def _actions(user: User, declaration: Declaration, count: int) -> list[dict[str, Any]]:
    """The next possible steps, for those whose steps they are."""
    yes = Verdict(True)
    found = [_action("form_paper", _("Print"), declaration, yes, method="get", icon="printer")]
    own = declaration.declarant_id == user.pk
    cancel = permissions.may_cancel(user, declaration)
    if cancel:
        text = _("The form is taken out of the campaign; its risks will not be graded.")
        found.append(_action("form_cancel", _("Cancel form"), declaration, cancel, danger=True, confirm=text, ask_reason=True))
    if own and declaration.state == FormState.IN_REVIEW:
        text = _("The form comes back to you as a draft; the reviewer is told.")
        verdict = permissions.may_withdraw(user, declaration)
        found.append(_action("form_withdraw", _("Take back"), declaration, verdict, confirm=text, icon="arrow-back-up"))
    edit = permissions.may_edit(user, declaration)
    if services.is_untouched(declaration) and edit:
        found.append(_action("form_begin", _("Begin"), declaration, edit, primary=True))
    elif edit or (own and declaration.state in permissions.EDITABLE):
        label = _("Mend") if declaration.state == FormState.RETURNED else _("Go on")
        found.append(_action("form_risks" if count else "form_duties", label, declaration, edit, method="get", primary=True))
    return found


def _path(declaration: Declaration) -> list[dict[str, Any]]:
    """Declaration, review steps and grading as a path."""
    signed = declaration.signed_at is not None and declaration.state != FormState.DRAFT
    rows: list[dict[str, Any]] = [
        {"label": _("Fill in and sign"), "state": "done" if signed else "current", "note": declaration.declarant.name}
    ]
    for step in declaration.review_steps.all():  # see selectors.said_of
        who = step.decided_by or step.reviewer
        state = {Decision.AGREED: "done", Decision.RETURNED: "returned"}.get(Decision(step.decision), "todo")
        rows.append({"label": step.get_kind_display(), "state": "current" if step.is_current else state, "note": who.name if who else ""})
    if declaration.state == FormState.DRAFT:  # who would read it today
        rows += [{"label": reader["label"], "state": "todo", "note": reader["name"]} for reader in selectors.readers(declaration)]
    if declaration.state == FormState.RETURNED:
        rows[0]["state"] = "current"
    return rows


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft for the first time."""
    declaration = services.begin(declaration=find(request, pk), by=_user(request))
    count = declaration.entries.count()
    if count:
        messages.success(request, _("%(n)d risks were taken over: keep, change or take off each.") % {"n": count})
    return redirect("risks:form_duties", pk=pk)


def _step(request: HttpRequest, pk: int, current: str, form_class: Any, template: str) -> HttpResponse:
    """A step that writes fields of the form: shown, saved while typing, saved and on to the next."""
    declaration = find_writable(request, pk)
    if request.method != "POST":
        return render(request, template, page(request, declaration, current, form=form_class(declaration=declaration)))
    bound = form_class(request.POST, declaration=declaration)
    if not bound.is_valid():
        if is_autosave(request):
            return not_saved(bound.errors)
        return render(request, template, page(request, declaration, current, form=bound), status=422)
    fields = {name: value for name, value in bound.cleaned_data.items() if not bound.fields[name].disabled}
    declaration = services.save_form(declaration=declaration, by=_user(request), version=version_of(request), fields=fields)
    if is_autosave(request):
        return saved(declaration.version)
    following = {"duties": "risks:form_risks", "commitment": "risks:form_check"}[current]
    return redirect(following, pk=pk)


def duties(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 1."""
    return _step(request, pk, "duties", DutiesForm, "risks/forms/duties.html")


def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3."""
    return _step(request, pk, "commitment", CommitmentForm, "risks/forms/commitment.html")


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 4: the whole form as paper, what is missing, hints, and who will read it."""
    declaration = find_writable(request, pk)
    user = _user(request)
    entries = services.entries_of(declaration)
    problems = problems_of_form(declaration, entries)
    shown = [entry for entry in entries if not is_blank(entry)]
    hints = selectors.hints_by_entry(declaration, shown)
    context = page(
        request,
        declaration,
        "check",
        entries=shown,
        problems=problems,
        hints=[(entry, hints[entry.pk]) for entry in shown if hints[entry.pk]],
        readers=selectors.readers(declaration),
        **_paper(declaration),
        verdict=permissions.may_sign(user, declaration),
    )
    return render(request, "risks/forms/check.html", context)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and hand in."""
    services.sign_and_submit(declaration=find(request, pk), by=_user(request), version=version_of(request))
    messages.success(request, _("Signed and handed in."))
    return redirect("risks:form", pk=pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back."""
    services.withdraw(declaration=find(request, pk), by=_user(request))
    messages.success(request, _("The form is a draft again."))
    return redirect("risks:form", pk=pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel with a reason."""
    declaration = find(request, pk)
    reason = ReasonForm(request.POST)
    text = reason.cleaned_data["reason"] if reason.is_valid() else ""
    services.cancel(declaration=declaration, by=_user(request), reason=text)
    messages.success(request, _("The form is cancelled."))
    return redirect("risks:forms" if declaration.declarant_id == request.user.pk else "risks:campaigns")


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper form with room for opinions and signatures."""
    declaration = find(request, pk)
    entries = [entry for entry in services.entries_of(declaration) if not is_blank(entry)]
    context = page(request, declaration, entries=entries, **_paper(declaration))
    return render(request, "risks/forms/paper.html", context)


def _paper(declaration: Declaration) -> dict[str, Any]:
    """Boxes for opinions, and how many columns stand beside their headings."""
    spans = {"position": 6, "department": 8, "unit": 7}
    span = spans[declaration.kind]
    return {"paper_opinions": selectors.paper_rows(declaration), "paper_span": span, "paper_columns": range(span + 1)}


def adjustment(request: HttpRequest) -> HttpResponse:
    """动态调整: choose the post and the points, then go on as in every form."""
    user = _user(request)
    permissions_verdict = permissions.may_open_adjustment(user)
    if not permissions_verdict:
        raise Http404
    holders = _holders(user)
    points = list(selectors.adjustable_points(user)[:300])
    labels = [(point.pk, f"{point.number} {point.title} · {point.current_level.label}") for point in points]
    start = {"points": request.GET.getlist("risk"), "holder": holders[0][0] if len(holders) == 1 else None}
    bound = AdjustmentForm(request.POST or None, holders=holders, points=labels, initial=start)
    if request.method == "POST" and bound.is_valid():
        kind, _sep, number = bound.cleaned_data["holder"].partition("-")
        model = {"position": Position, "department": Department, "unit": Unit}[kind]
        holder = {kind: model.objects.visible_to(user).get(pk=int(number))}
        declaration = services.open_adjustment(by=user, points=bound.cleaned_data["points"], **holder)  # type: ignore[arg-type]
        return redirect("risks:form_risks", pk=declaration.pk)
    crumbs = [{"label": _("My forms"), "url": reverse("risks:forms")}, {"label": _("Adjustment")}]
    status = 422 if request.method == "POST" else 200
    return render(request, "risks/forms/adjustment.html", {"form": bound, "crumbs": crumbs}, status=status)


def _holders(user: User) -> list[tuple[str, str]]:
    scope = scope_of(user)
    rows = [
        (f"position-{p.pk}", f"{p.department or p.unit} · {p.name}")
        for p in Position.objects.filter(pk__in=scope.position_ids).select_related("department", "unit")
    ]
    rows += [
        (f"department-{d.pk}", _("Department: %(name)s") % {"name": d.name})
        for d in Department.objects.filter(pk__in=scope.led_department_ids)
    ]
    rows += [(f"unit-{u.pk}", _("Unit: %(name)s") % {"name": u.name}) for u in Unit.objects.filter(pk__in=scope.headed_unit_ids)]
    return rows
