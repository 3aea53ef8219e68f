"""The board, the ledger 《预警信息台账》 and the catalogue of signs as tables."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.markup import markup
from common.templatetags.ui_status import badge, deadline, level_badge
from leads.models import Judgement
from leads.selectors import subjects_in_words
from leads.states import ENDED, LeadState

TONES = {
    LeadState.RECEIVED: "warning",
    LeadState.STUDYING: "info",
    LeadState.PROPOSED: "accent",
    LeadState.HANDLING: "info",
    LeadState.CLOSED: "success",
    LeadState.CLEARED: "success",
    LeadState.HANDED_OVER: "neutral",
}
_ONE_LINE = {"td": {"class": "nowrap"}}
_ON_WISH = {"th": {"data-optional": "1"}}


def judgement_of(lead: Any) -> Judgement | None:
    """The judgement that counts, of a row fetched by `selectors.for_list`."""
    return next(iter(lead.confirmed_list), None)


class _LeadTable(tables.Table):
    number = tables.Column(verbose_name=_("number"), orderable=False, linkify=True, attrs=_ONE_LINE)
    title = tables.Column(verbose_name=_("summary"), orderable=False)
    subject = tables.Column(verbose_name=_("whom it is about"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"), orderable=False)
    due_on = tables.Column(verbose_name=_("to be handled by"), orderable=False, empty_values=())

    class Meta:
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_title(self, record: Any) -> SafeString:
        important = badge(_("important"), "danger") if record.is_important else ""
        return markup("{} {}", Truncator(record.title).chars(60), important)

    def render_subject(self, record: Any) -> str:
        return subjects_in_words(record)

    def render_state(self, record: Any) -> SafeString:
        return badge(record.get_state_display(), TONES[LeadState(record.state)])

    def render_due_on(self, record: Any) -> SafeString | str:
        return deadline(record.due_on, done=record.state in ENDED) if record.due_on else "—"


class BoardTable(_LeadTable):
    """What lies on the person's desks."""

    received_at = tables.Column(verbose_name=_("collected"), orderable=False, attrs=_ONE_LINE)
    channel = tables.Column(verbose_name=_("source of information"), orderable=False, attrs=_ONE_LINE)
    desk = tables.Column(verbose_name=_("on the desk of"), orderable=False, empty_values=())

    class Meta(_LeadTable.Meta):
        sequence = ("number", "title", "subject", "channel", "received_at", "desk", "state", "due_on")

    def render_received_at(self, record: Any) -> str:
        return timezone.localdate(record.received_at).isoformat()

    def render_desk(self, record: Any) -> str:
        return "、".join(str(desk.body) for desk in record.open_desks)


class LedgerTable(_LeadTable):
    """《预警信息台账》, in the order officials expect (domain §11); the longer texts on wish."""

    received_at = tables.Column(verbose_name=_("collected"), orderable=False, attrs=_ONE_LINE)
    channel = tables.Column(verbose_name=_("source of information"), orderable=False, attrs=_ONE_LINE)
    level = tables.Column(verbose_name=_("risk level"), orderable=False, empty_values=())
    opinion = tables.Column(verbose_name=_("opinion of the judgement"), orderable=False, empty_values=(), attrs=_ON_WISH)
    outcome = tables.Column(verbose_name=_("way of handling"), orderable=False, empty_values=(), attrs=_ONE_LINE)
    responsible = tables.Column(verbose_name=_("responsible person"), orderable=False, empty_values=(), attrs=_ONE_LINE)
    result = tables.Column(verbose_name=_("result of handling"), orderable=False, empty_values=(), attrs=_ON_WISH)
    reported_back_at = tables.Column(verbose_name=_("reported back"), orderable=False, empty_values=(), attrs=_ON_WISH)

    class Meta(_LeadTable.Meta):
        sequence = (
            "number", "received_at", "channel", "subject", "title", "level", "opinion", "outcome", "responsible", "due_on", "result",
            "reported_back_at", "state",
        )  # fmt: skip

    def render_received_at(self, record: Any) -> str:
        return timezone.localdate(record.received_at).isoformat()

    def render_level(self, record: Any) -> SafeString | str:
        judgement = judgement_of(record)
        return level_badge(judgement.level) if judgement else "—"

    def render_opinion(self, record: Any) -> str:
        judgement = judgement_of(record)
        return Truncator(judgement.opinion).chars(60) if judgement and judgement.opinion else "—"

    def render_outcome(self, record: Any) -> str:
        judgement = judgement_of(record)
        return str(judgement.get_outcome_display()) if judgement else "—"

    def render_responsible(self, record: Any) -> str:
        judgement = judgement_of(record)
        return judgement.responsible.name if judgement and judgement.responsible else "—"

    def render_result(self, record: Any) -> str:
        return Truncator(record.result).chars(60) if record.result else "—"

    def render_reported_back_at(self, record: Any) -> str:
        return timezone.localdate(record.reported_back_at).isoformat() if record.reported_back_at else "—"
