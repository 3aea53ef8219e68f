"""The register as a list. Rows are many and read often: plain text is written without templates."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.templatetags.ui_status import badge, level_badge
from risks.models import Level, RiskPoint
from risks.states import RiskState

_OPTIONAL = {"th": {"data-optional": "1"}}
_DATE = {"td": {"class": "nowrap"}}


class RegisterTable(tables.Table):
    """Fifty points; `levels` saves a join."""

    number = tables.Column(verbose_name=_("Number"), attrs=_DATE)
    title = tables.Column(verbose_name=_("Risk point"), orderable=False)
    level = tables.Column(verbose_name=_("Level"), accessor="current_level_id", attrs=_DATE)
    department = tables.Column(verbose_name=_("Department"), accessor="department_id", orderable=False, empty_values=())
    position = tables.Column(verbose_name=_("Position"), accessor="position_id", orderable=False, empty_values=())
    power_category = tables.Column(verbose_name=_("Power category"), orderable=False)
    leader = tables.Column(verbose_name=_("Responsible leader"), accessor="responsible_leader_id", orderable=False, empty_values=())
    holder = tables.Column(verbose_name=_("Directly responsible"), accessor="direct_holder_id", orderable=False, empty_values=())
    registered_on = tables.Column(verbose_name=_("Registered on"), attrs=_DATE)
    aspect = tables.Column(verbose_name=_("Source of the risk"), orderable=False, attrs=_OPTIONAL)
    major_matter = tables.Column(verbose_name=_("Major matter"), orderable=False, attrs=_OPTIONAL)
    source = tables.Column(verbose_name=_("Entered by"), orderable=False, attrs=_OPTIONAL)

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def __init__(self, *args: Any, levels: dict[int, Level], **kwargs: Any) -> None:
        self.badges = {pk: level_badge(level) for pk, level in levels.items()}
        self.base = reverse("risks:risk", args=[0]).removesuffix("0/")
        super().__init__(*args, **kwargs)

    def render_number(self, record: RiskPoint) -> SafeString:
        return format_html('<a href="{}{}/">{}</a>', self.base, record.pk, record.number)

    def render_title(self, record: RiskPoint) -> SafeString | str:
        if record.state == RiskState.RETIRED:
            return format_html("{} {}", record.title, badge(record.get_state_display(), "neutral"))
        return record.title

    def render_level(self, record: RiskPoint) -> SafeString:
        return self.badges[record.current_level_id]

    def render_department(self, record: RiskPoint) -> str:
        return record.department.name if record.department else "—"

    def render_position(self, record: RiskPoint) -> str:
        return record.position.name if record.position else str(record.get_level_of_display())

    def render_leader(self, record: RiskPoint) -> str:
        return record.responsible_leader.name if record.responsible_leader else str(_("vacant"))

    def render_holder(self, record: RiskPoint) -> str:
        return record.direct_holder.name if record.direct_holder else record.direct_holder_text or "—"

    def render_registered_on(self, record: RiskPoint) -> str:
        return record.registered_on.isoformat()
