"""The list of talks."""

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge, deadline
from talks.models import Talk
from talks.states import TalkState

_ONE_LINE = {"td": {"class": "nowrap"}}


class TalkTable(tables.Table):
    """One row a talk."""

    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=_ONE_LINE)
    kind = tables.Column(verbose_name=_("kind"), attrs=_ONE_LINE)
    person_name = tables.Column(verbose_name=_("person talked to"), empty_values=())
    talker_name = tables.Column(verbose_name=_("talker"))
    reason = tables.Column(verbose_name=pgettext_lazy("talk", "matter"), orderable=False)
    due_on = tables.Column(verbose_name=_("date"), empty_values=(), orderable=False)
    state = tables.Column(verbose_name=_("state"))

    class Meta:
        model = Talk
        fields = ("number", "kind", "person_name", "talker_name", "reason", "due_on", "state")
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_person_name(self, record: Talk) -> str | SafeString:
        """Name and post; a collective talk says with how many."""
        if record.person_name:
            return markup('{} <span class="text-secondary">{}</span>', record.person_name, record.person_post)
        count = record.people  # type: ignore[attr-defined]
        return ngettext("%(n)d person", "%(n)d people", count) % {"n": count}

    def render_reason(self, value: str) -> str:
        """The beginning of it."""
        return Truncator(value).chars(40)

    def render_due_on(self, record: Talk) -> SafeString | str:
        """What is due next; once nothing is, when it was held."""
        if record.state == TalkState.PLANNED:
            return deadline(record.due_on) if record.due_on else "—"
        if record.state in (TalkState.HELD, TalkState.RETURNED) and record.reply_due_on:
            return deadline(record.reply_due_on)
        return timezone.localdate(record.held_at).isoformat() if record.held_at else "—"

    def render_state(self, record: Talk) -> SafeString:
        """As a badge."""
        return badge(record.state_label, record.state_tone)
