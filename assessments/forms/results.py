"""Input of scores, entries and appeals. Whether it may be, and what it needs besides, the services say."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models import Group, Method, MethodScore
from assessments.models.result import ENTERED
from assessments.services.scores import Entry
from talks.models import Talk

HAND = [(m.value, m.label) for m in (Method.SUPERVISION, Method.TALKS)]


class ScoreForm(forms.Form):
    """One method of one person: a score, or that it does not apply; grounds."""

    score = forms.DecimalField(label=_("Score (0 to 100)"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2)
    not_applicable = forms.BooleanField(label=_("This method does not apply to the person in this quarter"), required=False)
    grounds = forms.CharField(label=_("Grounds"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, entered: MethodScore | None = None, **kwargs: Any) -> None:
        if entered is not None:
            kwargs.setdefault("initial", {"score": entered.score, "not_applicable": not entered.applies, "grounds": entered.grounds})
        super().__init__(*args, **kwargs)

    def entry(self) -> Entry:
        """As the service takes it."""
        none = self.cleaned_data["not_applicable"]
        return Entry(None if none else self.cleaned_data["score"], self.cleaned_data["grounds"], applies=not none)


class FillForm(forms.Form):
    """The same score and grounds for everybody who has none."""

    method = forms.ChoiceField(label=_("Method"), choices=HAND)
    group = forms.ChoiceField(label=_("Group"), choices=[("", _("everybody")), *Group.choices], required=False)
    score = forms.DecimalField(label=_("Score (0 to 100)"), min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=100)
    grounds = forms.CharField(label=_("Grounds"), max_length=500)

    def entry(self) -> Entry:
        """As the service takes it."""
        return Entry(self.cleaned_data["score"], self.cleaned_data["grounds"])


class ItemForm(forms.Form):
    """A finding, or a talk held in the quarter, with points up or down."""

    method = forms.ChoiceField(choices=HAND, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What was found"), max_length=300)
    points = forms.DecimalField(
        label=_("Points up or down"), min_value=-100, max_value=100, max_digits=5, decimal_places=2, help_text=_("−5 takes off five points")
    )
    talk = forms.ModelChoiceField(Talk.objects.none(), label=_("Talk of the quarter"), required=False, empty_label=_("none"))
    source_label = forms.CharField(
        label=pgettext_lazy("assessment", "Source"), max_length=120, required=False, help_text=_("The inspection or document it stands in")
    )

    def __init__(self, *args: Any, talks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["talk"].queryset = Talk.objects.filter(pk__in=[talk.pk for talk in talks])  # type: ignore[attr-defined]
        if not talks:
            del self.fields["talk"]


class OverruleForm(forms.Form):
    """Other points than the rule gives, with grounds."""

    points = forms.DecimalField(label=_("Points"), min_value=-100, max_value=100, max_digits=5, decimal_places=2)
    grounds = forms.CharField(label=_("Grounds"), max_length=300, required=False)


class AppealForm(forms.Form):
    """What the assessed objects to."""

    text = forms.CharField(label=_("What you object to, and why"), max_length=2000, min_length=10, widget=forms.Textarea(attrs={"rows": 8}))


UPHOLD, CHANGE = "uphold", "change"


class AnswerForm(forms.Form):
    """The answer to an appeal; for a correction the scores that change, each with grounds."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(UPHOLD, _("The result stands")), (CHANGE, _("Correct the scores below"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer with grounds"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, scores: dict[str, MethodScore], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = scores
        for method in ENTERED:
            entered = scores.get(method)
            self.fields[f"score_{method}"] = forms.DecimalField(
                label=_("%(method)s: corrected score") % {"method": method.label},
                required=False,
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                help_text=_("now %(score)s; leave empty to leave it as it is") % {"score": _shown(entered)},
            )

    def entries(self) -> dict[str, Entry]:
        """The scores that are to change; the answer is their grounds."""
        given = ((method, self.cleaned_data.get(f"score_{method}")) for method in ENTERED)
        return {method.value: Entry(Decimal(score), self.cleaned_data["answer"]) for method, score in given if score is not None}


def _shown(entered: MethodScore | None) -> str:
    return "—" if entered is None or entered.score is None else f"{entered.score:f}".rstrip("0").rstrip(".")
