"""The list of leadership positions with their risk index."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.index_selectors import SeatRow
from assessments.index_words import PARTS
from common.markup import markup
from common.templatetags.ui_status import level_badge

_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


def _score(key: str) -> tables.Column:
    return tables.Column(verbose_name=PARTS[key], accessor=f"scores__{key}", attrs=_NUMBER, orderable=False)


class IndexTable(tables.Table):
    """One row a position and holder."""

    position = tables.Column(verbose_name=_("position"), accessor="position__name", orderable=False)
    holder = tables.Column(verbose_name=_("holder"), orderable=False, attrs={"td": {"class": "nowrap"}})
    moral = _score("moral")
    power = _score("power")
    control = _score("control")
    environment = _score("environment")
    total = tables.Column(verbose_name=_("risk index"), attrs=_NUMBER, empty_values=(), orderable=False)
    level = tables.Column(verbose_name=_("level"), empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}})
    as_of = tables.Column(
        verbose_name=pgettext_lazy("index", "as of"), accessor="index__as_of", orderable=False, attrs={"td": {"class": "nowrap"}}
    )

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.url or None}

    def render_position(self, record: SeatRow) -> Any:
        """Leads to the index where there is one."""
        return markup('<a href="{}">{}</a>', record.url, record.position.name) if record.url else record.position.name

    def render_total(self, record: SeatRow) -> Any:
        """The index, or in a word why there is none."""
        if record.total is None:
            return markup('<span class="text-secondary">{}</span>', record.note)
        return markup("<strong>{}</strong>", record.total)

    def render_level(self, record: SeatRow) -> Any:
        """As a badge."""
        return level_badge(record.level) if record.level else "—"
