"""Who is asked about one assessed person: list, proposal, additions and changes by hand until the appraisal opens."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import round_findings, round_page, round_selectors
from assessments.forms.rounds import AddRatersForm, ChosenForm
from assessments.models import Assessed, RaterLevel, Relation
from assessments.permissions import rounds as permissions
from assessments.services import raters as service
from assessments.tables_rounds import RaterTable
from assessments.views.rounds import the_reader
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from common.refusals import refusal
from common.tables import configure


def _find(request: HttpRequest, pk: int) -> tuple[User, Assessed]:
    """The person and an entry whose raters they may see; else it does not exist. About oneself the page says why not."""
    user = the_reader(request)
    if pk >= 2**63:
        raise Http404
    rows = Assessed.objects.visible_to(user).select_related("round__unit", "person", "department")
    found: Assessed = get_object_or_404(rows, pk=pk)
    if not permissions.may_manage(user, found.round.unit_id):
        raise Http404
    permissions.may_see_raters(user, found).require()
    return user, found


def _crumbs(found: Assessed, *more: str) -> list[dict[str, str]]:
    way = [*round_page.crumbs(found.round), {"label": _("People and raters"), "url": round_page.at("people", found.round)}]
    if not more:
        return [*way, {"label": found.name}]
    return [*way, {"label": found.name, "url": reverse("assessments:raters", args=[found.pk])}, *({"label": text} for text in more)]


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """“测评人员”: who is asked, with relation and weight."""
    user, found = _find(request, pk)
    may = permissions.may_choose_raters(user, found)
    table = RaterTable(
        round_selectors.raters_of(found), posts=round_selectors.posts_of(found.round.unit_id), exclude=() if may else ("chosen",)
    )
    configure(request, table, 200)
    counts = round_findings.rater_counts(found.round).get(found.pk, round_findings.NOBODY)
    rules, _frozen = round_selectors.rules_in(found.round)[found.group]
    context = {
        "assessed": found,
        "round": found.round,
        "crumbs": _crumbs(found),
        "table": table,
        "may": bool(may),
        "counts": counts,
        "levels": [(RaterLevel(level).label, weight, counts.by_level.get(level, 0)) for level, weight in rules.levels.items()],
        "fewest": rules.minimum_ballots,
        "relations": Relation.choices,
        "weights": RaterLevel.choices,
        "events": timeline(found),
        "propose": {
            "label": _("Back to the proposal"),
            "url": reverse("assessments:raters_propose", args=[found.pk]),
            "icon": "refresh",
            "confirm": _("The raters chosen by hand are replaced by those that follow from the organisation."),
        },
    }
    return render_page(request, "assessments/rounds/raters.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask more people."""
    user, found = _find(request, pk)
    permissions.may_choose_raters(user, found).require()
    known = set(found.raters.values_list("person_id", flat=True)) | {found.person_id}
    choices = round_selectors.candidates(found.round.unit_id, known)
    form = AddRatersForm(request.POST if request.method == "POST" else None, candidates=choices)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        problem = refusal(lambda: service.add_raters(assessed=found, by=user, **said))
        if not problem:
            text = ngettext("%(n)d rater was added.", "%(n)d raters were added.", len(said["people"])) % {"n": len(said["people"])}
            messages.success(request, text)
            return redirect("assessments:raters", pk=found.pk)
    heading = _("Add raters")
    context = {"round": found.round, "form": form, "problem": problem, "heading": heading, "crumbs": _crumbs(found, heading)}
    context |= {"subtitle": f"{found.name} · {found.post}", "back": reverse("assessments:raters", args=[found.pk])}
    context["nobody"] = "" if choices else _("Everybody in post is asked already.")
    failed = problem or (request.method == "POST" and form.errors)
    return render_page(request, "assessments/rounds/add.html", context, status=422 if failed else 200)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to what follows from the organisation."""
    user, found = _find(request, pk)
    permissions.may_choose_raters(user, found).require()
    count = service.propose_raters(found=found.round, assessed=[found.pk], by=user)
    messages.success(request, ngettext("%(n)d rater is proposed.", "%(n)d raters are proposed.", count) % {"n": count})
    return redirect("assessments:raters", pk=found.pk)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done with the raters that are ticked: another weight or relation, or asked no longer."""
    user, found = _find(request, pk)
    form = ChosenForm(request.POST, rows=list(found.raters.values_list("pk", flat=True)), acts=("change", "remove"))
    if not form.is_valid():
        raise DomainError(_("Tick the raters first, and say what is to be done with them."))
    said, version = form.cleaned_data, version_of(request)
    if said["act"] == "remove":
        count = service.remove_raters(assessed=found, raters=said["chosen"], by=user, version=version)
        text = ngettext("%(n)d rater is asked no longer.", "%(n)d raters are asked no longer.", count)
    else:
        if not said["level"] and not said["relation"]:
            raise DomainError(_("Choose a weight or a relation first."))
        count = service.change_raters(
            assessed=found, raters=said["chosen"], by=user, level=said["level"], relation=said["relation"], version=version
        )
        text = ngettext("%(n)d rater was changed.", "%(n)d raters were changed.", count)
    messages.success(request, text % {"n": count})
    return redirect("assessments:raters", pk=found.pk)
