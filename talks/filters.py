"""Filters of the list of talks."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from talks.models import Talk, TalkKind
from talks.states import UNFINISHED, TalkState

TO_HOLD, WITH_ME, DONE, ALL = "to_hold", "with_me", "done", "all"
OVERDUE = "overdue"


class TalkFilter(filters.FilterSet):
    """By words, kind, state and when it was held."""

    q = filters.CharFilter(label=_("name or number"), method="search", max_length=60)
    kind = filters.ChoiceFilter(label=_("kind"), choices=TalkKind.choices, empty_label=_("all"))
    state = filters.ChoiceFilter(
        label=_("state"), choices=[(OVERDUE, _("overdue")), *TalkState.choices], method="in_state", empty_label=_("all")
    )
    held_from = filters.DateFilter(label=_("held from"), field_name="held_at", lookup_expr="date__gte", widget=forms.DateInput)
    held_until = filters.DateFilter(label=_("held until"), field_name="held_at", lookup_expr="date__lte", widget=forms.DateInput)

    class Meta:
        model = Talk
        fields: list[str] = []

    def search(self, talks: QuerySet[Talk], name: str, value: str) -> QuerySet[Talk]:
        """Part of a name, or a number."""
        return talks.filter(Q(person_name__icontains=value) | Q(talker_name__icontains=value) | Q(number__icontains=value))

    def in_state(self, talks: QuerySet[Talk], name: str, value: str) -> QuerySet[Talk]:
        """One state, or what is late."""
        return talks.overdue(timezone.localdate()) if value == OVERDUE else talks.filter(state=value)  # type: ignore[attr-defined]


def of_tab(talks: Any, tab: str, user: User) -> Any:
    """The talks of a tab: mine to hold or to finish, those with me, the finished ones, all that I may see."""
    if tab == TO_HOLD:
        mine = Q(talker=user) | Q(recorder=user)
        return talks.filter(mine, state__in=[TalkState.PLANNED, *UNFINISHED])
    if tab == WITH_ME:
        return talks.with_person(user)
    if tab == DONE:
        return talks.filter(state=TalkState.DONE)
    return talks
