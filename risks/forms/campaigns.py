"""Input of a campaign."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from positions.models import Unit
from risks.models import Campaign, GradingScheme
from risks.states import CampaignState


class NewCampaignForm(forms.Form):
    """Year and unit; phases and texts come with their defaults and are looked through on the next page."""

    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none(), empty_label=None)
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("title"), max_length=120, required=False, help_text=_("Left empty, it is named after the year."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["unit"].queryset = units
        if units.count() == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units.first().pk


class CampaignForm(forms.Form):
    """Title, scheme, texts and the dates of the phases."""

    title = forms.CharField(label=_("title"), max_length=120)
    scheme = forms.ModelChoiceField(label=_("grading scheme"), queryset=GradingScheme.objects.none(), empty_label=None)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        texts = ("commitment_position", "commitment_department", "commitment_unit")
        start = {name: getattr(campaign, name) for name in ("title", *texts)} | {"scheme": campaign.scheme_id}
        self.phases = list(campaign.phases.all())
        for phase in self.phases:
            start |= {f"{phase.kind}_from": phase.starts_on, f"{phase.kind}_until": phase.due_on}
        super().__init__(*args, initial=start, auto_id="id_%s", **kwargs)
        self.fields["scheme"].queryset = GradingScheme.objects.filter(
            Q(unit=None) | Q(unit_id=campaign.unit_id), Q(closed_on=None) | Q(pk=campaign.scheme_id)
        )
        if campaign.state != CampaignState.PREPARING:
            self.fields["scheme"].disabled = True
            self.fields["scheme"].help_text = _("Forms have been opened with this scheme.")
        for name in texts:
            label = Campaign._meta.get_field(name).verbose_name
            self.fields[name] = forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
        for phase in self.phases:
            for end, label in (("from", _("from")), ("until", _("until"))):
                self.fields[f"{phase.kind}_{end}"] = forms.DateField(label=label, widget=forms.DateInput)

    @property
    def phase_rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each phase with its two fields."""
        return [(phase, self[f"{phase.kind}_from"], self[f"{phase.kind}_until"]) for phase in self.phases]

    def clean(self) -> dict[str, Any]:
        """A phase does not end before it begins."""
        data = super().clean() or {}
        for phase in self.phases:
            first, last = data.get(f"{phase.kind}_from"), data.get(f"{phase.kind}_until")
            if first and last and last < first:
                self.add_error(f"{phase.kind}_until", _("The last day lies before the first."))
        return data

    def phase_dates(self) -> dict[str, Any]:
        """kind → (first day, last day)."""
        data = self.cleaned_data
        return {phase.kind: (data[f"{phase.kind}_from"], data[f"{phase.kind}_until"]) for phase in self.phases}
