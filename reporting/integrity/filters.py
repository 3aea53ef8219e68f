"""Filters of the lists of requests and looks. They never widen what one sees."""

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.integrity.models import FileLook, FilePurpose, FileRequest
from reporting.integrity.states import RequestState

_SEARCH = forms.TextInput(attrs={"type": "search"})
RUN_OUT = "run_out"


class FileRequestFilter(filters.FilterSet):
    """By name or number, state, purpose."""

    q = filters.CharFilter(label=_("name or number"), method="of_words", max_length=60, widget=_SEARCH)
    state = filters.ChoiceFilter(
        label=_("state"),
        method="of_state",
        choices=[*RequestState.choices, (RUN_OUT, pgettext_lazy("integrity file", "run out"))],
        empty_label=_("all"),
    )
    purpose = filters.ChoiceFilter(label=_("purpose"), choices=FilePurpose.choices, empty_label=_("all"))

    class Meta:
        model = FileRequest
        fields: list[str] = []

    def of_words(self, rows: QuerySet[FileRequest], name: str, value: str) -> QuerySet[FileRequest]:
        """In the name of whose file it is, of who asked, or in the number."""
        return rows.filter(Q(person_label__icontains=value) | Q(requested_by__name__icontains=value) | Q(number__icontains=value))

    def of_state(self, rows: QuerySet[FileRequest], name: str, value: str) -> QuerySet[FileRequest]:
        """An approval counts as such only while it runs."""
        today = timezone.localdate()
        if value == RUN_OUT:
            return rows.filter(state=RequestState.APPROVED, granted_until__lt=today)
        found = rows.filter(state=value)
        return found.filter(granted_until__gte=today) if value == RequestState.APPROVED else found


class FileLookFilter(filters.FilterSet):
    """By name, and day."""

    q = filters.CharFilter(label=_("name"), method="of_words", max_length=60, widget=_SEARCH)
    since = filters.DateFilter(label=_("from"), field_name="at", lookup_expr="date__gte", widget=forms.DateInput(attrs={"type": "date"}))
    to = filters.DateFilter(label=_("until"), field_name="at", lookup_expr="date__lte", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = FileLook
        fields: list[str] = []

    def of_words(self, rows: QuerySet[FileLook], name: str, value: str) -> QuerySet[FileLook]:
        """In the name of whose file it is or of who read it."""
        return rows.filter(Q(person__name__icontains=value) | Q(by__name__icontains=value))
