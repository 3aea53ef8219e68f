"""Input for eligibility checks. Shape only: the service decides."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.eligibility import Purpose
from assessments.models import EligibilitySettings
from assessments.services.eligibility import Question
from positions.models import Unit

# In the first months of a year awards are still given for the last one.
AWARDS_OF_LAST_YEAR_UNTIL = 3
WEIGHTS = (
    "warning_general",
    "warning_important",
    "warning_highest",
    "points_general",
    "points_important",
    "points_highest",
    "pending",
)


class EligibilityForm(forms.Form):
    """Who is asked about, for what, as of which day."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    purpose = forms.ChoiceField(label=_("Purpose of the check"), choices=Purpose.choices, widget=forms.RadioSelect)
    matter = forms.CharField(
        label=_("What it is for"),
        max_length=300,
        help_text=_("Document, meeting or list. It is kept with the check and stands on the paper."),
    )
    as_of = forms.DateField(label=_("As of"), widget=forms.DateInput, help_text=_("What was known at the end of that day."))
    award_year = forms.IntegerField(
        label=_("Awards of the year"), min_value=2000, max_value=2100, help_text=_("Counts for awards and honours only.")
    )
    names = forms.CharField(
        label=_("Names or staff numbers"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "One a line, or with commas between. Where two have one name, put the staff number or department behind it in brackets."
        ),
    )
    file = forms.FileField(
        label=_("Or an Excel file (.xlsx)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("With 姓名 or 工号 as header."),
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        today = timezone.localdate()
        year = today.year - 1 if today.month <= AWARDS_OF_LAST_YEAR_UNTIL else today.year
        super().__init__(*args, initial={"as_of": today, "award_year": year, "unit": units[0].pk}, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = Unit.objects.filter(pk__in=[one.pk for one in units])  # type: ignore[attr-defined]
        if len(units) == 1:
            unit.widget = forms.HiddenInput()

    def question(self) -> Question:
        """For the service."""
        data = self.cleaned_data
        return Question(Purpose(data["purpose"]), data["matter"], data["as_of"], data["award_year"])


class EligibilitySettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What warnings and points mean."""

    class Meta:
        model = EligibilitySettings
        fields = WEIGHTS
        widgets = dict.fromkeys(WEIGHTS, forms.RadioSelect)

    def values(self) -> dict[str, str]:
        """For the service."""
        return {name: self.cleaned_data[name] for name in WEIGHTS}
