"""What follows from announcements of apps that know neither audit nor notices; bound in `config.bindings`."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit import sentences
from audit.services import record
from common.schedule import Work
from common.states import Transition
from jobs.models import Job, ScheduledRun
from jobs.states import JobState
from notifications.services import notify

sentences.register(
    {
        "job.requested": gettext_lazy("{actor} started “{object}”"),
        "job.started": gettext_lazy("The worker began “{object}”"),
        "job.released": gettext_lazy("“{object}” was interrupted and put back"),
        "job.finished": gettext_lazy("“{object}” was finished"),
        "job.failed": gettext_lazy("“{object}” failed"),
        "job.cancelled": gettext_lazy("“{object}” was cancelled"),
        "schedule.asked_for": gettext_lazy("{actor} had scheduled work done at once: {object}"),
    }
)
TOLD = {
    JobState.DONE: gettext_lazy("“%(title)s” is ready."),
    JobState.FAILED: gettext_lazy("“%(title)s” failed."),
}


def tell_about_job(*, job: Job, transition: Transition | None, by: User | None) -> None:
    """Audit row for each step; a notice to the owner when it has ended."""
    record(transition.audit if transition else "job.requested", by=by, obj=job, detail={"kind": job.kind, "attempt": job.attempts})
    if text := TOLD.get(JobState(job.state)):
        url = reverse("jobs:index")
        notify([job.owner], kind="job", text=str(text) % {"title": job.title}, url=url, key=f"job-{job.pk}-{job.state}")


def record_work_asked_for(*, run: ScheduledRun, work: Work, by: User) -> None:
    """Audit row of work of the clock that an administrator started."""
    record("schedule.asked_for", by=by, obj=run, detail={"work": work.name})
