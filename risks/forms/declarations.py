"""Input of the steps of a form: duties, commitment and discussion, adjustment, short reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from positions.models import HolderLevel
from risks.models import Declaration

LONG = 4000


def _area(label: Any, help_text: Any = "", *, length: int = LONG, rows: int = 4, example: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "data-example": example})
    return forms.CharField(label=label, max_length=length, required=False, help_text=help_text, widget=widget)


class DutiesForm(forms.Form):
    """Step 1."""

    duties = _area(_("duties"), _("Taken over from the position. Mend it where it no longer fits."), rows=5)
    participants = _area(_("who took part in finding"), _("Names, separated by commas."), rows=3)

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, initial={"duties": declaration.duties, "participants": declaration.participants}, auto_id="id_%s", **kwargs)
        if declaration.kind == HolderLevel.POSITION:
            del self.fields["participants"]
        elif declaration.kind == HolderLevel.UNIT:
            self.fields["participants"].label = _("members of the leadership")


class NoneFoundForm(forms.Form):
    """Step 2, for those who found nothing at all."""

    none_found_reason = _area(
        _("examined, none found, because"),
        _("Only if you examined every power and step and found no risk at all."),
        length=1000,
        rows=2,
    )


class CommitmentForm(forms.Form):
    """Step 3; the unit's form also records the leadership's discussion."""

    discussed_on = forms.DateField(label=_("discussed on"), required=False, widget=forms.DateInput)
    discussed_by = _area(_("who took part in the discussion"), rows=2)
    discussion = _area(_("conclusion of the discussion"), rows=3)
    commitment = _area(_("commitment"), _("You sign this text. Once signed it can no longer change."), rows=6)

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        names = ("discussed_on", "discussed_by", "discussion", "commitment")
        super().__init__(*args, initial={name: getattr(declaration, name) for name in names}, auto_id="id_%s", **kwargs)
        if declaration.kind != HolderLevel.UNIT:
            for name in names[:3]:
                del self.fields[name]
        if declaration.signed_at is not None:
            self.fields["commitment"].disabled = True
            self.fields["commitment"].help_text = _("You have signed this text; it can no longer change.")


class ReasonForm(forms.Form):
    """A short reason."""

    reason = forms.CharField(label=_("reason"), max_length=1000, required=False)


class PlaceForm(forms.Form):
    """A power item and maybe one of its steps, by number."""

    item = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    step = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    reason = forms.CharField(label=_("reason"), max_length=1000, required=False)


class RuleForm(forms.Form):
    """The rule asked for."""

    rule_title = forms.CharField(label=_("title"), max_length=160, required=False)


class AdjustmentForm(forms.Form):
    """For which post, and which points of the register."""

    holder = forms.ChoiceField(label=_("for"), widget=forms.RadioSelect)
    points = forms.TypedMultipleChoiceField(
        label=_("risks of the register to change or take off"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none if you only want to add a new risk."),
    )

    def __init__(self, *args: Any, holders: list[tuple[str, str]], points: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["holder"].choices = holders
        self.fields["points"].choices = points
