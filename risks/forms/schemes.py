"""Forms for grading schemes: fields people understand on one side, the rules of `risks.grading` on the other."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from risks.grading import Question, validate
from risks.grading.facts import FACTOR_CODES
from risks.grading.matrix import combinations, factor_label, key
from risks.models import Level, SchemeKind

_LIKELY = _("Rare\nUnlikely\nPossible\nLikely\nAlmost certain")
_GRAVE = _("Slight\nMinor\nMedium\nSerious\nVery serious")
_KNOWN = _("Unnoticed\nKnown locally\nKnown widely")
_WORDS = {"probability": _LIKELY, "harm": _GRAVE, "influence": _KNOWN}


class SchemeForm(forms.Form):
    """Name, and for every level of the scale the score from which it counts."""

    kind: str
    rows: Any = None  # the formset of kinds that have rows
    name = forms.CharField(label=_("Name"), max_length=80)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, levels: Iterable[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = sorted(levels, key=lambda level: -level.severity)
        self.level_choices = [(level.severity, f"{level.label} {level.name}") for level in self.levels]

    def add_thresholds(self) -> None:
        """One number a level; an empty one leaves the level out."""
        for level in self.levels:
            self.fields[f"from_{level.severity}"] = forms.IntegerField(
                label=f"{level.label} {level.name}", required=False, min_value=0, max_value=10_000
            )

    @property
    def threshold_fields(self) -> list[forms.BoundField]:
        """For the template."""
        return [self[name] for name in self.fields if name.startswith("from_")]

    def thresholds(self) -> list[dict[str, int]]:
        """What was entered, the gravest first."""
        found = [(level.severity, self.cleaned_data.get(f"from_{level.severity}")) for level in self.levels]
        return [{"from": start, "severity": severity} for severity, start in found if start is not None]

    def rules(self) -> dict[str, Any]:
        """The rules as `risks.grading` reads them."""
        raise NotImplementedError

    def check(self) -> bool:
        """Whether fields and rules hold; faults of the rules become errors of the form."""
        if not self.is_valid():
            return False
        for problem in validate(self.rules(), self.kind, {level.severity for level in self.levels}):
            self.add_error(None, problem.text)
        return not self.errors


def initial_thresholds(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The scores of a scheme's thresholds by field."""
    return {f"from_{row['severity']}": row["from"] for row in rules.get("thresholds", [])}


class MatrixForm(SchemeForm):
    """Matrix: two or three factors with their words, how they combine, where levels begin, lower limits."""

    kind = SchemeKind.MATRIX
    combine = forms.ChoiceField(
        label=_("How the factors combine"),
        choices=[("product", _("multiplied")), ("sum", _("added, with weights")), ("table", _("cell by cell (two factors)"))],
        widget=forms.RadioSelect,
        initial="product",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in FACTOR_CODES:
            label = factor_label(code)
            self.fields[f"use_{code}"] = forms.BooleanField(label=label, required=False, initial=code != "influence")
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("Values from low to high, one a line"),
                required=False,
                max_length=400,
                initial=_WORDS[code],
                widget=forms.Textarea({"rows": 5}),
            )
            self.fields[f"weight_{code}"] = forms.IntegerField(
                label=_("Weight (only when added)"), required=False, min_value=1, max_value=100, initial=1
            )
            self.fields[f"floor_from_{code}"] = forms.IntegerField(label=_("From this value on…"), required=False, min_value=1, max_value=5)
            self.fields[f"floor_level_{code}"] = forms.TypedChoiceField(
                label=_("…never below"), required=False, coerce=int, empty_value=None, choices=[("", "—"), *self.level_choices]
            )
        self.add_thresholds()
        for p in range(1, 6):
            for h in range(1, 6):
                self.fields[f"cell_{p}-{h}"] = forms.TypedChoiceField(
                    label=f"{p} × {h}", required=False, coerce=int, empty_value=None, choices=[("", "—"), *self.level_choices]
                )

    @property
    def factor_groups(self) -> list[dict[str, Any]]:
        """Factors with their fields, for the template."""
        names = ("use", "words", "weight", "floor_from", "floor_level")
        return [{"label": factor_label(code), **{name: self[f"{name}_{code}"] for name in names}} for code in FACTOR_CODES]

    @property
    def cell_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The table of cells from the highest first value down."""
        return [(p, [self[f"cell_{p}-{h}"] for h in range(1, 6)]) for p in range(5, 0, -1)]

    def rules(self) -> dict[str, Any]:
        data = self.cleaned_data
        used = [code for code in FACTOR_CODES if data.get(f"use_{code}")]
        combine = data["combine"]
        factors = []
        for code in used:
            labels = [line.strip() for line in data[f"words_{code}"].splitlines() if line.strip()]
            factor: dict[str, Any] = {"code": code, "labels": labels}
            if combine == "sum" and (data.get(f"weight_{code}") or 1) != 1:
                factor["weight"] = data[f"weight_{code}"]
            factors.append(factor)
        floors = [
            {"factor": code, "from": data[f"floor_from_{code}"], "severity": data[f"floor_level_{code}"]}
            for code in used
            if data.get(f"floor_from_{code}") and data.get(f"floor_level_{code}")
        ]
        found: dict[str, Any] = {"factors": factors, "combine": combine, "floors": floors}
        if combine != "table":
            return found | {"thresholds": self.thresholds()}
        cells = [key(values) for values in combinations(found)] if len(factors) == 2 else []
        return found | {"table": {cell: data[f"cell_{cell}"] for cell in cells if data.get(f"cell_{cell}")}}

    @staticmethod
    def initial_of(rules: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an existing scheme."""
        found: dict[str, Any] = {"combine": rules.get("combine", "product"), **initial_thresholds(rules)}
        for code in FACTOR_CODES:
            found[f"use_{code}"] = False
        for factor in rules.get("factors", []):
            code = factor["code"]
            found |= {f"use_{code}": True, f"words_{code}": "\n".join(factor["labels"]), f"weight_{code}": factor.get("weight", 1)}
        for floor in rules.get("floors", []):
            found |= {f"floor_from_{floor['factor']}": floor["from"], f"floor_level_{floor['factor']}": floor["severity"]}
        return found | {f"cell_{cell}": severity for cell, severity in rules.get("table", {}).items()}


class CriterionForm(forms.Form):
    """One criterion."""

    code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Criterion"), max_length=120)
    weight = forms.IntegerField(label=_("Points"), min_value=1, max_value=100, initial=1)
    knock_out = forms.BooleanField(label=_("alone means the highest level"), required=False)


class ClassForm(forms.Form):
    """One class of power."""

    code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Class of power"), max_length=80)
    severity = forms.TypedChoiceField(label=_("Level"), coerce=int)

    def __init__(self, *args: Any, level_choices: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].choices = level_choices or []  # type: ignore[attr-defined]


CriterionSet = forms.formset_factory(CriterionForm, extra=3, can_delete=True, max_num=40, validate_max=True)
ClassSet = forms.formset_factory(ClassForm, extra=2, can_delete=True, max_num=20, validate_max=True)


def _coded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that stay, each with a code: the one it had, so that answers already given still mean the same, or a new one."""
    kept = [dict(row) for row in rows if row and not row.get("DELETE")]
    taken = {row["code"] for row in kept if row.get("code")}
    number = 0
    for row in kept:
        row.pop("DELETE", None)
        while not row.get("code"):
            number += 1
            if f"c{number}" not in taken:
                row["code"] = f"c{number}"
                taken.add(row["code"])
    return kept


class _RowsForm(SchemeForm):
    """A scheme whose rules are rows of a formset."""

    prefix_of_rows = "rows"
    row_set: Any

    def __init__(self, *args: Any, rows: list[dict[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = self.row_set(
            self.data if self.is_bound else None, prefix=self.prefix_of_rows, initial=rows or [], form_kwargs=self.row_kwargs()
        )

    def row_kwargs(self) -> dict[str, Any]:
        """What every row needs."""
        return {}

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.rows.is_valid())

    def coded(self) -> list[dict[str, Any]]:
        """The rows as entered."""
        return _coded(form.cleaned_data for form in self.rows.forms if form.has_changed() or form.initial)


class CriteriaForm(_RowsForm):
    """Count of criteria met, or of the risks of a post."""

    kind = SchemeKind.CRITERIA
    row_set = CriterionSet
    counts = forms.ChoiceField(
        label=_("What is counted"),
        choices=[("criteria", _("points of the criteria met")), ("risks", _("risks of the post"))],
        widget=forms.RadioSelect,
        initial="criteria",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_thresholds()

    def rules(self) -> dict[str, Any]:
        criteria = [
            {"code": row["code"], "text": row["text"], "knock_out": row["knock_out"], "weight": row["weight"]} for row in self.coded()
        ]
        return {
            "counts": self.cleaned_data["counts"],
            "criteria": criteria,
            "thresholds": self.thresholds(),
            "knock_out_severity": self.levels[0].severity,
        }

    @staticmethod
    def initial_of(rules: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an existing scheme."""
        return {"counts": rules.get("counts", "criteria"), **initial_thresholds(rules)}


class PowerClassForm(_RowsForm):
    """The class of power held decides."""

    kind = SchemeKind.POWER_CLASS
    row_set = ClassSet

    def row_kwargs(self) -> dict[str, Any]:
        return {"level_choices": self.level_choices}

    def rules(self) -> dict[str, Any]:
        return {"classes": [{"code": row["code"], "label": row["label"], "severity": row["severity"]} for row in self.coded()]}

    @staticmethod
    def initial_of(_rules: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of an existing scheme: all of them are rows."""
        return {}


FORMS: dict[str, Any] = {SchemeKind.MATRIX: MatrixForm, SchemeKind.CRITERIA: CriteriaForm, SchemeKind.POWER_CLASS: PowerClassForm}
ROWS = {SchemeKind.CRITERIA: "criteria", SchemeKind.POWER_CLASS: "classes"}


def form_for(kind: str, *, levels: Iterable[Level], data: Any = None, rules: Mapping[str, Any] | None = None, **initial: Any) -> SchemeForm:
    """The form of a kind: empty, of an existing scheme's rules, or with what was sent."""
    made = FORMS[kind]
    more: dict[str, Any] = {}
    start = {**(made.initial_of(rules) if rules else {}), **initial}
    if kind in ROWS:
        more["rows"] = (rules or {}).get(ROWS[SchemeKind(kind)], [])
    form: SchemeForm = made(data, levels=levels, initial=start, **more)
    return form


class TryForm(forms.Form):
    """The questions of a scheme, to try it out (试算)."""

    def __init__(self, data: Any, *, asked: list[Question], counts_risks: bool) -> None:
        super().__init__(data)
        for question in asked:
            if question.many:
                field: forms.Field = forms.MultipleChoiceField(
                    label=question.label, choices=question.choices, required=False, widget=forms.CheckboxSelectMultiple
                )
            else:
                field = forms.ChoiceField(label=question.label, choices=[("", "—"), *question.choices], required=False)
            self.fields[question.field] = field
        if counts_risks:
            self.fields["risk_count"] = forms.IntegerField(label=_("Risks of the post"), required=False, min_value=0, max_value=9999)
