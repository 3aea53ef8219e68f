"""“评估定级”: the leading group's session as a list and as a picture; many risks confirmed at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.htmx import render_page
from common.posted import MOST_IDS, ids_from
from common.tables import configure
from positions.scopes import scope_of
from risks import grading_selectors as selectors
from risks.filters.grading import SessionFilter
from risks.forms.grading import BulkForm
from risks.grading_selectors import Session
from risks.models import Level
from risks.permissions import grading as permissions
from risks.services import grading as services
from risks.services.responsibility import organisation_of
from risks.tables.grading import SessionTable
from risks.views.review import PER_PAGE, the_user


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The sessions in which the person takes part; the only one opens at once."""
    user = the_user(request)
    if not permissions.session_unit_ids(scope_of(user)):
        raise Http404
    rows = selectors.sessions(user)
    running = [row for row in rows if row["open"]]
    if len(rows) == 1 and running:
        return redirect(rows[0]["session"].url)
    return render_page(request, "risks/grading/home.html", {"rows": rows})


def _found(session: Session | None) -> Session:
    if session is None:
        raise Http404
    return session


@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """A campaign's session."""
    return _session(request, _found(selectors.of_campaign(the_user(request), pk) if pk < 2**63 else None))


@require_GET
def adjustments(request: HttpRequest, pk: int) -> HttpResponse:
    """The session over what was adjusted between campaigns."""
    return _session(request, _found(selectors.of_unit(the_user(request), pk) if pk < 2**63 else None))


def _filter(sitting: Session, user: User, data: Any) -> SessionFilter:
    levels = Level.objects.filter(scale_id=sitting.scheme.scale_id) if sitting.scheme else Level.objects.none()
    return SessionFilter(data, queryset=sitting.entries(user), unit_id=sitting.unit.pk, levels=levels)


def _session(request: HttpRequest, sitting: Session) -> HttpResponse:
    user = the_user(request)
    chosen = _filter(sitting, user, request.GET)
    rows = (
        chosen.qs.select_related("final_level", "reviewed_level", "computed_level", "self_level")
        .select_related("declaration__department", "declaration__position", "declaration__unit", "declaration__declarant")
        .prefetch_related("measures")
        .order_by("decided_at", "declaration__department__order", "declaration_id", "order", "pk")
    )
    organisation = organisation_of(sitting.unit.pk)
    people = {organisation.unit_head, *organisation.heads.values(), *organisation.deputies.values()} - {None}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    table = SessionTable(rows, organisation=organisation, names=names, viewer_id=user.pk, back=request.get_full_path())
    configure(request, table, PER_PAGE)
    # The picture ignores the chosen cell, so that the others can still be seen and chosen.
    beside = request.GET.copy()
    for name in selectors.CELL:
        beside.pop(name, None)
    around = _filter(sitting, user, beside).qs
    context = {
        "session": sitting,
        "filterset": chosen,
        "table": table,
        "open_count": chosen.qs.filter(decided_at=None).count(),
        "progress": selectors.progress(sitting, user),
        "matrix": selectors.matrix(sitting, around, request.GET),
        "by_level": selectors.by_level(sitting, around),
        "none_found": [
            {"form": form, "verdict": permissions.may_grade_form(user, form)} for form in selectors.without_risks(sitting, user)[:PER_PAGE]
        ],
        "verdict": permissions.may_grade(user, sitting.unit.pk),
        "query": request.GET.urlencode(),
        "crumbs": [{"label": _("Grading session"), "url": reverse("risks:grading")}, {"label": sitting.title}],
    }
    return render_page(request, "risks/grading/session.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm many risks of a campaign."""
    return _confirm(request, _found(selectors.of_campaign(the_user(request), pk) if pk < 2**63 else None))


@require_POST
def confirm_adjustments(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm many adjusted risks."""
    return _confirm(request, _found(selectors.of_unit(the_user(request), pk) if pk < 2**63 else None))


def _confirm(request: HttpRequest, sitting: Session) -> HttpResponse:
    """First what exactly will happen, then, when the person is sure, the decision."""
    user = the_user(request)
    permissions.may_grade(user, sitting.unit.pk).require()
    bound = BulkForm(request.POST)
    if not bound.is_valid():
        messages.error(request, _("Choose at which level to confirm, and keep the reason short."))
        return _back(request, sitting)
    data = bound.cleaned_data
    wanted = _wanted(request, sitting, user)
    if not wanted:
        messages.warning(request, _("No risk was chosen that still has to be decided."))
        return _back(request, sitting)
    asked = {"unit_id": sitting.unit.pk, "entry_ids": wanted, "by": user, "at": data["at"], "reason": data["reason"]}
    if not data["sure"]:
        seen = services.preview(**asked)
        context = {
            "session": sitting,
            "preview": seen,
            "left": list(seen.left.items()),  # a Counter has no usable .items in a template
            "count": len(seen.ids),
            "ids": ",".join(map(str, seen.ids)),
            "at": data["at"],
            "reason": data["reason"],
            "query": request.POST.get("query", ""),
            "crumbs": [{"label": sitting.title, "url": sitting.url}, {"label": _("Confirm levels")}],
        }
        return render(request, "risks/grading/confirm.html", context)
    outcome = services.confirm(**asked)
    tell(request, outcome)
    return _back(request, sitting)


def _wanted(request: HttpRequest, sitting: Session, user: User) -> list[int]:
    """Undecided risks of the session among those named, or all that the filter of the page shows."""
    if request.POST.get("all"):
        shown = _filter(sitting, user, QueryDict(request.POST.get("query", "")[:2000])).qs
        return list(shown.filter(decided_at=None).values_list("pk", flat=True)[:MOST_IDS])
    named = ids_from([*request.POST.getlist("chosen"), request.POST.get("ids", "")])
    return list(sitting.entries(user).filter(pk__in=named, decided_at=None).values_list("pk", flat=True))


def _back(request: HttpRequest, sitting: Session) -> HttpResponse:
    query = request.POST.get("query", "")[:2000]
    return redirect(f"{sitting.url}?{query}" if query else sitting.url)


def tell(request: HttpRequest, outcome: services.Outcome) -> None:
    """Say what was done, and what was left and why."""
    if outcome.decided:
        messages.success(request, ngettext("%(n)d risk decided.", "%(n)d risks decided.", outcome.decided) % {"n": outcome.decided})
    if outcome.graded:
        text = ngettext(
            "%(n)d form is graded; its points are in the register.",
            "%(n)d forms are graded; their points are in the register.",
            len(outcome.graded),
        )
        messages.success(request, text % {"n": len(outcome.graded)})
    for reason, n in outcome.left.items():
        messages.warning(request, _("%(n)d left out: %(reason)s") % {"n": n, "reason": reason})


def session_address(campaign_id: int | None, unit_id: int, query: str = "") -> str:
    """The session to which a form belongs, with the filters it was left with."""
    url = reverse("risks:grading_session", args=[campaign_id]) if campaign_id else reverse("risks:grading_adjustments", args=[unit_id])
    return f"{url}?{query}" if query else url
