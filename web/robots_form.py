"""Input about a robot: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications import kinds
from notifications.models import RobotService
from notifications.services.robots import RobotFacts


class RobotForm(forms.Form):
    """The address is never filled in: it is as good as a password."""

    service = forms.ChoiceField(label=pgettext_lazy("delivery", "service"), choices=RobotService.choices)
    address = forms.CharField(
        label=_("Address of the robot"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Secret for signing (DingTalk)"),
        max_length=200,
        required=False,
        help_text=_("Only when the robot's page shows one (加签)."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(label=_("What it tells"), required=False, widget=forms.CheckboxSelectMultiple)
    is_on = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: object, has_address: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kinds"].choices = kinds.choices()  # type: ignore[attr-defined]
        self.fields["address"].required = not has_address
        self.fields["address"].help_text = (
            _("One is kept and not shown. Enter a new one only to replace it.")
            if has_address
            else _("Paste it as the robot's page shows it. Whoever knows it can write into the group: it is sealed, and never shown again.")
        )

    def facts(self) -> RobotFacts:
        """What was said."""
        return RobotFacts(**self.cleaned_data)
