"""The register as a list. Its page is read more often than any other: its rows are written without templates."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.declared import declare
from common.markup import markup
from common.templatetags.ui_spark import sparkline
from common.templatetags.ui_status import badge, level_badge
from positions.models import HolderLevel, MajorMatter, PowerCategory
from risks.models import Aspect, Level, Source
from risks.row_words import category_of, category_words, numbered, place_of, together
from risks.states import RiskState

_OPTIONAL = {"th": {"data-optional": "1"}}
_CLASSES = {
    "number": "nowrap",
    "initial": "nowrap",
    "level": "nowrap",
    "proposed": "nowrap",
    "trend": "nowrap",
    "department": "nowrap",
    "registered_on": "nowrap",
    "probability": "num",
    "harm": "num",
}
_LONGEST_TEXT = 60


class RegisterTable(tables.Table):
    """Fifty points; `levels` saves a join."""

    number = tables.Column(verbose_name=_("Number"))
    title = tables.Column(verbose_name=_("Risk point"), orderable=False)
    initial = tables.Column(verbose_name=_("Initial level"), accessor="initial_level_id", orderable=False)
    level = tables.Column(verbose_name=_("Current level"), accessor="current_level_id")
    proposed = tables.Column(verbose_name=_("Proposed level"), empty_values=(), orderable=False)
    trend = tables.Column(verbose_name=_("Score"), empty_values=(), orderable=False)
    department = tables.Column(verbose_name=_("Department"), accessor="department_id", orderable=False)
    position = tables.Column(verbose_name=_("Position"), accessor="position_id", orderable=False)
    power_category = tables.Column(verbose_name=_("Power category"), orderable=False, attrs=_OPTIONAL)
    leader = tables.Column(verbose_name=_("Responsible leader"), accessor="responsible_leader_id", orderable=False)
    holder = tables.Column(verbose_name=_("Directly responsible"), accessor="direct_holder_id", orderable=False)
    registered_on = tables.Column(verbose_name=_("Registered on"))
    aspect = tables.Column(verbose_name=_("Source of the risk"), orderable=False, attrs=_OPTIONAL)
    risk_category = tables.Column(verbose_name=_("Risk category"), empty_values=(), orderable=False, attrs=_OPTIONAL)
    power_item = tables.Column(verbose_name=_("Power item"), empty_values=(), orderable=False, attrs=_OPTIONAL)
    content = tables.Column(verbose_name=_("Content and form"), empty_values=(), orderable=False, attrs=_OPTIONAL)
    probability = tables.Column(verbose_name=_("Probability"), orderable=False, attrs=_OPTIONAL)
    harm = tables.Column(verbose_name=_("Harm"), orderable=False, attrs=_OPTIONAL)
    measures = tables.Column(verbose_name=_("Prevention measures"), empty_values=(), orderable=False, attrs=_OPTIONAL)
    department_head = tables.Column(verbose_name=_("Department head"), empty_values=(), orderable=False, attrs=_OPTIONAL)
    major_matter = tables.Column(verbose_name=_("Major matter"), orderable=False, attrs=_OPTIONAL)
    source = tables.Column(verbose_name=_("Entered by"), orderable=False, attrs=_OPTIONAL)

    class Meta:
        order_by_field = "sort"

    def __init__(
        self, *args: Any, levels: dict[int, Level], points: Sequence[Any], lines: Mapping[int, Mapping[str, Any]], **kwargs: Any
    ) -> None:
        self.badges = {pk: level_badge(level) for pk, level in levels.items()}
        self.points, self.lines = points, lines
        super().__init__(*args, **kwargs)

    def body(self) -> SafeString:
        """The rows as HTML, six hundred cells in a millisecond; the same markup as in components/table.html."""
        opening, (categories, aspects, matters, sources, places) = _words(get_language())
        base = reverse("risks:risk", args=[0]).removesuffix("0/")
        leadership = str(_("leadership"))
        vacant, retired = escape(str(_("vacant"))), f" {badge(RiskState.RETIRED.label, 'neutral')}"
        words, rows = category_words(), []
        for point in self.points:
            address = f"{base}{point.pk}/"
            cells = (
                f'<a href="{address}">{escape(point.number)}</a>',
                escape(point.title) + (retired if point.state == RiskState.RETIRED else ""),
                self.badges[point.initial_level_id],
                self.badges[point.current_level_id],
                *self._regraded(self.lines.get(point.pk, {})),
                escape(place_of(point.department__name, point.unit__name, point.level_of, leadership)),
                escape(point.position__name) if point.position__name else places[point.level_of],
                categories.get(point.power_category, "—"),
                escape(point.responsible_leader__name) if point.responsible_leader__name else vacant,
                escape(point.direct_holder__name or point.direct_holder_text or "—"),
                point.registered_on.isoformat(),
                aspects.get(point.aspect, "—"),
                escape(category_of(words, point.category_text, point.aspect, point.power_category) or "—"),
                escape(point.power_item__name or "—"),
                escape(_short(together(point.content, point.manifestation))),
                str(point.probability or "—"),
                str(point.harm or "—"),
                escape(_short(numbered(point.joined_measures))),
                escape(point.department_head__name or "—"),
                matters.get(point.major_matter, "—"),
                sources[point.source],
            )
            written = "".join(f"{start}{cell}</td>" for start, cell in zip(opening, cells, strict=True))
            rows.append(f'<tr data-href="{address}" data-open>{written}</tr>')
        return SafeString("".join(rows))  # every value above is escaped

    def _regraded(self, line: Mapping[str, Any]) -> tuple[str, str]:
        """The level that waits to be decided, and the last scores with the newest in figures."""
        level, spark = line.get("level"), line.get("spark")
        arrow = "↑" if line.get("direction") == "rise" else "↓"
        return f"{arrow} {self.badges[level]}" if level in self.badges else "—", f"{spark[-1]} {sparkline(spark)}" if spark else "—"


def _short(text: str) -> str:
    """So much of a long text as a cell has room for; the whole stands on the point's page and in the file."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


declare(RegisterTable, "base_columns")


@cache
def _words(language: str | None) -> tuple[list[SafeString], list[dict[str, str]]]:
    """What every page says the same in the language in force: how the cells of each column begin, and the words of choices."""
    opening = [
        markup('<td class="{}" data-column="{}" data-label="{}">', _CLASSES.get(name, ""), name, column.verbose_name)
        for name, column in RegisterTable.base_columns.items()
    ]
    choices = (PowerCategory.choices, Aspect.choices, MajorMatter.choices, Source.choices, HolderLevel.choices)
    return opening, [{key: escape(str(label)) for key, label in some} for some in choices]
