"""Input of the grading session: shape only, the rules are in the services."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from risks.models import Level
from risks.services.grading import COMPUTED, REVIEWED


class VersionForm(forms.Form):
    """Carries what the page was opened with."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class LevelForm(VersionForm):
    """One risk at a level of its own."""

    level = forms.ModelChoiceField(label=_("Level"), queryset=Level.objects.none(), widget=forms.RadioSelect, empty_label=None)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Required when the level differs from what the scheme computes."),
    )

    def __init__(self, *args: Any, levels: Iterable[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(levels)
        field = self.fields["level"]
        field.queryset = Level.objects.filter(pk__in=[level.pk for level in rows])  # type: ignore[attr-defined]
        field.label_from_instance = lambda level: f"{level.label} {level.name}"  # type: ignore[attr-defined]


class ReasonForm(VersionForm):
    """A reason, whose absence the service explains."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))


class BulkForm(forms.Form):
    """Which risks to confirm, at which level, and whether the person has seen what will happen."""

    at = forms.ChoiceField(choices=[(COMPUTED, _("computed level")), (REVIEWED, _("reviewed level"))], initial=COMPUTED)
    reason = forms.CharField(required=False, max_length=1000)
    sure = forms.BooleanField(required=False)


class DiscussionForm(VersionForm):
    """When the leading group discussed the unit's form, who took part, and what it concluded."""

    on = forms.DateField(label=_("Discussed on"), initial=timezone.localdate)
    present = forms.CharField(label=_("Took part"), max_length=300, widget=forms.Textarea({"rows": 2}))
    conclusion = forms.CharField(label=_("Conclusion"), max_length=600, widget=forms.Textarea({"rows": 3}))


class OpinionForm(VersionForm):
    """The higher committee's opinion."""

    text = forms.CharField(label=_("Opinion of the higher committee"), max_length=1000, widget=forms.Textarea({"rows": 3}))
