"""Input of the rules library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.files import ACCEPT
from positions.models import Department, Rule, Unit


class RuleForm(forms.Form):
    """A rule; number and date belong to rules in force."""

    title = forms.CharField(label=_("title"), max_length=160, help_text=_("With the marks 《》."))
    department = forms.ModelChoiceField(
        label=_("department in charge"), queryset=Department.objects.none(), required=False, empty_label=_("the unit")
    )
    key_points = forms.CharField(
        label=_("key points"), widget=forms.Textarea, max_length=3000, required=False, help_text=_("What it lays down, in a few sentences.")
    )
    in_force = forms.BooleanField(label=_("it is in force already"), required=False)
    number = forms.CharField(label=_("document number"), max_length=60, required=False, help_text=_("Needed once it is in force."))
    since = forms.DateField(label=_("in force since"), widget=forms.DateInput, required=False, help_text=_("Needed once it is in force."))
    upload = forms.FileField(label=_("file"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))

    def __init__(self, *args: Any, unit: Unit, rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open().filter(unit=unit)  # type: ignore[attr-defined]
        if rule is not None:
            del self.fields["in_force"]
            if rule.state == "to_make":
                del self.fields["number"], self.fields["since"]


class EnactForm(forms.Form):
    """What puts a rule in force."""

    number = forms.CharField(label=_("document number"), max_length=60)
    since = forms.DateField(label=_("in force since"), widget=forms.DateInput)
    upload = forms.FileField(label=_("file"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))
