"""Input of a draft: whom, which level, why. Shape only, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from early_warnings.models import ErrorKind, SourceKind, SubjectKind, Warning, WarningLevel
from early_warnings.services.settings import settings_of
from positions.models import Appointment, Department, Unit


def people_of(unit: Unit) -> dict[int, str]:
    """Everybody who holds a post in the unit, as name, department and post."""
    held = Appointment.objects.in_force().filter(position__unit=unit)
    rows = held.order_by("position__department__order", "position__order", "pk").values_list(
        "person_id", "person__name", "position__department__name", "position__name"
    )
    found: dict[int, str] = {}
    for pk, name, department, post in rows:
        found.setdefault(pk, " ".join(filter(None, [name, department, post])))
    return found


def long_text(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "", most: int = 4000) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class DraftForm(forms.Form):
    """A warning as the discipline committee drafts it."""

    subject_kind = forms.ChoiceField(label=_("who is warned"), choices=SubjectKind.choices, widget=forms.RadioSelect, initial="person")
    person = forms.TypedChoiceField(label=_("person"), coerce=int, empty_value=None, required=False)
    department = forms.ModelChoiceField(
        label=_("department"), queryset=Department.objects.none(), required=False, empty_label=_("Please choose")
    )
    level = forms.ModelChoiceField(
        label=_("warning level"), queryset=WarningLevel.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    grounds = long_text(
        _("grounds"), rows=5, help_text=_("What happened, when, with what signs or consequences. Facts, no suppositions; no reporter.")
    )
    basis = long_text(_("basis"), help_text=_("Rules, findings or facts on which it rests."), required=False)
    requirements = long_text(_("what is required"), help_text=_("What has to be set right, in what way."), required=False)
    source_kind = forms.ChoiceField(label=pgettext_lazy("warning", "source"), choices=SourceKind.choices, initial=SourceKind.OTHER)
    source_text = forms.CharField(label=_("source in words"), required=False, max_length=300)
    error_kind = forms.ChoiceField(
        label=_("kind of error"),
        choices=[("", _("not judged")), *ErrorKind.choices],
        required=False,
        help_text=_("An error made in trying something new, without personal gain, is marked apart from a knowing violation."),
    )
    error_grounds = long_text(_("why it is judged so"), rows=2, required=False)
    due_on = forms.DateField(
        label=_("to be rectified by"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: the time limit of the level counts from the day the measures are set."),
    )

    def __init__(self, *args: Any, unit: Unit, warning: Warning | None = None, **kwargs: Any) -> None:
        if warning is not None:
            names = (
                "subject_kind",
                "grounds",
                "basis",
                "requirements",
                "source_kind",
                "source_text",
                "error_kind",
                "error_grounds",
                "due_on",
            )
            kwargs["initial"] = {name: getattr(warning, name) for name in names} | {
                "person": warning.person_id,
                "department": warning.department_id if warning.subject_kind == SubjectKind.DEPARTMENT else None,
                "level": warning.level_id,
            }
        super().__init__(*args, auto_id="id_%s", **kwargs)
        people = people_of(unit)
        if warning is not None and warning.person is not None:
            people.setdefault(warning.person.pk, warning.subject_label)
        levels = WarningLevel.objects.filter(scheme=settings_of(unit.pk).scheme_id).exclude(tier="").order_by("severity")
        self.fields["person"].choices = [("", _("Please choose")), *people.items()]  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(unit=unit).open().order_by("order", "pk")  # type: ignore[attr-defined]
        self.fields["level"].queryset = levels  # type: ignore[attr-defined]
        self.fields["level"].label_from_instance = lambda level: f"{level.label} {level.meaning}".strip()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A warning is about one thing: what was chosen for another kind of subject is left out."""
        data = super().clean() or {}
        kind = data.get("subject_kind")
        if kind != SubjectKind.PERSON:
            data["person"] = None
        elif not data.get("person"):
            self.add_error("person", _("Choose who is warned."))
        if kind != SubjectKind.DEPARTMENT:
            data["department"] = None
        elif not data.get("department"):
            self.add_error("department", _("Choose the department that is warned."))
        return data

    def facts(self) -> dict[str, Any]:
        """What was entered, as `drafting.draft` and `drafting.edit` take it."""
        data = dict(self.cleaned_data)
        data.pop("subject_kind")
        person = data.pop("person")
        return data | {"person": User.objects.get(pk=person) if person else None}
