"""Points at a glance: one's own account, who stands where, what waits to be confirmed."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.htmx import render_page
from common.tables import configure
from early_warnings import point_selectors as selectors
from early_warnings.models import PointEntry, PointScheme
from early_warnings.points import in_words, window
from early_warnings.querysets_points import watching_unit_ids
from early_warnings.services import points as services
from early_warnings.tables.points import AccountTable, SheetTable, WaitingTable
from positions.models import BodyKind, Department, Unit
from positions.scopes import scope_of


def the_user(request: HttpRequest) -> User:
    """Signed in, and no administrator: they have no points to see."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


def in_committee(request: HttpRequest) -> User:
    """A member of a discipline committee; for everybody else the page does not exist."""
    user = the_user(request)
    if not scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        raise Http404
    return user


def number_in(text: str) -> int | None:
    """The key in an address; None for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def watched_unit_ids(user: User) -> set[int]:
    """Units of which the person sees accounts of others: committee, unit head, heads of departments and leaders in charge."""
    scope = scope_of(user)
    found = set(watching_unit_ids(scope))
    if scope.reviewed_department_ids:
        found |= set(Department.objects.filter(pk__in=scope.reviewed_department_ids).values_list("unit_id", flat=True))
    return found


def tabs(user: User, active: str) -> list[dict[str, Any]]:
    """The pages about points that the person may use."""
    scope = scope_of(user)
    committee = bool(scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE))
    pages = [("points_mine", _("My points"), True), ("points", _("Who stands where"), bool(watched_unit_ids(user)))]
    if committee:
        pages.append(("points_waiting", _("To confirm"), True))
    pages += [
        ("points_ledger", _("Ledger"), True),
        ("point_behaviours", _("Behaviours"), True),
        ("point_schemes", _("Point schemes"), True),
        ("point_closings", _("Closing of the year"), bool(watching_unit_ids(scope))),
    ]
    return [{"label": label, "url": reverse(f"warnings:{name}"), "active": name == active} for name, label, shown in pages if shown]


def units_of(user: User) -> list[Unit]:
    """The units the person belongs to, the highest first."""
    return list(Unit.objects.filter(pk__in=scope_of(user).unit_ids).order_by("path"))


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Who stands where in this cycle; people who see no account but their own are led to that."""
    user = the_user(request)
    watched = watched_unit_ids(user)
    if not watched:
        return redirect("warnings:points_mine")
    unit = selectors.unit_for(user, number_in(request.GET.get("unit", "")), watched)
    today = timezone.localdate()
    scheme = selectors.scheme_of(unit.pk, today) if unit else None
    accounts = selectors.accounts(user, scheme, unit.pk, today) if unit and scheme else []
    levels: dict[int, dict[str, Any]] = {}
    for account in accounts:
        if account.level:
            levels.setdefault(account.level.pk, {"level": account.level, "n": 0})["n"] += 1
    wanted = number_in(request.GET.get("level", ""))
    shown = [account for account in accounts if wanted is None or (account.level and account.level.pk == wanted)]
    table = AccountTable(shown, labels={})
    configure(request, table)
    table.labels = _labels([row.record for row in table.page.object_list], unit)
    context = {
        "tabs": tabs(user, "points"),
        "unit": unit,
        "units": Unit.objects.filter(pk__in=watched).order_by("path") if len(watched) > 1 else [],
        "scheme": scheme,
        "window": window(scheme.cycle, today) if scheme else None,
        "table": table,
        "levels": sorted(levels.values(), key=lambda row: -row["level"].severity),
        "chosen_level": wanted,
        "waiting": selectors.waiting_for(user).count(),
        "may_propose": bool(scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE)),
    }
    return render_page(request, "warnings/points/index.html", context)


def _labels(accounts: list[selectors.Account], unit: Unit | None) -> dict[tuple[int | None, int | None], str]:
    """Name and post as the last entry of each account knows them. One query."""
    people = [account.person_id for account in accounts if account.person_id]
    last = PointEntry.objects.confirmed().filter(unit=unit, person_id__in=people).order_by().values("person_id").annotate(last=Max("pk"))
    rows = PointEntry.objects.filter(pk__in=last.values("last")).values_list("person_id", "holder_label")
    return {(person_id, None): label for person_id, label in rows}


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own account, and those of the departments one heads."""
    user = the_user(request)
    today = timezone.localdate()
    scope = scope_of(user)
    posts = list(Unit.objects.filter(positions__pk__in=scope.position_ids).distinct().order_by("path"))
    sheets = [_sheet(request, user, unit, person=user) for unit in posts]
    for department in Department.objects.filter(pk__in=scope.led_department_ids).select_related("unit"):
        scheme = selectors.scheme_of(department.unit_id, today)
        if scheme and scheme.for_departments:
            sheets.append(_sheet(request, user, department.unit, department=department))
    context = {"tabs": tabs(user, "points_mine"), "sheets": [sheet for sheet in sheets if sheet]}
    return render_page(request, "warnings/points/mine.html", context)


def _sheet(
    request: HttpRequest, user: User, unit: Unit, *, person: User | None = None, department: Department | None = None
) -> dict[str, Any] | None:
    """One account in one unit: where it stands, what comes next, its entries."""
    today = timezone.localdate()
    scheme = selectors.scheme_of(unit.pk, today)
    if scheme is None:
        return None
    entries = selectors.ledger(user).filter(unit=unit, person=person, department=department)
    table = SheetTable(entries, prefix=f"{unit.pk}{'d' if department else 'p'}-")
    configure(request, table)
    table.reader = selectors.Reader.of(user, [row.record for row in table.page.object_list])
    account = selectors.account_of(scheme, unit.pk, today, person=person, department=department)
    ahead = [t for t in scheme.thresholds.all() if t.points > account.standing.counted]
    return {
        "unit": unit,
        "scheme": scheme,
        "window": window(scheme.cycle, today),
        "account": account,
        "next": ahead[0] if ahead else None,
        "to_next": in_words(ahead[0].points - account.standing.counted) if ahead else "",
        "full": in_words(scheme.full),
        "table": table,
    }


@require_GET
def account(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The account of a person or department of which one sees an entry."""
    user = the_user(request)
    if kind not in ("person", "department") or pk >= 2**63:
        raise Http404
    seen = PointEntry.objects.visible_to(user).confirmed().filter(**{f"{kind}_id": pk})
    units = list(Unit.objects.filter(pk__in=seen.values("unit_id")).order_by("path"))
    if not units:
        raise Http404
    holder: Any = get_object_or_404(User if kind == "person" else Department, pk=pk)
    sheets = [sheet for unit in units if (sheet := _sheet(request, user, unit, **{kind: holder}))]
    context = {
        "holder": holder,
        "sheets": sheets,
        "crumbs": [{"label": _("Integrity points"), "url": reverse("warnings:points")}, {"label": holder.name}],
    }
    return render_page(request, "warnings/points/account.html", context)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Proposals: those to be decided on, and one's own."""
    user = the_user(request)
    rows = selectors.waiting_for(user)
    if not scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE) and not rows.exists():
        raise Http404
    table = WaitingTable(rows, open_ids=set())
    configure(request, table)
    # Who proposed does not decide; the rest of the rule is asked when it is confirmed.
    table.open_ids = {row.record.pk for row in table.page.object_list if row.record.proposed_by_id != user.pk}
    context = {
        "tabs": tabs(user, "points_waiting"),
        "table": table,
        "may_propose": bool(scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE)),
    }
    return render_page(request, "warnings/points/waiting.html", context)


@require_POST
def confirm_many(request: HttpRequest) -> HttpResponse:
    """Confirm the chosen ones; what could not be confirmed is told with its reason."""
    user = the_user(request)
    if not scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE) and not selectors.waiting_for(user).exists():
        raise Http404
    keys = [key for text in request.POST.getlist("chosen")[:200] if (key := number_in(text)) is not None]
    outcome = services.confirm_many(entry_ids=keys, by=user)
    if outcome.done:
        messages.success(
            request, ngettext("%(n)d entry was confirmed.", "%(n)d entries were confirmed.", outcome.done) % {"n": outcome.done}
        )
    if outcome.refused:
        messages.warning(request, services.refused_text(outcome))
    if not keys:
        messages.info(request, _("Choose at least one entry."))
    return redirect("warnings:points_waiting")


def scheme_words(scheme: PointScheme) -> list[str]:
    """A scheme in short sentences, for people who are counted by it."""
    cap = (
        _("at most %(n)s points count in a cycle") % {"n": in_words(scheme.cap)} if scheme.cap is not None else _("without an upper limit")
    )
    found = [str(scheme.get_direction_display()), str(scheme.get_cycle_display()), cap]
    found.append(_("in steps of %(n)s") % {"n": in_words(scheme.step)})
    if scheme.leader_share:
        found.append(_("the responsible leader gets %(n)s %%") % {"n": in_words(scheme.leader_share)})
    found.append(_("departments have accounts too") if scheme.for_departments else _("people only"))
    return found
