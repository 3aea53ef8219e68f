"""Input around integrity files. Shape only: the services decide."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.integrity.models import FilePurpose, FileSettings
from reporting.integrity.services import Wish

USUAL_DAYS = 7


class AskForm(forms.Form):
    """Whose file, what for, until when."""

    person = forms.CharField(
        label=_("Whose file"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Name or staff number. Where two have one name, put the staff number or department behind it in brackets."),
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=FilePurpose.choices, widget=forms.RadioSelect)
    matter = forms.CharField(
        label=_("What it is needed for"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Document, meeting or matter. The approver decides by it, and it is kept."),
    )
    until = forms.DateField(label=_("Last day of reading"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"until": timezone.localdate() + timedelta(days=USUAL_DAYS)}, **kwargs)

    def wish(self) -> Wish:
        """For the service."""
        data = self.cleaned_data
        return Wish(purpose=data["purpose"], matter=data["matter"], until=data["until"])


class ApproveForm(forms.Form):
    """Until when the file may be read, and a remark."""

    until = forms.DateField(label=_("May be read until"), widget=forms.DateInput, help_text=_("Not later than asked for."))
    note = forms.CharField(label=pgettext_lazy("integrity file", "Remark"), max_length=300, required=False)


class SignForm(forms.Form):
    """Entries one signs, by their digests, with a remark on them."""

    entry = forms.MultipleChoiceField()
    remark = forms.CharField(
        label=_("Remark of the person"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Write here what you do not agree with. It stands in the file beside the entries signed now."),
    )

    def __init__(self, *args: Any, digests: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was posted is checked against the entries by the service, which says what to do when one has changed.
        self.fields["entry"].choices = [(digest, digest) for digest in digests]  # type: ignore[attr-defined]


class FileSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the unit treats integrity files."""

    class Meta:
        model = FileSettings
        fields = ("own_file", "longest_days")
        widgets = {"own_file": forms.RadioSelect}
