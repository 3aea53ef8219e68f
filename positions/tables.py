"""Lists of people."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from positions.models import Appointment, Department, Rank


class PeopleFilter(django_filters.FilterSet):
    """By words in name or number, department and rank."""

    q = django_filters.CharFilter(label=_("name or staff number"), method="find")
    department = django_filters.ModelChoiceFilter(
        label=_("department"),
        field_name="position__department",
        queryset=lambda request: Department.objects.open().visible_to(request.user),
    )
    rank = django_filters.ChoiceFilter(label=_("rank"), field_name="position__rank", choices=Rank.choices)

    class Meta:
        model = Appointment
        fields = ["q", "department", "rank"]

    def find(self, queryset: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        """Name or staff number contains the words."""
        return queryset.filter(Q(person__name__icontains=value) | Q(person__staff_number__icontains=value))


class PeopleTable(tables.Table):
    """Who holds which post today; a person with two posts stands twice."""

    name = tables.Column(accessor="person__name", verbose_name=_("name"), linkify=("organisation:person", {"pk": tables.A("person_id")}))
    staff_number = tables.Column(accessor="person__staff_number", verbose_name=_("staff number"))
    department = tables.Column(accessor="position__department__name", verbose_name=_("department"), default=_("leadership"))
    position = tables.Column(accessor="position__name", verbose_name=_("position"))
    rank = tables.Column(accessor="position__get_rank_display", verbose_name=_("rank"), order_by="position__rank")
    starts_on = tables.DateColumn(format="Y-m-d")

    class Meta:
        model = Appointment
        fields = ["name", "staff_number", "department", "position", "rank", "starts_on"]
        order_by = "staff_number"
        row_attrs = {"data-href": lambda record: f"/organisation/people/{record.person_id}/"}
