"""Mottos as they are typed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from education.models import LONGEST_SOURCE, LONGEST_TEXT, Motto
from education.pasted import MottoFacts
from positions.models import Unit

_LONGEST_PASTE = 60_000


class PasteForm(forms.Form):
    """Many at once, one a line."""

    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none(), empty_label=None)
    lines = forms.CharField(
        label=_("Mottos, one a line"),
        max_length=_LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Behind two dashes the author or source; in front, where it is kept for one day of the year, that day. Known ones are left out."
        ),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.only_unit = units[0] if len(units) == 1 else None
        if self.only_unit is not None:
            del self.fields["unit"]

    def chosen_unit(self) -> Unit:
        """The unit for which lines are pasted."""
        found: Unit = self.only_unit or self.cleaned_data["unit"]
        return found


class MottoForm(forms.Form):
    """One motto."""

    text = forms.CharField(label=_("motto"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(label=_("author or source"), max_length=LONGEST_SOURCE, required=False)
    month = forms.IntegerField(
        label=_("month"), min_value=1, max_value=12, required=False, help_text=_("Only where it is kept for one day of every year.")
    )
    day = forms.IntegerField(label=_("day of the month"), min_value=1, max_value=31, required=False)

    def __init__(self, *args: Any, motto: Motto, **kwargs: Any) -> None:
        initial = {name: getattr(motto, name) for name in self.base_fields}
        super().__init__(*args, auto_id="id_%s", initial=initial, **kwargs)

    def facts(self) -> MottoFacts:
        """What was entered, as the service takes it."""
        return MottoFacts(**self.cleaned_data)
