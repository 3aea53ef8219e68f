"""The bureau's mottos of the day; what was shown on the days before stands with them, so that today's is not the first of the list."""

import tomllib
from datetime import timedelta
from pathlib import Path

from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from education import pasted
from education.services import mottos

SHOWN_SINCE = 14  # days


def tell(world: World, calendar: Calendar) -> int:
    """Paste them as a member of the discipline committee, let the clock mark the days since. Returns how many there are."""
    lines = tomllib.loads((Path(__file__).resolve().parent / "mottos.toml").read_text(encoding="utf-8"))["lines"]
    begun = calendar.today - timedelta(days=SHOWN_SINCE)
    with clock.at(calendar.moment(begun - timedelta(days=1), 15 * 60 + 20)):
        made = mottos.add(unit=world.unit, found=pasted.read("\n".join(lines)), by=world.people["A005"])
    for n in range(SHOWN_SINCE + 1):
        mottos.mark(today=begun + timedelta(days=n))
    return len(made)
