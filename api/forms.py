"""What the system administrator says of a token to be."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from api.models import Resource


class TokenForm(forms.Form):
    """The services check what is said; the form reads it."""

    name = forms.CharField(label=_("system that reads"), max_length=80, help_text=_("For example: the unit's data platform."))
    purpose = forms.CharField(label=_("purpose"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    staff_number = forms.CharField(
        label=_("reads as (staff number)"),
        max_length=40,
        help_text=_("The system sees what this person may see, and no more. The person has to approve."),
    )
    resources = forms.MultipleChoiceField(label=_("may read"), choices=Resource.choices, widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(label=_("valid until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=180)

    def clean_staff_number(self) -> User:
        """The person."""
        found = User.objects.filter(staff_number=self.cleaned_data["staff_number"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this staff number."))
        return found
