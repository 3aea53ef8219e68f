"""Filters of the list of checks, of the answers of one, and of restrictions. They never widen what one sees."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.eligibility import Barred, Outcome, Purpose
from assessments.models import EligibilityCheck, EligibilityLine, Restriction

_SEARCH = forms.TextInput(attrs={"type": "search"})
RUNNING, OVER = "running", "over"


class EligibilityFilter(filters.FilterSet):
    """By number or matter, by somebody asked about, by purpose."""

    q = filters.CharFilter(label=_("number or matter"), method="of_words", max_length=60, widget=_SEARCH)
    person = filters.CharFilter(label=_("person asked about"), method="of_person", max_length=60)
    purpose = filters.ChoiceFilter(label=_("purpose"), choices=Purpose.choices, empty_label=_("all"))

    class Meta:
        model = EligibilityCheck
        fields: list[str] = []

    def __init__(self, *args: Any, lines: QuerySet[EligibilityLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    def of_words(self, checks: QuerySet[EligibilityCheck], name: str, value: str) -> QuerySet[EligibilityCheck]:
        """In the number or the matter."""
        return checks.filter(Q(number__icontains=value) | Q(matter__icontains=value))

    def of_person(self, checks: QuerySet[EligibilityCheck], name: str, value: str) -> QuerySet[EligibilityCheck]:
        """With an answer, one the reader sees, about somebody of that name or staff number."""
        named = self.lines.filter(Q(name__icontains=value) | Q(staff_number=value))
        return checks.filter(pk__in=named.values("eligibility_check_id"))


class EligibilityLineFilter(filters.FilterSet):
    """By name and conclusion."""

    q = filters.CharFilter(label=_("name or department"), method="of_words", max_length=60, widget=_SEARCH)
    outcome = filters.ChoiceFilter(label=_("conclusion"), choices=Outcome.choices, empty_label=_("all"))

    class Meta:
        model = EligibilityLine
        fields: list[str] = []

    def of_words(self, lines: QuerySet[EligibilityLine], name: str, value: str) -> QuerySet[EligibilityLine]:
        """In name, staff number or department."""
        return lines.filter(Q(name__icontains=value) | Q(staff_number__icontains=value) | Q(department__icontains=value))


class RestrictionFilter(filters.FilterSet):
    """By name, kind, and whether they run."""

    q = filters.CharFilter(label=_("name"), field_name="person__name", lookup_expr="icontains", max_length=60, widget=_SEARCH)
    kind = filters.ChoiceFilter(label=_("kept from"), choices=Barred.choices, empty_label=_("all"))
    when = filters.ChoiceFilter(
        label=_("state"),
        method="of_when",
        choices=[(RUNNING, pgettext_lazy("restriction", "in force")), (OVER, _("over or lifted"))],
        empty_label=_("all"),
    )

    class Meta:
        model = Restriction
        fields: list[str] = []

    def of_when(self, rows: QuerySet[Restriction], name: str, value: str) -> QuerySet[Restriction]:
        """In force today, or no more."""
        running = Restriction.objects.running(timezone.localdate()).values("pk")
        return rows.filter(pk__in=running) if value == RUNNING else rows.exclude(pk__in=running)
