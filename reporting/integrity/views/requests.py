"""“廉政档案查阅”: requests, one's own and those to decide; a new one; deciding; looks; settings."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments.eligibility import Candidate, NameProblem, read_names, resolve
from audit.selectors import timeline
from common.errors import DomainError, NotAllowed
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.tables import configure
from positions.models import Unit
from positions.scopes import scope_of
from reporting.integrity import permissions, services
from reporting.integrity.filters import FileLookFilter, FileRequestFilter
from reporting.integrity.forms import ApproveForm, AskForm, FileSettingsForm
from reporting.integrity.models import FileLook, FileRequest, FileSettings, OwnFile
from reporting.integrity.querysets import approving_body_ids, askable_posts, set_unit_ids
from reporting.integrity.tables import FileLookTable, FileRequestTable

_LARGEST_KEY = 2**63
SHOWN_LOOKS = 50


def the_user(request: HttpRequest) -> User:
    """Somebody who works here; administrators have nothing to do with files."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


def takes_part(user: User) -> bool:
    """Asks, decides, or has asked before."""
    return permissions.asks_at_all(user) or bool(approving_body_ids(user)) or FileRequest.objects.visible_to(user).exists()


def tabs(user: User, current: str) -> list[dict[str, Any]]:
    """The pages the person has of integrity files."""
    pages = []
    if takes_part(user):
        pages.append(("file_requests", pgettext("integrity file", "Requests")))
        pages.append(("file_looks", pgettext("integrity file", "Looks")))
    if permissions.may_read_own(user):
        pages.append(("own_file", _("My own file")))
    if set_unit_ids(scope_of(user)):
        pages.append(("file_settings", pgettext("integrity file", "Settings")))
    items = [{"label": label, "url": reverse(f"reporting:{name}"), "active": name == current} for name, label in pages]
    return items if len(items) > 1 else []


def crumbs(*more: str) -> list[dict[str, str]]:
    """The way to what is named."""
    return [{"label": _("Integrity files"), "url": reverse("reporting:file_requests")}, *({"label": label} for label in more)]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Requests of one's own and those one decides on; who has nothing to do with them is led to the own file."""
    user = the_user(request)
    if not takes_part(user):
        verdict = permissions.may_read_own(user)
        if verdict:
            return redirect("reporting:own_file")
        return render_page(request, "reporting/integrity/closed.html", {"reason": verdict.reason})
    rows = FileRequest.objects.visible_to(user).select_related("requested_by").annotate(look_count=Count("looks"))
    filterset = FileRequestFilter(request.GET, queryset=rows.order_by("-pk"))
    table = FileRequestTable(filterset.qs)
    configure(request, table)
    context = {
        "filterset": filterset,
        "table": table,
        "tab_items": tabs(user, "file_requests"),
        "may_ask": permissions.asks_at_all(user),
    }
    return render_page(request, "reporting/integrity/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask to read somebody's file."""
    user = the_user(request)
    if not permissions.asks_at_all(user):
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None)
    problem: Any = ""
    unclear: list[NameProblem] = []
    if request.method == "POST" and form.is_valid():
        person, unclear = _person(user, form.cleaned_data["person"])
        try:
            if person is None:
                raise DomainError(_("It is not clear whose file is meant. Nothing was asked for."))
            found = services.ask(person=person, wish=form.wish(), by=user)
        except NotAllowed as error:
            problem = error.message
            # Audited like every refusal; without the name.
            request.refused = _("A request for the own integrity file, or for that of somebody above.")  # type: ignore[attr-defined]
        except DomainError as error:
            problem = error.message
        else:
            messages.success(request, _("The request has been sent to %(body)s.") % {"body": found.body})
            return redirect(found)
    context = {"form": form, "problem": problem, "unclear": unclear, "crumbs": crumbs(pgettext("integrity file", "New request"))}
    return render_page(request, "reporting/integrity/form.html", context, status=422 if problem or form.errors else 200)


def _person(user: User, text: str) -> tuple[User | None, list[NameProblem]]:
    """Who is meant, among those the person may ask for; else what is not clear."""
    fields = ("person_id", "person__name", "person__staff_number", "position__department__name", "position__unit__name", "position__name")
    rows = askable_posts(user).order_by("person_id", "-is_main", "-starts_on", "pk").values_list(*fields)
    people = [Candidate(pk, name, number, department or unit, post) for pk, name, number, department, unit, post in rows]
    wanted = read_names(text)
    resolution = resolve(wanted, people)
    if resolution.problems or len(resolution.people) != 1:
        return None, resolution.problems
    return User.objects.get(pk=resolution.people[0].person_id), []


def found_request(request: HttpRequest, pk: int) -> tuple[User, FileRequest]:
    """The person and a request they may see; else it does not exist."""
    user = the_user(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    related = ("unit", "person", "requested_by", "body", "decided_by", "ended_by")
    return user, get_object_or_404(FileRequest.objects.visible_to(user).select_related(*related), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, what was decided, who has looked."""
    user, found = found_request(request, pk)
    return render_page(request, "reporting/integrity/request.html", _page(user, found))


def _page(user: User, found: FileRequest, approval: ApproveForm | None = None) -> dict[str, Any]:
    may_decide = permissions.may_decide(user, found)
    looks = found.looks.select_related("by")
    return {
        "found": found,
        "approval": (approval or ApproveForm(initial={"until": found.until})) if may_decide else None,
        "steps": _steps(user, found),
        "looks": looks[:SHOWN_LOOKS],
        "look_count": looks.count(),
        "deciders": permissions.deciders(found),
        "events": timeline(found),
        "crumbs": crumbs(found.number),
        "is_mine": found.requested_by_id == user.pk,
    }


def _steps(user: User, found: FileRequest) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    fields = {"version": found.version}
    may_read = permissions.may_read(user, found)
    if found.requested_by_id == user.pk and found.is_open_on(timezone.localdate()):
        url = reverse("reporting:file", args=[found.pk])
        read = {"label": _("Read the file"), "url": url, "method": "get", "icon": "folder", "primary": True}
        steps.append(read | {"allowed": bool(may_read), "reason": may_read.reason})
    if permissions.may_decide(user, found):
        steps.append(
            {
                "label": pgettext("integrity file", "Do not approve"),
                "url": reverse("reporting:file_reject", args=[found.pk]),
                "allowed": True,
                "danger": True,
                "confirm": _("The file stays closed; who asked reads your reason."),
                "ask_reason": _("Reason"),
                "reason_required": True,
                "fields": fields,
            }
        )
    if permissions.may_withdraw(user, found):
        withdraw = {"label": pgettext("integrity file", "Withdraw"), "url": reverse("reporting:file_withdraw", args=[found.pk])}
        steps.append(withdraw | {"allowed": True, "confirm": _("The request is taken back."), "fields": fields})
    if permissions.may_end(user, found):
        steps.append(
            {
                "label": pgettext("integrity file", "End the reading"),
                "url": reverse("reporting:file_end", args=[found.pk]),
                "allowed": True,
                "confirm": _("From now on the file cannot be read under this approval."),
                "ask_reason": _("Reason"),
                "reason_required": True,
                "fields": fields,
            }
        )
    return steps


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the file be read until a day."""
    user, found = found_request(request, pk)
    permissions.may_decide(user, found).require()
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return render_page(request, "reporting/integrity/request.html", _page(user, found, form), status=422)
    data = form.cleaned_data
    services.approve(request=found, by=user, until=data["until"], note=data["note"], version=version_of(request))
    messages.success(request, _("The request has been approved; who asked has been told."))
    return redirect(found)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not let the file be read."""
    user, found = found_request(request, pk)
    services.reject(request=found, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("The request has not been approved; who asked has been told."))
    return redirect(found)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's request back."""
    user, found = found_request(request, pk)
    services.withdraw(request=found, by=user, version=version_of(request))
    messages.success(request, _("The request has been withdrawn."))
    return redirect(found)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the reading before its last day."""
    user, found = found_request(request, pk)
    services.end(request=found, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("The reading has been ended."))
    return redirect(found)


@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at which file when, as far as the person approves it; and one's own looks."""
    user = the_user(request)
    if not takes_part(user):
        raise Http404
    rows = FileLook.objects.visible_to(user).select_related("by", "person", "request").order_by("-pk")
    filterset = FileLookFilter(request.GET, queryset=rows)
    table = FileLookTable(filterset.qs)
    configure(request, table)
    context = {"filterset": filterset, "table": table, "tab_items": tabs(user, "file_looks")}
    return render_page(request, "reporting/integrity/looks.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How the unit treats integrity files; by the discipline committee."""
    user = the_user(request)
    unit = Unit.objects.filter(pk__in=set_unit_ids(scope_of(user))).order_by("path").first()
    if unit is None:
        raise Http404
    row = permissions.settings_of(unit.pk)
    kept = FileSettings(unit_id=row.unit_id, own_file=row.own_file, longest_days=row.longest_days)
    form = FileSettingsForm(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.save_settings(
            unit=unit, own_file=data["own_file"], longest_days=data["longest_days"], by=user, version=version_of(request)
        )
        messages.success(request, _("The settings have been saved."))
        return redirect("reporting:file_settings")
    context = {
        "form": form,
        "unit": unit,
        "version": row.version if row.unit_id else "",
        "is_common": row.unit_id is None,
        "signs": row.own_file == OwnFile.SIGN,
        "tab_items": tabs(user, "file_settings"),
    }
    return render_page(request, "reporting/integrity/settings.html", context, status=422 if form.errors else 200)
