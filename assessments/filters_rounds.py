"""Filters of the lists of rounds and of the people of a round."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models import Assessed, Group, Round
from assessments.states import RoundState
from positions.models import Department, Unit


class RoundFilter(filters.FilterSet):
    """By year, state, and unit where there are several."""

    year = filters.NumberFilter(label=_("year"), min_value=2000, max_value=2100)
    state = filters.ChoiceFilter(label=_("state"), choices=RoundState.choices, empty_label=_("all"))
    unit = filters.ModelChoiceFilter(label=_("unit"), queryset=Unit.objects.none(), empty_label=_("all"))

    class Meta:
        model = Round
        fields: list[str] = []

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(units) > 1:
            self.filters["unit"].queryset = units
        else:
            del self.filters["unit"]


class PeopleFilter(filters.FilterSet):
    """By name, group, department, and what a finding says of them (keys of Assessed by the finding's code)."""

    q = filters.CharFilter(label=_("name or post"), method="by_words", max_length=60)
    group = filters.ChoiceFilter(label=_("group"), choices=Group.choices, empty_label=_("all"))
    department = filters.ModelChoiceFilter(label=_("department"), queryset=Department.objects.none(), empty_label=_("all"))
    finding = filters.ChoiceFilter(label=pgettext_lazy("assessment", "to be looked at"), method="by_finding", empty_label=_("all"))

    class Meta:
        model = Assessed
        fields: list[str] = []

    def __init__(self, *args: Any, departments: QuerySet[Department], found: dict[str, set[int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        self.filters["department"].queryset = departments
        labels = {
            "none": _("no raters"),
            "few": _("too few raters"),
            "tight": _("just enough raters"),
            "pooled": _("weights counted together"),
            "gone": _("no longer in post"),
        }
        if found:
            self.filters["finding"].extra["choices"] = [(code, labels[code]) for code in found]
        else:
            del self.filters["finding"]

    def by_words(self, rows: QuerySet[Assessed], _name: str, value: str) -> QuerySet[Assessed]:
        """In the name or the post."""
        return rows.filter(Q(name__icontains=value) | Q(post__icontains=value))

    def by_finding(self, rows: QuerySet[Assessed], _name: str, value: str) -> QuerySet[Assessed]:
        """Those a finding is about."""
        return rows.filter(pk__in=self.found.get(value, set()))
