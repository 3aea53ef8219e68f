"""The life of a job, and that of one run of work of the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class RunState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("scheduled run", "asked for")
    RUNNING = "running", pgettext_lazy("scheduled run", "running")
    DONE = "done", pgettext_lazy("scheduled run", "done")
    FAILED = "failed", pgettext_lazy("scheduled run", "failed")


RUN_TABLE = register(
    StateTable(
        "scheduled_run",
        RunState,
        RunState.WAITING,
        [
            Transition("begin", (RunState.WAITING,), RunState.RUNNING, pgettext_lazy("scheduled run", "begin"), "worker", "schedule.begun"),
            Transition("finish", (RunState.RUNNING,), RunState.DONE, _("finish"), "worker", "schedule.finished"),
            Transition("fail", (RunState.RUNNING,), RunState.FAILED, _("fail"), "worker", "schedule.failed"),
            Transition(
                "repeat",
                (RunState.FAILED,),
                RunState.RUNNING,
                pgettext_lazy("scheduled run", "try again"),
                "worker",
                "schedule.begun",
                requires=_("its planned time is the last one, and it was tried less than three times"),
            ),
        ],
    )
)
