"""The list of tokens."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from api.models import ApiToken
from api.states import TokenState


class TokenFilter(django_filters.FilterSet):
    """By words, and by state."""

    q = django_filters.CharFilter(label=_("system, name or staff number"), method="find")
    state = django_filters.ChoiceFilter(label=_("state"), choices=TokenState.choices)

    class Meta:
        model = ApiToken
        fields = ["q", "state"]

    def find(self, queryset: QuerySet[ApiToken], name: str, value: str) -> QuerySet[ApiToken]:
        """System, or the person as whom it reads, contains the words."""
        return queryset.filter(Q(name__icontains=value) | Q(holder__name__icontains=value) | Q(holder__staff_number=value))


class TokenTable(tables.Table):
    """One row a token."""

    name = tables.Column(linkify=True)
    holder = tables.Column(accessor="holder__name", verbose_name=_("reads as"))
    state = tables.TemplateColumn("{% state_badge record %}")
    last_used_on = tables.DateColumn(format="Y-m-d")
    expires_on = tables.DateColumn(format="Y-m-d")

    class Meta:
        model = ApiToken
        fields = ["name", "holder", "state", "expires_on", "last_used_on"]
