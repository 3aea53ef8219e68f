"""“季度考核”: the list of rounds, the page of one, its people, and the steps until the ballots are counted."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import deciding_page, round_findings, round_page, round_selectors
from assessments.filters_rounds import PeopleFilter, RoundFilter
from assessments.forms.rounds import AddPeopleForm, ChosenForm, DaysForm, RoundForm
from assessments.models import Group, RaterLevel, Round
from assessments.permissions import rounds as permissions
from assessments.quarters import Quarter
from assessments.querysets import committee_units
from assessments.services import ballots, phases, raters, rounds
from assessments.states import RoundState
from assessments.tables_rounds import PeopleTable, RoundTable
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.refusals import refusal
from common.tables import configure
from positions.models import BodyKind, Department, Unit
from positions.scopes import scope_of

_LARGEST_KEY = 2**63
PER_PAGE = 100


def the_reader(request: HttpRequest) -> User:
    """Somebody who follows rounds: both committees and unit heads; for everybody else there are none."""
    user = request.user
    if not isinstance(user, User) or not committee_units(scope_of(user)):
        raise Http404
    return user


def the_keeper(request: HttpRequest) -> tuple[User, Unit]:
    """A member of a discipline committee, and the unit asked for among theirs, else the highest."""
    user = the_reader(request)
    own = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    units = list(Unit.objects.filter(pk__in=own).order_by("path"))
    if not units:
        raise Http404
    chosen = request.GET.get("unit", "")
    return user, next((unit for unit in units if str(unit.pk) == chosen), units[0])


def find(request: HttpRequest, pk: int) -> tuple[User, Round]:
    """The person and a round they follow; else it does not exist."""
    user = the_reader(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    found: Round = get_object_or_404(Round.objects.visible_to(user).select_related("unit").prefetch_related("phases", "groups"), pk=pk)
    return user, found


def kept(request: HttpRequest, pk: int) -> tuple[User, Round]:
    """The same for who runs it: others who follow it have no such page."""
    user, found = find(request, pk)
    if not permissions.may_manage(user, found.unit_id):
        raise Http404
    return user, found


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The rounds of one's units, the newest first."""
    user = the_reader(request)
    scope = scope_of(user)
    units = Unit.objects.filter(pk__in=committee_units(scope)).order_by("path")
    rows = Round.objects.visible_to(user).select_related("unit").prefetch_related("phases").annotate(people_count=Count("assessed"))
    filterset = RoundFilter(request.GET, queryset=rows.order_by("-year", "-quarter", "-pk"), units=units)
    table = RoundTable(filterset.qs, exclude=() if len(units) > 1 else ("unit",))
    configure(request, table)
    may_open = bool(scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE))
    return render_page(request, "assessments/rounds/list.html", {"filterset": filterset, "table": table, "may_open": may_open})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a round: quarter, days, and a proposal of people and raters at once."""
    user, unit = the_keeper(request)
    today = timezone.localdate()
    existing = Round.objects.filter(unit=unit).exclude(state=RoundState.CANCELLED)
    taken = {Quarter(year, number) for year, number in existing.values_list("year", "quarter")}
    data = request.POST if request.method == "POST" else None
    form = RoundForm(data, days=phases.proposed(unit.pk, today), today=today, taken=taken)
    problem = ""
    if request.method == "POST" and form.is_valid():
        made: list[Round] = []
        propose = form.cleaned_data["propose"]
        problem = refusal(lambda: made.append(rounds.create(unit=unit, by=user, days=form.days(), propose=propose, **form.chosen())))
        if not problem:
            messages.success(request, _("The round is being set up. Look through the findings, then open the appraisal."))
            return redirect(made[0].get_absolute_url())
    heading = _("New assessment round")
    context = {"unit": unit, "form": form, "problem": problem, "heading": heading, "crumbs": round_page.crumbs(None, heading)}
    failed = problem or (request.method == "POST" and form.errors)
    return render_page(request, "assessments/rounds/form.html", context, status=422 if failed else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """“考核轮次”: where it is, the next step, what is to be mended, groups and turnout."""
    user, found = find(request, pk)
    manages = bool(permissions.may_manage(user, found.unit_id))
    setting_up = found.state == RoundState.SETTING_UP
    findings = round_findings.findings(found) if setting_up and manages else []
    given = round_selectors.turnouts(found)
    lines = round_selectors.groups_of(found, given)
    context = {
        "round": found,
        "manages": manages,
        "crumbs": [*round_page.crumbs(), {"label": str(found)}],
        "tabs": round_page.tabs(found, "round"),
        "steps": round_page.phase_steps(found),
        "next_text": round_page.next_text(found),
        "actions": round_page.actions(user, found, findings),
        "findings": findings,
        "blocking": sum(1 for one in findings if one.blocks),
        "setting_up": setting_up,
        "groups": lines,
        "people_count": sum(line.people for line in lines),
        "asked": sum(line.asked or 0 for line in lines),
        "given": sum(line.given or 0 for line in lines),
        "has_turnout": bool(given),
        "key_problem": ballots.key_problem(found) if manages else "",
        "events": timeline(found) if manages else [],
        **deciding_page.round_context(user, found),
    }
    return render_page(request, "assessments/rounds/round.html", context)


@require_http_methods(["GET", "POST"])
def days(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the days of the phases."""
    user, found = kept(request, pk)
    permissions.may_plan(user, found).require()
    now = {row.phase: (row.starts_on, row.ends_on) for row in found.phases.all()}
    form = DaysForm(request.POST if request.method == "POST" else None, days=now)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: rounds.plan(found=found, days=form.days(), by=user, version=version_of(request)))
        if not problem:
            messages.success(request, _("The days have been changed."))
            return redirect(found.get_absolute_url())
    heading = _("Change the days")
    context = {"unit": found.unit, "round": found, "form": form, "problem": problem, "heading": heading}
    context["crumbs"] = round_page.crumbs(found, heading)
    failed = problem or (request.method == "POST" and form.errors)
    return render_page(request, "assessments/rounds/form.html", context, status=422 if failed else 200)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """People in post who are missing, and raters for those without."""
    user, found = kept(request, pk)
    made = raters.propose_all(found=found, by=user)
    words = {"people": made.people, "raters": made.raters}
    if made.people or made.raters:
        messages.success(request, _("%(people)d people and %(raters)d raters were added.") % words)
    else:
        messages.info(request, _("Everybody in post is there, and everybody has raters: nothing was added."))
    return redirect(found.get_absolute_url())


@require_POST
def open_rating(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the appraisal."""
    user, found = kept(request, pk)
    rounds.open_rating(found=found, by=user, version=version_of(request))
    messages.success(request, _("The appraisal is open. All raters have been told."))
    return redirect(found.get_absolute_url())


@require_POST
def close_rating(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it and count."""
    user, found = kept(request, pk)
    rounds.close_rating(found=found, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("The appraisal is closed and the ballots are counted. Enter the other scores next."))
    return redirect(found.get_absolute_url())


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the round up."""
    user, found = kept(request, pk)
    rounds.cancel(found=found, by=user, reason=posted_text(request, "reason", 1000), version=version_of(request))
    messages.success(request, _("The round has been cancelled."))
    return redirect(found.get_absolute_url())


@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is assessed, in which group, with how many raters; afterwards how many answered."""
    user, found = find(request, pk)
    may = bool(permissions.may_set_up(user, found))
    findings = round_findings.of_people(found) if may else []
    departments = Department.objects.filter(unit_id=found.unit_id).order_by("order", "pk")
    filterset = PeopleFilter(
        request.GET, queryset=round_selectors.people_of(found), departments=departments, found=round_page.by_filter(findings)
    )
    given = round_selectors.turnouts(found)
    manages = bool(permissions.may_manage(user, found.unit_id))
    hidden = ([] if may else ["chosen", "marks"]) + ([] if given else ["turnout"])
    hidden += [] if manages else [f"raters_{level}" for level in RaterLevel.values]
    table = PeopleTable(filterset.qs, reader=user.pk if manages else None, marks=round_page.marks(findings), given=given, exclude=hidden)
    configure(request, table, PER_PAGE)
    context = {
        "round": found,
        "may": may,
        "crumbs": [*round_page.crumbs(), {"label": str(found)}],
        "tabs": round_page.tabs(found, "people"),
        "filterset": filterset,
        "table": table,
        "groups": Group.choices,
    }
    return render_page(request, "assessments/rounds/people.html", context)


@require_http_methods(["GET", "POST"])
def add_people(request: HttpRequest, pk: int) -> HttpResponse:
    """People in post who are not assessed yet; their raters are proposed."""
    user, found = kept(request, pk)
    permissions.may_set_up(user, found).require()
    choices = round_selectors.candidates(found.unit_id, set(found.assessed.values_list("person_id", flat=True)))
    form = AddPeopleForm(request.POST if request.method == "POST" else None, candidates=choices)
    problem = ""
    if request.method == "POST" and form.is_valid():
        chosen, group = form.cleaned_data["people"], form.cleaned_data["group"]
        problem = refusal(lambda: raters.add_people(found=found, people=chosen, group=group, by=user))
        if not problem:
            text = ngettext("%(n)d person was added, with raters.", "%(n)d people were added, with raters.", len(chosen))
            messages.success(request, text % {"n": len(chosen)})
            return redirect("assessments:people", pk=found.pk)
    heading = _("Add people")
    context = {"round": found, "form": form, "problem": problem, "heading": heading, "crumbs": round_page.crumbs(found, heading)}
    context["back"] = reverse("assessments:people", args=[found.pk])
    context["nobody"] = "" if choices else _("Everybody who holds a post of the unit is in the round already.")
    failed = problem or (request.method == "POST" and form.errors)
    return render_page(request, "assessments/rounds/add.html", context, status=422 if failed else 200)


@require_POST
def change_people(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done with those ticked: another group, raters proposed anew, or out of the round."""
    user, found = kept(request, pk)
    known = list(found.assessed.values_list("pk", flat=True))
    form = ChosenForm(request.POST, rows=known, acts=("group", "raters", "remove"))
    if not form.is_valid():
        raise DomainError(_("Tick the people first, and say what is to be done with them."))
    chosen, act = form.cleaned_data["chosen"], form.cleaned_data["act"]
    if act == "group":
        if not form.cleaned_data["group"]:
            raise DomainError(_("Choose a group first."))
        count = raters.set_group(found=found, assessed=chosen, group=form.cleaned_data["group"], by=user)
        text = ngettext("%(n)d person is in another group now.", "%(n)d people are in another group now.", count) % {"n": count}
    elif act == "raters":
        raters.propose_raters(found=found, assessed=chosen, by=user)
        text = ngettext("Raters of %(n)d person were proposed anew.", "Raters of %(n)d people were proposed anew.", len(chosen))
        text %= {"n": len(chosen)}
    else:
        count = raters.remove_people(found=found, assessed=chosen, by=user)
        text = ngettext("%(n)d person was taken out of the round.", "%(n)d people were taken out of the round.", count) % {"n": count}
    messages.success(request, text)
    return redirect("assessments:people", pk=found.pk)
