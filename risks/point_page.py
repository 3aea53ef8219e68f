"""What the page of a point shows: facts, measures with their next steps, drawing, history of the level."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import TimelineEvent, timeline
from common import prepared
from common.addresses import address
from common.prepared import Given
from common.prepared_objects import Objects
from common.verdicts import Verdict
from positions.flowcharts import drawing, put_flow
from positions.models import PowerItem
from positions.scopes import scope_of
from risks.models import Level, Measure, RiskPoint, Source
from risks.permissions import measures as measure_permissions
from risks.permissions import register as permissions
from risks.states import MeasureState, RiskState

_JOINED = ("unit", "department", "position", "power_item", "flow_step", "responsible_leader", "department_head", "direct_holder")
_LEVELS = ("initial_level", "current_level", "target_level")
_DOTS = 40
_point = Objects(lambda: RiskPoint.objects.filter(pk=Given("risk")).select_related(*_JOINED).defer("search"))
_measures = Objects(
    lambda: (
        Measure.objects.filter(risk=Given("risk")).select_related("who", "rule", "proof", "done_by", "confirmed_by").order_by("order", "pk")
    )
)
MEASURE_TONES = {
    MeasureState.PLANNED: "info",
    MeasureState.DONE: "accent",
    MeasureState.CONFIRMED: "success",
    MeasureState.DROPPED: "neutral",
}


def point_for_page(user: User, pk: int, known: dict[int, Level]) -> RiskPoint | None:
    """A point the person may see, with everything its page names; else None. `known`: all levels. Two queries."""

    def seen() -> Any:
        return RiskPoint.objects.visible_to(user).filter(pk=Given("risk")).values_list("pk")

    risk = next(iter(_point(risk=pk)), None) if prepared.rows("risks.seen", scope_of(user).key, seen, risk=pk) else None
    if risk is None:
        return None
    for name in _LEVELS:
        setattr(risk, name, known.get(getattr(risk, f"{name}_id")))
    return risk


def _action(label: str, name: str, risk: RiskPoint, verdict: Verdict, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": address(f"risks:{name}", risk.pk), "allowed": verdict.allowed, "reason": verdict.reason, **more}


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
    rows = _measures(risk=risk.pk)
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
        url = address(f"risks:{name}", measure.pk)
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
    item = risk.power_item
    if item is None:
        return None
    # What is on the chart is read as part of it; an item without any point may still be one to be seen.
    found = _on_chart(user, item)
    if not (found or _sees_item(user, item)) or not put_flow(item):
        return None
    keys = {step.pk: str(step.key) for step in item.steps.all()}
    dots: dict[str, list[dict[str, Any]]] = {}
    rows = sorted(found, key=lambda row: row[0] != risk.pk)
    for place, (pk, title, step_id, level_id) in enumerate(rows, start=1):
        level = known[level_id]
        dot = {
            "id": pk,
            "number": str(place),
            "title": title,
            "url": address("risks:risk", pk) if pk != risk.pk else "",
            "level": {"label": level.label, "colour": level.colour, "severity": level.severity},
        }
        dots.setdefault(keys.get(step_id or 0, ""), []).append(dot)
    return drawing(item, risks=dots)


def _sees_item(user: User, item: PowerItem) -> bool:
    def seen() -> Any:
        return PowerItem.objects.visible_to(user).filter(pk=Given("item")).values_list("pk")

    return bool(prepared.rows("risks.seen_item", scope_of(user).key, seen, item=item.pk))


def _on_chart(user: User, item: PowerItem) -> list[tuple[Any, ...]]:
    """Key, title, step and level of the points on the item's chart that the person sees, by their number; none of an item not seen."""

    def points() -> Any:
        item_seen = Exists(PowerItem.objects.visible_to(user).filter(pk=Given("item")))
        on_chart = RiskPoint.objects.visible_to(user).registered().filter(item_seen, power_item=Given("item")).exclude(flow_step=None)
        return on_chart.order_by("number").values_list("pk", "title", "flow_step_id", "current_level_id")[:_DOTS]

    return prepared.rows("risks.on_chart", scope_of(user).key, points, item=item.pk)


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of a point's history."""

    key: int
    at: datetime
    level_id: int
    by: str
    reason: str


def history_of(risk: RiskPoint) -> list[Kept]:
    """The point's history, oldest first: what its page tells of it. One query."""

    def found() -> Any:
        rows = RiskPoint.history.filter(id=Given("risk")).order_by("history_date", "history_id")
        return rows.values_list("history_id", "history_date", "current_level_id", "history_user__name", "history_change_reason")

    rows = prepared.rows("risks.history", "", found, risk=risk.pk)
    return [Kept(key, at, level, name or "", reason or "") for key, at, level, name, reason in rows]


def events_of(
    risk: RiskPoint, measures: list[MeasureRow], history: Sequence[Kept], more: Iterable[TimelineEvent] = ()
) -> list[TimelineEvent]:
    """What happened to the point and its measures, newest first. An import is one event of the unit: a point tells it from its history."""
    events = timeline(risk, *[row.measure for row in measures])
    first = min(history, key=lambda row: row.key, default=None) if risk.source == Source.IMPORT else None
    if first is not None:
        sentence = _("%(name)s brought the risk point in with an imported register") % {"name": first.by or _("The system")}
        events.append(TimelineEvent(sentence, first.at, first.by, "", ""))
    return sorted([*events, *more], key=lambda event: event.at, reverse=True) if more else events


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One stage in the life of the level."""

    at: datetime
    level: Level
    by: str
    reason: str


def level_history(history: Iterable[Kept], known: dict[int, Level]) -> list[LevelChange]:
    """Each level the point has had, oldest first, with who decided it and why. `known`: all levels."""
    found: list[LevelChange] = []
    for row in history:
        if row.level_id in known and (not found or found[-1].level.pk != row.level_id):
            found.append(LevelChange(row.at, known[row.level_id], row.by, row.reason))
    return found
