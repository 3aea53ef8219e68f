"""“廉政审查”: the list of checks, a new one, its answers, and what warnings and points mean in them."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from assessments import eligibility_sheet as sheet
from assessments.eligibility import Wanted, read_names
from assessments.filters_eligibility import EligibilityFilter, EligibilityLineFilter
from assessments.forms.eligibility import WEIGHTS, EligibilityForm, EligibilitySettingsForm
from assessments.models import EligibilityCheck, EligibilityLine, EligibilitySettings
from assessments.permissions.eligibility import may_set
from assessments.querysets_eligibility import checking_unit_ids, following_unit_ids
from assessments.services import eligibility as services
from assessments.tables_eligibility import EligibilityLineTable, EligibilityTable
from common.errors import DomainError, NotAllowed
from common.files import workbook_response
from common.htmx import render_page
from common.posted import version as version_of
from common.tables import configure
from common.xlsx.faults import XlsxProblem
from common.xlsx.guard import check_xlsx
from positions.models import Unit
from positions.scopes import scope_of

_LARGEST_KEY = 2**63


def the_checker(request: HttpRequest) -> User:
    """Somebody who runs checks; for everybody else there are none."""
    user = request.user
    if not isinstance(user, User) or not checking_unit_ids(scope_of(user)):
        raise Http404
    return user


def tabs(user: User, current: str) -> list[dict[str, Any]]:
    """Checks, restrictions, settings: what the person has of them."""
    scope = scope_of(user)
    pages = []
    if checking_unit_ids(scope):
        pages.append(("eligibility", _("Checks")))
    if following_unit_ids(scope):
        pages.append(("restrictions", _("Restrictions")))
    if any(may_set(user, pk) for pk in checking_unit_ids(scope)):
        pages.append(("eligibility_settings", _("Settings")))
    items = [{"label": label, "url": reverse(f"assessments:{name}"), "active": name == current} for name, label in pages]
    return items if len(items) > 1 else []


def crumbs(*more: str) -> list[dict[str, str]]:
    """The way to what is named."""
    way = [{"label": _("Eligibility checks"), "url": reverse("assessments:eligibility")}]
    return way + [{"label": label} for label in more]


@require_GET
def eligibility(request: HttpRequest) -> HttpResponse:
    """Every check with an answer the person may see."""
    user = the_checker(request)
    checks = EligibilityCheck.objects.visible_to(user).with_counts(user).select_related("asked_by")
    filterset = EligibilityFilter(request.GET, queryset=checks.order_by("-asked_at", "-pk"), lines=EligibilityLine.objects.visible_to(user))
    table = EligibilityTable(filterset.qs)
    configure(request, table)
    context = {"filterset": filterset, "table": table, "tab_items": tabs(user, "eligibility")}
    return render_page(request, "assessments/eligibility/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask. What cannot be told is listed, and the names stay to be mended."""
    user = the_checker(request)
    units = list(Unit.objects.filter(pk__in=checking_unit_ids(scope_of(user))).order_by("path"))
    posted = request.method == "POST"
    data = request.POST.copy()
    form = EligibilityForm(data if posted else None, request.FILES if posted else None, units=units)
    problem: Any = ""
    unclear: list[Any] = []
    if posted and form.is_valid():
        try:
            wanted = _wanted(form)
            if form.cleaned_data["file"]:
                # The names are on the page from now on: a file cannot be sent twice.
                data["names"] = sheet.as_text(wanted)
            made = services.run(unit=form.cleaned_data["unit"], question=form.question(), wanted=wanted, by=user)
        except XlsxProblem as error:
            problem = error.message
        except services.NamesUnclear as error:
            problem, unclear = error.message, error.problems
        except NotAllowed as error:
            problem = error.message
            # Audited like every refusal; without the names, which are nobody's business there.
            request.refused = _("An eligibility check of oneself or of somebody above.")  # type: ignore[attr-defined]
        except DomainError as error:
            problem = error.message
        else:
            messages.success(request, _("The check has been answered and recorded."))
            return redirect(made.get_absolute_url())
    context = {"form": form, "problem": problem, "unclear": unclear, "crumbs": crumbs(_("New check")), "one_unit": len(units) == 1}
    return render_page(request, "assessments/eligibility/form.html", context, status=422 if problem or form.errors else 200)


def _wanted(form: EligibilityForm) -> list[Wanted]:
    """From the field and from the file. Raises XlsxProblem."""
    wanted = read_names(form.cleaned_data["names"])
    file = form.cleaned_data["file"]
    if file:
        check_xlsx(file, file.name)
        file.seek(0)
        wanted += sheet.read_people(file)
    return wanted


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The file to fill in."""
    the_checker(request)
    return FileResponse(sheet.template_file(), as_attachment=True, filename="廉政审查名单模板.xlsx")


def found(request: HttpRequest, pk: int) -> tuple[User, EligibilityCheck]:
    """The person and a check they see an answer of."""
    user = the_checker(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    checks = EligibilityCheck.objects.visible_to(user).select_related("unit", "asked_by")
    return user, get_object_or_404(checks, pk=pk)


@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers with their reasons."""
    user, asked = found(request, pk)
    seen = EligibilityLine.objects.visible_to(user).filter(eligibility_check=asked)
    hidden = asked.lines.count() - seen.count()
    filterset = EligibilityLineFilter(request.GET, queryset=seen.order_by("order"))
    table = EligibilityLineTable(filterset.qs)
    configure(request, table)
    counts = EligibilityCheck.objects.with_counts(user).get(pk=asked.pk)
    context = {
        "check": asked,
        "counts": counts,
        "filterset": filterset,
        "table": table,
        "hidden": hidden,
        "is_long": counts.people > 1,
        "crumbs": crumbs(asked.number),
    }
    return render_page(request, "assessments/eligibility/check.html", context)


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The filtered answers as a table."""
    user, asked = found(request, pk)
    seen = EligibilityLine.objects.visible_to(user).filter(eligibility_check=asked).order_by("order")
    target = BytesIO()
    written = sheet.write_answers(target, asked, EligibilityLineFilter(request.GET, queryset=seen).qs)
    services.record_paper(eligibility_check=asked, by=user, people=written)
    return workbook_response(target, f"廉政审查意见汇总-{asked.number}")


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What warnings in force, points, and assessments not decided yet mean; by the discipline committee."""
    user = the_checker(request)
    units = [pk for pk in sorted(checking_unit_ids(scope_of(user))) if may_set(user, pk)]
    unit = Unit.objects.filter(pk__in=units).order_by("path").first()
    if unit is None:
        raise Http404
    row = services.settings_of(unit.pk)
    form = EligibilitySettingsForm(request.POST if request.method == "POST" else None, instance=_copy(row))
    if request.method == "POST" and form.is_valid():
        services.save_settings(unit=unit, values=form.values(), by=user, version=version_of(request))
        messages.success(request, _("The settings have been saved. Checks made so far stay as they are."))
        return redirect("assessments:eligibility_settings")
    context = {
        "form": form,
        "unit": unit,
        "version": row.version if row.unit_id else "",
        "is_common": row.unit_id is None,
        "tab_items": tabs(user, "eligibility_settings"),
        "heading": pgettext("eligibility", "Settings"),
    }
    return render_page(request, "assessments/eligibility/settings.html", context, status=422 if form.errors else 200)


def _copy(row: EligibilitySettings) -> EligibilitySettings:
    """For the form, which must not write into what is compared later."""
    return EligibilitySettings(unit_id=row.unit_id, **{name: getattr(row, name) for name in WEIGHTS})
