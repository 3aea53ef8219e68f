"""The filter bar of the grading session."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from positions.models import Department, MajorMatter, PowerCategory
from risks.hints import CONTENT_AT_LEAST
from risks.models import Aspect, EntryChange, EntryMeasure, Level, RiskEntry

DECIDED = [("no", _("not decided")), ("yes", _("decided"))]
DIFFERENT = [
    ("self", _("self-rated differs from computed")),
    ("reviewed", _("reviewed differs from computed")),
    ("none", _("cannot be computed")),
]


class SessionFilter(filters.FilterSet):
    """Department, level and decision stand open; the rest under “more”."""

    department = filters.ModelChoiceFilter(label=_("Department"), field_name="declaration__department", queryset=Department.objects.none())
    level = filters.ModelChoiceFilter(label=_("Level"), queryset=Level.objects.none(), method="at_level")
    decided = filters.ChoiceFilter(label=_("Decided or not"), choices=DECIDED, method="by_decision")
    differs = filters.ChoiceFilter(label=_("Difference"), choices=DIFFERENT, method="by_difference")
    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=60)
    aspect = filters.ChoiceFilter(label=_("Source"), choices=Aspect.choices)
    power_category = filters.ChoiceFilter(label=_("Power category"), choices=PowerCategory.choices)
    major_matter = filters.ChoiceFilter(
        label=_("Major matter"), choices=[("any", _("any major matter")), *MajorMatter.choices], method="by_matter"
    )
    hints = filters.ChoiceFilter(label=_("Hints"), choices=[("yes", _("with hints"))], method="by_hints")
    change = filters.ChoiceFilter(label=_("Change"), choices=EntryChange.choices)
    probability = filters.NumberFilter(widget=forms.HiddenInput, min_value=0, max_value=9)
    harm = filters.NumberFilter(widget=forms.HiddenInput, min_value=0, max_value=9)

    class Meta:
        model = RiskEntry
        fields: list[str] = []

    def __init__(self, *args: Any, unit_id: int, levels: QuerySet[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].field.queryset = Department.objects.filter(unit_id=unit_id)
        self.filters["level"].field.queryset = levels

    def at_level(self, queryset: QuerySet[Any], _name: str, value: Level) -> QuerySet[Any]:
        return queryset.filter(proposed_id=value.pk)

    def by_decision(self, queryset: QuerySet[RiskEntry], _name: str, value: str) -> QuerySet[RiskEntry]:
        return queryset.filter(decided_at__isnull=value == "no")

    def by_difference(self, queryset: QuerySet[RiskEntry], _name: str, value: str) -> QuerySet[RiskEntry]:
        if value == "none":
            return queryset.filter(computed_level=None).exclude(change=EntryChange.RETIRE)
        name = f"{value}_level"
        return queryset.filter(**{f"{name}__isnull": False}).exclude(**{name: F("computed_level")})

    def by_text(self, queryset: QuerySet[RiskEntry], _name: str, value: str) -> QuerySet[RiskEntry]:
        text = value.replace("\x00", "")
        return queryset.filter(Q(title__icontains=text) | Q(content__icontains=text) | Q(declaration__declarant__name__icontains=text))

    def by_matter(self, queryset: QuerySet[RiskEntry], _name: str, value: str) -> QuerySet[RiskEntry]:
        return queryset.exclude(major_matter="") if value == "any" else queryset.filter(major_matter=value)

    def by_hints(self, queryset: QuerySet[RiskEntry], _name: str, value: str) -> QuerySet[RiskEntry]:
        """Those hints that the database can see: no power item, short content, no measure."""
        measures = EntryMeasure.objects.filter(entry=OuterRef("pk")).exclude(text="")
        rows = queryset.exclude(change=EntryChange.RETIRE).annotate(length=Length("content"))
        return rows.filter(Q(power_item=None) | Q(length__lt=CONTENT_AT_LEAST) | ~Exists(measures))
