"""The appraisal of one person: a question for each indicator, nothing chosen beforehand."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from assessments.models import Answer, Factor
from assessments.rules import IndicatorRule

# One sign an answer: neither requests nor pages may be longer for one than for another, for logs note lengths.
_SIGNS = {str(n): answer for n, answer in enumerate(Answer, start=1)}


def _word(sign: str) -> str:
    """The answer in words, filled up with blanks (which pages do not show) to as many bytes as the longest."""
    words = {sign: str(answer.label) for sign, answer in _SIGNS.items()}
    longest = max(len(word.encode()) for word in words.values())
    return words[sign] + " " * (longest - len(words[sign].encode()))


class RatingForm(forms.Form):
    """优 / 良 / 中 / 差 for each indicator of the group, in its order."""

    def __init__(self, *args: Any, indicators: Sequence[IndicatorRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = tuple(indicators)
        for number, indicator in enumerate(self.indicators, start=1):
            missing = _("Question %(number)d (%(name)s) has no answer yet.") % {"number": number, "name": indicator.name}
            self.fields[f"a{number}"] = forms.ChoiceField(
                label=f"{number}. {indicator.name}",
                help_text=indicator.text,
                choices=[(sign, answer.label) for sign, answer in _SIGNS.items()],
                widget=forms.RadioSelect,
                error_messages={"required": missing, "invalid_choice": missing},
            )

    @property
    def factors(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions under their factors, for the page."""
        numbered = list(enumerate(self.indicators, start=1))
        return [
            (str(Factor(factor).label), [self[f"a{number}"] for number, _indicator in rows])
            for factor, rows in groupby(numbered, key=lambda row: row[1].factor)
        ]

    @property
    def chosen(self) -> list[dict[str, str]]:
        """What was answered, in words, to be checked before it is handed in."""
        return [
            {"label": str(self.fields[f"a{number}"].label), "value": _word(self.cleaned_data[f"a{number}"])}
            for number in range(1, len(self.indicators) + 1)
        ]

    def answers(self) -> dict[str, str]:
        """For the service: indicator key → answer."""
        return {indicator.key: _SIGNS[self.cleaned_data[f"a{number}"]].value for number, indicator in enumerate(self.indicators, start=1)}
