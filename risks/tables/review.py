"""Lists of forms that wait for, or were decided by, a reviewer."""

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.addresses import address
from common.markup import markup
from common.templatetags.ui_status import badge, deadline, state_badge
from risks.models import Declaration
from risks.review_selectors import deadline_of, warnings_of

_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


def _address(record: Declaration) -> str:
    return address("risks:review_form", record.pk)


class FormTable(tables.Table):
    """What every list of forms says: whose, about what, how many risks."""

    declarant = tables.Column(verbose_name=_("Declarant"), orderable=False)
    holder = tables.Column(verbose_name=_("Form"), empty_values=(), orderable=False)

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": _address}

    def render_declarant(self, record: Declaration) -> SafeString:
        return markup('<a href="{}">{}</a>', _address(record), record.declarant.name)

    def render_holder(self, record: Declaration) -> SafeString:
        place = record.department or record.unit
        what = record.position or record.department or record.unit
        where = f"{place} · {what}" if record.position and record.department else f"{what}"
        return markup('{} <span class="text-secondary">{}</span>', where, record.get_kind_display())


class QueueTable(FormTable):
    """“待我审核”: oldest first."""

    chosen = tables.Column(verbose_name="", empty_values=(), orderable=False)
    step = tables.Column(verbose_name=_("Step"), empty_values=(), orderable=False)
    risks = tables.Column(verbose_name=_("Risks"), empty_values=(), attrs=_NUM, orderable=False)
    hints = tables.Column(verbose_name=_("Hints"), empty_values=(), orderable=False)
    waiting = tables.Column(verbose_name=_("Waiting since"), empty_values=(), orderable=False)
    due = tables.Column(verbose_name=_("Deadline"), empty_values=(), orderable=False)

    class Meta(FormTable.Meta):
        sequence = ("chosen", "declarant", "holder", "step", "risks", "hints", "waiting", "due")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns["chosen"].column.verbose_name = SafeString(render_to_string("risks/review/choose_all.html"))

    def render_chosen(self, record: Any) -> SafeString:
        return SafeString(render_to_string("risks/review/choose.html", {"form": record, "blocked": warnings_of(record.shown_entries) > 0}))

    def render_step(self, record: Any) -> str:
        return str(record.current_steps[0].get_kind_display())

    def render_risks(self, record: Any) -> int:
        return len(record.shown_entries)

    def render_hints(self, record: Any) -> SafeString:
        count = warnings_of(record.shown_entries)
        return badge(count, "warning") if count else badge(_("none"), "success")

    def render_waiting(self, record: Any) -> str:
        since = record.current_steps[0].waiting_since
        return timezone.localdate(since).isoformat() if since else "—"

    def render_due(self, record: Declaration) -> SafeString:
        return deadline(deadline_of(record))


class DecidedTable(FormTable):
    """What I decided, and where it stands now."""

    risk_count = tables.Column(verbose_name=_("Risks"), attrs=_NUM, orderable=False)
    state = tables.Column(verbose_name=_("Where it stands"), empty_values=(), orderable=False)
    updated_at = tables.DateTimeColumn(verbose_name=_("Last change"), format="Y-m-d H:i", orderable=False)

    def render_state(self, record: Declaration) -> SafeString:
        return state_badge(record)
