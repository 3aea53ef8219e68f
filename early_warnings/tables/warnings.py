"""Lists of warnings: the board and the ledger."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.templatetags.ui_status import badge, deadline, level_badge
from early_warnings.lists import TONES, Lights
from early_warnings.models import Warning
from early_warnings.states import WarningState

_ONE_LINE = {"td": {"class": "nowrap"}}


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
        return format_html('<span class="light light-{}">{}</span> {}', waiting.light, waiting.word, deadline(record.step_due_on))

    def render_responsible(self, record: Warning) -> str | SafeString:
        return record.responsible.name if record.responsible else badge(pgettext_lazy("post", "vacant"), "warning")

    def render_number(self, record: Warning) -> str:
        return record.number or "—"
