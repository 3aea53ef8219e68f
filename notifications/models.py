"""What people are told, and what leaves the product for it: inbox, preferences, deliveries (outbox), robots of group chats (ADR 0016)."""

import uuid
from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.encrypted import EncryptedTextField
from common.history import History
from common.models import Timed, Versioned
from notifications.querysets import DeliveryQuerySet, NoticeQuerySet, PreferenceQuerySet, RobotQuerySet
from notifications.states import DELIVERY_TABLE, DeliveryState

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(7, 30)
DIGEST_HOUR = 8


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
    # Waits for the person's next digest; taken back when it is read before.
    for_digest = models.BooleanField(default=False)

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
            models.Index(fields=["person"], condition=models.Q(for_digest=True), name="notice_for_digest"),
        ]

    def __str__(self) -> str:
        return self.text


class EmailMode(models.TextChoices):
    SINGLE = "single", _("an e-mail for each notice")
    DIGEST = "digest", _("one e-mail a day")
    NONE = "none", _("no e-mails")


class Preference(Timed, Versioned):
    """How a person wants to be told besides the inbox. Without a row the defaults of the fields hold."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference")
    email = models.CharField(_("e-mail"), max_length=8, choices=EmailMode, default=EmailMode.SINGLE)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily e-mail"), default=DIGEST_HOUR, validators=[MaxValueValidator(23)])
    # Equal times: no quiet hours. Until before from: over midnight.
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_until = models.TimeField(_("quiet until"), default=QUIET_UNTIL)
    quiet_days_off = models.BooleanField(_("quiet on days off"), default=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preferences for notices")
        constraints = [models.CheckConstraint(condition=Q(digest_hour__lte=23), name="notifications_preference_hour")]

    def __str__(self) -> str:
        return str(self.person)


class RobotService(models.TextChoices):
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    GATEWAY = "gateway", _("the unit's own gateway")


class Robot(Timed, Versioned):
    """The robot of a unit's group chat. What it says is read by everybody there: kinds and numbers, never a person or a matter.

    `address` is as good as a password: whoever knows it writes into the group. It is sealed and never shown again.
    """

    # Units live in an upper layer; there is a page for each.
    unit_id = models.PositiveBigIntegerField(unique=True)
    service = models.CharField(pgettext_lazy("delivery", "service"), max_length=10, choices=RobotService)
    address = EncryptedTextField(_("address"))
    kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("what it tells"), default=list, blank=True)
    is_on = models.BooleanField(_("switched on"), default=True)

    history = History()
    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "robot")
        ordering = ["unit_id"]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.unit_id}"


class DeliveryChannel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("delivery", "e-mail")
    ROBOT = "robot", pgettext_lazy("delivery", "robot")


class Delivery(models.Model):
    """One message that leaves the product, from the transaction that causes it until the channel has taken it.

    It holds no text: what it says is put together from its notices (or events) at the moment of sending. `mark` makes the Message-ID of
    an e-mail, so that one that was sent twice, because a worker was killed between sending and marking, is recognised by who receives it.
    """

    mark = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(pgettext_lazy("delivery", "channel"), max_length=8, choices=DeliveryChannel)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("person")
    )
    robot = models.ForeignKey(Robot, null=True, on_delete=models.CASCADE, related_name="deliveries")
    is_test = models.BooleanField(default=False)
    digest_on = models.DateField(_("day of the digest"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("delivery", "attempts"), default=0)
    created_at = models.DateTimeField(pgettext_lazy("delivery", "made"), auto_now_add=True)
    due_at = models.DateTimeField(pgettext_lazy("delivery", "due"))  # quiet hours have been seen to
    next_try_at = models.DateTimeField(pgettext_lazy("delivery", "next attempt"))
    # The database's clock. The attempt is the token of who sends it: a worker that lost its lease can no longer mark the delivery.
    claimed_until = models.DateTimeField(null=True)
    # A code of notifications.failures, no content.
    last_error = models.CharField(pgettext_lazy("delivery", "reason"), max_length=40, blank=True)
    sent_at = models.DateTimeField(pgettext_lazy("delivery", "sent"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "delivery")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel=DeliveryChannel.EMAIL, person__isnull=False, robot=None)
                | Q(channel=DeliveryChannel.ROBOT, person=None, robot__isnull=False),
                name="notifications_delivery_to_one",
            ),
            models.CheckConstraint(condition=Q(due_at__lte=F("next_try_at")), name="notifications_delivery_not_early"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENDING, claimed_until__isnull=False)
                | (~Q(state=DeliveryState.SENDING) & Q(claimed_until=None)),
                name="notifications_delivery_claimed",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False) | (~Q(state=DeliveryState.SENT) & Q(sent_at=None)),
                name="notifications_delivery_sent_when",
            ),
            # One digest a day for each person, however often the job runs.
            models.UniqueConstraint(fields=["person", "digest_on"], name="notifications_delivery_one_digest"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state=DeliveryState.WAITING), name="delivery_due"),
            models.Index(fields=["claimed_until"], condition=Q(state=DeliveryState.SENDING), name="delivery_claimed"),
            models.Index(fields=["state", "-id"], name="delivery_state"),
            models.Index(fields=["created_at"], name="delivery_made"),
        ]
        triggers = [DELIVERY_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def tone(self) -> str:
        """Colour of the state in lists."""
        tones = {DeliveryState.SENT: "success", DeliveryState.FAILED: "danger", DeliveryState.SENDING: "info"}
        return tones.get(DeliveryState(self.state), "neutral")


class DeliveryItem(models.Model):
    """A notice in the e-mail that carries it; one e-mail at most."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="items")
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="carried")

    def __str__(self) -> str:
        return str(self.pk)


class RobotEvent(models.Model):
    """Something happened in a unit that its robot counts. `kind` is empty where even that must not be said."""

    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.CASCADE, related_name="events")

    class Meta:
        indexes = [models.Index(fields=["robot", "created_at"], condition=Q(delivery=None), name="robot_event_untold")]

    def __str__(self) -> str:
        return self.kind
