"""The filter bar of the list of proposals."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from positions.models import Department
from regrading.models import Direction, Origin, Proposal
from regrading.states import ProposalState
from risks.models import Level

ALL = "all"


class ProposalFilter(filters.FilterSet):
    """Without a state: what waits to be decided."""

    direction = filters.ChoiceFilter(choices=Direction.choices, label=pgettext_lazy("proposal", "Rise or fall"))
    to_level = filters.ModelChoiceFilter(queryset=Level.objects.none(), label=_("Proposed level"))
    department = filters.ModelChoiceFilter(field_name="risk__department", queryset=Department.objects.none(), label=_("Department"))
    q = filters.CharFilter(method="by_text", label=_("Text"), max_length=60)
    state = filters.ChoiceFilter(
        method="of_state",
        label=_("State"),
        empty_label=ProposalState.OPEN.label,
        choices=[*[choice for choice in ProposalState.choices if choice[0] != ProposalState.OPEN], (ALL, _("all"))],
    )
    origin = filters.ChoiceFilter(choices=Origin.choices, label=pgettext_lazy("proposal", "Put forward by"))

    class Meta:
        model = Proposal
        fields: list[str] = []

    def __init__(self, *args: Any, unit_ids: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].field.queryset = Department.objects.filter(unit_id__in=unit_ids)
        self.filters["to_level"].field.queryset = Level.objects.order_by("scale_id", "-severity")

    def by_text(self, queryset: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        text = value.replace("\x00", "")
        return queryset.filter(Q(risk__number__icontains=text) | Q(risk__title__icontains=text) | Q(risk__direct_holder__name=text))

    def of_state(self, queryset: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        return queryset if value == ALL else queryset.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """All chosen conditions together."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.open()  # type: ignore[attr-defined]
        found: QuerySet[Proposal] = super().filter_queryset(queryset)
        return found
