"""“防控措施台账”: who has to do what until when; and the steps of a measure."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from audit import services as audit
from common import files
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from jobs.ledgers import Found, Ledger
from risks import exports, pages, selectors
from risks.filters.measures import MeasureFilter
from risks.forms.register import MeasureForm, ReportForm
from risks.models import Measure
from risks.permissions import measures as permissions
from risks.services import measures as services
from risks.tables.measures import MeasureTable
from risks.views.points import find, form_page, posted
from risks.views.register import the_user


def filtered(user: User, data: QueryDict) -> tuple[MeasureFilter, QuerySet[Measure]]:
    """The filter and what it leaves, the most urgent first. Screen and file both come from here."""
    seen = Measure.objects.visible_to(user).filter(risk__state="registered")
    filterset = MeasureFilter(data, queryset=seen, departments=selectors.choices_for(user).departments, user=user)
    return filterset, filterset.qs.order_by(F("due_on").asc(nulls_last=True), "pk")


@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """The list."""
    user = the_user(request)
    filterset, rows = filtered(user, request.GET)
    paginator = pages.PageOfMeasures(rows, seen=filterset.queryset)
    page = paginator.page(request.GET.get("page", 1))
    shown = list(page.object_list)
    table = MeasureTable(pages.PageData(shown), measures=shown)
    table.request, table.paginator, table.page = request, paginator, page
    page.object_list = table.rows
    is_long = paginator.count > settings.EXPORT_INLINE_ROWS
    context = {"filterset": filterset, "table": table, "count": paginator.count, "export_is_long": is_long}
    return render_page(request, "risks/register/measures.html", context)


def title() -> str:
    """The heading of the file."""
    return _("Ledger of prevention measures")


def _found(user: User, data: QueryDict) -> Found:
    _filterset, rows = filtered(user, data)
    return Found(exports.measure_sheet(rows, heading=title()), rows.order_by().count(), {"ledger": "measures"})


LEDGER = Ledger("measures_export", "risks:measures", title, the_user, _found, partial(audit.record, "register.exported"))
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)


def find_measure(request: HttpRequest, pk: int) -> tuple[User, Measure]:
    """The person and a measure they may see; else it does not exist."""
    user = the_user(request)
    if pk >= 2**63:
        raise Http404
    related = ("risk__unit", "risk__department", "risk__position", "risk__current_level", "who", "proof")
    measure: Measure = get_object_or_404(Measure.objects.visible_to(user).select_related(*related).defer("risk__search"), pk=pk)
    return user, measure


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Another measure of a point."""
    user, risk = find(request, pk)
    permissions.may_add(user, risk).require()
    form = MeasureForm(posted(request), risk=risk)
    return form_page(
        request,
        risk,
        title=_("Add a measure"),
        text=_("Who carries it out is told at once, and reminded before the date."),
        button=_("Add the measure"),
        form=form,
        act=lambda: services.add(risk=risk, facts=form.facts(), by=user),
        done=_("The measure has been added."),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a planned measure."""
    user, measure = find_measure(request, pk)
    permissions.may_edit(user, measure).require()
    form = MeasureForm(posted(request), risk=measure.risk, measure=measure)
    form.version = measure.version  # type: ignore[attr-defined]
    return form_page(
        request,
        measure.risk,
        title=_("Change the measure"),
        text="",
        button=_("Save"),
        form=form,
        act=lambda: services.edit(measure=measure, facts=form.facts(), by=user, version=version_of(request)),
        done=_("The measure has been changed."),
    )


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report it done, with proof."""
    user, measure = find_measure(request, pk)
    permissions.may_report(user, measure).require()
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    form.version = measure.version  # type: ignore[attr-defined]
    return form_page(
        request,
        measure.risk,
        title=_("Report a measure done"),
        text=measure.text,
        button=_("Report done"),
        form=form,
        act=lambda: services.report(
            measure=measure, note=form.cleaned_data["note"], file=form.cleaned_data["file"], by=user, version=version_of(request)
        ),
        done=_("Reported. The head of the department or the leader in charge confirms it."),
    )


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done."""
    user, measure = find_measure(request, pk)
    services.confirm(measure=measure, by=user, version=version_of(request))
    messages.success(request, _("The measure has been confirmed."))
    return redirect(measure.risk.get_absolute_url())


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not done."""
    user, measure = find_measure(request, pk)
    services.reject(measure=measure, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The measure is open again."))
    return redirect(measure.risk.get_absolute_url())


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """It will not be done."""
    user, measure = find_measure(request, pk)
    services.drop(measure=measure, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The measure has been dropped."))
    return redirect(measure.risk.get_absolute_url())


@require_GET
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that proves it."""
    _user, measure = find_measure(request, pk)
    if measure.proof is None:
        raise Http404
    answer: HttpResponse = files.response(measure.proof)  # type: ignore[assignment]
    return answer
