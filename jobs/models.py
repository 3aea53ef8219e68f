"""Long work for users: exports, imports, document packs. The row is the record of what is to be done; the broker only wakes a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import StoredFile, Timed
from jobs.querysets import UNFINISHED, JobQuerySet
from jobs.states import JOB_TABLE, JobState


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
    def is_unfinished(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in UNFINISHED

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        return {JobState.DONE: "success", JobState.FAILED: "danger", JobState.RUNNING: "info"}.get(JobState(self.state), "neutral")
