"""Which reminder holds today: pure rules (ADR 0017).

Counted in working days of the Chinese calendar, 调休 included, and told on working days only: what is due on a day off is reminded of on
the last working day before it, and is late from the first working day after it. Of the reminders to those who are to do it only the
furthest one reached is told; of the leaders, every place reached.
"""

from collections.abc import Iterable
from datetime import date

from common import workdays
from deadlines.registry import Intervals

DAY = "day"
_BEFORE, _OVER, _UP = "before", "over", "up"


def days_left(due_on: date, today: date) -> int:
    """Working days until the day (0: today, or only days off until then); below 0: late by so many."""
    return workdays.workdays_between(today, due_on)


def reached(due_on: date, today: date, rule: Intervals) -> str | None:
    """The furthest stage reached by those who are to do it: "before:5", "day", "over:1"; None while there is time."""
    left = days_left(due_on, today)
    late = -left if today > due_on else 0
    if late:
        over = _over(late, rule)
        if over:
            return f"{_OVER}:{over}"
    if (today <= due_on and left > 0) or not rule.on_day:
        near = [days for days in rule.before if days >= max(left, 0)]
        return f"{_BEFORE}:{min(near)}" if near else None
    return DAY


def _over(late: int, rule: Intervals) -> int:
    """The last of the days after the due day on which is reminded, at most `late`; 0 for none."""
    passed = [days for days in rule.after if days <= late]
    if rule.every and len(passed) == len(rule.after):
        last = max(rule.after, default=0)
        return last + (late - last) // rule.every * rule.every
    return max(passed, default=0)


def places(due_on: date, today: date, rule: Intervals) -> list[str]:
    """The places of leaders reached: "up:1", "up:2"…, the nearest first."""
    if today <= due_on:
        return []
    late = -days_left(due_on, today)
    return [f"{_UP}:{place}" for place, days in enumerate(sorted(rule.escalate), start=1) if late >= days]


def rank(stage: str) -> int:
    """The order of the stages that those who are to do it go through: who was told one is not told an earlier one afterwards."""
    what, _colon, days = stage.partition(":")
    return {_BEFORE: -int(days or 0) - 1, DAY: 0, _OVER: int(days or 0)}[what]


def is_up(stage: str) -> bool:
    """Whether the stage tells a leader."""
    return stage.startswith(_UP)


def place_of(stage: str) -> int:
    """Which place of the leaders a stage tells, from 0."""
    return int(stage.partition(":")[2]) - 1


def look_ahead(today: date, rules: Iterable[Intervals]) -> date:
    """The last due day that anybody may be reminded of today."""
    most = max((days for rule in rules for days in rule.before), default=0)
    # Days off after the last of them belong to it: they are as many working days away.
    following = workdays.add_workdays(today, most + 1)
    return date.fromordinal(following.toordinal() - 1)


def days_of_reminders(due_on: date, rule: Intervals, *, until: date) -> list[tuple[date, str]]:
    """On which days what is told of something due then: for previews; days before 1 year earlier are left out."""
    day = date.fromordinal(due_on.toordinal() - 366)
    found: list[tuple[date, str]] = []
    seen: set[str] = set()
    while day <= until:
        if workdays.is_workday(day):
            now = [*filter(None, [reached(due_on, day, rule)]), *places(due_on, day, rule)]
            found += [(day, stage) for stage in now if stage not in seen]
            seen.update(now)
        day = date.fromordinal(day.toordinal() + 1)
    return found
