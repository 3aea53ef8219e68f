"""A talk with its record: who with whom, each with unit and post of the day; why, what was said, what both sides think (domain §11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.history import History
from common.models import Timed, Versioned
from positions.models import Unit
from talks.models.kinds import TalkKind
from talks.querysets import TalkQuerySet
from talks.states import TALK_TABLE, TalkState

TONES = {
    TalkState.PLANNED: "neutral",
    TalkState.HELD: "info",
    TalkState.REPLIED: "accent",
    TalkState.RETURNED: "warning",
    TalkState.DONE: "success",
    TalkState.CANCELLED: "neutral",
}


class Talk(Timed, Versioned):
    """A talk or a written inquiry. Collective talks name their people in `attendees`, the others have one `person`.

    Unit, post and name of everybody are kept as they were on the day: later appointments do not change a record.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="talks", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=TalkKind)
    state = models.CharField(_("state"), max_length=10, choices=TalkState, default=TalkState.PLANNED)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="talks_as_person",
        verbose_name=_("person talked to"),
    )
    person_name = models.CharField(_("person talked to"), max_length=60, blank=True)
    person_unit = models.CharField(_("unit of the person talked to"), max_length=200, blank=True)
    person_post = models.CharField(_("post of the person talked to"), max_length=200, blank=True)
    talker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="talks_as_talker", verbose_name=_("talker"))
    talker_name = models.CharField(_("talker"), max_length=60)
    talker_unit = models.CharField(_("unit of the talker"), max_length=200, blank=True)
    talker_post = models.CharField(_("post of the talker"), max_length=200, blank=True)
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="talks_as_recorder",
        verbose_name=_("recorder"),
    )
    recorder_name = models.CharField(_("recorder"), max_length=60, blank=True)
    recorder_unit = models.CharField(_("unit of the recorder"), max_length=200, blank=True)
    recorder_post = models.CharField(_("post of the recorder"), max_length=200, blank=True)

    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    due_on = models.DateField(_("to be held by"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True)
    held_at = models.DateTimeField(_("time of the talk"), null=True, blank=True)
    place = models.CharField(pgettext_lazy("talk", "place"), max_length=120, blank=True)
    reason = models.TextField(pgettext_lazy("talk", "matter"))
    content = models.TextField(_("content of the talk"), blank=True)
    person_opinion = models.TextField(_("opinion of the person talked to"), blank=True)
    talker_opinion = models.TextField(_("opinion of the talker"), blank=True)

    reply = models.TextField(_("written answer"), blank=True)
    reply_due_on = models.DateField(_("answer due"), null=True, blank=True)
    replied_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("record confirmed by the person"), null=True, blank=True)
    unsigned_reason = models.TextField(_("why the record is not signed"), blank=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    cancelled_reason = models.TextField(_("why it was cancelled"), blank=True)

    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by"))
    # What set the talk off, in the words of the upper app; this app does not know warnings or leads.
    source_label = models.CharField(_("set off by"), max_length=120, blank=True)
    source_url = models.CharField(max_length=200, blank=True)

    history = History()
    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=TalkKind.COLLECTIVE, person=None) | ~Q(kind=TalkKind.COLLECTIVE) & Q(person__isnull=False),
                name="talks_talk_person_or_attendees",
            ),
            models.CheckConstraint(condition=Q(person=None) | ~Q(person=models.F("talker")), name="talks_talk_not_with_oneself"),
            models.CheckConstraint(
                condition=Q(recorder=None) | ~Q(recorder=models.F("talker")) & (Q(person=None) | ~Q(recorder=models.F("person"))),
                name="talks_talk_recorder_is_a_third",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TalkState.PLANNED, TalkState.CANCELLED]) | Q(held_at__isnull=False) & ~Q(content=""),
                name="talks_talk_held_has_a_record",
            ),
            models.CheckConstraint(
                condition=~Q(state=TalkState.DONE) | Q(confirmed_at__isnull=False) | ~Q(unsigned_reason=""),
                name="talks_talk_done_is_confirmed_or_says_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["talker", "state", "due_on"], name="talk_to_hold"),
            models.Index(fields=["person", "state"], name="talk_with"),
            models.Index(fields=["unit", "state", "-id"], name="talk_of_unit"),
        ]
        triggers = [TALK_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("talks:talk", args=[self.pk])

    @property
    def is_inquiry(self) -> bool:
        """A letter with questions instead of a meeting (函询)."""
        return self.kind == TalkKind.INQUIRY

    @property
    def asks_reply(self) -> bool:
        """Whether a written answer is due; known once it has been held."""
        return self.reply_due_on is not None

    @property
    def is_settled(self) -> bool:
        """Whether the record is confirmed, or says why it is not signed."""
        return self.confirmed_at is not None or bool(self.unsigned_reason)

    @property
    def state_label(self) -> str:
        """The state in words; an inquiry is sent, not held."""
        if self.is_inquiry and self.state == TalkState.HELD:
            return str(_("sent, waiting for the answer"))
        return str(TalkState(self.state).label)

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[TalkState(self.state)]


class TalkAttendee(models.Model):
    """One of the people of a collective talk (集体谈话), with unit and post of the day."""

    talk = models.ForeignKey(Talk, on_delete=models.PROTECT, related_name="attendees", verbose_name=_("talk"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=60)
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(_("record confirmed by the person"), null=True, blank=True)
    opinion = models.TextField(_("opinion of the person talked to"), blank=True)

    history = History()

    class Meta:
        verbose_name = _("person of a collective talk")
        ordering = ["talk", "id"]
        constraints = [models.UniqueConstraint(fields=["talk", "person"], name="talks_attendee_once")]

    def __str__(self) -> str:
        return self.name
