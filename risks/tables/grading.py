"""The list of the grading session."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.addresses import address
from common.markup import markup
from common.templatetags.ui_status import badge, level_badge
from risks.grading_selectors import leader_of
from risks.models import EntryChange, Level, RiskEntry
from risks.review_selectors import warnings_of
from risks.services.responsibility import Organisation

_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}
_OPTIONAL = {"th": {"data-optional": "1"}}


def _address(record: RiskEntry) -> str:
    return address("risks:grading_entry", record.pk)


class SessionTable(tables.Table):
    """One declared risk a row, with every level so far and who would answer."""

    chosen = tables.Column(verbose_name="", empty_values=(), orderable=False)
    title = tables.Column(verbose_name=_("Risk point"))
    holder = tables.Column(
        verbose_name=_("Department and post"), empty_values=(), order_by=("declaration__department__order", "declaration_id", "order")
    )
    score = tables.Column(verbose_name=_("Probability × harm"), empty_values=(), order_by=("probability", "harm"), attrs=_NUM)
    self_level = tables.Column(verbose_name=_("Self-rated"), empty_values=(), order_by="self_level__severity")
    reviewed_level = tables.Column(verbose_name=_("Reviewed"), empty_values=(), order_by="reviewed_level__severity")
    computed_level = tables.Column(verbose_name=_("Computed"), empty_values=(), order_by="computed_level__severity")
    final_level = tables.Column(verbose_name=_("Decided level"), empty_values=(), order_by=("decided_at", "final_level__severity"))
    leader = tables.Column(verbose_name=_("Responsible leader"), empty_values=(), orderable=False)
    hints = tables.Column(verbose_name=_("Hints"), empty_values=(), orderable=False)
    declarant = tables.Column(accessor="declaration__declarant__name", verbose_name=_("Declarant"), attrs=_OPTIONAL)

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": _address}

    def __init__(self, *args: Any, organisation: Organisation, names: Mapping[int, str], viewer_id: int, back: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.names, self.viewer_id, self.back = organisation, names, viewer_id, back
        self.columns["chosen"].column.verbose_name = SafeString(render_to_string("risks/review/choose_all.html"))

    def render_chosen(self, record: RiskEntry) -> SafeString:
        own = record.declaration.declarant_id == self.viewer_id
        return SafeString(render_to_string("risks/grading/choose.html", {"entry": record, "own": own}))

    def render_title(self, record: RiskEntry) -> SafeString:
        tone = "danger" if record.change == EntryChange.RETIRE else "info"
        mark = "" if record.change == EntryChange.NEW else badge(record.get_change_display(), tone)
        matter = badge(record.get_major_matter_display(), "accent") if record.major_matter else ""
        return markup('<a class="session-title" href="{}">{}</a>{} {}', _address(record), record.title, mark, matter)

    def render_holder(self, record: RiskEntry) -> SafeString:
        form = record.declaration
        what = form.position or form.get_kind_display()
        return markup('{}<br><span class="text-secondary">{}</span>', form.department or form.unit, what)

    def render_score(self, record: RiskEntry) -> str:
        if record.probability is None or record.harm is None:
            return "—"
        third = f" × {record.influence}" if record.influence else ""
        return f"{record.probability} × {record.harm}{third}"

    def _level(self, level: Level | None) -> SafeString | str:
        return level_badge(level) if level else "—"

    def render_self_level(self, record: RiskEntry) -> Any:
        return self._level(record.self_level)

    def render_reviewed_level(self, record: RiskEntry) -> Any:
        return self._level(record.reviewed_level)

    def render_computed_level(self, record: RiskEntry) -> Any:
        return self._level(record.computed_level)

    def render_final_level(self, record: RiskEntry) -> SafeString:
        if record.is_rejected:
            shown = badge(_("not taken in"), "danger")
        elif record.decided_at and record.change == EntryChange.RETIRE:
            shown = badge(_("taken off"), "neutral")
        elif record.final_level:
            shown = level_badge(record.final_level)
        else:
            shown = badge(_("to decide"), "warning")
        return markup('{}<span class="session-row-reason">{}</span>', shown, record.final_reason[:60])

    def render_leader(self, record: RiskEntry) -> str:
        level = record.final_level or record.reviewed_level or record.computed_level
        person = leader_of(record, level, self.organisation)
        return self.names.get(person, "—") if person else "—"

    def render_hints(self, record: RiskEntry) -> SafeString:
        count = warnings_of([record])
        return badge(count, "warning") if count else SafeString("—")
