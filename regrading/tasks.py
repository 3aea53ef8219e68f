"""What workers do for re-grading: every night and at the end of a quarter each unit's register is evaluated again (domain §3)."""

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Daily, Every, Quarterly, Result, scheduled
from regrading import tasks_what_if  # noqa: F401 -- registered by being imported
from regrading.models import Cause
from regrading.services import runs


@shared_task(name="regrading.run_unit")
def run_unit(*, run_id: int) -> None:
    """One unit, if its run still waits."""
    runs.perform(run_id=run_id)


@scheduled("regrading.nightly", at=Daily(2, 0), title=gettext_lazy("Re-grading of every register"), part="regrading")
def nightly() -> Result:
    """A run for every unit, as of today."""
    return {"units": runs.start(cause=Cause.NIGHTLY, as_of=timezone.localdate())}


@scheduled("regrading.quarter", at=Quarterly(3, 0), title=gettext_lazy("Re-grading at the end of the quarter"), part="regrading")
def quarter() -> Result:
    """The same, kept as that of the quarter."""
    return {"units": runs.start(cause=Cause.QUARTER, as_of=timezone.localdate())}


@scheduled("regrading.sweep", at=Every(60), title=gettext_lazy("Waiting runs of re-grading"), part="regrading")
def sweep() -> Result:
    """Every minute: what waits although it was sent, is sent again."""
    return {"sent": runs.sweep()}
