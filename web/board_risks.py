"""The start page's part about risks: forms, reviews, the grading session, measures; figures and who answers for leaders."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, FilteredRelation, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from positions.models import Appointment, BodyKind
from positions.scopes import Scope
from risks.models import Campaign, CampaignPhase, Declaration, Level, Measure, PhaseKind, ReviewStep, RiskPoint, StepKindReview
from risks.services.points import kept
from risks.states import FormState, MeasureState, RiskState
from web.board_parts import Answerer, Answers, Figure, Sent, Task
from web.links import link

SOON = timedelta(days=14)
SHOWN_ANSWERERS = 12
STILL_TOLD = timedelta(days=30)
SHOWN_SENT = 5
TO_DO = (FormState.DRAFT, FormState.RETURNED)


def tasks_and_sent(*, user: User, scope: Scope, today: date) -> tuple[list[Task], list[Sent]]:
    """Forms to fill in, forms of others to read, risks to grade, measures to carry out and to confirm; and the person's forms under way."""
    due, mine = _phase_dates(user), _own_forms(user)
    tasks = [*_forms(mine, due), *_reviews(user, due), *_session(user, scope, due), *_measures(user, today), *_confirmations(user, scope)]
    sent = [_sent(form) for form in reversed(mine) if form.state not in TO_DO]
    return tasks, sent[:SHOWN_SENT]


def _own_forms(user: User) -> list[Declaration]:
    """The person's forms to be filled in, those under way and those graded in the last 30 days, with the step they are at."""
    shown = Q(state__in=[*TO_DO, FormState.IN_REVIEW, FormState.REVIEWED]) | Q(
        state=FormState.GRADED, graded_at__gte=timezone.now() - STILL_TOLD
    )
    return list(
        Declaration.objects.visible_to(user)
        .filter(shown, declarant=user)
        .select_related("position", "department", "unit")
        .annotate(current=FilteredRelation("review_steps", condition=Q(review_steps__is_current=True)))
        .annotate(step_kind=F("current__kind"), step_reviewer=F("current__reviewer__name"))
        .order_by("pk")
    )


def _phase_dates(user: User) -> dict[tuple[int, str], date]:
    phases = CampaignPhase.objects.filter(campaign__in=Campaign.objects.visible_to(user).running())
    return {(campaign, kind): day for campaign, kind, day in phases.values_list("campaign_id", "kind", "due_on")}


def _forms(mine: list[Declaration], due: dict[tuple[int, str], date]) -> list[Task]:
    found = []
    for form in mine:
        if form.state not in TO_DO:
            continue
        names = {"form": form.get_kind_display(), "holder": form.position or form.department or form.unit}
        is_returned = form.state == FormState.RETURNED
        text = _("Mend the returned %(form)s form: %(holder)s") if is_returned else _("Fill in and sign the %(form)s form: %(holder)s")
        day = due.get((form.campaign_id or 0, PhaseKind.FINDING))
        found.append(Task(text % names, link("risks:form", form.pk), due=day, urgent=is_returned))
    return found


def _reviews(user: User, due: dict[tuple[int, str], date]) -> list[Task]:
    waiting = ReviewStep.objects.filter(reviewer=user, is_current=True, declaration__state=FormState.IN_REVIEW)
    rows = list(waiting.order_by().values_list("declaration__campaign_id").annotate(n=Count("pk"), since=Min("waiting_since")))
    if not rows:
        return []
    days = [due[key] for campaign, _n, _since in rows if (key := (campaign, PhaseKind.FINDING)) in due]
    count, oldest = sum(n for _campaign, n, _since in rows), min((since for _campaign, _n, since in rows if since), default=None)
    text = ngettext("%(n)d form waits for your review", "%(n)d forms wait for your review", count) % {"n": count}
    since = oldest and _("the oldest since %(day)s") % {"day": timezone.localdate(oldest).isoformat()}
    return [Task(text, link("risks:review"), detail=since or "", due=min(days, default=None))]


def _session(user: User, scope: Scope, due: dict[tuple[int, str], date]) -> list[Task]:
    units = scope.bodies.get(BodyKind.LEADING_GROUP, frozenset()) | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())
    if not units:
        return []
    waiting = (
        Declaration.objects.visible_to(user)
        .filter(unit_id__in=units, state=FormState.REVIEWED)
        .values("campaign_id")
        .annotate(n=Count("entries", filter=Q(entries__final_level=None, entries__is_rejected=False)))
        .order_by("campaign_id")
    )
    found = []
    for row in waiting:
        if row["n"]:
            text = ngettext("%(n)d risk to be graded by the leading group", "%(n)d risks to be graded by the leading group", row["n"])
            day = due.get((row["campaign_id"] or 0, PhaseKind.GRADING))
            found.append(Task(text % {"n": row["n"]}, link("risks:grading"), due=day))
    return found


def _measures(user: User, today: date) -> list[Task]:
    mine = Measure.objects.visible_to(user).open().filter(who=user, due_on__lte=today + SOON, risk__state=RiskState.REGISTERED)
    facts = mine.aggregate(n=Count("pk"), first=Min("due_on"))
    if not facts["n"]:
        return []
    text = ngettext("%(n)d measure to carry out", "%(n)d measures to carry out", facts["n"]) % {"n": facts["n"]}
    return [Task(text, link("risks:measures", query="which=mine"), due=facts["first"], urgent=facts["first"] < today)]


def _confirmations(user: User, scope: Scope) -> list[Task]:
    if not scope.reviewed_department_ids:
        return []
    waiting = Measure.objects.visible_to(user).filter(state=MeasureState.DONE, risk__department_id__in=scope.reviewed_department_ids)
    count = waiting.exclude(done_by=user).count()
    if not count:
        return []
    text = ngettext("%(n)d measure reported done, to be confirmed", "%(n)d measures reported done, to be confirmed", count)
    return [Task(text % {"n": count}, link("risks:measures", query="which=to_confirm"))]


def _sent(form: Declaration) -> Sent:
    where = str(form.get_state_display())
    if form.state == FormState.IN_REVIEW and form.step_kind:  # type: ignore[attr-defined]
        parts = [StepKindReview(form.step_kind).label, form.step_reviewer]  # type: ignore[attr-defined]
        where = " · ".join(str(part) for part in parts if part)
    text = _("%(form)s form: %(holder)s") % {"form": form.get_kind_display(), "holder": form.position or form.department or form.unit}
    tone = "success" if form.state == FormState.GRADED else "info"
    return Sent(text, link("risks:form", form.pk), where, tone, form.graded_at or form.submitted_at)


@dataclass(frozen=True, slots=True)
class Standing:
    """The visible register in numbers; leaders are keys of people, or None where nobody answers."""

    levels: dict[int, tuple[int, str]]  # severity and label
    points: list[tuple[int | None, int, int]]  # leader, level, how many
    measures: list[tuple[int | None, int, int]]  # leader, overdue, due soon

    def ordered(self) -> list[int]:
        """The levels that points have, the gravest first."""
        return sorted({level for _leader, level, _n in self.points}, key=lambda level: -self.levels[level][0])

    def counts(self, leader: int | None = None) -> dict[int, int]:
        """Points by level; of one leader only, where given."""
        found: dict[int, int] = defaultdict(int)
        for answering, level, n in self.points:
            if leader in (None, answering):
                found[level] += n
        return found


def standing(user: User, today: date) -> Standing:
    """Two statements over the register, kept until it changes: with 100,000 points they take a tenth of a second."""
    registered = RiskPoint.objects.visible_to(user).registered().order_by()
    points = registered.values_list("responsible_leader", "current_level").annotate(n=Count("*"))
    due = Measure.objects.visible_to(user).open().filter(risk__state=RiskState.REGISTERED, due_on__lte=today + SOON).order_by()
    late, soon = Count("pk", filter=Q(due_on__lt=today)), Count("pk", filter=Q(due_on__gte=today))
    measures = due.values_list("risk__responsible_leader").annotate(late=late, soon=soon)

    def make() -> Standing:
        known = {level.pk: (level.severity, level.label) for level in Level.objects.all()}
        return Standing(known, list(points), list(measures))

    return kept("standing", (points.query.sql_with_params(), measures.query.sql_with_params()), make)


def figures(*, user: User, scope: Scope, today: date) -> list[Figure]:
    """Four figures: gravest points, overdue measures, forms outstanding, what this leader answers for."""
    known = standing(user, today)
    return [_points(known), _late(known), _outstanding(user, scope), _answered_for(user, known)]


def _points(known: Standing) -> Figure:
    counts, levels = known.counts(), known.ordered()
    if not levels:
        return Figure(_("Risk points"), 0, link("risks:register"))
    first, *others = levels
    hint = " · ".join([_("%(n)d in all") % {"n": sum(counts.values())}, *(f"{known.levels[level][1]} {counts[level]}" for level in others)])
    url = link("risks:register", query=f"level={first}")
    return Figure(_("Risk points: %(level)s") % {"level": known.levels[first][1]}, counts[first], url, hint)


def _late(known: Standing) -> Figure:
    late, soon = sum(late for _leader, late, _soon in known.measures), sum(soon for _leader, _late, soon in known.measures)
    hint = _("%(n)d due within two weeks") % {"n": soon}
    return Figure(_("Overdue measures"), late, link("risks:measures", query="which=overdue"), hint, "danger" if late else "success")


def _outstanding(user: User, scope: Scope) -> Figure:
    # Only numbers: a draft itself is seen by its declarant alone.
    forms = Declaration.objects.active().filter(campaign__in=Campaign.objects.visible_to(user).running())
    if scope.whole_unit_ids:
        forms = forms.filter(unit_id__in=scope.whole_unit_ids)
    else:
        forms = forms.filter(department_id__in=scope.reviewed_department_ids)
    facts = forms.aggregate(open=Count("pk", filter=Q(state__in=TO_DO)), all=Count("pk"))
    hint = _("%(done)d of %(all)d handed in") % {"done": facts["all"] - facts["open"], "all": facts["all"]}
    return Figure(_("Forms outstanding"), facts["open"], link("risks:campaigns"), hint, "warning" if facts["open"] else "success")


def _answered_for(user: User, known: Standing) -> Figure:
    counts = known.counts(user.pk)
    hint = " · ".join(f"{known.levels[level][1]} {counts[level]}" for level in known.ordered() if counts.get(level))
    url = link("risks:register", query=f"leader={user.pk}")
    return Figure(_("Risk points you answer for"), sum(counts.values()), url, hint)


def answers(*, user: User, scope: Scope, today: date) -> Answers | None:
    """Who answers for what in the units the person sees as a whole: points by level, and overdue measures."""
    known = standing(user, today)
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for leader, level, n in known.points:
        if leader is not None:
            counts[leader][level] = n
    if not counts:
        return None
    late = {leader: n for leader, n, _soon in known.measures}
    levels = sorted({level for by_level in counts.values() for level in by_level}, key=lambda level: -known.levels[level][0])
    table = [(leader, [by_level.get(level, 0) for level in levels], late.get(leader, 0)) for leader, by_level in counts.items()]
    table.sort(key=lambda row: (-row[2], [-n for n in row[1]], row[0]))
    shown = table[:SHOWN_ANSWERERS]
    main = Appointment.objects.in_force(today).filter(person=OuterRef("pk")).order_by("-is_main", "pk").values("position__name")[:1]
    people = User.objects.filter(pk__in=[leader for leader, _counts, _late in shown]).values_list("pk", "name", Subquery(main))
    named = {pk: (name, post or "") for pk, name, post in people}
    rows = [
        Answerer(named[leader][0], by_level, sum(by_level), overdue, link("risks:register", query=f"leader={leader}"), named[leader][1])
        for leader, by_level, overdue in shown
        if leader in named
    ]
    return Answers([known.levels[level][1] for level in levels], rows)
