"""Lists of warnings: the board and the ledger."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge, deadline, level_badge
from early_warnings.exports import day_of, measures_of
from early_warnings.lists import TONES, Lights
from early_warnings.models import RectificationReport, Warning
from early_warnings.states import WarningState

_ONE_LINE = {"td": {"class": "nowrap"}}
_ON_WISH: dict[str, dict[str, str]] = {"th": {"data-optional": "1"}}
_DAY_ON_WISH = {"th": {"data-optional": "1"}, "td": {"class": "nowrap"}}
_LONGEST_TEXT = 60


class WarningTable(tables.Table):
    """One row a warning: who, how grave, how far, by when, who answers for it."""

    subject_label = tables.Column(verbose_name=_("who is warned"), linkify=True)
    level = tables.Column(verbose_name=_("level"), attrs=_ONE_LINE, order_by=("level__severity",))
    grounds = tables.Column(verbose_name=_("grounds"), orderable=False)
    state = tables.Column(verbose_name=_("state"), attrs=_ONE_LINE)
    step_due_on = tables.Column(verbose_name=_("this step is due"), empty_values=())
    responsible = tables.Column(verbose_name=_("first responsible"), attrs=_ONE_LINE, orderable=False, empty_values=())
    number = tables.Column(verbose_name=_("document number"), attrs=_ONE_LINE, empty_values=())

    class Meta:
        model = Warning
        fields = ("subject_label", "level", "grounds", "state", "step_due_on", "responsible", "number")
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def __init__(self, *args: Any, lights: Lights, **kwargs: Any) -> None:
        self.lights = lights
        super().__init__(*args, **kwargs)

    def render_level(self, record: Warning) -> SafeString:
        return level_badge(record.level)

    def render_grounds(self, value: str) -> str:
        return Truncator(value).chars(48)

    def render_state(self, record: Warning) -> SafeString:
        return badge(record.get_state_display(), TONES[WarningState(record.state)])

    def render_step_due_on(self, record: Warning) -> SafeString | str:
        """The date with the light; nothing once it has ended."""
        waiting = self.lights.of(record)
        if not waiting.light:
            return "—"
        return markup('<span class="light light-{}">{}</span> {}', waiting.light, waiting.word, deadline(record.step_due_on))

    def render_responsible(self, record: Warning) -> str | SafeString:
        return record.responsible.name if record.responsible else badge(pgettext_lazy("post", "vacant"), "warning")

    def render_number(self, record: Warning) -> str:
        return record.number or "—"


class LedgerTable(WarningTable):
    """预警台账: what its file says too, the longer texts on wish. `reports` (warning → its last report) is set once the page is known."""

    post_snapshot = tables.Column(verbose_name=_("unit and post"), attrs=_ON_WISH, orderable=False, default="—")
    basis = tables.Column(verbose_name=_("basis"), attrs=_ON_WISH, orderable=False, default="—")
    source_kind = tables.Column(verbose_name=_("source"), attrs=_DAY_ON_WISH, orderable=False)
    error_kind = tables.Column(verbose_name=_("kind of error"), attrs=_DAY_ON_WISH, orderable=False, empty_values=())
    issued_at = tables.Column(verbose_name=_("issued"), attrs=_DAY_ON_WISH, default="—")
    acknowledged_at = tables.Column(verbose_name=_("received"), attrs=_DAY_ON_WISH, orderable=False, default="—")
    due_on = tables.Column(verbose_name=_("to be rectified by"), attrs=_DAY_ON_WISH, default="—")
    measures = tables.Column(verbose_name=_("measures of rectification"), accessor="pk", attrs=_ON_WISH, orderable=False)
    results = tables.Column(verbose_name=_("what was done"), accessor="pk", attrs=_ON_WISH, orderable=False)
    opinion = tables.Column(verbose_name=_("opinion of the verification"), accessor="pk", attrs=_ON_WISH, orderable=False)
    closed_at = tables.Column(verbose_name=pgettext_lazy("warning", "ended on"), attrs=_DAY_ON_WISH, default="—")

    class Meta(WarningTable.Meta):
        fields = WarningTable.Meta.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.reports: Mapping[int, RectificationReport] = {}
        super().__init__(*args, **kwargs)

    def render_basis(self, value: str) -> str:
        return Truncator(value).chars(_LONGEST_TEXT)

    def render_source_kind(self, record: Warning) -> str:
        return record.get_source_kind_display() if record.is_inside else "—"  # type: ignore[attr-defined]

    def render_error_kind(self, record: Warning) -> str:
        return record.get_error_kind_display() or "—"

    def render_issued_at(self, record: Warning) -> str:
        return str(day_of(record.issued_at))

    def render_acknowledged_at(self, record: Warning) -> str:
        return str(day_of(record.acknowledged_at))

    def render_due_on(self, record: Warning) -> str:
        return str(record.due_on)

    def render_closed_at(self, record: Warning) -> str:
        return str(day_of(record.closed_at))

    def render_measures(self, record: Warning) -> str:
        return self._short(measures_of(self.reports.get(record.pk)))

    def render_results(self, record: Warning) -> str:
        report = self.reports.get(record.pk)
        return self._short(report.results if report else "")

    def render_opinion(self, record: Warning) -> str:
        report = self.reports.get(record.pk)
        return self._short(report.opinion if report else "")

    def _short(self, text: str) -> str:
        return Truncator(text).chars(_LONGEST_TEXT) or "—"
