"""Input at a point of the register and its measures: shape only, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.files import ACCEPT
from positions.models import Appointment, Rule
from risks.models import DefenceLine, Level, Measure, MeasureKind, RiskPoint
from risks.services.measures import MeasureFacts


class LevelForm(forms.Form):
    """The level decided and why."""

    level = forms.ModelChoiceField(label=_("New level"), queryset=Level.objects.none(), empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the risk point and read by everybody who may see it."),
    )

    def __init__(self, *args: Any, risk: RiskPoint, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        levels = Level.objects.filter(scale=risk.current_level.scale_id).exclude(pk=risk.current_level_id)
        self.fields["level"].queryset = levels  # type: ignore[attr-defined]
        self.fields["level"].label_from_instance = lambda level: f"{level.label} {level.name}"  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """The level the measures are to reach."""

    level = forms.ModelChoiceField(label=_("target level"), queryset=Level.objects.none(), required=False, empty_label=_("none"))

    def __init__(self, *args: Any, risk: RiskPoint, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"level": risk.target_level_id}, **kwargs)
        levels = Level.objects.filter(scale=risk.current_level.scale_id, severity__lte=risk.current_level.severity)
        self.fields["level"].queryset = levels  # type: ignore[attr-defined]


def people_of(risk: RiskPoint) -> dict[int, str]:
    """Who works where the risk is, with their posts: the choices for a holder or for who carries out a measure."""
    held = Appointment.objects.in_force().filter(position__unit_id=risk.unit_id)
    if risk.department_id:
        held = held.filter(position__department_id=risk.department_id)
    rows = held.order_by("position__order", "pk").values_list("person_id", "person__name", "position__name")
    return {pk: f"{name} {post}" for pk, name, post in rows}


class PersonField(forms.TypedChoiceField):
    """A choice of people by key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)


class HolderForm(forms.Form):
    """Who is directly responsible."""

    person = PersonField(label=_("directly responsible"))

    def __init__(self, *args: Any, risk: RiskPoint, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"person": risk.direct_holder_id}, **kwargs)
        self.fields["person"].choices = list(people_of(risk).items())  # type: ignore[attr-defined]

    def chosen(self) -> User:
        """The person."""
        return User.objects.get(pk=self.cleaned_data["person"])


class MeasureForm(forms.Form):
    """What is to be done, by whom, until when."""

    text = forms.CharField(
        label=_("measure"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say who does what and how, so that one can check it."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=MeasureKind.choices)
    line = forms.ChoiceField(label=_("line of defence"), choices=DefenceLine.choices)
    who = PersonField(label=_("who does it"), required=False)
    due_on = forms.DateField(label=_("due"), required=False, widget=forms.DateInput)
    rule = forms.ModelChoiceField(label=_("rule"), queryset=Rule.objects.none(), required=False, empty_label=_("none"))

    def __init__(self, *args: Any, risk: RiskPoint, measure: Measure | None = None, **kwargs: Any) -> None:
        if measure is not None:
            names = ("text", "kind", "line", "due_on")
            kwargs["initial"] = {name: getattr(measure, name) for name in names} | {"who": measure.who_id, "rule": measure.rule_id}
        super().__init__(*args, auto_id="id_%s", **kwargs)
        people = people_of(risk)
        if measure is not None and measure.who is not None:
            people.setdefault(measure.who.pk, measure.who.name)
        self.fields["who"].choices = [("", _("the holder of the risk")), *people.items()]  # type: ignore[attr-defined]
        self.fields["rule"].queryset = Rule.objects.filter(unit_id=risk.unit_id)  # type: ignore[attr-defined]

    def facts(self) -> MeasureFacts:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        who = User.objects.get(pk=data["who"]) if data["who"] else None
        return MeasureFacts(kind=data["kind"], line=data["line"], text=data["text"], who=who, due_on=data["due_on"], rule=data["rule"])


class ReportForm(forms.Form):
    """The proof: a note, a file, or both."""

    note = forms.CharField(label=_("What was done"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    file = forms.FileField(
        label=_("File as proof"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, OFD, Word, Excel or a picture, up to 10 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
