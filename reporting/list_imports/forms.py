"""Input of imported lists: the file, and what its columns mean."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.list_imports.fields import LEFT_OUT_LABELS
from reporting.list_imports.kinds import Kind
from reporting.list_imports.models import ListImport


def field_choices(kind: Kind) -> list[Any]:
    """What a column can mean, in groups."""
    needed = [(field.code, field.label) for field in kind.fields if field.required]
    others = [(field.code, field.label) for field in kind.fields if not field.required]
    return [
        ("", _("not imported")),
        (_("Must be there"), needed),
        (_("Other"), others),
        (_("Left out"), list(LEFT_OUT_LABELS.items())),
    ]


class ListMappingForm(forms.Form):
    """One choice for each column."""

    def __init__(self, *args: Any, list_import: ListImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = list_import.layout["columns"]
        choices = field_choices(list_import.what)
        for column in self.columns:
            index = str(column["index"])
            self.fields[f"column_{index}"] = forms.ChoiceField(
                choices=choices, required=False, initial=list_import.columns.get(index, ""), label=column["header"]
            )

    def chosen_columns(self) -> dict[str, str]:
        """Index → field code, without those left out."""
        found = {str(column["index"]): self.cleaned_data.get(f"column_{column['index']}", "") for column in self.columns}
        return {index: field for index, field in found.items() if field}
