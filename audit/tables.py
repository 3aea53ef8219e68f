"""The audit administrator's list."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent, Outcome
from audit.selectors import CONFIDENTIAL_PREFIXES, is_confidential, is_open
from audit.sentences import sentence
from common.markup import markup


class AuditFilter(django_filters.FilterSet):
    """By person, kind of action, outcome and time."""

    who = django_filters.CharFilter(label=_("person"), field_name="actor_label", lookup_expr="icontains")
    action = django_filters.CharFilter(label=_("action"), method="by_action")
    outcome = django_filters.ChoiceFilter(label=_("outcome"), choices=Outcome.choices)
    since = django_filters.DateFilter(label=_("from"), field_name="at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label=_("until"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditEvent
        fields = ["who", "action", "outcome", "since", "until"]

    def by_action(self, queryset: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        """The action's name begins with the words, or is about that kind of object. Confidential steps answer to no name."""
        confidential = Q()
        for prefix in CONFIDENTIAL_PREFIXES:
            confidential |= Q(action__startswith=prefix)
        return queryset.filter(Q(action__startswith=value) | Q(object_type__startswith=value)).exclude(confidential)


class AuditTable(tables.Table):
    """Events; of cases only that something happened, never what (quality.md, three administrators)."""

    at = tables.DateTimeColumn(format="Y-m-d H:i:s", attrs={"td": {"class": "nowrap"}}, linkify=("audit:detail", {"pk": tables.A("pk")}))
    what = tables.Column(verbose_name=_("what happened"), empty_values=(), orderable=False)
    object_type = tables.Column(attrs={"th": {"data-optional": "1"}})
    object_id = tables.Column(verbose_name=_("object number"), attrs={"th": {"data-optional": "1"}})

    class Meta:
        model = AuditEvent
        fields = ["at", "actor_label", "action", "what", "object_type", "object_id", "outcome", "address"]
        order_by = "-at"

    def render_action(self, value: str, record: AuditEvent) -> str:
        """The name of the action as the filter takes it."""
        return str(_("a confidential step")) if is_confidential(record) else markup('<code lang="en">{}</code>', value)

    def render_object_type(self, value: str, record: AuditEvent) -> str:
        """Nothing for confidential steps."""
        return "—" if is_confidential(record) else value

    def render_object_id(self, value: str, record: AuditEvent) -> str:
        """Nothing for confidential steps."""
        return "—" if is_confidential(record) else value

    def render_what(self, record: AuditEvent) -> str:
        """A sentence for what is not a case."""
        return sentence(record) if is_open(record) else "—"
