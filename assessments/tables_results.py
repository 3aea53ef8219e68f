"""Lists of results: for deciding on them, the summary, appeals."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.deciding_page import method_scores
from assessments.exports_results import remarks
from assessments.models import Appeal, Method, Result
from assessments.scoring.figures import plain
from assessments.scoring_page import Grade
from common.markup import markup
from common.templatetags.ui_status import level_badge, state_badge

_NUMBER: dict[str, dict[str, str]] = {"td": {"class": "num"}, "th": {"class": "num"}}
_ONE_LINE = {"td": {"class": "nowrap"}}
_ON_WISH = {"th": {"data-optional": "1"}}


def grade_badge(result: Result) -> SafeString:
    """The grade as it was in the rules of the round."""
    return level_badge(Grade(result.grade_label, result.grade_colour, result.grade_severity))


class _ResultTable(tables.Table):
    """Person, post, the methods, total, grade."""

    name = tables.Column(accessor="assessed__name", verbose_name=_("name"), linkify=lambda record: record.get_absolute_url())
    department = tables.Column(accessor="assessed__department", verbose_name=_("Department"), orderable=False, default="—")
    post = tables.Column(accessor="assessed__post", verbose_name=_("Post"), orderable=False)
    supervision = tables.Column(empty_values=(), verbose_name=Method.SUPERVISION.label, attrs=_NUMBER, orderable=False)
    appraisal = tables.Column(empty_values=(), verbose_name=Method.APPRAISAL.label, attrs=_NUMBER, orderable=False)
    talks = tables.Column(empty_values=(), verbose_name=Method.TALKS.label, attrs=_NUMBER, orderable=False)
    file = tables.Column(empty_values=(), verbose_name=Method.FILE.label, attrs=_NUMBER, orderable=False)
    score = tables.Column(verbose_name=_("Total"), attrs=_NUMBER)
    grade = tables.Column(accessor="grade_label", verbose_name=_("Grade"), attrs=_ONE_LINE, order_by=("grade_severity",))

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def methods(self, record: Result) -> dict[str, str]:
        """What the reader may know of the methods."""
        return method_scores(record)

    def render_supervision(self, record: Result) -> str:
        return self.methods(record).get("supervision", "—")

    def render_appraisal(self, record: Result) -> str:
        return self.methods(record).get("appraisal", "—")

    def render_talks(self, record: Result) -> str:
        return self.methods(record).get("talks", "—")

    def render_file(self, record: Result) -> str:
        return self.methods(record).get("file", "—")

    def render_score(self, record: Result) -> str:
        return plain(record.score)

    def render_grade(self, record: Result) -> SafeString:
        return grade_badge(record)


class DecidingTable(_ResultTable):
    """With a box for those the reader may decide on."""

    chosen = tables.Column(accessor="pk", verbose_name="", orderable=False, attrs={"td": {"class": "bulk"}})
    state = tables.Column(verbose_name=_("State"), orderable=False, attrs=_ONE_LINE)

    class Meta(_ResultTable.Meta):
        sequence = ("chosen", "name", "department", "...", "state")

    def __init__(self, *args: Any, open_ids: set[int], **kwargs: Any) -> None:
        self.open_ids = open_ids
        super().__init__(*args, **kwargs)

    def render_chosen(self, record: Result) -> SafeString | str:
        """A box where the reader may decide."""
        if record.pk not in self.open_ids:
            return ""
        return markup('<input type="checkbox" name="chosen" value="{}" aria-label="{}">', record.pk, record.assessed.name)

    def render_state(self, record: Result) -> SafeString:
        return state_badge(record)


class SummaryTable(_ResultTable):
    """季度廉政考核结果表 on screen. The methods stand there only for who reads the calculation."""

    round = tables.Column(accessor="assessed__round", verbose_name=_("Quarter"), orderable=False, attrs=_ONE_LINE)
    group = tables.Column(accessor="assessed__group", verbose_name=pgettext_lazy("result sheet", "Group"), orderable=False)
    department = tables.Column(
        accessor="assessed__department", verbose_name=pgettext_lazy("result sheet", "Department"), orderable=False, default="—"
    )
    post = tables.Column(accessor="assessed__post", verbose_name=pgettext_lazy("result sheet", "Post"), orderable=False)
    remark = tables.Column(
        empty_values=(), accessor="pk", verbose_name=pgettext_lazy("result sheet", "Remark"), orderable=False, attrs=_ON_WISH
    )

    class Meta(_ResultTable.Meta):
        sequence = ("name", "department", "post", "group", "...", "round", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.detailed: set[int] = set()
        super().__init__(*args, **kwargs)

    def methods(self, record: Result) -> dict[str, str]:
        return method_scores(record) if record.pk in self.detailed else {}

    def render_round(self, record: Result) -> str:
        found = record.assessed.round
        return str(_("quarter %(number)d of %(year)d") % {"number": found.quarter, "year": found.year})

    def render_remark(self, record: Result) -> str:
        return "\n".join(remarks(record)) if record.pk in self.detailed and remarks(record) else "—"

    def render_group(self, record: Result) -> str:
        return record.assessed.get_group_display()


class AppealTable(tables.Table):
    """Appeals for who answers them."""

    name = tables.Column(
        accessor="result__assessed__name", verbose_name=_("name"), orderable=False, linkify=lambda record: record.get_absolute_url()
    )
    post = tables.Column(accessor="result__assessed__post", verbose_name=_("Post"), orderable=False)
    round = tables.Column(accessor="result__assessed__round", verbose_name=_("Assessment round"), orderable=False)
    grade = tables.Column(accessor="result__grade_label", verbose_name=_("Grade"), orderable=False, attrs=_ONE_LINE)
    at = tables.Column(verbose_name=pgettext_lazy("appeal", "Filed"), orderable=False, attrs=_ONE_LINE)
    state = tables.Column(verbose_name=_("State"), orderable=False, attrs=_ONE_LINE)

    class Meta:
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_grade(self, record: Appeal) -> SafeString:
        return grade_badge(record.result)

    def render_at(self, record: Appeal) -> str:
        return f"{record.at:%Y-%m-%d}"

    def render_state(self, record: Appeal) -> SafeString:
        return state_badge(record)
