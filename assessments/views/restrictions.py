"""“考核结果限制”: what final grades keep from people, and lifting it early."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from assessments.filters_eligibility import RestrictionFilter
from assessments.models import Restriction
from assessments.services import effects
from assessments.tables_eligibility import RestrictionTable
from assessments.views.eligibility import tabs
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.tables import configure
from positions.scopes import scope_of

_LARGEST_KEY = 2**63


def _the_user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids or scope_of(user).admin_role:
        raise Http404
    return user


@require_GET
def restrictions(request: HttpRequest) -> HttpResponse:
    """One's own, and those of the units one follows."""
    user = _the_user(request)
    rows = Restriction.objects.visible_to(user).select_related("person", "result__assessed__round")
    filterset = RestrictionFilter(request.GET, queryset=rows)
    table = RestrictionTable(filterset.qs, user=user)
    configure(request, table)
    context = {"filterset": filterset, "table": table, "tab_items": tabs(user, "restrictions")}
    return render_page(request, "assessments/eligibility/restrictions.html", context)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """By the party committee, with its decision."""
    user = _the_user(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    restriction = get_object_or_404(Restriction.objects.visible_to(user), pk=pk)
    effects.lift(restriction=restriction, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The restriction has been lifted."))
    return redirect("assessments:restrictions")
