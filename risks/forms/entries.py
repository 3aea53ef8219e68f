"""Input of a risk and its measures. Nothing is required: drafts save themselves half-written, what is missing is said before signing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from positions.models import FlowStep, MajorMatter, PowerItem, Rule
from risks.grading import questions
from risks.models import Aspect, Declaration, DefenceLine, EntryMeasure, FoundBy, Level, MeasureKind, Method, RiskEntry

FACTORS = ("probability", "harm", "influence")
NONE_OF_THEM = "-"


def _text(label: Any, length: int, help_text: Any = "", example: Any = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "data-example": example})
    return forms.CharField(label=label, max_length=length, required=False, help_text=help_text, widget=widget)


class EntryForm(forms.Form):
    """One risk. `items` are the powers the form is about, with their steps prefetched."""

    place = forms.ChoiceField(label=_("power item and step"), required=False, help_text=_("In the exercise of which power, at which step?"))
    title = forms.CharField(
        label=_("risk point"),
        max_length=120,
        required=False,
        help_text=_("Name it in a few words: who, in what matter, what could go wrong."),
        widget=forms.TextInput(attrs={"data-example": _("Accepting incomplete application papers as a favour")}),
    )
    content = _text(
        _("content of the risk"),
        2000,
        _("Who could do what at this step, and for what benefit?"),
        _("At the counter, taking in papers that lack the site certificate for an acquaintance, and letting the application pass on."),
    )
    manifestation = _text(
        _("form it takes"),
        1000,
        _("What would somebody see who looks closely? Not the same words as above."),
        _("Papers are missing in the file or added later; certain agents' applications are always taken in on the same day."),
        2,
    )
    aspect = forms.ChoiceField(label=_("source of the risk"), choices=Aspect.choices, required=False, widget=forms.RadioSelect)
    found_by = forms.ChoiceField(label=_("how it was found"), choices=[("", "—"), *FoundBy.choices], required=False)
    method = forms.ChoiceField(label=_("method of analysis"), choices=[("", "—"), *Method.choices], required=False)
    major_matter = forms.ChoiceField(label=_("major matter"), choices=[("", _("none")), *MajorMatter.choices], required=False)
    involved_positions = forms.CharField(label=_("positions involved"), max_length=200, required=False)
    cooperating = forms.CharField(label=_("cooperating departments"), max_length=200, required=False)
    self_level = forms.ModelChoiceField(
        label=_("self-rated level"),
        queryset=Level.objects.none(),
        required=False,
        empty_label=_("as computed"),
        help_text=_("Choose another level only if the computed one does not fit, and say why."),
    )
    self_reason = _text(_("why your level differs"), 500, rows=2)

    def __init__(self, data: Any = None, *, declaration: Declaration, items: Iterable[PowerItem], entry: RiskEntry | None = None) -> None:
        self.declaration, self.items = declaration, list(items)
        self.questions = questions(declaration.scheme)
        super().__init__(data, initial=_initial(entry, self.questions) if entry else None, auto_id="id_%s")
        self.fields["place"].choices = self._places(entry)
        level = self.fields["self_level"]
        level.queryset = Level.objects.filter(scale_id=declaration.scheme.scale_id)
        level.label_from_instance = lambda one: f"{one.label} {one.name}"
        if declaration.kind != "unit":
            del self.fields["major_matter"]
        if declaration.kind == "position":
            del self.fields["involved_positions"], self.fields["cooperating"]
        for question in self.questions:
            self.fields[question.field] = self._question(question)

    def _places(self, entry: RiskEntry | None) -> list[Any]:
        choices: list[Any] = [("", _("not on a power item"))]
        known = set()
        for item in self.items:
            steps = [(f"step-{step.pk}", f"{item.name} → {step.name}") for step in item.steps.all()]
            known |= {f"item-{item.pk}", *(value for value, _name in steps)}
            whole = _("%(item)s (as a whole)") % {"item": item.name}
            choices.append((str(item), [(f"item-{item.pk}", whole), *steps]))
        kept = place_of(entry) if entry else ""
        if entry and kept and kept not in known:  # a place from the register that is none of the usual ones
            choices.append((str(entry.power_item), [(kept, entry.flow_step.name if entry.flow_step else entry.power_item.name)]))
        return choices

    @staticmethod
    def _question(question: Any) -> forms.Field:
        label = question.label[:1].upper() + question.label[1:]
        if question.many:
            choices = [*question.choices, (NONE_OF_THEM, _("none of these"))]
            return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)
        return forms.ChoiceField(label=label, choices=question.choices, required=False, widget=forms.RadioSelect)

    @property
    def rating_fields(self) -> list[forms.BoundField]:
        """The scheme's questions, as bound fields."""
        return [self[question.field] for question in self.questions]

    def values(self, entry: RiskEntry) -> dict[str, Any]:
        """What a service writes: fields of RiskEntry, from whatever of the input was understood."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            name: data[name]
            for name in (
                "title",
                "content",
                "manifestation",
                "aspect",
                "found_by",
                "method",
                "major_matter",
                "involved_positions",
                "cooperating",
                "self_level",
            )
            if name in data
        }
        if "place" in data:
            found["power_item"], found["flow_step"] = self._chosen(data["place"], entry)
        answers = dict(entry.answers or {})
        if "self_reason" in data:
            answers["self_reason"] = data["self_reason"]
            if not data["self_reason"]:
                del answers["self_reason"]
        for question in self.questions:
            _take_answer(question.field, data, found, answers)
        found["answers"] = answers
        return found

    def _chosen(self, place: str, entry: RiskEntry) -> tuple[PowerItem | None, FlowStep | None]:
        if place == place_of(entry):
            return entry.power_item, entry.flow_step
        for item in self.items:
            if place == f"item-{item.pk}":
                return item, None
            for step in item.steps.all():
                if place == f"step-{step.pk}":
                    return item, step
        return None, None


def place_of(entry: RiskEntry) -> str:
    """Where a risk sits, as the field `place` says it."""
    if entry.flow_step_id:
        return f"step-{entry.flow_step_id}"
    return f"item-{entry.power_item_id}" if entry.power_item_id else ""


def _take_answer(name: str, data: Mapping[str, Any], found: dict[str, Any], answers: dict[str, Any]) -> None:
    if name not in data:
        return
    value = data[name]
    if name in FACTORS:
        found[name] = int(value) if value else None
    elif isinstance(value, list):
        answers.pop(name, None)
        if value:
            answers[name] = [code for code in value if code != NONE_OF_THEM]
    else:
        answers.pop(name, None)
        if value:
            answers[name] = value


def _initial(entry: RiskEntry, asked: Iterable[Any]) -> dict[str, Any]:
    answers = entry.answers or {}
    start = {
        name: getattr(entry, name)
        for name in (
            "title",
            "content",
            "manifestation",
            "aspect",
            "found_by",
            "method",
            "major_matter",
            "involved_positions",
            "cooperating",
            *FACTORS,
        )
    }
    # A level equal to the computed one is shown as “as computed”.
    start["self_level"] = entry.self_level_id if entry.self_level_id != entry.computed_level_id else None
    start["self_reason"] = answers.get("self_reason", "")
    start["place"] = place_of(entry)
    for question in asked:
        if question.field not in FACTORS:
            value = answers.get(question.field)
            start[question.field] = [NONE_OF_THEM] if question.many and value == [] else value
    return start


class MeasureForm(forms.Form):
    """One measure; an empty text means: no measure."""

    text = forms.CharField(
        label=_("measure"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "data-example": _("Two people check every application against the list and sign it the same day.")}
        ),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=MeasureKind.choices, required=False)
    line = forms.ChoiceField(label=_("line of defence"), choices=DefenceLine.choices, required=False)
    who = forms.ModelChoiceField(label=_("who does it"), queryset=User.objects.none(), required=False, empty_label="—")
    due_on = forms.DateField(label=_("due"), required=False, widget=forms.DateInput)
    rule = forms.ModelChoiceField(label=_("rule"), queryset=Rule.objects.none(), required=False, empty_label="—")


class _MeasureSet(forms.BaseFormSet):
    def __init__(self, *args: Any, people: Any, rules: Any, **kwargs: Any) -> None:
        self.people, self.rules = people, rules
        # Read once for all rows: each row asks for the same two lists.
        self._people = [("", "—"), *((str(one.pk), one.name) for one in people)]
        self._rules = [("", "—"), *((str(one.pk), one.title) for one in rules)]
        super().__init__(*args, **kwargs)

    def add_fields(self, form: MeasureForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["who"].queryset, form.fields["rule"].queryset = self.people, self.rules
        form.fields["who"].widget.choices, form.fields["rule"].widget.choices = self._people, self._rules

    def values(self) -> list[dict[str, Any]]:
        """What a service writes, in the order of the rows."""
        rows = []
        for form in self.forms:
            data = form.cleaned_data
            if not data or data.get("DELETE") or not data.get("text"):
                continue
            rows.append(
                {
                    "kind": data["kind"] or MeasureKind.POSITION,
                    "line": data["line"] or DefenceLine.BEFORE,
                    "text": data["text"],
                    "who_id": data["who"].pk if data["who"] else None,
                    "due_on": data["due_on"],
                    "rule_id": data["rule"].pk if data["rule"] else None,
                }
            )
        return rows

    def texts(self) -> list[str]:
        """The measures as typed, for hints while writing."""
        return [form.data.get(form.add_prefix("text"), "") for form in self.forms if not form.data.get(form.add_prefix("DELETE"))]


MeasureFormSet = forms.formset_factory(MeasureForm, formset=_MeasureSet, extra=0, can_delete=True, max_num=20, absolute_max=40)


def measure_rows(entry: RiskEntry) -> list[dict[str, Any]]:
    """Initial rows: the measures there are, or one empty row to begin with."""
    measures: Iterable[EntryMeasure] = entry.measures.order_by("order", "id")
    return [{"text": m.text, "kind": m.kind, "line": m.line, "who": m.who_id, "due_on": m.due_on, "rule": m.rule_id} for m in measures] or [
        {"kind": MeasureKind.POSITION, "line": DefenceLine.BEFORE}
    ]
