"""整改台账 on screen; one row a measure of rectification, with the columns of its file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge, level_badge
from early_warnings.models import RectificationMeasure
from early_warnings.rectification import TONES, days_late, order_of, standing_label

_ONE_LINE = {"td": {"class": "nowrap"}}
_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
_ON_WISH = {"th": {"data-optional": "1"}}
_LONGEST_TEXT = 60


class RectificationTable(tables.Table):
    """`proposals` (warning → words) is set once the page is known."""

    number = tables.Column(accessor="report__warning__number", verbose_name=_("number of the warning"), attrs=_ONE_LINE)
    subject = tables.Column(accessor="report__warning__subject_label", verbose_name=_("unit or person warned"), orderable=False)
    level = tables.Column(accessor="report__warning__level", verbose_name=_("warning level"), attrs=_ONE_LINE)
    text = tables.Column(verbose_name=_("matter and measure of rectification"), orderable=False)
    responsible = tables.Column(empty_values=(), verbose_name=_("responsible person"), attrs=_ONE_LINE, orderable=False)
    due_on = tables.Column(verbose_name=_("to be rectified by"), attrs=_ONE_LINE)
    standing = tables.Column(verbose_name=pgettext_lazy("rectification", "completion"), attrs=_ONE_LINE, orderable=False)
    note = tables.Column(verbose_name=_("how it was carried out"), orderable=False, attrs=_ON_WISH)
    done_on = tables.Column(verbose_name=_("done on"), attrs=_ONE_LINE, default="—")
    opinion = tables.Column(accessor="report__opinion", verbose_name=_("opinion of the verification"), orderable=False, attrs=_ON_WISH)
    verified_by = tables.Column(empty_values=(), verbose_name=_("verified by"), attrs=_ONE_LINE, orderable=False)
    days = tables.Column(empty_values=(), accessor="pk", verbose_name=_("days overdue"), attrs=_NUMBER, orderable=False)
    proposal = tables.Column(
        empty_values=(), accessor="pk", verbose_name=_("discipline proposal and answer"), attrs=_ON_WISH, orderable=False
    )

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.report.warning.get_absolute_url()}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        self.proposals: Mapping[int, str] = {}
        super().__init__(*args, **kwargs)

    def order_number(self, rows: QuerySet[RectificationMeasure], is_descending: bool) -> tuple[QuerySet[RectificationMeasure], bool]:
        return _ordered(rows, "number", is_descending)

    def order_level(self, rows: QuerySet[RectificationMeasure], is_descending: bool) -> tuple[QuerySet[RectificationMeasure], bool]:
        return _ordered(rows, "level", is_descending)

    def order_due_on(self, rows: QuerySet[RectificationMeasure], is_descending: bool) -> tuple[QuerySet[RectificationMeasure], bool]:
        return _ordered(rows, "due_on", is_descending)

    def order_done_on(self, rows: QuerySet[RectificationMeasure], is_descending: bool) -> tuple[QuerySet[RectificationMeasure], bool]:
        return _ordered(rows, "done_on", is_descending)

    def render_number(self, record: RectificationMeasure) -> SafeString:
        warning = record.report.warning
        return markup('<a href="{}">{}</a>', warning.get_absolute_url(), warning.number)

    def render_level(self, record: RectificationMeasure) -> SafeString:
        return level_badge(record.report.warning.level)

    def render_text(self, value: str) -> str:
        return Truncator(value).chars(_LONGEST_TEXT)

    def render_responsible(self, record: RectificationMeasure) -> SafeString | str:
        leader = record.report.warning.responsible
        return leader.name if leader else badge(pgettext_lazy("post", "vacant"), "warning")

    def render_due_on(self, value: date) -> str:
        return value.isoformat()

    def render_standing(self, record: RectificationMeasure) -> SafeString:
        return badge(standing_label(record), TONES[record.standing])  # type: ignore[attr-defined]

    def render_note(self, value: str) -> str:
        return Truncator(value).chars(_LONGEST_TEXT) or "—"

    def render_done_on(self, value: date) -> str:
        return value.isoformat()

    def render_opinion(self, value: str) -> str:
        return Truncator(value).chars(_LONGEST_TEXT) or "—"

    def render_verified_by(self, record: RectificationMeasure) -> str:
        return record.report.verified_by.name if record.report.verified_by else "—"

    def render_days(self, record: RectificationMeasure) -> str | int:
        return days_late(record, self.today) or "—"

    def render_proposal(self, record: RectificationMeasure) -> str:
        return Truncator(self.proposals.get(record.report.warning_id, "")).chars(_LONGEST_TEXT) or "—"


def _ordered(rows: QuerySet[RectificationMeasure], name: str, is_descending: bool) -> tuple[QuerySet[RectificationMeasure], bool]:
    """As the file is ordered, so that rows that are equal stand alike in both."""
    return rows.order_by(*order_of(f"-{name}" if is_descending else name)), True
