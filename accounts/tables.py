"""The list of accounts."""

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User


class AccountFilter(django_filters.FilterSet):
    """By words in name or number, role and whether the account is shut."""

    q = django_filters.CharFilter(label=_("name or staff number"), method="find")
    admin_role = django_filters.ChoiceFilter(label=_("administrator role"), choices=[c for c in AdminRole.choices if c[0]])
    is_active = django_filters.BooleanFilter(
        label=_("may sign in"), widget=forms.Select(choices=[("", _("all")), ("true", _("yes")), ("false", _("no"))])
    )

    class Meta:
        model = User
        fields = ["q", "admin_role", "is_active"]

    def find(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Name or staff number contains the words."""
        return queryset.filter(Q(name__icontains=value) | Q(staff_number__icontains=value))


class AccountTable(tables.Table):
    """Everybody who has an account."""

    staff_number = tables.Column(linkify=("accounts:detail", {"pk": tables.A("pk")}))
    admin_role = tables.Column(empty_values=())
    is_active = tables.BooleanColumn(verbose_name=_("may sign in"))
    last_login = tables.DateTimeColumn(verbose_name=_("last sign-in"), format="Y-m-d H:i")

    class Meta:
        model = User
        fields = ["staff_number", "name", "admin_role", "email", "is_active", "last_login"]
        order_by = "staff_number"

    def render_admin_role(self, record: User) -> str:
        """Only administrators bear a word here."""
        return str(record.get_admin_role_display()) if record.admin_role else ""
