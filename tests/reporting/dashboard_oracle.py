"""The dashboard's numbers once more, counted in plain Python over all rows of the tables and their histories.

Of the product nothing is asked but who sees which object (`visible_to`, which has tests of its own).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from assessments.models import Result
from early_warnings.models import PointEntry, Warning
from leads.models import Lead
from risks.models import Campaign, Declaration, Level, Measure, RiskPoint

OPEN_FORMS = {"draft", "returned"}
ENDED_WARNINGS = {"rejected", "closed", "escalated", "withdrawn"}


def local(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@dataclass
class Oracle:
    """What one person should be told about a day and the period from `start` to it, of one unit."""

    user: User
    day: date
    start: date
    unit_id: int

    @property
    def is_past(self) -> bool:
        return self.day < timezone.localdate()

    def then(self, model: type[models.Model], ids: Iterable[int] | None = None) -> list[dict[str, Any]]:
        """The rows as they stand, or as the last row of the history before the end of the day has them."""
        wanted = None if ids is None else set(ids)
        if not self.is_past:
            found = [row | {"id": row["id"]} for row in model._default_manager.values()]
        else:
            last: dict[int, dict[str, Any]] = {}
            history = model.history.model._default_manager.values()  # type: ignore[attr-defined]
            for row in sorted(history, key=lambda row: (row["history_date"], row["history_id"])):
                if local(row["history_date"]) <= self.day:
                    last[row["id"]] = row
            found = [row for row in last.values() if row["history_type"] != "-"]
        return [row for row in found if wanted is None or row["id"] in wanted]

    def seen(self, model: Any) -> set[int]:
        return set(model.objects.visible_to(self.user).values_list("pk", flat=True))

    def points(self) -> list[dict[str, Any]]:
        rows = self.then(RiskPoint, self.seen(RiskPoint))
        return [row for row in rows if row["state"] == "registered" and row["unit_id"] == self.unit_id]

    def by(self, *names: str) -> Counter[tuple[Any, ...]]:
        return Counter(tuple(row[name] for name in names) for row in self.points())

    def measures(self) -> list[dict[str, Any]]:
        """With the point's department and leader of that day, and how the measure stood."""
        points = {row["id"]: row for row in self.then(RiskPoint) if row["state"] == "registered" and row["unit_id"] == self.unit_id}
        found = []
        for row in self.then(Measure, self.seen(Measure)):
            point = points.get(row["risk_id"])
            if point is not None:
                found.append(
                    row
                    | {
                        "place": point["department_id"],
                        "leader": point["responsible_leader_id"],
                        "standing": self._standing(row),
                        "promise": self._promise(row),
                    }
                )
        return found

    def _standing(self, row: dict[str, Any]) -> str:
        if row["state"] == "planned":
            due = row["due_on"]
            if due is None or due > self.day + timedelta(days=14):
                return "later"
            return "overdue" if due < self.day else "soon"
        return {"done": "reported", "confirmed": "confirmed"}.get(row["state"], "")

    def _promise(self, row: dict[str, Any]) -> str:
        due = row["due_on"]
        if due is None or not self.start <= due <= self.day or row["state"] == "dropped":
            return ""
        if row["state"] != "planned":
            return "kept" if local(row["done_at"]) <= due else "broken"
        return "" if due == self.day else "broken"

    def forms(self) -> list[dict[str, Any]]:
        started = [
            row
            for row in Campaign.objects.filter(unit_id=self.unit_id).values()
            if row["started_at"] and local(row["started_at"]) <= self.day
        ]
        if not started:
            return []
        last = max(started, key=lambda row: (row["started_at"], row["id"]))["id"]
        return [row for row in self.then(Declaration) if row["campaign_id"] == last and row["state"] != "cancelled"]

    def warnings(self) -> list[dict[str, Any]]:
        """Open on the day, or ended within the period."""
        found = []
        for row in self.then(Warning, self.seen(Warning)):
            if row["unit_id"] != self.unit_id:
                continue
            if row["state"] not in ENDED_WARNINGS or self.start <= local(row["closed_at"]) <= self.day:
                found.append(row)
        return found

    def leads(self) -> Counter[str]:
        rows = Lead.objects.filter(pk__in=self.seen(Lead), unit_id=self.unit_id).values_list("channel", "received_at")
        return Counter(channel for channel, at in rows if self.start <= local(at) <= self.day)

    def entries(self) -> list[dict[str, Any]]:
        rows = PointEntry.objects.filter(pk__in=self.seen(PointEntry), unit_id=self.unit_id, state="confirmed").values()
        return [row for row in rows if self.start <= row["occurred_on"] <= self.day and local(row["decided_at"]) <= self.day]

    def grades(self) -> Counter[tuple[int, str]]:
        """Of each assessed person the confirmed result with the highest number; quarters that overlap the period."""
        last: dict[int, dict[str, Any]] = {}
        extra = {
            row["id"]: row
            for row in Result.objects.values(
                "id", "assessed__round_id", "assessed__round__year", "assessed__round__quarter", "assessed__round__unit_id"
            )
        }
        for row in self.then(Result, self.seen(Result)):
            if row["state"] == "confirmed" and row["number"] >= last.get(row["assessed_id"], {"number": 0})["number"]:
                last[row["assessed_id"]] = row
        found: Counter[tuple[int, str]] = Counter()
        for row in last.values():
            of = extra[row["id"]]
            first = date(of["assessed__round__year"], 3 * of["assessed__round__quarter"] - 2, 1)
            if (
                of["assessed__round__unit_id"] == self.unit_id
                and first <= self.day
                and first + timedelta(days=95) > self.start
                and self._overlaps(first)
            ):
                found[(of["assessed__round_id"], row["grade_label"])] += 1
        return found

    def _overlaps(self, first: date) -> bool:
        begins = (self.start.year, (self.start.month + 2) // 3)
        ends = (self.day.year, (self.day.month + 2) // 3)
        return begins <= (first.year, (first.month + 2) // 3) <= ends

    def changes(self) -> Counter[str]:
        """Rises and falls, from each point's rows one after the other."""
        severity = dict(Level.objects.values_list("pk", "severity"))
        seen = self.seen(RiskPoint)
        rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in RiskPoint.history.model._default_manager.values():
            if row["id"] in seen:
                rows[row["id"]].append(row)
        found: Counter[str] = Counter()
        for of_point in rows.values():
            of_point.sort(key=lambda row: (row["history_date"], row["history_id"]))
            for before, after in pairwise(of_point):
                if not self.start <= local(after["history_date"]) <= self.day or after["unit_id"] != self.unit_id:
                    continue
                if (was := before["current_level_id"]) != (now := after["current_level_id"]):
                    found["rise" if severity[now] > severity[was] else "fall"] += 1
        return found
