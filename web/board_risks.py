"""The start page's part about risks: forms, reviews, the grading session, measures; figures and who answers for leaders."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateField, DateTimeField, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from positions.models import Appointment, BodyKind, HolderLevel
from positions.scopes import Scope, scope_in_order
from risks.models import CampaignPhase, Declaration, Level, Measure, PhaseKind, ReviewStep, RiskPoint, StepKindReview
from risks.querysets import only_whole_units
from risks.services.points import kept
from risks.states import CampaignState, FormState, MeasureState, RiskState
from web.board_parts import Answerer, Answers, Asked, Counted, Counting, Figure, Sent, Task, moment, rows
from web.links import link

SOON = timedelta(days=14)
SHOWN_ANSWERERS = 12
STILL_TOLD = timedelta(days=30)
SHOWN_SENT = 5
TO_DO = (FormState.DRAFT, FormState.RETURNED)
# The last day of a campaign's phase.
Days = dict[tuple[int, str], date]


def asks() -> dict[str, Any]:
    """One's own forms to be filled in, those under way and those graded in the last 30 days, with the step they are at; the days of the
    phases of running campaigns; whether there are reviews, risks to grade, measures of one's own or to confirm."""
    shown = Q(state__in=[*TO_DO, FormState.IN_REVIEW, FormState.REVIEWED])
    shown |= Q(state=FormState.GRADED, graded_at__gte=Given("told_since", DateTimeField()))
    step = ReviewStep.objects.filter(declaration=OuterRef("pk"), is_current=True).values(json=JSONObject(kind="kind", who="reviewer__name"))
    form = JSONObject(
        pk="pk", kind="kind", state="state", campaign="campaign_id", position="position__name", department="department__name",
        unit="unit__name", graded_at="graded_at", submitted_at="submitted_at", step=Subquery(step[:1]),
    )  # fmt: skip
    running = CampaignPhase.objects.filter(
        one_of("campaign__unit_id", "units") | one_of("campaign__unit_id", "whole"), campaign__state=CampaignState.RUNNING
    )
    reviews = ReviewStep.objects.filter(reviewer=Given("me"), is_current=True, declaration__state=FormState.IN_REVIEW).order_by()
    by_campaign = JSONObject(campaign=F("declaration__campaign_id"), n=Count("pk"), since=Min("waiting_since"))
    # Only numbers: a draft itself is seen by its declarant alone.
    seen = one_of("unit_id", "whole") | one_of("department_id", "counted")
    of_units = one_of("campaign__unit_id", "units") | one_of("campaign__unit_id", "whole")
    forms = Declaration.objects.active().filter(seen, of_units, campaign__state=CampaignState.RUNNING).order_by()
    to_grade = Declaration.objects.filter(one_of("unit_id", "group") | one_of("unit_id", "office"), state=FormState.REVIEWED)
    mine = Measure.objects.open().filter(who=Given("me"), due_on__lte=Given("soon", DateField()))
    done = Measure.objects.filter(state=MeasureState.DONE)
    return {
        "risks.forms": ArraySubquery(Declaration.objects.filter(shown, declarant=Given("me")).order_by("pk").values(json=form)),
        "risks.due": ArraySubquery(running.order_by("pk").values(json=JSONObject(campaign="campaign_id", kind="kind", due="due_on"))),
        "risks.reviews": ArraySubquery(reviews.values("declaration__campaign_id").annotate(json=by_campaign).values("json")),
        "risks.outstanding": ArraySubquery(forms.values("state").annotate(json=JSONObject(state=F("state"), n=Count("*"))).values("json")),
        "risks.session": Exists(to_grade),
        "risks.measures": Exists(mine),
        "risks.confirm": Exists(done.filter(one_of("risk__department_id", "reviewed"))),
        "risks.reported": Coalesce(
            Subquery(done.filter(done_by=Given("me")).order_by().values("done_by").annotate(n=Count("*")).values("n")), 0
        ),
    }


def counts(*, user: User, scope: Scope, today: date) -> list[Counting]:
    """Measures of one's own that are due, and those others reported done in the departments one answers for."""

    def mine() -> Any:
        return Measure.objects.visible_to(user).open().filter(who=user, due_on__lte=today + SOON, risk__state=RiskState.REGISTERED)

    def reported() -> Any:
        done = Measure.objects.visible_to(user).filter(state=MeasureState.DONE, risk__department_id__in=scope.reviewed_department_ids)
        return done.exclude(done_by=user)

    return [Counting("risks.measures", mine, "due_on"), *([Counting("risks.confirm", reported)] if scope.reviewed_department_ids else [])]


def tasks_and_sent(*, user: User, scope: Scope, today: date, asked: Asked, counted: Counted) -> tuple[list[Task], list[Sent]]:
    """Forms to fill in, forms of others to read, risks to grade, measures to carry out and to confirm; and what the person handed in."""
    mine = rows(asked["risks.forms"])
    due: Days = {(row["campaign"], row["kind"]): date.fromisoformat(row["due"]) for row in rows(asked["risks.due"]) if row["due"]}
    tasks = _forms(mine, due)
    tasks += _reviews(rows(asked["risks.reviews"]), due)
    tasks += _session(user, scope, today, due) if asked["risks.session"] else []
    tasks += [*_measures(today, counted), *_confirmations(counted)]
    sent = [_sent(form) for form in reversed(mine) if form["state"] not in TO_DO][:SHOWN_SENT]
    return tasks, [*sent, *_reported(asked["risks.reported"])]


def _forms(mine: list[dict[str, Any]], due: Days) -> list[Task]:
    found = []
    for form in mine:
        if form["state"] not in TO_DO:
            continue
        is_returned = form["state"] == FormState.RETURNED
        text = _("Mend the returned %(form)s form: %(holder)s") if is_returned else _("Fill in and sign the %(form)s form: %(holder)s")
        day = due.get((form["campaign"] or 0, PhaseKind.FINDING))
        found.append(Task(text % _names(form), link("risks:form", form["pk"]), due=day, urgent=is_returned))
    return found


def _names(form: dict[str, Any]) -> dict[str, Any]:
    return {"form": HolderLevel(form["kind"]).label, "holder": form["position"] or form["department"] or form["unit"]}


def _reviews(found: list[dict[str, Any]], due: Days) -> list[Task]:
    if not found:
        return []
    days = [due[key] for row in found if (key := (row["campaign"], PhaseKind.FINDING)) in due]
    count, oldest = sum(row["n"] for row in found), min((at for row in found if (at := moment(row["since"]))), default=None)
    text = ngettext("%(n)d form waits for your review", "%(n)d forms wait for your review", count) % {"n": count}
    since = oldest and _("the oldest since %(day)s") % {"day": timezone.localdate(oldest).isoformat()}
    return [Task(text, link("risks:review"), detail=since or "", due=min(days, default=None))]


def _session(user: User, scope: Scope, today: date, due: Days) -> list[Task]:
    units = scope.bodies.get(BodyKind.LEADING_GROUP, frozenset()) | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())
    if not units:
        return []

    def by_campaign() -> Any:
        waiting = Declaration.objects.visible_to(user).filter(unit_id__in=units, state=FormState.REVIEWED)
        open_entries = Count("entries", filter=Q(entries__final_level=None, entries__is_rejected=False))
        return waiting.order_by("campaign_id").values_list("campaign_id").annotate(n=open_entries)

    found = []
    for campaign, n in prepared.rows("risks.session", (scope.key, today), by_campaign):
        if n:
            text = ngettext("%(n)d risk to be graded by the leading group", "%(n)d risks to be graded by the leading group", n)
            day = due.get((campaign or 0, PhaseKind.GRADING))
            found.append(Task(text % {"n": n}, link("risks:grading"), due=day))
    return found


def _measures(today: date, counted: Counted) -> list[Task]:
    n, first = counted.get("risks.measures", (0, None))
    if not n or first is None:
        return []
    text = ngettext("%(n)d measure to carry out", "%(n)d measures to carry out", n) % {"n": n}
    return [Task(text, link("risks:measures", query="which=mine"), due=first, urgent=first < today)]


def _confirmations(counted: Counted) -> list[Task]:
    if "risks.confirm" not in counted:
        return []
    count, _first = counted["risks.confirm"]
    text = ngettext("%(n)d measure reported done, to be confirmed", "%(n)d measures reported done, to be confirmed", count)
    return [Task(text % {"n": count}, link("risks:measures", query="which=to_confirm"))]


def _sent(form: dict[str, Any]) -> Sent:
    where = str(FormState(form["state"]).label)
    if form["state"] == FormState.IN_REVIEW and form["step"]:
        parts = [StepKindReview(form["step"]["kind"]).label, form["step"]["who"]]
        where = " · ".join(str(part) for part in parts if part)
    text = _("%(form)s form: %(holder)s") % _names(form)
    tone = "success" if form["state"] == FormState.GRADED else "info"
    return Sent(text, link("risks:form", form["pk"]), where, tone, moment(form["graded_at"] or form["submitted_at"]))


def _reported(number: int) -> list[Sent]:
    if not number:
        return []
    text = ngettext("%(n)d measure reported done", "%(n)d measures reported done", number) % {"n": number}
    return [Sent(text, link("risks:measures", query="which=mine"), _("waits to be confirmed"))]


@dataclass(frozen=True, slots=True)
class Standing:
    """The visible register in numbers, worked out once for all who see the same; leaders are keys of people."""

    levels: list[tuple[int, str]]  # key and label of those that points have, the gravest first
    counts: dict[int, int]  # level → points
    by_leader: dict[int, dict[int, int]]  # leader → level → points
    late: int  # measures overdue
    soon: int  # measures due soon
    first: list[tuple[int, str, str, int]]  # who has most overdue: leader, name, main post, measures overdue


def standing(user: User, scope: Scope, today: date) -> Standing:
    """Two statements over the register, kept until it changes: with 100,000 points they take a tenth of a second.

    Kept for each reader, and once for all who see the same units and nothing else.
    """
    reader = sorted(scope.whole_unit_ids) if only_whole_units(scope) else (user.pk, scope_in_order(scope))
    return kept("standing.told", (today, reader), lambda: _standing(user, today))


def _standing(user: User, today: date) -> Standing:
    registered = RiskPoint.objects.visible_to(user).registered().order_by()
    points = registered.values_list("responsible_leader", "current_level").annotate(n=Count("*"))
    due = Measure.objects.visible_by_parts(user).open().filter(risk__state=RiskState.REGISTERED, due_on__lte=today + SOON).order_by()
    late, soon = Count("pk", filter=Q(due_on__lt=today)), Count("pk", filter=Q(due_on__gte=today))
    measures = due.values_list("risk__responsible_leader").annotate(late=late, soon=soon)
    counts: dict[int, int] = defaultdict(int)
    by_leader: dict[int, dict[int, int]] = defaultdict(dict)
    for leader, level, n in points:
        counts[level] += n
        if leader is not None:
            by_leader[leader][level] = n
    levels = [(level.pk, str(level.label)) for level in Level.objects.filter(pk__in=counts).order_by("-severity", "pk")]
    overdue = {leader: (late, soon) for leader, late, soon in measures}
    late_of = {leader: overdue.get(leader, (0, 0))[0] for leader in by_leader}

    def weight(leader: int) -> tuple[Any, ...]:
        return -late_of[leader], [-by_leader[leader].get(level, 0) for level, _label in levels], leader

    first = sorted(by_leader, key=weight)[:SHOWN_ANSWERERS]
    main = Appointment.objects.in_force(today).filter(person=OuterRef("pk")).order_by("-is_main", "pk").values("position__name")[:1]
    people = {pk: (name, post or "") for pk, name, post in User.objects.filter(pk__in=first).values_list("pk", "name", Subquery(main))}
    return Standing(
        levels,
        dict(counts),
        dict(by_leader),
        sum(n for n, _soon in overdue.values()),
        sum(n for _late, n in overdue.values()),
        [(leader, *people[leader], late_of[leader]) for leader in first if leader in people],
    )


def figures(*, user: User, asked: Asked, known: Standing) -> list[Figure]:
    """Four figures: gravest points, overdue measures, forms outstanding, what this leader answers for."""
    return [_points(known), _late(known), _outstanding(asked), _answered_for(user, known)]


def _points(known: Standing) -> Figure:
    if not known.levels:
        return Figure(_("Risk points"), 0, link("risks:register"))
    (first, label), *others = known.levels
    total = _("%(n)d in all") % {"n": sum(known.counts.values())}
    hint = " · ".join([total, *(f"{name} {known.counts[level]}" for level, name in others)])
    url = link("risks:register", query=f"level={first}")
    return Figure(_("Risk points: %(level)s") % {"level": label}, known.counts[first], url, hint)


def _late(known: Standing) -> Figure:
    hint = _("%(n)d due within two weeks") % {"n": known.soon}
    url = link("risks:measures", query="which=overdue")
    return Figure(_("Overdue measures"), known.late, url, hint, "danger" if known.late else "success")


def _outstanding(asked: Asked) -> Figure:
    numbers = {row["state"]: row["n"] for row in rows(asked["risks.outstanding"])}
    to_do, total = sum(numbers.get(state, 0) for state in TO_DO), sum(numbers.values())
    hint = _("%(done)d of %(all)d handed in") % {"done": total - to_do, "all": total}
    return Figure(_("Forms outstanding"), to_do, link("risks:campaigns"), hint, "warning" if to_do else "success")


def _answered_for(user: User, known: Standing) -> Figure:
    counts = known.by_leader.get(user.pk, {})
    hint = " · ".join(f"{label} {counts[level]}" for level, label in known.levels if counts.get(level))
    url = link("risks:register", query=f"leader={user.pk}")
    return Figure(_("Risk points you answer for"), sum(counts.values()), url, hint)


def answers(*, known: Standing) -> Answers | None:
    """Who answers for what in the units the person sees as a whole: points by level, and overdue measures."""
    if not known.first:
        return None
    lines = [
        Answerer(
            name,
            [known.by_leader[leader].get(level, 0) for level, _label in known.levels],
            overdue,
            link("risks:register", query=f"leader={leader}"),
            post,
        )
        for leader, name, post, overdue in known.first
    ]
    return Answers([label for _level, label in known.levels], lines)
