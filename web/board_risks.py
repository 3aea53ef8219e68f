"""The start page's part about risks: forms, reviews, the grading session, measures; figures and who answers for leaders."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from positions.models import Appointment, BodyKind
from positions.scopes import Scope
from risks.models import Campaign, CampaignPhase, Declaration, Measure, PhaseKind, ReviewStep, RiskPoint
from risks.states import FormState, MeasureState, RiskState
from web.board_parts import Answerer, Answers, Figure, Sent, Task
from web.links import link

SOON = timedelta(days=14)
SHOWN_ANSWERERS = 12
STILL_TOLD = timedelta(days=30)
SHOWN_SENT = 5
TO_DO = (FormState.DRAFT, FormState.RETURNED)


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """Forms to fill in, forms of others to read, risks to grade, measures to carry out and to confirm."""
    due = _phase_dates(user)
    return [*_forms(user, due), *_reviews(user, due), *_session(user, scope, due), *_measures(user, today), *_confirmations(user, scope)]


def _phase_dates(user: User) -> dict[tuple[int, str], date]:
    phases = CampaignPhase.objects.filter(campaign__in=Campaign.objects.visible_to(user).running())
    return {(campaign, kind): day for campaign, kind, day in phases.values_list("campaign_id", "kind", "due_on")}


def _forms(user: User, due: dict[tuple[int, str], date]) -> list[Task]:
    mine = Declaration.objects.visible_to(user).filter(declarant=user, state__in=TO_DO)
    found = []
    for form in mine.select_related("position", "department", "unit").order_by("pk"):
        names = {"form": form.get_kind_display(), "holder": form.position or form.department or form.unit}
        is_returned = form.state == FormState.RETURNED
        text = _("Mend the returned %(form)s form: %(holder)s") if is_returned else _("Fill in and sign the %(form)s form: %(holder)s")
        day = due.get((form.campaign_id or 0, PhaseKind.FINDING))
        found.append(Task(text % names, link("risks:form", form.pk), due=day, urgent=is_returned))
    return found


def _reviews(user: User, due: dict[tuple[int, str], date]) -> list[Task]:
    waiting = ReviewStep.objects.filter(reviewer=user, is_current=True, declaration__state=FormState.IN_REVIEW)
    facts = waiting.aggregate(n=Count("pk"), since=Min("waiting_since"))
    if not facts["n"]:
        return []
    days = [due[key] for pk in set(waiting.values_list("declaration__campaign_id", flat=True)) if (key := (pk, PhaseKind.FINDING)) in due]
    text = ngettext("%(n)d form waits for your review", "%(n)d forms wait for your review", facts["n"]) % {"n": facts["n"]}
    since = facts["since"] and _("the oldest since %(day)s") % {"day": timezone.localdate(facts["since"]).isoformat()}
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


def sent(*, user: User, scope: Scope, today: date) -> list[Sent]:
    """The person's forms under way and those graded in the last 30 days, with the step they are at."""
    since = timezone.now() - STILL_TOLD
    current = Prefetch("review_steps", ReviewStep.objects.filter(is_current=True).select_related("reviewer"), to_attr="current")
    mine = (
        Declaration.objects.visible_to(user)
        .filter(Q(state__in=[FormState.IN_REVIEW, FormState.REVIEWED]) | Q(state=FormState.GRADED, graded_at__gte=since), declarant=user)
        .select_related("position", "department", "unit")
        .prefetch_related(current)
        .order_by("-pk")
    )
    return [_sent(form) for form in mine[:SHOWN_SENT]]


def _sent(form: Declaration) -> Sent:
    step: ReviewStep | None = next(iter(form.current), None)  # type: ignore[attr-defined]
    where = str(form.get_state_display())
    if step is not None and form.state == FormState.IN_REVIEW:
        where = f"{step.get_kind_display()} · {step.reviewer}" if step.reviewer else str(step.get_kind_display())
    text = _("%(form)s form: %(holder)s") % {"form": form.get_kind_display(), "holder": form.position or form.department or form.unit}
    tone = "success" if form.state == FormState.GRADED else "info"
    return Sent(text, link("risks:form", form.pk), where, tone, form.graded_at or form.submitted_at)


def figures(*, user: User, scope: Scope, today: date) -> list[Figure]:
    """Four figures: gravest points, overdue measures, forms outstanding, what this leader answers for."""
    points = RiskPoint.objects.visible_to(user).registered().order_by()
    rows = points.values("current_level", label=F("current_level__label"), severity=F("current_level__severity")).annotate(
        n=Count("pk"), own=Count("pk", filter=Q(responsible_leader=user))
    )
    levels = sorted(rows, key=lambda row: -row["severity"])  # the gravest first
    return [_points(levels), _late(user, today), _outstanding(user, scope), _answered_for(user, levels)]


def _points(levels: list[dict[str, Any]]) -> Figure:
    if not levels:
        return Figure(_("Risk points"), 0, link("risks:register"))
    first, *others = levels
    hint = " · ".join([_("%(n)d in all") % {"n": sum(row["n"] for row in levels)}, *(f"{row['label']} {row['n']}" for row in others)])
    url = link("risks:register", query=f"level={first['current_level']}")
    return Figure(_("Risk points: %(level)s") % {"level": first["label"]}, first["n"], url, hint)


def _late(user: User, today: date) -> Figure:
    facts = (
        Measure.objects.visible_to(user)
        .open()
        .filter(risk__state=RiskState.REGISTERED)
        .aggregate(late=Count("pk", filter=Q(due_on__lt=today)), soon=Count("pk", filter=Q(due_on__range=(today, today + SOON))))
    )
    hint = _("%(n)d due within two weeks") % {"n": facts["soon"]}
    tone = "danger" if facts["late"] else "success"
    return Figure(_("Overdue measures"), facts["late"], link("risks:measures", query="which=overdue"), hint, tone)


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


def _answered_for(user: User, levels: list[dict[str, Any]]) -> Figure:
    hint = " · ".join(f"{row['label']} {row['own']}" for row in levels if row["own"])
    url = link("risks:register", query=f"leader={user.pk}")
    return Figure(_("Risk points you answer for"), sum(row["own"] for row in levels), url, hint)


def answers(*, user: User, scope: Scope, today: date) -> Answers | None:
    """Who answers for what in the units the person sees as a whole: points by level, and overdue measures."""
    points = RiskPoint.objects.visible_to(user).registered().filter(responsible_leader__isnull=False)
    rows = (
        points.order_by()
        .values_list("responsible_leader", "current_level")
        .annotate(n=Count("pk"), name=F("responsible_leader__name"), label=F("current_level__label"), severity=F("current_level__severity"))
    )
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    names, levels = {}, {}
    for leader, level, n, name, label, severity in rows:
        counts[leader][level], names[leader], levels[level] = n, name, (severity, label)
    if not counts:
        return None
    late = dict(
        Measure.objects.visible_to(user)
        .overdue(today)
        .filter(risk__state=RiskState.REGISTERED, risk__responsible_leader__isnull=False)
        .order_by()
        .values_list("risk__responsible_leader")
        .annotate(n=Count("pk"))
    )
    # The main post of each comes last and stays.
    held = Appointment.objects.in_force(today).filter(person_id__in=counts).order_by("is_main", "-pk")
    posts = dict(held.values_list("person_id", "position__name"))
    order = sorted(levels, key=lambda level: -levels[level][0])
    table = [
        Answerer(
            names[leader],
            [by_level.get(level, 0) for level in order],
            sum(by_level.values()),
            late.get(leader, 0),
            link("risks:register", query=f"leader={leader}"),
            posts.get(leader, ""),
        )
        for leader, by_level in counts.items()
    ]
    table.sort(key=lambda row: (-row.overdue, [-n for n in row.counts]))
    return Answers([levels[level][1] for level in order], table[:SHOWN_ANSWERERS])
