"""The rows of the flowchart editor: a step, who does it, and where it goes next."""

import uuid
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from positions.balance import Chart, Link, Step
from positions.flowcharts import holder_id
from positions.forms.powers import grouped_positions
from positions.models import (
    Department,
    FlowStep,
    Hand,
    PanelMember,
    Position,
    PowerItem,
    Requirement,
    StepFunction,
    StepKind,
    StepMode,
    Unit,
)
from positions.services.flow import MAX_EXITS, MAX_STEPS, StepRow

EXITS = MAX_EXITS  # next steps a row offers; the page shows one more than are filled in

KINDS = [
    (StepKind.START, _("start")),
    (StepKind.ACTION, pgettext_lazy("step", "action")),
    (StepKind.DECISION, _("decision point")),
    (StepKind.END, _("end")),
]


class StepForm(forms.Form):
    """One step. `holder` is "p<id>" or "d<id>"; the role in words counts when neither is chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("kind"), choices=KINDS, initial=StepKind.ACTION)
    name = forms.CharField(label=_("step"), max_length=80, required=False)  # rows without a name are not steps yet
    holder = forms.CharField(label=_("position or department"), required=False, widget=forms.Select)
    role = forms.CharField(label=_("or role in words"), max_length=60, required=False)
    days = forms.IntegerField(label=_("working days"), min_value=0, max_value=999, required=False)
    documents = forms.CharField(label=_("documents used"), max_length=300, required=False)
    hand = forms.ChoiceField(label=_("hand of five"), choices=[("", _("none of the five"))], required=False)
    function = forms.ChoiceField(label=_("function"), choices=[("", _("none of the three"))], required=False)
    mode = forms.ChoiceField(label=_("how it is done"), choices=StepMode.choices, initial=StepMode.INDIVIDUAL, required=False)
    panel = forms.MultipleChoiceField(
        label=_("who takes part"), choices=PanelMember.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    head_last = forms.BooleanField(label=_("the head speaks last"), required=False)

    def __init__(self, *args: Any, holders: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].widget.choices = holders or []  # type: ignore[attr-defined]
        self.fields["holder"].widget.attrs["data-search-select"] = True
        self.fields["role"].widget.attrs["list"] = "flow-roles"
        self.fields["hand"].choices = [("", _("none of the five")), *Hand.choices]  # type: ignore[attr-defined]
        self.fields["function"].choices = [("", _("none of the three")), *StepFunction.choices]  # type: ignore[attr-defined]
        for n in range(1, EXITS + 1):
            # Free text: the steps to choose from are the other rows, and what is no step of this chart the service refuses.
            self.fields[f"to{n}"] = forms.UUIDField(label=_("next step"), required=False, widget=forms.Select)
            self.fields[f"if{n}"] = forms.CharField(label=_("condition"), max_length=80, required=False)
            self.fields[f"if{n}"].widget.attrs["list"] = "flow-conditions"

    def exits(self) -> list[tuple[Any, Any]]:
        """Pairs of bound fields, for the template."""
        return [(self[f"to{n}"], self[f"if{n}"]) for n in range(1, EXITS + 1)]

    def clean_holder(self) -> tuple[int | None, int | None]:
        """(position, department)."""
        value = self.cleaned_data["holder"]
        if not value:
            return None, None
        if value[0] not in "pd" or not value[1:].isascii() or not value[1:].isdigit() or len(value) > 18:
            raise forms.ValidationError(_("Choose a position or department from the list."))
        number = int(value[1:])
        return (number, None) if value[0] == "p" else (None, number)

    def clean(self) -> dict[str, Any]:
        """A row in which something stands needs a name."""
        data = super().clean() or self.cleaned_data
        filled = any(data.get(name) for name in ("role", "documents", "hand", "function", "panel", "head_last", "to1"))
        if not data.get("name") and (filled or data.get("days") is not None or any(data.get("holder") or ())):
            self.add_error("name", _("Say what is done in this step."))
        return data

    def row(self, removed: set[uuid.UUID]) -> StepRow:
        """The step as the service takes it; links to rows that were removed go with them."""
        data = self.cleaned_data
        exits = [(data[f"to{n}"], data[f"if{n}"].strip()) for n in range(1, EXITS + 1) if data.get(f"to{n}")]
        position_id, department_id = data["holder"]
        return StepRow(
            key=data["key"],
            kind=data["kind"],
            name=data["name"],
            position_id=position_id,
            department_id=department_id,
            role="" if position_id or department_id else data["role"],
            days=data["days"],
            documents=data["documents"],
            hand=data["hand"],
            function=data["function"],
            mode=data["mode"] or StepMode.INDIVIDUAL,
            panel=tuple(data["panel"]),
            head_last=data["head_last"],
            exits=tuple((key, condition) for key, condition in exits if key not in removed),
        )


class BaseStepFormSet(BaseFormSet):
    """Rows in their order; without scripts three empty rows wait at the end."""

    def rows(self) -> list[StepRow]:
        """The steps that stay, in order. Call after `is_valid`."""
        kept = [form for form in self.ordered_forms if form.cleaned_data.get("name")]
        gone = {form.cleaned_data.get("key") for form in self.forms} - {form.cleaned_data["key"] for form in kept}
        return [form.row(gone) for form in kept]

    def add_fields(self, form: StepForm, index: int | None) -> None:
        """The next steps to choose from are the rows themselves."""
        super().add_fields(form, index)
        choices = [("", _("no further step")), *self._choices()]
        for n in range(1, EXITS + 1):
            form.fields[f"to{n}"].widget.choices = choices  # type: ignore[attr-defined]

    def _choices(self) -> list[tuple[str, str]]:
        kept: list[tuple[str, str]] | None = self.__dict__.get("_row_choices")
        if kept is None:
            kept = []
            for n in range(self.total_form_count()):
                if self.is_bound:
                    key, name = self.data.get(f"{self.prefix}-{n}-key", ""), self.data.get(f"{self.prefix}-{n}-name", "")
                else:
                    initial = (self.initial or [])[n] if n < len(self.initial or []) else {}
                    key, name = str(initial.get("key", "")), initial.get("name", "")
                if key:
                    kept.append((key, f"{n + 1}. {name}"))
            self.__dict__["_row_choices"] = kept
        return kept


StepFormSet: type[BaseStepFormSet] = formset_factory(  # type: ignore[assignment]
    StepForm,
    formset=BaseStepFormSet,
    extra=0,
    can_order=True,
    can_delete=True,
    max_num=MAX_STEPS,
    absolute_max=MAX_STEPS + 10,
    validate_max=True,
)


def holder_choices(unit: Unit) -> list[Any]:
    """Departments, then positions under their departments."""
    departments = [(f"d{d.pk}", d.name) for d in Department.objects.open().filter(unit=unit)]
    positions = Position.objects.open().filter(unit=unit).select_related("department")
    grouped = [
        (name, [(f"p{pk}", f"{name} {label}" if name else label) for pk, label in options])
        for name, options in grouped_positions(positions, "")[1:]
    ]
    return [("", _("nobody yet")), (_("departments"), departments), *grouped]


def initial_rows(item: PowerItem) -> list[dict[str, Any]]:
    """What stands in the editor when it opens."""
    exits: dict[int, list[tuple[str, str]]] = {}
    for link in item.links.all():
        exits.setdefault(link.source_id, []).append((str(link.target.key), link.condition))
    rows = []
    for step in item.steps.all():
        row = {
            "key": str(step.key),
            "kind": step.kind,
            "name": step.name,
            "holder": _holder(step),
            "role": step.role,
            "days": step.days,
            "documents": step.documents,
            "hand": step.hand,
            "function": step.function,
            "mode": step.mode,
            "panel": step.panel,
            "head_last": step.head_last,
        }
        for n, (key, condition) in enumerate(exits.get(step.pk, [])[:EXITS], start=1):
            row |= {f"to{n}": key, f"if{n}": condition}
        rows.append(row)
    return rows


def _holder(step: FlowStep) -> str:
    if step.position_id:
        return f"p{step.position_id}"
    return f"d{step.department_id}" if step.department_id else ""


def chart_of_rows(item: PowerItem, rows: list[StepRow], names: dict[str, str]) -> Chart:
    """What the rows would be as a flowchart, for the checks while one is still writing. `names`: holder → words."""
    steps = []
    for row in rows:
        step = FlowStep(position_id=row.position_id, department_id=row.department_id, role=row.role)
        shown = names.get(_holder(step), row.role)
        steps.append(
            Step(
                key=str(row.key),
                kind=row.kind,
                name=row.name,
                holder=holder_id(step),
                holder_name=shown,
                days=row.days,
                hand=row.hand,
                function=row.function,
                mode=row.mode,
                panel=frozenset(row.panel),
                head_last=row.head_last,
            )
        )
    links = [Link(str(row.key), str(target), condition) for row in rows for target, condition in row.exits]
    return Chart(tuple(steps), tuple(links), item.time_limit_days)


def needs(item: PowerItem) -> dict[str, bool]:
    """Which of the special fields the item's required checks ask for."""
    requires = set(item.requires)
    return {
        "hand": Requirement.FIVE_HANDS in requires,
        "function": Requirement.SEPARATION in requires,
        "mode": bool(requires & {Requirement.PANEL, Requirement.COLLECTIVE}),
        "panel": Requirement.PANEL in requires,
        "head_last": Requirement.COLLECTIVE in requires,
    }
