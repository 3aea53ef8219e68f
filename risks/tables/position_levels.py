"""岗位廉政风险等级目录 as a list, with the columns of domain §11."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import level_badge
from risks.models import Level
from risks.selectors import PositionRow

_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class PositionLevelTable(tables.Table):
    """One row a position: who holds it, how many points of each level it has, the gravest of them. `first` is the first row's number."""

    serial = tables.Column(verbose_name=_("No."), empty_values=(), orderable=False, attrs=_NUMBER)
    department = tables.Column(
        verbose_name=pgettext_lazy("result sheet", "Department"), accessor="position__department", empty_values=(), orderable=False
    )
    position = tables.Column(verbose_name=_("Position"), orderable=False)
    holders = tables.Column(verbose_name=_("Holder"), empty_values=(), orderable=False)
    level = tables.Column(verbose_name=_("Risk level of the position"), empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}})
    leader = tables.Column(verbose_name=_("Responsible leader"), orderable=False)

    class Meta:
        sequence = ("serial", "department", "position", "holders", "...", "level", "leader")

    def __init__(self, *args: Any, levels: dict[int, Level], first: int, **kwargs: Any) -> None:
        self.first = first
        counts = [
            (f"count_{level.severity}", _Count(place, verbose_name=_("Risk points: %(level)s") % {"level": level.label}))
            for place, level in enumerate(levels.values())
        ]
        super().__init__(*args, extra_columns=counts, **kwargs)

    def render_serial(self, bound_row: Any) -> int:
        return self.first + int(bound_row.row_counter)

    def render_department(self, record: PositionRow) -> str:
        return record.position.department.name if record.position.department else str(_("leadership"))

    def render_position(self, record: PositionRow) -> str | SafeString:
        """With a link to its points, where it has any."""
        place = record.position
        if not record.total or not place.department_id:
            return place.name
        address = f"{reverse('risks:register')}?department={place.department_id}&position={place.pk}"
        return markup('<a href="{}">{}</a>', address, place.name)

    def render_holders(self, record: PositionRow) -> str:
        return record.holders or str(_("vacant"))

    def render_level(self, record: PositionRow) -> str | SafeString:
        if record.level is None:
            return markup('<span class="text-secondary">{}</span>', _("no risk point"))
        return level_badge(record.level, full=True)


class _Count(tables.Column):
    """How many points of one level; `place` is the level's among the counts."""

    def __init__(self, place: int, **kwargs: Any) -> None:
        super().__init__(accessor="counts", orderable=False, attrs=_NUMBER, **kwargs)
        self.place = place

    def render(self, value: list[int]) -> int:
        """The number, 0 too."""
        return value[self.place]
