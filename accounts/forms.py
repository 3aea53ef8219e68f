"""Input about accounts: shape only, rules are in services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User


class AccountForm(forms.ModelForm):
    """A person as the system administrator enters them."""

    class Meta:
        model = User
        fields = ["staff_number", "name", "email", "phone"]
        help_texts = {"staff_number": _("What the person signs in with; it does not change afterwards.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.instance.pk:
            self.fields["staff_number"].disabled = True


class RoleForm(forms.Form):
    """Which administrator's role to give."""

    role = forms.ChoiceField(label=_("administrator role"), choices=[c for c in AdminRole.choices if c[0]])
    reason = forms.CharField(label=_("reason"), max_length=500)


class ReasonForm(forms.Form):
    """Why it is done; kept in the audit trail."""

    reason = forms.CharField(label=_("reason"), max_length=500)
