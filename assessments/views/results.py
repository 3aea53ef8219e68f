"""Results: one's own, one with its calculation line by line, and the summary of all one may see."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from assessments import exports_results as exports
from assessments import line_words, result_page
from assessments.filters_results import SummaryFilter
from assessments.models import Appeal, Group, Result
from assessments.permissions import results as permissions
from assessments.states import RoundState
from assessments.states_results import ResultState
from assessments.tables_results import SummaryTable
from audit import services as audit
from common.htmx import render_page
from common.tables import configure
from jobs.ledgers import Found, Ledger
from positions.scopes import scope_of

_LARGEST_KEY = 2**63
RELATED = ("assessed__round__unit", "assessed__person", "assessed__department", "reviewed_by", "confirmed_by", "computed_by")


def the_user(request: HttpRequest) -> User:
    """Signed in, and no administrator: they have no results to see."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own results, the newest first, each with what can be done now."""
    user = the_user(request)
    rows = (
        Result.objects.shown().counting().filter(assessed__person=user).select_related(*RELATED).prefetch_related("assessed__round__phases")
    )
    rows = rows.order_by("-assessed__round__year", "-assessed__round__quarter", "-pk")
    appeals = {appeal.result.assessed_id: appeal for appeal in Appeal.objects.filter(by=user).select_related("result").order_by("pk")}
    cards = [result_page.own_card(user, row, appeals.get(row.assessed_id)) for row in rows]
    return render_page(request, "assessments/results/mine.html", {"cards": cards})


def find(request: HttpRequest, pk: int) -> tuple[User, Result]:
    """The person and a result they may see; else it does not exist."""
    user = the_user(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    result: Result = get_object_or_404(Result.objects.visible_to(user).select_related(*RELATED), pk=pk)
    return user, result


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """One result: score and grade; for those who decide and for the assessed the calculation, all versions, and the appeal."""
    user, found = find(request, pk)
    in_detail = Result.objects.in_detail(user).filter(pk=pk).exists()
    context: dict[str, Any] = {
        "result": found,
        "assessed": found.assessed,
        "round": found.assessed.round,
        "grade": result_page.grade_of(found),
        "is_own": found.assessed.person_id == user.pk,
        "in_detail": in_detail,
        "crumbs": result_page.crumbs(user, found),
        "final": found.assessed.round.state == RoundState.FINAL,
        "dropped": found.state == ResultState.DROPPED,
    }
    if in_detail:
        versions = Result.objects.in_detail(user).filter(assessed=found.assessed).exclude(state=ResultState.DROPPED).order_by("number")
        own = permissions.may_appeal(user, found) if context["is_own"] else None
        context |= {
            "reading": line_words.read(user, found.lines),
            "versions": result_page.versions(list(versions), found),
            "appeals": list(Appeal.objects.visible_to(user).filter(result__assessed=found.assessed).select_related("by", "answered_by")),
            "may_appeal": own,
            "appeal_until": result_page.appeal_until(found),
        }
    return render_page(request, "assessments/results/result.html", context)


def filtered(user: User, data: QueryDict) -> tuple[SummaryFilter, QuerySet[Result]]:
    """Screen and file both come from here: what counts of what the person sees, narrowed."""
    rows = Result.objects.visible_to(user).counting()
    filterset = SummaryFilter(data, queryset=rows)
    group = Case(*(When(assessed__group=value, then=n) for n, value in enumerate(Group.values)), output_field=IntegerField())
    order = ("-assessed__round__year", "-assessed__round__quarter", "assessed__round_id", group, "assessed__department__order")
    return filterset, filterset.qs.order_by(*order, "assessed_id")


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """“季度廉政考核结果表”."""
    user = the_user(request)
    filterset, rows = filtered(user, request.GET)
    table = SummaryTable(rows.select_related("assessed__round", "assessed__department"))
    configure(request, table)
    shown = [row.record.pk for row in table.page.object_list]
    table.detailed = set(Result.objects.in_detail(user).filter(pk__in=shown).values_list("pk", flat=True))
    context = {
        "filterset": filterset,
        "table": table,
        "export_is_long": table.paginator.count > settings.EXPORT_INLINE_ROWS,
    }
    return render_page(request, "assessments/results/summary.html", context)


def _found(user: User, data: QueryDict) -> Found:
    _filterset, rows = filtered(user, data)
    return Found(exports.summary_sheet(user, rows), rows.order_by().count())


LEDGER = Ledger(
    "assessment_summary", "assessments:summary", exports.title, the_user, _found, partial(audit.record, "assessment.summary_exported")
)
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)
