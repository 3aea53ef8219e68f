"""Input of annual reports. Shape only: the services decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from positions.models import Unit
from reporting.annual.models import MOST, TEXTS, AnnualReport
from reporting.annual.services import FIRST_YEAR

_HELP = {
    "work_done": _("What was organised in the year. The figures stand below it by themselves."),
    "effects": _("What changed by it; examples without names."),
    "problems": _("What is not good yet, and why."),
    "plans": _("What comes next, by whom and until when."),
}


class BeginForm(forms.Form):
    """Which unit, which year."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        year = timezone.localdate().year
        super().__init__(*args, initial={"year": year, "unit": units[0].pk}, **kwargs)
        self.fields["year"].max_value = year  # type: ignore[attr-defined]
        unit = self.fields["unit"]
        unit.queryset = Unit.objects.filter(pk__in=[one.pk for one in units])  # type: ignore[attr-defined]
        if len(units) == 1:
            unit.widget = forms.HiddenInput()


class TextsForm(forms.Form):
    """What the committee says to the figures."""

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(report, name) for name in TEXTS}, **kwargs)
        for name in TEXTS:
            label = AnnualReport._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            widget = forms.Textarea(attrs={"rows": 8})
            self.fields[name] = forms.CharField(label=label, max_length=MOST, required=False, widget=widget, help_text=_HELP[name])

    def texts(self) -> dict[str, str]:
        """For the service."""
        return {name: self.cleaned_data[name] for name in TEXTS}
