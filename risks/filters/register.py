"""Filters of the register and of the list of measures. Choices come from the reader's scope; they never widen it."""

from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.choices import Listed
from common.declared import declare
from common.filtersets import FilterSet
from positions.models import HolderLevel, MajorMatter, Position, PowerCategory
from risks.models import Aspect, RiskPoint, Source
from risks.providers import proposed_points
from risks.selectors import Choices, search_points
from risks.states import RiskState

ALL = "all"


class PositionLevelFilter(filters.FilterSet):
    """The catalogue of position risk levels: words in the position's name, and its department."""

    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Position"), max_length=60)
    department = filters.ChoiceFilter(field_name="department_id", label=_("Department"), empty_label=_("all"))

    class Meta:
        model = Position
        fields: list[str] = []

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["choices"] = Listed(departments)


class RegisterFilter(FilterSet):
    """What the register is filtered by; without a state it shows what stands in it now."""

    q = filters.CharFilter(method="search", label=_("Text"), widget=forms.TextInput(attrs={"type": "search"}), max_length=100)
    level = filters.ChoiceFilter(field_name="current_level_id", label=_("Level"))
    department = filters.ChoiceFilter(field_name="department_id", label=_("Department"))
    position = filters.ChoiceFilter(field_name="position_id", label=_("Position"))
    power_category = filters.ChoiceFilter(choices=PowerCategory.choices, label=_("Power category"))
    leader = filters.ChoiceFilter(field_name="responsible_leader_id", label=_("Responsible leader"))
    level_of = filters.ChoiceFilter(choices=HolderLevel.choices, label=_("Belongs to"))
    aspect = filters.ChoiceFilter(choices=Aspect.choices, label=_("Source of the risk"))
    major_matter = filters.ChoiceFilter(choices=MajorMatter.choices, label=_("Major matter"))
    source = filters.ChoiceFilter(choices=Source.choices, label=_("Entered by"))
    # Only by links from elsewhere: a cell of the picture by probability and harm, one of several units.
    probability = filters.NumberFilter(widget=forms.HiddenInput, min_value=0, max_value=9, label=_("probability"))
    harm = filters.NumberFilter(widget=forms.HiddenInput, min_value=0, max_value=9, label=_("harm"))
    unit = filters.NumberFilter(field_name="unit_id", widget=forms.HiddenInput, min_value=1, max_value=2**62, label=_("unit"))
    batch = filters.NumberFilter(method="of_import", min_value=1, max_value=2**62, label=_("Number of the import"))
    proposed = filters.ChoiceFilter(
        method="with_proposal",
        choices=[("any", _("waits to be decided")), ("rise", _("rise proposed")), ("fall", _("fall proposed"))],
        label=_("Change of level"),
    )
    state = filters.ChoiceFilter(
        method="of_state",
        choices=[(RiskState.RETIRED.value, RiskState.RETIRED.label), (ALL, _("all"))],
        empty_label=_("in the register"),
        label=_("State"),
    )

    class Meta:
        model = RiskPoint
        fields: list[str] = []

    def __init__(self, *args: Any, choices: Choices, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.walk, self.user = False, user
        offered: dict[str, list[tuple[int, str]]] = {
            "level": [(pk, level.label) for pk, level in choices.levels.items()],
            "department": choices.departments,
            "position": choices.positions,
            "leader": choices.leaders,
        }
        for name, options in offered.items():
            self.filters[name].extra["choices"] = Listed(options)
            self.filters[name].extra["empty_label"] = _("all")
        # All that the filter bar says: see common.templatetags.ui_data. What somebody typed is drawn for them alone.
        typed = any(self.data.get(name) for name in ("q", "batch", "probability", "harm", "unit"))
        self.drawn_by = None if typed else tuple((name, tuple(options)) for name, options in offered.items())

    def search(self, points: QuerySet[RiskPoint], name: str, value: str) -> QuerySet[RiskPoint]:
        """Every word somewhere in the texts."""
        return search_points(points, value, walk=self.walk)

    def with_proposal(self, points: QuerySet[RiskPoint], name: str, value: str) -> QuerySet[RiskPoint]:
        """Points whose level the leading group has to decide on, as far as the reader may know."""
        return proposed_points(user=self.user, points=points, direction="" if value == "any" else value)

    def of_import(self, points: QuerySet[RiskPoint], name: str, value: Decimal) -> QuerySet[RiskPoint]:
        """The points of one import."""
        return points.of_import(int(value))  # type: ignore[attr-defined, no-any-return]

    def of_state(self, points: QuerySet[RiskPoint], name: str, value: str) -> QuerySet[RiskPoint]:
        """Taken off, or all; what stands in the register is the default of `filter_queryset`."""
        return points if value == ALL else points.filter(state=value)

    def walked(self) -> QuerySet[RiskPoint]:
        """The same points, for a reader who wants the first of many (`risks.selectors.search_points`)."""
        self.walk = True
        try:
            return self.filter_queryset(self.queryset.all())
        finally:
            self.walk = False

    def filter_queryset(self, queryset: QuerySet[RiskPoint]) -> QuerySet[RiskPoint]:
        """All chosen conditions together."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.registered()  # type: ignore[attr-defined]
        found: QuerySet[RiskPoint] = super().filter_queryset(queryset)
        return found


declare(RegisterFilter, "base_filters")
