"""Input of imports: the file, and what its columns and level texts mean."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from positions.models import Unit
from reporting.models import RegisterImport
from reporting.registers import Field
from reporting.services.levels import UnitLevels

_GROUPS: tuple[tuple[Any, tuple[Field, ...]], ...] = (
    (_("Must be there"), (Field.DEPARTMENT, Field.TITLE, Field.CONTENT, Field.LEVEL)),
    (
        _("The risk"),
        (Field.MANIFESTATION, Field.ASPECT, Field.POWER, Field.STEP, Field.PROBABILITY, Field.HARM, Field.MEASURES, Field.INDICATOR),
    ),
    (_("Who"), (Field.POSITION, Field.DIRECT_PERSON, Field.DEPARTMENT_HEAD, Field.LEADER)),
    (_("Other"), (Field.NUMBER, Field.REGISTERED_ON)),
)
NOT_KEPT = (Field.SEQUENCE, Field.REMARK)
"""Recognised, but not entered in the register."""


def field_choices() -> list[Any]:
    """What a column can mean, in groups."""
    groups = [(label, [(field.value, field.label) for field in fields]) for label, fields in _GROUPS]
    left_out = (_("Left out"), [(field.value, field.label) for field in NOT_KEPT])
    return [("", _("not imported")), *groups, left_out]


class UploadForm(forms.Form):
    """The file, and the unit where somebody keeps the register of several."""

    unit = forms.ModelChoiceField(label=_("unit"), queryset=Unit.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("Excel file (.xlsx)"),
        help_text=_("At most 10 MB. Drag the file here or choose it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        if len(units) == 1:
            self.fields["unit"].initial = units[0].pk
            self.fields["unit"].widget = forms.HiddenInput()


class MappingForm(forms.Form):
    """One choice for each column and each level text."""

    create_missing = forms.BooleanField(
        label=_("Make departments and positions that the unit does not have yet"),
        help_text=_(
            "Otherwise an unknown department is a fault, and an unknown position is kept as text. The dry run lists what would be made."
        ),
        required=False,
    )

    def __init__(self, *args: Any, register_import: RegisterImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = register_import.layout["columns"]
        self.texts = list(register_import.layout["level_texts"])
        scale = UnitLevels(register_import.unit)
        severities = [("", _("please choose")), *((str(s), f"{level.label} {level.name}") for s, level in scale.by_severity.items())]
        choices = field_choices()
        for column in self.columns:
            index = str(column["index"])
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=choices, required=False, initial=register_import.columns.get(index, ""), label=column["header"]
            )
        for number, text in enumerate(self.texts):
            self.fields[f"level_{number}"] = forms.ChoiceField(
                choices=severities, required=False, initial=str(register_import.levels.get(text, "")), label=text
            )
        self.fields["create_missing"].initial = register_import.create_missing

    def chosen_columns(self) -> dict[str, str]:
        """Index → field code, without those left out."""
        found = {str(column["index"]): self.cleaned_data.get(f"column_{column['index']}", "") for column in self.columns}
        return {index: field for index, field in found.items() if field}

    def chosen_levels(self) -> dict[str, int]:
        """Level text → severity, of those decided."""
        found = {text: self.cleaned_data.get(f"level_{number}", "") for number, text in enumerate(self.texts)}
        return {text: int(severity) for text, severity in found.items() if severity}
