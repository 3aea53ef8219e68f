"""The list of deliveries: to whom, when, by which way, whether. What was told stands nowhere."""

from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge
from notifications.failures import words
from notifications.models import Delivery, DeliveryChannel
from notifications.states import DeliveryState

_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
_ONE_LINE = {"td": {"class": "nowrap"}}
_FORMAT = "%Y-%m-%d %H:%M"


class DeliveryFilter(django_filters.FilterSet):
    """By state, way, person and day."""

    state = django_filters.ChoiceFilter(label=pgettext_lazy("delivery", "state"), choices=DeliveryState.choices)
    channel = django_filters.ChoiceFilter(label=pgettext_lazy("delivery", "way"), choices=DeliveryChannel.choices)
    who = django_filters.CharFilter(label=gettext_lazy("name or staff number"), method="of_person")
    since = django_filters.DateFilter(label=gettext_lazy("from"), field_name="created_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label=gettext_lazy("until"), field_name="created_at", lookup_expr="date__lte")

    class Meta:
        model = Delivery
        fields = ["state", "channel", "who", "since", "until"]

    def of_person(self, queryset: QuerySet[Delivery], name: str, value: str) -> QuerySet[Delivery]:
        """The person's name or number contains the words."""
        return queryset.filter(Q(person__name__icontains=value) | Q(person__staff_number__icontains=value))


class DeliveryTable(tables.Table):
    """Newest first; a box and a button for what failed."""

    chosen = tables.Column(accessor="pk", verbose_name="", orderable=False, attrs={"td": {"class": "bulk"}})
    created_at = tables.Column(verbose_name=pgettext_lazy("delivery", "made"), attrs=_ONE_LINE)
    channel = tables.Column(verbose_name=pgettext_lazy("delivery", "way"), orderable=False, attrs=_ONE_LINE)
    to = tables.Column(verbose_name=pgettext_lazy("delivery", "to"), empty_values=(), orderable=False, attrs=_ONE_LINE)
    sort = tables.Column(verbose_name=pgettext_lazy("delivery", "sort"), empty_values=(), orderable=False, attrs=_ONE_LINE)
    state = tables.Column(verbose_name=pgettext_lazy("delivery", "state"), orderable=False, attrs=_ONE_LINE)
    when = tables.Column(verbose_name=gettext_lazy("sent, or next attempt"), empty_values=(), orderable=False, attrs=_ONE_LINE)
    attempts = tables.Column(verbose_name=pgettext_lazy("delivery", "attempts"), orderable=False, attrs=_NUMBER)
    last_error = tables.Column(verbose_name=pgettext_lazy("delivery", "reason"), orderable=False)
    again = tables.Column(verbose_name="", accessor="pk", orderable=False)

    class Meta:
        order_by = "-created_at"

    def __init__(self, *args: Any, units: Mapping[int, str], **kwargs: Any) -> None:
        self.units = units
        super().__init__(*args, **kwargs)

    def order_created_at(self, queryset: QuerySet[Delivery], is_descending: bool) -> tuple[QuerySet[Delivery], bool]:
        """In the order of the primary key: the same, and indexed."""
        return queryset.order_by("-pk" if is_descending else "pk"), True

    def render_chosen(self, record: Delivery) -> SafeString | str:
        if record.state != DeliveryState.FAILED:
            return ""
        return markup('<input type="checkbox" name="chosen" value="{}" aria-label="{}">', record.pk, self._to(record))

    def render_created_at(self, record: Delivery) -> str:
        return timezone.localtime(record.created_at).strftime(_FORMAT)

    def render_to(self, record: Delivery) -> str:
        return self._to(record)

    def render_sort(self, record: Delivery) -> str:
        if record.is_test:
            return pgettext("delivery", "try")
        if record.robot_id:
            return _("kinds and numbers")
        return _("daily e-mail") if record.digest_on else _("single notice")

    def render_state(self, record: Delivery) -> SafeString:
        return badge(record.get_state_display(), record.tone)

    def render_when(self, record: Delivery) -> str:
        moment = record.sent_at or (record.next_try_at if record.state == DeliveryState.WAITING else None)
        return timezone.localtime(moment).strftime(_FORMAT) if moment else "—"

    def render_last_error(self, value: str) -> str:
        return words(value)

    def render_again(self, record: Delivery) -> SafeString | str:
        if record.state != DeliveryState.FAILED:
            return ""
        return markup('<button type="submit" class="btn btn-sm btn-outline" name="only" value="{}">{}</button>', record.pk, _("Send again"))

    def _to(self, record: Delivery) -> str:
        if record.person:
            return record.person.label
        return self.units.get(record.robot.unit_id, "—") if record.robot else "—"
