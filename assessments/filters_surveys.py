"""Filters of the list of surveys."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models.survey import Survey, SurveyKind
from assessments.states_surveys import SurveyState


class SurveyFilter(filters.FilterSet):
    """By words, kind and state."""

    q = filters.CharFilter(label=_("title"), field_name="title", lookup_expr="icontains", max_length=60)
    kind = filters.ChoiceFilter(label=pgettext_lazy("survey", "kind"), choices=SurveyKind.choices, empty_label=_("all"))
    state = filters.ChoiceFilter(label=_("state"), choices=SurveyState.choices, empty_label=_("all"))

    class Meta:
        model = Survey
        fields: list[str] = []
