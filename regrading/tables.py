"""The list of proposals."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.markup import markup, markup_of_all
from common.templatetags.ui_spark import sparkline
from common.templatetags.ui_status import badge, level_badge
from regrading.models import Origin, Proposal
from regrading.permissions.proposals import may_decide
from regrading.proposal_selectors import reasons
from regrading.states import ProposalState

SHOWN_REASONS = 3
_OPTIONAL = {"th": {"data-optional": "1"}}
_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


class ProposalTable(tables.Table):
    """One proposal a row: what would change, and why."""

    chosen = tables.Column(verbose_name="", empty_values=(), orderable=False)
    risk = tables.Column(verbose_name=_("Risk point"), empty_values=(), order_by="risk__number")
    move = tables.Column(
        verbose_name=_("Current → proposed level"), empty_values=(), order_by=("to_level__severity", "from_level__severity")
    )
    score = tables.Column(verbose_name=_("Score"), empty_values=(), order_by="score", attrs=_NUM)
    why = tables.Column(verbose_name=_("Why"), empty_values=(), orderable=False)
    department = tables.Column(verbose_name=_("Department"), empty_values=(), order_by=("risk__department__order", "risk__number"))
    holder = tables.Column(verbose_name=_("Directly responsible"), empty_values=(), orderable=False)
    leader = tables.Column(
        accessor="risk__responsible_leader__name", verbose_name=_("Responsible leader"), orderable=False, attrs=_OPTIONAL
    )
    opened_on = tables.Column(verbose_name=pgettext_lazy("proposal", "Since"), attrs={"td": {"class": "nowrap"}})

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.risk.get_absolute_url()}

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.sparks: Mapping[int, list[int]] = {}
        self.columns["chosen"].column.verbose_name = SafeString(render_to_string("risks/review/choose_all.html"))

    def render_chosen(self, record: Proposal) -> SafeString:
        verdict = may_decide(self.viewer, record)
        return SafeString(render_to_string("regrading/proposals/choose.html", {"proposal": record, "verdict": verdict}))

    def render_risk(self, record: Proposal) -> SafeString:
        risk = record.risk
        return markup(
            '<a class="session-title" href="{}">{}</a><span class="text-secondary">{}</span>',
            risk.get_absolute_url(),
            risk.title,
            risk.number,
        )

    def render_move(self, record: Proposal) -> SafeString:
        old = record.risk.current_level if record.state == ProposalState.OPEN else record.from_level
        state = ""
        if record.state != ProposalState.OPEN:
            state = badge(record.get_state_display(), {"accepted": "success", "declined": "warning"}.get(record.state, "neutral"))
        tone = "danger" if record.direction == "rise" else "info"
        return markup(
            '<span class="proposal-move">{} <span aria-hidden="true">→</span> {} {}</span> {}',
            level_badge(old), level_badge(record.to_level), badge(record.get_direction_display(), tone), state,
        )  # fmt: skip

    def render_score(self, record: Proposal) -> SafeString:
        if record.origin == Origin.COMMITTEE:
            return SafeString("—")
        now = getattr(record.risk, "score", None)
        shown = now.score if now is not None and record.state == ProposalState.OPEN else record.score
        return markup("{} {}", "—" if shown is None else shown, sparkline(self.sparks.get(record.risk_id)))

    def render_why(self, record: Proposal) -> SafeString:
        told = reasons(record)
        mark = badge(Origin.COMMITTEE.label, "accent") if record.origin == Origin.COMMITTEE else ""
        more = markup(' <span class="text-secondary">{}</span>', _("and more") if len(told) > SHOWN_REASONS else "")
        listed = markup_of_all('<span class="proposal-why">{}</span>', ((text,) for text in told[:SHOWN_REASONS]))
        decided = markup('<span class="session-row-reason">{}</span>', record.reason) if record.reason else ""
        return markup("{}{}{}{}", mark, listed, more, decided)

    def render_department(self, record: Proposal) -> SafeString:
        risk = record.risk
        return markup('{}<br><span class="text-secondary">{}</span>', risk.department or risk.unit, risk.position or "")

    def render_holder(self, record: Proposal) -> str:
        return str(record.risk.direct_holder.name if record.risk.direct_holder else record.risk.direct_holder_text or "—")
