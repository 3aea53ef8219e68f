"""Integrity points of the bureau: last year closed, this year with entries in every state and thresholds just reached."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from accounts.models import User
from demo.bulk import Writer
from demo.dates import Calendar
from demo.organisation import World
from demo.trail import Trail
from early_warnings.models import (
    PointBalance,
    PointBehaviour,
    PointClosing,
    PointEntry,
    PointScheme,
    SourceKind,
    SubjectKind,
    ThresholdHit,
    Warning,
)
from early_warnings.point_selectors import level_of
from early_warnings.points import crossed, in_words, standing
from early_warnings.services.organisation import derive_responsible
from early_warnings.services.point_effects import grounds
from early_warnings.services.settings import mapped
from early_warnings.states_points import PointState
from positions.models import Body, BodyKind, Department
from web.links import link

ZERO = Decimal(0)
NOTICES = {
    "waits": "有一笔记分待您审定。",
    "entered": "您有一笔新的记分。",
    "taken_back": "您的一笔记分已冲销。",
    "refused": "您提出的一笔记分未予确认。",
    "draft": "已生成一份预警草稿，等待纪委处理。",
}


@cache
def _texts() -> dict[str, Any]:
    with (Path(__file__).resolve().parent / "points.toml").open("rb") as file:
        return tomllib.load(file)


class Points:
    """Writes the points of one unit; call when people and bodies are in the database."""

    def __init__(self, writer: Writer, calendar: Calendar, trail: Trail, world: World) -> None:
        self.writer, self.calendar, self.trail, self.world = writer, calendar, trail, world
        self.behaviours = {row.code: row for row in PointBehaviour.objects.filter(unit=None)}
        scheme = PointScheme.objects.in_force(world.unit.pk, calendar.today).first()
        assert scheme is not None
        self.scheme = scheme
        self.thresholds = list(scheme.thresholds.select_related("level"))
        self.body = Body.objects.get(unit=world.unit, kind=BodyKind.DISCIPLINE_COMMITTEE, closed_on=None)
        self.committee = {
            "head": world.people["A005"],
            "personnel": world.first("人事科", "副科长"),
            "finance": world.first("计划财务科", "副科长"),
        }
        self.entries: list[PointEntry] = []

    def run(self) -> int:
        """Write everything; returns the number of entries."""
        for row in sorted(_texts()["entries"], key=lambda row: row["at"]):
            self._entry(row)
        self._close()
        self.writer.flush()
        return len(self.entries)

    def _entry(self, row: dict[str, Any]) -> None:
        proposed = self.calendar.at(row["at"], 10, 15)
        decided = self.calendar.at(row["at"], 16, 30)
        by, decider = self.committee[row["by"]], self.committee.get(row.get("decided", ""))
        day = self.calendar.day(row["day"])
        behaviour = self.behaviours[row["code"]]
        state = PointState.PROPOSED if decider is None else PointState.REJECTED if "rejected" in row else PointState.CONFIRMED
        entry = self._write(
            row["who"],
            day,
            behaviour=behaviour,
            points=behaviour.points,
            facts=row["facts"],
            basis=_texts()["basis"].format(n=row["clause"]),
            source_kind=row["source"],
            source_text=row.get("source_text", ""),
            state=state,
            proposed_by=by,
            proposed_at=proposed,
            decided_by=decider,
            decided_at=decided if decider else None,
            decision_note=row.get("rejected", ""),
        )
        self.trail.tell(proposed, "points.proposed", by, entry)
        if decider is None:
            self._ask(entry, proposed)
            return
        if state == PointState.REJECTED:
            self.trail.tell(decided, "points.rejected", decider, entry)
            self.trail.notice(decided, by, "points", NOTICES["refused"], link("warnings:point", entry.pk), decided)
            return
        self.trail.tell(decided, "points.confirmed", decider, entry)
        self._tell_holder(entry, "entered", decided)
        self._reach(entry, decided)
        if "counter" in row:
            self._take_back(entry, row)

    def _write(self, who: str, day: date, **fields: Any) -> PointEntry:
        department = self.world.departments.get(who)
        holder: dict[str, Any]
        if department is not None:
            holder = {"department": department, "place": department, "holder_label": department.name}
        else:
            person = self.world.people[who]
            position = self.world.appointments[person.pk].position
            place = position.department
            label = " ".join([person.name, *([place.name] if place else []), position.name])
            holder = {"person": person, "place": place, "holder_label": label}
        fields |= {"unit": self.world.unit, "scheme": self.scheme, "body": self.body, "occurred_on": day, "cycle_year": day.year}
        entry = self.writer.new(PointEntry, created_at=fields["proposed_at"], **holder, **fields)
        self.entries.append(entry)
        return entry

    def _take_back(self, entry: PointEntry, row: dict[str, Any]) -> None:
        by, decider = self.committee[row["counter_by"]], self.committee[row["counter_decided"]]
        proposed, decided = self.calendar.at(row["counter_at"], 9, 40), self.calendar.at(row["counter_at"], 15, 10)
        made = self._write(
            row["who"],
            entry.occurred_on,
            behaviour=entry.behaviour,
            points=-entry.points,
            facts=row["counter"],
            basis=entry.basis,
            source_kind=entry.source_kind,
            source_text=entry.source_text,
            state=PointState.CONFIRMED,
            proposed_by=by,
            proposed_at=proposed,
            decided_by=decider,
            decided_at=decided,
            counter_of=entry,
        )
        self.trail.tell(proposed, "points.counter_proposed", by, made, detail={"entry": entry.pk})
        self.trail.tell(decided, "points.confirmed", decider, made)
        self._tell_holder(made, "taken_back", decided)

    def _ask(self, entry: PointEntry, at: datetime) -> None:
        for member in self.committee.values():
            if member != entry.proposed_by:
                self.trail.notice(at, member, "points", NOTICES["waits"], link("warnings:points_waiting"))

    def _tell_holder(self, entry: PointEntry, kind: str, at: datetime) -> None:
        person = entry.person or self.world.head(self.world.text(entry.holder_label))
        self.trail.notice(at, person, "points", NOTICES[kind], link("warnings:points_mine"), at)

    def _counting(self, entry: PointEntry) -> list[PointEntry]:
        """The confirmed entries of the same holder and year so far."""
        held = (entry.person_id, entry.department_id, entry.cycle_year, PointState.CONFIRMED)
        return [e for e in self.entries if (e.person_id, e.department_id, e.cycle_year, e.state) == held]

    def _reach(self, entry: PointEntry, at: datetime) -> None:
        """As `point_effects` does it: each threshold once, one draft for the gravest."""
        counting = self._counting(entry)
        after = sum((e.points for e in counting), ZERO)
        counted = standing(after, self.scheme.rules).counted
        new = crossed(standing(after - entry.points, self.scheme.rules).counted, counted, self.thresholds)
        if not new:
            return
        warning = self._draft(entry, new[-1], counting, counted, at)
        for threshold in new:
            self.writer.new(
                ThresholdHit,
                unit=self.world.unit,
                scheme=self.scheme,
                cycle_start=date(entry.cycle_year, 1, 1),
                person=entry.person,
                department=entry.department,
                threshold=threshold,
                entry=entry,
                counted=counted,
                warning=warning,
                at=at,
            )

    def _draft(self, entry: PointEntry, threshold: Any, counting: Sequence[PointEntry], counted: Decimal, at: datetime) -> Warning:
        words = {"points": in_words(counted), "from": in_words(threshold.points), "level": threshold.level}
        level = mapped(threshold.level, self.world.unit.pk)
        place = entry.place
        post = (
            f"{self.world.unit.name} {entry.holder_label.removeprefix(entry.person.name).strip()}" if entry.person else self.world.unit.name
        )
        warning = self.writer.new(
            Warning,
            unit=self.world.unit,
            discipline_body=self.body,
            level=level,
            tier=level.tier,
            subject_kind=SubjectKind.PERSON if entry.person else SubjectKind.DEPARTMENT,
            person=entry.person,
            department=place,
            subject_label=entry.person.name if entry.person else entry.holder_label,
            post_snapshot=post,
            grounds=grounds(list(counting), words),
            basis="\n".join(dict.fromkeys(row.basis for row in counting)),
            source_kind=SourceKind.POINTS,
            source_text=f"累计记{words['points']}分，达到“{words['level']}”起点（{words['from']}分）",
            step_since=at,
            created_at=at,
        )
        derive_responsible(warning)
        self.trail.tell(at, "warning.drafted", None, warning, detail={"tier": str(warning.get_tier_display())})
        self.trail.events[-1].object_label = "预警草稿"  # its number is a key, which is another one at every loading
        for member in self.committee.values():
            self.trail.notice(at, member, "warning", NOTICES["draft"], link("warnings:detail", warning.pk))
        return warning

    def _close(self) -> None:
        """Last year, unless the day of loading has moved entries into it that are not decided or came later."""
        year, at = self.calendar.today.year - 1, self.calendar.moment(date(self.calendar.today.year, 1, 6), 9 * 60 + 20)
        rows = [entry for entry in self.entries if entry.cycle_year == year]
        if not rows or any(entry.decided_at is None or entry.decided_at > at for entry in rows):
            return
        by: User = self.committee["head"]
        closing = self.writer.new(PointClosing, unit=self.world.unit, scheme=self.scheme, year=year, by=by, at=at)
        totals: dict[tuple[User | None, Department | None], Decimal] = {}
        for entry in rows:
            if entry.state == PointState.CONFIRMED:
                key = (entry.person, entry.department)
                totals[key] = totals.get(key, ZERO) + entry.points
        for (person, department), total in totals.items():
            stands = standing(total, self.scheme.rules)
            self.writer.new(
                PointBalance,
                closing=closing,
                person=person,
                department=department,
                holder_label=person.name if person else department.name if department else "",
                counted=stands.counted,
                left=stands.left,
                level=level_of(stands.counted, self.thresholds, self.scheme.base_level),
            )
        self.trail.tell(at, "points.year_closed", by, closing, detail={"year": year, "accounts": len(totals)})
