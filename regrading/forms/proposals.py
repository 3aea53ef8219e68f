"""Input of decisions on proposals: shape only, the rules are in the services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from regrading.services.deciding import REASON_LENGTH

ACCEPT, DECLINE = "accept", "decline"


class DecisionForm(forms.Form):
    """What to do with the chosen proposals, and whether the person has seen what will happen."""

    act = forms.ChoiceField(choices=[(ACCEPT, _("accept the proposed level")), (DECLINE, _("keep the level"))])
    reason = forms.CharField(required=False, max_length=REASON_LENGTH)
    sure = forms.BooleanField(required=False)


class ManyForm(forms.Form):
    """The same words for many findings."""

    act = forms.ChoiceField(choices=[("forward", _("put before the leading group")), ("set_aside", _("set aside"))])
    words = forms.CharField(required=False, max_length=REASON_LENGTH)


class WordsForm(forms.Form):
    """A committee member's words on a finding."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    words = forms.CharField(max_length=REASON_LENGTH, widget=forms.Textarea({"rows": 3}))
