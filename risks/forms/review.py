"""Input of reviewers: shape only, the rules are in the services."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from risks.models import Decision

LEVEL = "level-"


class DecisionForm(forms.Form):
    """Agree or return, with an opinion; the levels come as `level-<risk>`."""

    decision = forms.ChoiceField(choices=[(Decision.AGREED, _("agree")), (Decision.RETURNED, _("return"))])
    opinion = forms.CharField(
        label=_("Opinion"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "data-reason": _("Say why you return the form, so that it can be mended.")}),
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """A remark on one risk."""

    text = forms.CharField(label=_("Remark"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ChosenForm(forms.Form):
    """Rows chosen in a list."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, allowed: Mapping[int, Any] | set[int]) -> None:
        super().__init__(data)
        self.fields["chosen"].choices = [(pk, pk) for pk in allowed]  # type: ignore[attr-defined]


def levels_from(data: Mapping[str, Any]) -> dict[int, int]:
    """{risk: level} of the radios; anything that is no number is left to the service, as a level nobody has."""
    found = {}
    for name in data:
        if name.startswith(LEVEL) and data[name]:
            found[_number(name.removeprefix(LEVEL))] = _number(str(data[name]))
    return found


def _number(text: str) -> int:
    # Python reads other scripts' digits and whole novels of them; a key has at most 18.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
