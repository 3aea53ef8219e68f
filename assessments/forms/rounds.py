"""Input about a round: shape only, the services decide."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models import Group, RaterLevel, Relation
from assessments.quarters import Quarter, back_from
from assessments.states import PHASES, RoundState
from common.choices import Listed

Days = dict[str, tuple[date, date]]


class DaysForm(forms.Form):
    """First and last day of every phase."""

    def __init__(self, *args: Any, days: Days, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for phase in PHASES:
            first, last = days[phase.value]
            for end, label, day in (("from", _("from"), first), ("until", _("until"), last)):
                self.fields[f"{phase.value}_{end}"] = forms.DateField(label=label, widget=forms.DateInput, initial=day)

    @property
    def phase_rows(self) -> list[tuple[RoundState, forms.BoundField, forms.BoundField]]:
        """For the template: each phase with its two fields."""
        return [(phase, self[f"{phase.value}_from"], self[f"{phase.value}_until"]) for phase in PHASES]

    def days(self) -> Days:
        """Phase → first and last day."""
        data = self.cleaned_data
        return {phase.value: (data[f"{phase.value}_from"], data[f"{phase.value}_until"]) for phase in PHASES}


class RoundForm(DaysForm):
    """Open a round: the quarter, its days, and whether people and raters are proposed at once."""

    quarter = forms.ChoiceField(label=_("quarter"))
    propose = forms.BooleanField(
        label=_("Propose people and raters at once"),
        required=False,
        initial=True,
        help_text=_("From posts and division of work. Nobody is told before you open the appraisal; everything can be changed until then."),
    )

    def __init__(self, *args: Any, today: date, taken: set[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [one for one in back_from(today, 6) if one not in taken]
        self.fields["quarter"].choices = [(f"{one.year}-{one.number}", str(one)) for one in free]

    def chosen(self) -> dict[str, int]:
        """Year and quarter, for the service."""
        year, number = self.cleaned_data["quarter"].split("-")
        return {"year": int(year), "quarter": int(number)}


class AddPeopleForm(forms.Form):
    """People in post who are not assessed yet."""

    people = forms.TypedMultipleChoiceField(label=_("people"), coerce=int, widget=forms.CheckboxSelectMultiple)
    group = forms.ChoiceField(label=_("group"), choices=[("", _("by their post")), *Group.choices], required=False)

    def __init__(self, *args: Any, candidates: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = Listed(candidates)


class AddRatersForm(forms.Form):
    """People to be asked about somebody."""

    people = forms.TypedMultipleChoiceField(label=pgettext_lazy("rater", "raters"), coerce=int, widget=forms.CheckboxSelectMultiple)
    relation = forms.ChoiceField(label=_("relation"), choices=Relation.choices, initial=Relation.PARTNER, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label=_("weight"), choices=[("", _("by the relation")), *RaterLevel.choices], required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, candidates: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = Listed(candidates)


class ChosenForm(forms.Form):
    """What is to be done with the rows that were ticked in a list."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, choices=())
    act = forms.ChoiceField()
    group = forms.ChoiceField(choices=[("", ""), *Group.choices], required=False)
    level = forms.ChoiceField(choices=[("", ""), *RaterLevel.choices], required=False)
    relation = forms.ChoiceField(choices=[("", ""), *Relation.choices], required=False)

    def __init__(self, *args: Any, rows: Sequence[int], acts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = Listed([(pk, "") for pk in rows])
        self.fields["act"].choices = [(act, act) for act in acts]
