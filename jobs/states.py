"""The life of a job."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("finished")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


JOB_TABLE = register(
    StateTable(
        "job",
        JobState,
        JobState.WAITING,
        [
            Transition("claim", (JobState.WAITING,), JobState.RUNNING, _("start"), "worker", "job.started"),
            Transition("release", (JobState.RUNNING,), JobState.WAITING, _("put back"), "sweep", "job.released"),
            Transition("finish", (JobState.RUNNING,), JobState.DONE, _("finish"), "worker", "job.finished", told=_("owner")),
            Transition(
                "fail",
                (JobState.RUNNING, JobState.WAITING),
                JobState.FAILED,
                _("fail"),
                "worker",
                "job.failed",
                told=_("owner"),
            ),
            Transition(
                "cancel",
                (JobState.WAITING, JobState.RUNNING),
                JobState.CANCELLED,
                _("cancel"),
                "owner",
                "job.cancelled",
            ),
        ],
    )
)
