"""Input about how a unit assesses: shape only, the services decide."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Answer, Factor, GradeScale, Group, GroupSettings, IndicatorSet, Method, RaterLevel, ResultScope
from assessments.rules import GradeRule
from assessments.services.settings import FIELDS, IndicatorFacts
from assessments.weights import in_words
from risks.models import Colour

MOST_ROWS = 40
_PERCENT: dict[str, Any] = {"min_value": Decimal(0), "max_value": Decimal(100), "max_digits": 5, "decimal_places": 2}


class GroupSettingsForm(forms.Form):
    """Weights, grades, questions and dates of one group."""

    minimum_ballots = forms.IntegerField(
        label=_("fewest ballots"),
        min_value=3,
        max_value=100,
        help_text=_("Below it there is no result of the appraisal, and nothing is kept."),
    )
    scale = forms.ModelChoiceField(label=_("grade scale"), queryset=GradeScale.objects.none(), empty_label=None)
    indicator_set = forms.ModelChoiceField(label=_("indicator set"), queryset=IndicatorSet.objects.none(), empty_label=None)
    scope = forms.ChoiceField(
        label=_("shown to"),
        choices=ResultScope.choices,
        widget=forms.RadioSelect,
        help_text=_("Both committees and the unit head always see the results."),
    )
    notice_days = forms.IntegerField(label=_("working days of notice"), min_value=0, max_value=60)
    appeal_days = forms.IntegerField(label=_("days for an appeal"), min_value=1, max_value=90)
    appeal_working = forms.TypedChoiceField(
        label=_("days for an appeal are"),
        choices=[("1", _("working days")), ("0", _("calendar days"))],
        coerce=lambda value: value == "1",
    )

    def __init__(self, *args: Any, row: GroupSettings, unit_id: int, **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in FIELDS}
        initial |= {"scale": row.scale_id, "indicator_set": row.indicator_set_id, "appeal_working": "1" if row.appeal_working else "0"}
        super().__init__(*args, initial=initial, **kwargs)
        for choices in (Method, RaterLevel, Answer):
            for value, label in choices.choices:
                self.fields[value] = forms.DecimalField(label=label, **_PERCENT)
                self.initial[value] = in_words(getattr(row, value))
        open_scales = GradeScale.objects.of_unit(unit_id).filter(closed_on=None)
        open_sets = IndicatorSet.objects.of_unit(unit_id).filter(closed_on=None, group=row.group)
        self.fields["scale"].queryset, self.fields["indicator_set"].queryset = open_scales, open_sets

    @property
    def methods(self) -> list[forms.BoundField]:
        """Weights of the methods."""
        return [self[name] for name in Method.values]

    @property
    def levels(self) -> list[forms.BoundField]:
        """Weights of the raters."""
        return [self[name] for name in RaterLevel.values]

    @property
    def answers(self) -> list[forms.BoundField]:
        """Points of the answers."""
        return [self[name] for name in Answer.values]


class IndicatorSetForm(forms.Form):
    """Name of a set, and its group while it is new; the indicators are rows."""

    name = forms.CharField(label=_("Name"), max_length=80)
    group = forms.ChoiceField(label=_("group"), choices=Group.choices)

    def __init__(self, *args: Any, found: IndicatorSet | None, **kwargs: Any) -> None:
        initial = {"name": found.name, "group": found.group} if found else None
        super().__init__(*args, initial=initial, **kwargs)
        if found is not None:
            del self.fields["group"]


class IndicatorForm(forms.Form):
    """One question of the appraisal."""

    factor = forms.ChoiceField(label=_("Factor"), choices=Factor.choices)
    name = forms.CharField(label=_("Name"), max_length=40)
    text = forms.CharField(label=_("What is looked at"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    weight = forms.DecimalField(label=_("weight (%)"), **_PERCENT)


class ScaleForm(forms.Form):
    """Name of a scale; its grades are rows."""

    name = forms.CharField(label=_("Name"), max_length=80)


class GradeForm(forms.Form):
    """One grade."""

    label = forms.CharField(label=_("Label"), max_length=20)
    min_score = forms.DecimalField(label=_("From this score"), **_PERCENT)
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)
    no_award = forms.BooleanField(label=_("No award in the year"), required=False)
    hold_months = forms.IntegerField(label=_("Months without promotion or transfer"), min_value=0, max_value=60, initial=0)


_ROWS: dict[str, Any] = {"extra": 0, "can_delete": True, "can_order": True, "min_num": 1, "validate_min": True, "validate_max": True}
IndicatorRows = forms.formset_factory(IndicatorForm, max_num=MOST_ROWS, **_ROWS)
GradeRows = forms.formset_factory(GradeForm, max_num=10, **_ROWS)


def kept(rows: Any) -> list[dict[str, Any]]:
    """The rows that stay, in the order they stand in."""
    found = [form.cleaned_data for form in rows.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    return sorted(found, key=lambda data: data.get("ORDER") or MOST_ROWS)


def indicators_said(rows: Any) -> list[IndicatorFacts]:
    """For `services.settings.save_set`."""
    return [IndicatorFacts(data["factor"], data["name"], data["text"], data["weight"]) for data in kept(rows)]


def grades_said(rows: Any) -> list[GradeRule]:
    """For `services.settings.save_scale`; the order of the rows is the severity."""
    return [
        GradeRule(data["label"], data["min_score"], severity, data["colour"], data["no_award"], data["hold_months"])
        for severity, data in enumerate(kept(rows))
    ]
