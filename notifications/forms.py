"""What people say about how they want to be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import EmailMode, Preference
from notifications.services.preferences import Wishes

_HOURS = [(hour, f"{hour:02}:00") for hour in range(6, 22)]


class PreferenceForm(forms.ModelForm):
    """One's own wishes."""

    email = forms.ChoiceField(label=_("E-mails besides the inbox"), choices=EmailMode.choices, widget=forms.RadioSelect)
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the daily e-mail"),
        choices=_HOURS,
        coerce=int,
        help_text=_("Only for one e-mail a day. Inside the quiet hours: when these are over."),
    )

    class Meta:
        model = Preference
        fields = ["email", "digest_hour", "quiet_from", "quiet_until", "quiet_days_off"]
        labels = {"quiet_from": _("Quiet from"), "quiet_until": _("Quiet until"), "quiet_days_off": _("Also quiet on days off")}
        help_texts = {
            "quiet_days_off": _("Weekends and holidays of the Chinese calendar, with the days worked in exchange."),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def wishes(self) -> Wishes:
        """What was said."""
        return Wishes(**self.cleaned_data)
