"""Long work for users, and runs of what is done by the clock. The row is the record of what is to be done; the broker only wakes."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.encrypted import SEALED_TYPE
from common.models import StoredFile, Timed
from common.tablefiles import format_in
from jobs.querysets import UNFINISHED, JobQuerySet, ScheduledRunQuerySet
from jobs.states import JOB_TABLE, RUN_TABLE, JobState, RunState


class Job(Timed):
    """One piece of long work. `kind` names a registered function (jobs.registry); `arguments` holds ids and filters only."""

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.WAITING)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    message = models.TextField(_("message"), blank=True)
    report = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_owner"),
            models.Index(fields=["state", "claimed_until"], name="job_due"),
        ]
        triggers = [JOB_TABLE.guard()]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """What the owner's file is called; a sealed one bears no name of its own."""
        if self.file is None:
            return ""
        return f"{self.title}.{format_in(self.arguments)}" if self.is_sealed else self.file.name

    @property
    def is_sealed(self) -> bool:
        """Whether the file is kept encrypted."""
        return self.file is not None and self.file.content_type == SEALED_TYPE

    @property
    def is_unfinished(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in UNFINISHED

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        return {JobState.DONE: "success", JobState.FAILED: "danger", JobState.RUNNING: "info"}.get(JobState(self.state), "neutral")


class ScheduledWork(models.Model):
    """Work of the clock that this installation knows. The row is what is locked while somebody decides whether it is due."""

    name = models.CharField(max_length=100, primary_key=True)
    # Times planned before are nobody's: a new installation does not make up for the last quarter.
    known_since = models.DateTimeField()

    class Meta:
        verbose_name = _("scheduled work")

    def __str__(self) -> str:
        return self.name


class ScheduledRun(Timed):
    """Some work of the clock at one planned time, or when an administrator asked for it. One row for each, whoever sends the task."""

    name = models.CharField(_("scheduled work"), max_length=100)
    slot = models.DateTimeField(_("planned time"))
    state = models.CharField(_("state"), max_length=12, choices=RunState, default=RunState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)  # class and place of the failure: no content

    objects = ScheduledRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled run")
        ordering = ["-slot"]
        constraints = [
            models.UniqueConstraint(fields=["name", "slot"], name="jobs_scheduledrun_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(state=RunState.RUNNING), name="jobs_scheduledrun_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(state__in=(RunState.WAITING, RunState.RUNNING), finished_at=None)
                | Q(state__in=(RunState.DONE, RunState.FAILED), finished_at__isnull=False),
                name="jobs_scheduledrun_finished",
            ),
        ]
        indexes = [models.Index(fields=["state", "slot"], name="run_state")]
        triggers = [RUN_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"

    @property
    def duration(self) -> timedelta | None:
        """From its begin to its end; None while it has not ended."""
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        return {RunState.DONE: "success", RunState.FAILED: "danger", RunState.RUNNING: "info"}.get(RunState(self.state), "neutral")
