"""The intervals of one kind as numbers in a row."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import workdays
from deadlines.registry import DeadlineKind, Intervals
from deadlines.services.settings import LONGEST, MOST

_BETWEEN = re.compile(r"[\s,;，、；]+")


class NumbersField(forms.CharField):
    """Numbers of working days with commas between them; empty for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=60, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> Any:
        """The numbers, each once."""
        words = [word for word in _BETWEEN.split(super().clean(value)) if word]
        if not all(word.isascii() and word.isdigit() and len(word) < 4 and 1 <= int(word) <= LONGEST for word in words):
            raise ValidationError(_("Write whole numbers from 1 to %(longest)d with commas between them."), params={"longest": LONGEST})
        if len(words) > MOST:
            raise ValidationError(_("At most %(most)d numbers."), params={"most": MOST})
        return tuple(dict.fromkeys(int(word) for word in words))


class IntervalsForm(forms.Form):
    """When a unit reminds of one kind."""

    days = forms.IntegerField(
        label=_("Working days given"), min_value=1, max_value=LONGEST, help_text=_("Counted from the day on which it begins to wait.")
    )
    before = NumbersField(label=_("Before the day"), help_text=_("Working days before, for example 5, 1. Empty: not before."))
    on_day = forms.BooleanField(label=_("On the day"), required=False)
    after = NumbersField(label=_("When overdue"), help_text=_("Working days after the day, for example 1, 5."))
    every = forms.IntegerField(label=_("Then every so many working days"), min_value=0, max_value=LONGEST, help_text=_("0: not again."))
    escalate = NumbersField(
        label=_("Tell the next leader"), help_text=_("Working days after the day, one place further up each, for example 3, 8, 15.")
    )

    def __init__(self, *args: Any, kind: DeadlineKind, intervals: Intervals, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "days": intervals.days,
            "before": in_words(intervals.before),
            "on_day": intervals.on_day,
            "after": in_words(intervals.after),
            "every": intervals.every,
            "escalate": in_words(intervals.escalate),
        }
        super().__init__(*args, **kwargs)
        if kind.default.days is None:
            del self.fields["days"]
        if not kind.escalates:
            del self.fields["escalate"]

    def intervals(self) -> Intervals:
        """What was entered."""
        data = self.cleaned_data
        return Intervals(
            before=data["before"],
            on_day=data["on_day"],
            after=data["after"],
            every=data["every"],
            escalate=data.get("escalate", ()),
            days=data.get("days"),
        )


class ExampleForm(forms.Form):
    """The day of the example in the preview."""

    example = forms.DateField(label=_("Example: something due on"), widget=forms.DateInput)

    def clean_example(self) -> Any:
        """A day of a year whose calendar makes sense here."""
        day = self.cleaned_data["example"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Choose a day between 2000 and 2100."))
        return day


def in_words(numbers: tuple[int, ...]) -> str:
    """As people write them."""
    return ", ".join(str(number) for number in numbers)


def example_day(today: Any) -> Any:
    """A day far enough away to show what comes before it."""
    return workdays.add_workdays(today, 10)
