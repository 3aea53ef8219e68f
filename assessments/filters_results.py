"""Filters of the summary. Choices come from what the reader sees; they never widen it."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.models import Group, Result
from assessments.quarters import Quarter


class SummaryFilter(filters.FilterSet):
    """Whose, which quarter, where, which grade."""

    q = filters.CharFilter(
        field_name="assessed__name",
        lookup_expr="icontains",
        label=_("name"),
        widget=forms.TextInput(attrs={"type": "search"}),
        max_length=60,
    )
    round = filters.ChoiceFilter(field_name="assessed__round_id", label=_("Quarter"), empty_label=_("all"))
    group = filters.ChoiceFilter(field_name="assessed__group", label=_("Group"), choices=Group.choices, empty_label=_("all"))
    department = filters.ChoiceFilter(field_name="assessed__department_id", label=_("Department"), empty_label=_("all"))
    grade = filters.ChoiceFilter(field_name="grade_label", label=_("Grade"), empty_label=_("all"))

    class Meta:
        model = Result
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: QuerySet[Result] = self.queryset
        held = rows.order_by("-assessed__round__year", "-assessed__round__quarter").values_list(
            "assessed__round_id", "assessed__round__year", "assessed__round__quarter", "assessed__round__unit__name"
        )
        several = len({unit for _pk, _year, _quarter, unit in held.distinct()}) > 1
        self.filters["round"].extra["choices"] = [
            (pk, f"{unit} {Quarter(year, quarter)}" if several else str(Quarter(year, quarter)))
            for pk, year, quarter, unit in held.distinct()
        ]
        departments = rows.exclude(assessed__department=None).order_by("assessed__department__order", "assessed__department_id")
        self.filters["department"].extra["choices"] = list(
            departments.values_list("assessed__department_id", "assessed__department__name").distinct()
        )
        grades = rows.order_by("grade_severity").values_list("grade_label", flat=True)
        self.filters["grade"].extra["choices"] = [(label, label) for label in dict.fromkeys(grades.distinct())]
