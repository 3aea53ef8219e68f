"""The ledger of reminders: its table and its filters."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.markup import markup
from common.templatetags.ui_status import badge
from deadlines.models import Reminder
from deadlines.registry import kind_of, kinds, open_kinds, quiet_kinds
from deadlines.words import stage_label
from positions.models import Unit

_ONE_LINE = {"td": {"class": "nowrap"}}
_STAGES = [("before", _("before the day")), ("day", _("on the day")), ("over", _("overdue")), ("up", _("told to a leader"))]


class ReminderFilter(filters.FilterSet):
    """By kind, stage, name and day."""

    q = filters.CharFilter(label=_("reminded person"), method="named", max_length=60)
    kind = filters.ChoiceFilter(label=_("kind"), choices=lambda: [(kind.code, kind.title) for kind in kinds()], empty_label=_("all"))
    stage = filters.ChoiceFilter(label=_("reminder"), choices=_STAGES, method="at_stage", empty_label=_("all"))
    told_from = filters.DateFilter(label=_("reminded from"), field_name="told_on", lookup_expr="gte", widget=forms.DateInput)
    told_until = filters.DateFilter(label=_("reminded until"), field_name="told_on", lookup_expr="lte", widget=forms.DateInput)
    unit = filters.ModelChoiceFilter(label=_("unit"), queryset=Unit.objects.none(), empty_label=_("all"))

    class Meta:
        model = Reminder
        fields: list[str] = []

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].queryset = units
        if self.request.user.admin_role == AdminRole.AUDIT:
            self.filters["kind"].extra["choices"] = [(kind.code, kind.title) for kind in open_kinds()]

    def named(self, rows: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        """Part of a name. A quiet matter is not found by whom it concerned, but for one's own."""
        return rows.filter(person__name__icontains=value).exclude(Q(kind__in=quiet_kinds()) & ~Q(person=self.request.user))

    def at_stage(self, rows: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        """All of one sort."""
        return rows.filter(stage__startswith=value)


class ReminderTable(tables.Table):
    """One row a reminder. Whom a quiet matter concerned is seen by nobody but the one reminded."""

    told_on = tables.Column(attrs=_ONE_LINE)
    kind = tables.Column(orderable=False)
    stage = tables.Column(orderable=False)
    person = tables.Column(orderable=False, accessor="person__name", verbose_name=_("reminded person"))
    text = tables.Column(orderable=False, empty_values=())
    due_on = tables.Column(attrs=_ONE_LINE)

    class Meta:
        model = Reminder
        fields = ("told_on", "kind", "stage", "person", "text", "due_on")
        order_by_field = "sort"

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        self.viewer = viewer
        super().__init__(*args, **kwargs)

    def render_told_on(self, value: Any) -> str:
        return str(value.isoformat())

    def render_due_on(self, value: Any) -> str:
        return str(value.isoformat())

    def render_kind(self, value: str) -> str:
        """The title; of kinds the product no longer has, the code."""
        kind = kind_of(value)
        return str(kind.title) if kind else value

    def render_stage(self, value: str) -> SafeString:
        """As a badge."""
        tone = {"before": "neutral", "day": "accent", "over": "warning", "up": "danger"}[value.partition(":")[0]]
        return badge(stage_label(value), tone)

    def render_person(self, record: Reminder, value: str) -> str:
        """Nobody but the one reminded reads who was told of a quiet matter."""
        kind = kind_of(record.kind)
        return "—" if (kind is None or kind.ledger_is_quiet) and record.person_id != self.viewer.pk else value

    def render_text(self, record: Reminder) -> str | SafeString:
        """What was to be done; administrators read no content."""
        if self.viewer.is_administrator or not record.text:
            return "—"
        if not record.url:
            return record.text
        return markup('<a href="{}">{}</a>', record.url, record.text)


def newest(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """In the order in which they were sent, the last first."""
    return rows.select_related("person").order_by("-told_on", "-pk")
