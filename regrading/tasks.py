"""What workers do for re-grading: every night and at the end of a quarter each unit's register is evaluated again (domain §3)."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.schedule import Daily, Every, Quarterly, Result, scheduled
from regrading import (
    run_selectors,
    tasks_what_if,  # noqa: F401 -- registered by being imported
)
from regrading.models import Cause
from regrading.services import runs


@shared_task(name="regrading.run_unit")
def run_unit(*, run_id: int) -> None:
    """One unit, if its run still waits."""
    runs.perform(run_id=run_id)


@scheduled("regrading.nightly", at=Daily(2, 0), title=gettext_lazy("Re-grading of every register"), part="regrading", with_slot=True)
def nightly(slot: datetime) -> Result:
    """A run for every unit, as of the planned day."""
    return {"units": runs.start(cause=Cause.NIGHTLY, as_of=timezone.localdate(slot))}


@scheduled(
    "regrading.quarter", at=Quarterly(3, 0), title=gettext_lazy("Re-grading at the end of the quarter"), part="regrading", with_slot=True
)
def quarter(slot: datetime) -> Result:
    """The same, kept as that of the quarter: its last day, also when it is made up for later."""
    return {"units": runs.start(cause=Cause.QUARTER, as_of=timezone.localdate(slot))}


@scheduled(
    "regrading.sweep",
    at=Every(60),
    title=gettext_lazy("Waiting runs of re-grading"),
    part="regrading",
    words={
        "done": pgettext_lazy("scheduled result", "units evaluated last night"),
        "waiting": pgettext_lazy("scheduled result", "units waiting"),
        "overdue": pgettext_lazy("scheduled result", "of these for more than two hours"),
        "failed": pgettext_lazy("scheduled result", "units given up"),
    },
    alarms=frozenset({"failed", "overdue"}),
)
def sweep() -> Result:
    """Every minute: what waits although it was sent, is sent again; how last night went, so that a failure shows."""
    sent, night = runs.sweep(), run_selectors.last_night()
    return {"sent": sent, "done": night.done, "waiting": night.waiting, "overdue": night.overdue, "failed": night.failed}
