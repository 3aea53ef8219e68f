"""Filters of the point ledger. Choices come from what the reader sees; they never widen it."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from early_warnings.models import PointEntry

PERSON, DEPARTMENT = "person", "department"


class PointFilter(filters.FilterSet):
    """Whose, when, where."""

    q = filters.CharFilter(
        field_name="holder_label",
        lookup_expr="icontains",
        label=_("Name or post"),
        widget=forms.TextInput(attrs={"type": "search"}),
        max_length=60,
    )
    year = filters.ChoiceFilter(field_name="cycle_year", label=_("Year"), empty_label=_("all"))
    department = filters.ChoiceFilter(field_name="place_id", label=_("Department"), empty_label=_("all"))
    whose = filters.ChoiceFilter(
        method="of_whose", label=_("Account of"), empty_label=_("all"), choices=[(PERSON, _("people")), (DEPARTMENT, _("departments"))]
    )

    class Meta:
        model = PointEntry
        fields: list[str] = []

    def __init__(self, *args: Any, years: list[int], departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(year, str(year)) for year in years]
        self.filters["department"].extra["choices"] = departments

    def of_whose(self, entries: QuerySet[PointEntry], name: str, value: str) -> QuerySet[PointEntry]:
        """People's accounts or departments'."""
        return entries.filter(department__isnull=value == PERSON)
