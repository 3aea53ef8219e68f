"""Filters over the progress of a campaign."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from positions.models import Department, HolderLevel
from risks.models import Declaration
from risks.permissions.forms import EDITABLE
from risks.progress import BUCKETS

OUTSTANDING = "outstanding"


class ProgressFilter(django_filters.FilterSet):
    """Who, where, which form, how far."""

    q = django_filters.CharFilter(label=_("name or staff number"), method="search", max_length=60)
    department = django_filters.ModelChoiceFilter(label=_("department"), queryset=Department.objects.none(), null_label=_("leadership"))
    bucket = django_filters.ChoiceFilter(label=_("state"), choices=[(OUTSTANDING, _("not handed in")), *BUCKETS], method="in_bucket")
    kind = django_filters.ChoiceFilter(label=_("form"), choices=HolderLevel.choices)

    class Meta:
        model = Declaration
        fields = ["q", "department", "bucket", "kind"]

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].queryset = departments

    def in_bucket(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """One column of the table of progress, or all of those not handed in."""
        return queryset.filter(state__in=EDITABLE) if value == OUTSTANDING else queryset.filter(bucket=value)

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Part of a name, or a staff number from its beginning."""
        return queryset.filter(Q(declarant__name__icontains=value) | Q(declarant__staff_number__istartswith=value))
