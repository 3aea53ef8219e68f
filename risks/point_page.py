"""What the page of a point shows: facts, measures with their next steps, drawing, history of the level."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import TimelineEvent, timeline
from common.verdicts import Verdict
from positions.flowcharts import drawing, with_flow
from positions.models import PowerItem
from positions.scopes import scope_of
from risks.models import Level, Measure, RiskPoint, Source
from risks.permissions import measures as measure_permissions
from risks.permissions import register as permissions
from risks.states import MeasureState, RiskState

# A join of all eleven tables takes PostgreSQL longer to plan than everything else on the page takes it: people and levels are looked up.
_JOINED = ("unit", "department", "position", "power_item", "flow_step")
_PEOPLE = ("responsible_leader", "department_head", "direct_holder")
_LEVELS = ("initial_level", "current_level", "target_level")
MEASURE_TONES = {
    MeasureState.PLANNED: "info",
    MeasureState.DONE: "accent",
    MeasureState.CONFIRMED: "success",
    MeasureState.DROPPED: "neutral",
}


def point_for_page(user: User, pk: int, known: dict[int, Level]) -> RiskPoint | None:
    """A point the person may see, with everything its page names; else None. `known`: all levels. Two queries."""
    points: QuerySet[RiskPoint] = RiskPoint.objects.visible_to(user).select_related(*_JOINED).defer("search")
    risk = points.filter(pk=pk).first()
    if risk is None:
        return None
    people = User.objects.in_bulk({key for name in _PEOPLE if (key := getattr(risk, f"{name}_id"))})
    for names, found in ((_PEOPLE, people), (_LEVELS, known)):
        for name in names:
            setattr(risk, name, found.get(getattr(risk, f"{name}_id")))
    return risk


def _action(label: str, name: str, risk: RiskPoint, verdict: Verdict, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": reverse(f"risks:{name}", args=[risk.pk]), "allowed": verdict.allowed, "reason": verdict.reason, **more}


def steps(user: User, risk: RiskPoint) -> list[dict[str, Any]]:
    """The next possible steps; refused ones only for people who would look for them."""
    version = {"fields": {"version": risk.version}}
    scope = scope_of(user)
    decides = permissions.decides_for(scope, risk.unit_id)
    holds = risk.direct_holder_id == user.pk or risk.department_id in scope.led_department_ids
    found: list[tuple[bool, dict[str, Any]]] = []

    def offer(look_for: bool, *args: Any, **more: Any) -> None:
        action = _action(*args, **more)
        found.append((look_for or action["allowed"], action))

    adjust = permissions.may_start_adjustment(user, risk)
    if risk.state == RiskState.RETIRED:
        restore = permissions.may_restore(user, risk)
        text = _("The point stands in the register again under its number.")
        offer(decides, _("Enter again"), "risk_restore", risk, restore, confirm=text, ask_reason=True, primary=True, **version)
        return [action for shown, action in found if shown]
    target = permissions.may_set_target(user, risk)
    offer(False, _("Set the target level"), "risk_target", risk, target, method="get", icon="target")
    offer(False, _("Name the person responsible"), "risk_holder", risk, permissions.may_set_holder(user, risk), method="get", icon="user")
    share = permissions.may_share(user, risk)
    if risk.is_shared:
        hidden = {"fields": {"version": risk.version, "shared": "0"}}
        offer(False, _("No longer show to the department"), "risk_share", risk, share, icon="eye-off", **hidden)
    else:
        text = _("Everybody in the department will see this risk point and its measures.")
        hidden = {"fields": {"version": risk.version, "shared": "1"}}
        offer(False, _("Share with the department"), "risk_share", risk, share, confirm=text, icon="users", **hidden)
    retire = permissions.may_retire(user, risk)
    text = _("The point leaves the lists of the register; its history stays. The responsible leader and the holder are told.")
    offer(decides, _("Take off the register"), "risk_retire", risk, retire, confirm=text, ask_reason=True, danger=True, **version)
    start = _("Start an adjustment form")
    offer(holds, start, "risk_adjustment", risk, adjust, icon="pencil", primary=not decides)
    offer(decides, _("Adjust the level"), "risk_level", risk, permissions.may_adjust_level(user, risk), method="get", primary=True)
    return [action for shown, action in found if shown]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with its state as a badge and what this person may do with it."""

    measure: Measure
    state_label: str
    state_tone: str
    is_over: bool
    actions: list[dict[str, Any]]


def measures_of(user: User, risk: RiskPoint) -> list[MeasureRow]:
    """The point's measures in their order, those dropped last."""
    related = ("who", "rule", "proof", "done_by", "confirmed_by")
    rows = list(risk.measures.select_related(*related).order_by("order", "pk"))
    for measure in rows:
        measure.risk = risk
    rows.sort(key=lambda m: m.state == MeasureState.DROPPED)
    return [measure_row(user, measure) for measure in rows]


def measure_row(user: User, measure: Measure) -> MeasureRow:
    """One of them; `measure.risk` is there."""
    state = MeasureState(measure.state)
    over = state in (MeasureState.CONFIRMED, MeasureState.DROPPED, MeasureState.DONE)
    return MeasureRow(measure, str(state.label), MEASURE_TONES[state], over, list(_measure_steps(user, measure)))


def _measure_steps(user: User, measure: Measure) -> Iterator[dict[str, Any]]:
    version = {"fields": {"version": measure.version}}
    may = measure_permissions

    def action(label: str, name: str, verdict: Verdict, **more: Any) -> dict[str, Any]:
        url = reverse(f"risks:{name}", args=[measure.pk])
        return {"label": label, "url": url, "allowed": verdict.allowed, "reason": verdict.reason, **more}

    if report := may.may_report(user, measure):
        yield action(_("Report done"), "measure_report", report, method="get")
    confirm = may.may_confirm(user, measure)
    if confirm or (measure.state == MeasureState.DONE and measure.done_by_id == user.pk):
        yield action(_("Confirm"), "measure_confirm", confirm, confirm=_("You have seen that the measure is carried out."), **version)
    if reject := may.may_reject(user, measure):
        text = _("The measure is open again; who reported it is told your reason.")
        yield action(_("Not accepted"), "measure_reject", reject, confirm=text, ask_reason=True, **version)
    if edit := may.may_edit(user, measure):
        yield action(_("Change"), "measure_edit", edit, method="get")
    if drop := may.may_drop(user, measure):
        text = _("The measure will not be carried out. Who was to do it is told your reason.")
        yield action(_("Drop"), "measure_drop", drop, confirm=text, ask_reason=True, **version)


def drawing_of(user: User, risk: RiskPoint, known: dict[int, Level]) -> dict[str, Any] | None:
    """The flowchart with this point, and the others one may see, on their steps; None without a power item. `known`: all levels."""
    if risk.power_item_id is None:
        return None
    item = with_flow(PowerItem.objects.visible_to(user).filter(pk=risk.power_item_id)).first()
    if item is None or not item.steps.all():
        return None
    dots: dict[str, list[dict[str, Any]]] = {}
    keys = {step.pk: str(step.key) for step in item.steps.all()}
    others = RiskPoint.objects.visible_to(user).registered().filter(power_item_id=item.pk).exclude(flow_step=None).order_by("number")
    rows = list(others.only("number", "title", "flow_step_id", "current_level_id")[:40])
    rows.sort(key=lambda point: point.pk != risk.pk)
    for number, point in enumerate(rows, start=1):
        level = known[point.current_level_id]
        dot = {
            "id": point.pk,
            "number": str(number),
            "title": point.title,
            "url": point.get_absolute_url() if point.pk != risk.pk else "",
            "level": {"label": level.label, "colour": level.colour, "severity": level.severity},
        }
        dots.setdefault(keys.get(point.flow_step_id or 0, ""), []).append(dot)
    return drawing(item, risks=dots)


def events_of(risk: RiskPoint, measures: list[MeasureRow], more: Iterable[TimelineEvent] = ()) -> list[TimelineEvent]:
    """What happened to the point and its measures, newest first. An import is one event of the unit: a point tells it from its history."""
    events = timeline(risk, *[row.measure for row in measures])
    rows = risk.history.select_related("history_user").order_by("history_id")  # type: ignore[attr-defined]
    first = rows.first() if risk.source == Source.IMPORT else None
    if first is not None:
        name = first.history_user.name if first.history_user else ""
        sentence = _("%(name)s brought the risk point in with an imported register") % {"name": name or _("The system")}
        events.append(TimelineEvent(sentence, first.history_date, name, "", ""))
    return sorted([*events, *more], key=lambda event: event.at, reverse=True) if more else events


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One stage in the life of the level."""

    at: datetime
    level: Level
    by: str
    reason: str


def level_history(risk: RiskPoint, known: dict[int, Level]) -> list[LevelChange]:
    """Each level the point has had, oldest first, with who decided it and why. `known`: all levels."""
    rows = risk.history.order_by("history_date", "history_id").values_list(  # type: ignore[attr-defined]
        "history_date", "current_level_id", "history_user__name", "history_change_reason"
    )
    found: list[LevelChange] = []
    for at, level_id, name, reason in rows:
        if level_id in known and (not found or found[-1].level.pk != level_id):
            found.append(LevelChange(at, known[level_id], name or "", reason or ""))
    return found
