"""Input of power items and of what is said about versions. Shape only: who may and what fits is for the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from positions.models import Department, MajorMatter, Position, PowerItem, Requirement, Unit

HELP = {
    "number": _("Left empty, the next free number is given."),
    "name": _("What is decided or done, in one phrase."),
    "level": _("A power of one position, of the department as a whole, or of the unit's leadership."),
    "basis": _("Law, regulation or document with article."),
    "subject": _("Who exercises the power."),
    "conditions": _("What must be given before it may be exercised."),
    "procedure": _("From the application to the end, one step after the other."),
    "time_limit": _("As it is laid down."),
    "time_limit_days": _("For the check of the flowchart: the steps together may not take longer."),
    "responsibility": _("Who answers for what, and how they are held to it."),
    "major_matter": _("Only if it is one of the unit's major matters."),
    "requires": _("The flowchart is checked against what is ticked here."),
    "disclosure": _("Where, to whom and how often it is made public."),
}
EXAMPLES = {
    "number": _("e.g. CW-01"),
    "name": _("e.g. approval of large payments"),
    "basis": _("e.g. “Budget Law” article 57"),
    "time_limit": _("e.g. 15 working days from acceptance"),
    "time_limit_days": _("e.g. 15"),
}


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """All fields of a power item. Drafts may be unfinished: what is needed to hand one in is checked then."""

    requires = forms.MultipleChoiceField(
        label=_("required checks"), choices=Requirement.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    major_matter = forms.ChoiceField(label=_("major matter"), choices=[("", _("none")), *MajorMatter.choices], required=False)

    class Meta:
        model = PowerItem
        fields = [
            "name", "number", "category", "level", "department", "position", "basis", "subject", "conditions", "procedure",
            "time_limit", "time_limit_days", "responsibility", "major_matter", "requires", "disclosure",
        ]  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.open().filter(unit=unit)
        positions = Position.objects.open().filter(unit=unit).select_related("department")
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["position"].queryset = positions  # type: ignore[attr-defined]
        self.fields["position"].choices = grouped_positions(positions, _("choose a position"))  # type: ignore[attr-defined]
        self.fields["position"].widget.attrs["data-search-select"] = True
        self.fields["department"].empty_label = _("choose a department")  # type: ignore[attr-defined]
        self.fields["number"].required = False
        self.fields["time_limit_days"].max_value = 3650  # type: ignore[attr-defined]
        self.fields["time_limit_days"].validators.append(_at_most)
        for name, text in HELP.items():
            self.fields[name].help_text = text
        for name, text in EXAMPLES.items():
            self.fields[name].example = text  # type: ignore[attr-defined]
        for name in ("basis", "subject", "conditions", "procedure", "responsibility"):
            self.fields[name].max_length = 2000  # type: ignore[attr-defined]
            self.fields[name].validators.append(_long)

    def _get_validation_exclusions(self) -> set[str]:
        # Uniqueness and the holder of the level are the service's, with words of their own.
        return {*super()._get_validation_exclusions(), "catalogue", "unit", "lineage"}

    def validate_constraints(self) -> None:
        """The service checks them."""

    def _post_clean(self) -> None:
        """Nothing is written into the instance: the service does that on a locked row."""


def _at_most(value: int) -> None:
    if value > 3650:
        raise forms.ValidationError(_("Enter at most 3650 working days."))


def _long(value: str) -> None:
    if len(value) > 2000:
        raise forms.ValidationError(_("Enter at most 2000 characters."))


def grouped_positions(positions: Any, empty: Any) -> list[Any]:
    """Choices of positions under the names of their departments, the leadership first."""
    groups: dict[str, list[tuple[Any, str]]] = {}
    for position in positions:
        name = position.department.name if position.department else str(_("leadership"))
        groups.setdefault(name, []).append((position.pk, position.name))
    return [("", empty), *groups.items()]


class OpinionForm(forms.Form):
    """The opinion of the legal office."""

    opinion = forms.CharField(label=_("opinion of the legal office"), widget=forms.Textarea, max_length=2000)


class MergeForm(forms.Form):
    """Which duplicate is merged into the item, and why."""

    duplicate = forms.ModelChoiceField(
        label=_("the duplicate that goes"), queryset=PowerItem.objects.none(), empty_label=_("choose an item")
    )
    as_department = forms.BooleanField(label=_("make it a power of the department"), required=False)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea, max_length=500)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duplicate"].queryset = candidates  # type: ignore[attr-defined]
