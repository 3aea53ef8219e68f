"""The list of runs of re-grading."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge, state_badge
from regrading.models import Run

_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


def _count(key: str, title: Any) -> tables.Column:
    return tables.Column(verbose_name=title, accessor=f"counts__{key}", default="—", attrs=_NUM)


class RunTable(tables.Table):
    """One unit on one day a row. Not how long it took: that would tell of what is not counted here (ADR 0020)."""

    as_of = tables.DateColumn(verbose_name=_("as of"), format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    unit = tables.Column(verbose_name=_("unit"))
    cause = tables.Column(verbose_name=_("cause"))
    state = tables.Column(verbose_name=_("state"), empty_values=())
    points = _count("points", pgettext_lazy("run of re-grading", "points in the register"))
    changed = _count("changed", pgettext_lazy("run of re-grading", "scores changed"))
    rises = _count("rises", pgettext_lazy("run of re-grading", "rises proposed"))
    falls = _count("falls", pgettext_lazy("run of re-grading", "falls proposed"))
    lapsed = _count("lapsed", pgettext_lazy("run of re-grading", "proposals lapsed"))
    cannot = _count("cannot", pgettext_lazy("run of re-grading", "without a score"))

    class Meta:
        orderable = False

    def render_state(self, record: Run) -> SafeString:
        """With its colour, and what became of it."""
        shown = state_badge(record)
        if error := record.counts.get("error"):
            good = badge(_("evaluated since"), "success") if getattr(record, "is_made_good", False) else ""
            return markup('{} {} <span class="text-secondary">{}</span>', shown, good, error)
        if record.counts.get("overtaken"):
            return markup('{} <span class="text-secondary">{}</span>', shown, _("a later day was evaluated before"))
        return shown
