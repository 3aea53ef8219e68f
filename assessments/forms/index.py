"""Input of the settings of the position risk index. Shape only, the service decides."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.index import PARTS, Band, IndexRules
from assessments.index.rules import HOLDINGS
from assessments.index_words import HOLDINGS as HOLDING_WORDS
from assessments.index_words import PARTS as PART_WORDS
from assessments.index_words import SETTINGS
from assessments.models import IndexSettings, SurveyKind
from positions.models import Position, PowerCategory
from risks.models import Colour

LEVELS = 6
_NUMBERS = ("major", "alone", "power_full", "control_full", "contact_full")


def _decimal(label: Any, most: int, initial: Decimal, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=most, max_digits=7, decimal_places=2, initial=_plain(initial), **more)


def _plain(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize():f}")


class IndexSettingsForm(forms.Form):
    """Weights, points, thresholds; and per position which survey counts, where the rule does not fit."""

    def __init__(self, *args: Any, row: IndexSettings, positions: Iterable[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = row.rules
        self._make_points(rules)
        self._make_bands("grade", rules.grades, len(rules.grades), with_points=True)
        self._make_bands("level", rules.levels, LEVELS)
        self.positions = list(positions)
        choices = [("", _("by its powers")), *SurveyKind.choices]
        for position in self.positions:
            key = str(position.pk)
            self.fields[f"survey_{key}"] = forms.ChoiceField(
                label=position.name, choices=choices, required=False, initial=row.survey_kinds.get(key, "")
            )

    def _make_points(self, rules: IndexRules) -> None:
        for part in PARTS:
            self.fields[f"weight_{part}"] = _decimal(PART_WORDS[part], 100, rules.weights[part])
        for category in PowerCategory:
            points = rules.categories.get(category.value, Decimal(0))
            self.fields[f"category_{category.value}"] = _decimal(category.label, 1000, points)
        self.fields["business"] = forms.MultipleChoiceField(
            label=SETTINGS["business"],
            choices=PowerCategory.choices,
            initial=sorted(rules.business),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("A position whose power points lie at least half in these takes the external survey, others the internal one."),
        )
        for holding in HOLDINGS:
            self.fields[f"holding_{holding}"] = _decimal(HOLDING_WORDS[holding], 1, rules.holdings[holding])
        for name in _NUMBERS:
            self.fields[name] = _decimal(SETTINGS[name], 100 if name == "contact_full" else 10000, getattr(rules, name))
        self.fields["valid_months"] = forms.IntegerField(
            label=SETTINGS["valid_months"], min_value=1, max_value=60, initial=rules.valid_months
        )

    def _make_bands(self, prefix: str, bands: tuple[Band, ...], rows: int, *, with_points: bool = False) -> None:
        for n in range(rows):
            band = bands[n] if n < len(bands) else None
            number = {"n": n + 1}
            self.fields[f"{prefix}_label_{n}"] = forms.CharField(
                label=_("Name, row %(n)d") % number, max_length=10, required=n < 2, initial=band.label if band else ""
            )
            self.fields[f"{prefix}_low_{n}"] = _decimal(
                _("From, row %(n)d") % number, 100, band.low if band else Decimal(0), required=False
            )
            self.fields[f"{prefix}_colour_{n}"] = forms.ChoiceField(
                label=_("Colour, row %(n)d") % number, choices=Colour.choices, initial=band.colour if band else "grey"
            )
            if with_points:
                self.fields[f"{prefix}_points_{n}"] = _decimal(_("Points, row %(n)d") % number, 1000, band.points if band else Decimal(0))

    def bound(self, prefix: str) -> list[forms.BoundField]:
        """The fields of one kind, for the template."""
        return [self[name] for name in self.fields if name.startswith(f"{prefix}_")]

    @property
    def groups(self) -> dict[str, list[Any]]:
        """For the template: weights, categories, holdings, survey by position; rows of grades and levels."""
        found: dict[str, list[Any]] = {name: self.bound(name) for name in ("weight", "category", "holding", "survey")}
        for prefix, columns in (("grade", ("label", "low", "points", "colour")), ("level", ("label", "low", "colour"))):
            rows = sum(name.startswith(f"{prefix}_label_") for name in self.fields)
            found[prefix] = [[self[f"{prefix}_{column}_{n}"] for column in columns] for n in range(rows)]
        return found

    def rules(self) -> IndexRules:
        """For the service."""
        data = self.cleaned_data
        return IndexRules(
            weights={part: data[f"weight_{part}"] for part in PARTS},
            categories={category: data[f"category_{category}"] for category in PowerCategory.values},
            business=frozenset(data["business"]),
            holdings={holding: data[f"holding_{holding}"] for holding in HOLDINGS},
            **{name: data[name] for name in _NUMBERS},
            grades=self._bands("grade"),
            levels=self._bands("level"),
            valid_months=data["valid_months"],
        )

    def _bands(self, prefix: str) -> tuple[Band, ...]:
        data = self.cleaned_data
        rows = [n for n in range(LEVELS) if data.get(f"{prefix}_label_{n}", "").strip()]
        return tuple(
            Band(
                len(rows) - place,
                data[f"{prefix}_label_{n}"].strip(),
                data[f"{prefix}_colour_{n}"],
                data[f"{prefix}_low_{n}"] or Decimal(0),
                data.get(f"{prefix}_points_{n}") or Decimal(0),
            )
            for place, n in enumerate(rows)
        )

    def survey_kinds(self) -> dict[str, str]:
        """For the service: only the positions where one was chosen."""
        chosen = {str(position.pk): self.cleaned_data[f"survey_{position.pk}"] for position in self.positions}
        return {key: kind for key, kind in chosen.items() if kind}
