"""What a person is told: written in the transaction that causes it (outbox), read in the inbox."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.querysets import NoticeQuerySet


class Notice(models.Model):
    """One thing that waits for, or happened to, one person.

    `text` is shown in the inbox; when `sensitive`, other channels say only that something waits. `key` makes a notice arrive once:
    a second one with the same person and key is not written.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120, blank=True)
    sensitive = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~models.Q(key=""), name="notifications_notice_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_inbox"),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.text
