"""Filters of the ledger of rectification. They narrow what the reader sees and never widen it."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from early_warnings.filters.warnings import departments_of
from early_warnings.models import RectificationMeasure, Tier
from early_warnings.rectification import STANDINGS, late

LATE = "late"


class RectificationFilter(filters.FilterSet):
    """By words, how it stands, department, tier, delay, and the day it is or was due."""

    q = filters.CharFilter(method="search", label=_("Text"), widget=forms.TextInput(attrs={"type": "search"}), max_length=60)
    standing = filters.ChoiceFilter(label=pgettext_lazy("rectification", "completion"), choices=STANDINGS, empty_label=_("all"))
    department = filters.ChoiceFilter(field_name="report__warning__department_id", label=_("Department"), empty_label=_("all"))
    tier = filters.ChoiceFilter(field_name="report__warning__tier", label=_("tier"), choices=Tier.choices, empty_label=_("all"))
    late = filters.ChoiceFilter(
        method="of_late",
        label=pgettext_lazy("rectification", "delay"),
        choices=[(LATE, _("only those overdue or done late"))],
        empty_label=_("all"),
    )
    due_from = filters.DateFilter(field_name="due_on", lookup_expr="gte", label=_("due from"))
    due_until = filters.DateFilter(field_name="due_on", lookup_expr="lte", label=_("due until"))

    class Meta:
        model = RectificationMeasure
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["choices"] = departments_of(user)

    def search(self, measures: QuerySet[RectificationMeasure], name: str, value: str) -> QuerySet[RectificationMeasure]:
        """Part of the number, of who is warned, or of the measure."""
        warned = Q(report__warning__number__icontains=value) | Q(report__warning__subject_label__icontains=value)
        return measures.filter(warned | Q(text__icontains=value))

    def of_late(self, measures: QuerySet[RectificationMeasure], name: str, value: str) -> QuerySet[RectificationMeasure]:
        """What was or is not done in time."""
        return late(measures)
