"""The list of measures."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.templatetags.ui_status import badge, deadline
from risks.models import Measure
from risks.point_page import MEASURE_TONES
from risks.states import MeasureState

_ONE_LINE = {"td": {"class": "nowrap"}}


def _address(record: Measure) -> str:
    return f"{record.risk.get_absolute_url()}#measure-{record.pk}"


class MeasureTable(tables.Table):
    """Fifty measures with their risk."""

    text = tables.Column(verbose_name=_("Measure"), orderable=False)
    risk = tables.Column(verbose_name=_("Risk point"), orderable=False)
    department = tables.Column(verbose_name=_("Department"), accessor="risk", orderable=False)
    kind = tables.Column(verbose_name=_("Kind"), orderable=False, attrs=_ONE_LINE)
    who = tables.Column(verbose_name=_("Who does it"), orderable=False, empty_values=(), attrs=_ONE_LINE)
    due_on = tables.Column(verbose_name=_("Due"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"), orderable=False)

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": _address}

    def render_text(self, record: Measure) -> SafeString:
        return format_html('<a href="{}">{}</a>', _address(record), Truncator(record.text).chars(80))

    def render_risk(self, record: Measure) -> str:
        return f"{record.risk.number} {record.risk.title}"

    def render_department(self, record: Measure) -> str:
        return str(record.risk.department or record.risk.unit)

    def render_who(self, record: Measure) -> str:
        return record.who.name if record.who else str(_("the holder of the risk"))

    def render_due_on(self, record: Measure) -> SafeString:
        return deadline(record.due_on, done=record.state != MeasureState.PLANNED)

    def render_state(self, record: Measure) -> SafeString:
        return badge(record.get_state_display(), MEASURE_TONES[MeasureState(record.state)])
