"""Filters of the board and the ledger of warnings. They narrow what the reader sees and never widen it."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from early_warnings.lists import TABS, of_tab
from early_warnings.models import SourceKind, SubjectKind, Tier, Warning
from early_warnings.states import WarningState
from positions.models import Department
from positions.scopes import scope_of


def departments_of(user: User) -> list[tuple[int, str]]:
    """The departments of the person's units, to choose one."""
    scope = scope_of(user)
    rows = Department.objects.filter(unit_id__in=scope.unit_ids | scope.whole_unit_ids).order_by("unit__path", "order", "pk")
    return list(rows.values_list("pk", "name"))


class WarningFilter(filters.FilterSet):
    """By words, tier, who is warned, state, department and day of the issue."""

    q = filters.CharFilter(method="search", label=_("Text"), widget=forms.TextInput(attrs={"type": "search"}), max_length=60)
    tier = filters.ChoiceFilter(label=_("tier"), choices=Tier.choices, empty_label=_("all"))
    subject_kind = filters.ChoiceFilter(label=_("who is warned"), choices=SubjectKind.choices, empty_label=_("all"))
    state = filters.ChoiceFilter(label=_("state"), choices=WarningState.choices, empty_label=_("all"))
    which = filters.ChoiceFilter(method="of_which", label=_("Which"), choices=TABS, empty_label=_("all"))
    department = filters.ChoiceFilter(field_name="department_id", label=_("Department"), empty_label=_("all"))
    source_kind = filters.ChoiceFilter(method="of_source", label=_("source"), choices=SourceKind.choices, empty_label=_("all"))
    issued_from = filters.DateFilter(field_name="issued_at__date", lookup_expr="gte", label=_("issued from"))
    issued_until = filters.DateFilter(field_name="issued_at__date", lookup_expr="lte", label=_("issued until"))

    class Meta:
        model = Warning
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.filters["department"].extra["choices"] = departments_of(user)

    def search(self, warnings: QuerySet[Warning], name: str, value: str) -> QuerySet[Warning]:
        """Part of the number, of who is warned, or of the grounds."""
        return warnings.filter(Q(number__icontains=value) | Q(subject_label__icontains=value) | Q(grounds__icontains=value))

    def of_source(self, warnings: QuerySet[Warning], name: str, value: str) -> QuerySet[Warning]:
        """Among those the reader handles: whoever is warned must not learn this way that there was a lead."""
        return warnings.filter(Q(("is_inside", True)), source_kind=value)

    def of_which(self, warnings: QuerySet[Warning], name: str, value: str) -> QuerySet[Warning]:
        """As the tabs of the board."""
        return warnings.filter(of_tab(value, self.today))
