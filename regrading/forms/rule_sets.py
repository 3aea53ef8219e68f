"""The form of a draft, as an official understands it: one section a rule. Faults come from regrading.rule_checks, beside their number."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regrading.rule_checks import problems
from regrading.rule_items import CONFIDENTIAL, SURVEY_ROWS, Section, Words, items, rules_from, values_of
from regrading.rules import Rules


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the form: its fields, or for surveys its rows of two."""

    section: Section
    fields: list[forms.BoundField]
    rows: list[tuple[forms.BoundField, forms.BoundField]]
    is_confidential: bool


class RulesForm(forms.Form):
    """Every number of a rule set, and what is new in it. `rules` is the set that valid input makes."""

    note = forms.CharField(
        label=_("what is new in it"), max_length=200, required=False, help_text=_("One sentence for those who compare versions later.")
    )

    def __init__(self, *args: Any, rules: Rules, words: Words, note: str = "", **kwargs: Any) -> None:
        initial: dict[str, Any] = {"note": note, **values_of(rules)}
        super().__init__(*args, initial=initial, **kwargs)
        self.words, self.rules = words, rules
        self._items = items(words)
        for item in self._items:
            self.fields[item.name] = forms.IntegerField(
                label=item.label, min_value=item.lowest, max_value=item.highest, help_text=item.help
            )
        for row in range(SURVEY_ROWS):
            limits: dict[str, Any] = {"required": False, "max_value": 100}
            self.fields[f"surveys_from_{row}"] = forms.IntegerField(label=_("contact rate from (%)"), min_value=1, **limits)
            self.fields[f"surveys_points_{row}"] = forms.IntegerField(label=_("points given"), min_value=0, **limits)

    def clean(self) -> dict[str, Any]:
        """Checks what single fields cannot."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for row in range(SURVEY_ROWS):
            bound, points = found.get(f"surveys_from_{row}"), found.get(f"surveys_points_{row}")
            if (bound is None) != (points is None) and not self.has_error(f"surveys_from_{row}"):
                self.add_error(f"surveys_points_{row}", gettext("Fill in both numbers of the row, or none."))
        if not self.errors:
            self.rules = rules_from({name: value for name, value in found.items() if name != "note"}, self.words)
            for problem in problems(self.rules, self.words):
                self.add_error(self._field_of(problem.name), problem.text)
        return found

    def _field_of(self, name: str) -> str | None:
        """Rows of surveys are checked in the order of their bounds: back to the row they were typed into."""
        head, _sep, row = name.rpartition("_")
        if head in ("surveys_from", "surveys_points"):
            bounds = [(self.cleaned_data[f"surveys_from_{n}"], n) for n in range(SURVEY_ROWS)]
            typed = sorted(pair for pair in bounds if pair[0] is not None)
            return f"{head}_{typed[int(row)][1]}"
        return name or None

    @property
    def blocks(self) -> list[Block]:
        """What the page shows, section by section."""
        found = []
        for section in Section:
            fields = [self[item.name] for item in self._items if item.section == section]
            rows = []
            if section == Section.SURVEYS:
                rows = [(self[f"surveys_from_{row}"], self[f"surveys_points_{row}"]) for row in range(SURVEY_ROWS)]
            found.append(Block(section, fields, rows, section in CONFIDENTIAL))
        return found
