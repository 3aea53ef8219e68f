"""Input for surveys and questionnaires, and the public answer. Shape only, the services decide."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models.survey import LEAST_MINIMUM, Contact, Questionnaire, Survey, SurveyAccess, SurveyKind
from assessments.quarters import Quarter, back_from, in_words
from assessments.services.questionnaires import MOST_QUESTIONS, Question
from assessments.services.survey_answers import Answer
from assessments.services.surveys import MOST_CODES, SurveyFacts
from positions.models import Department, Unit

QUARTERS_BACK = 9
DAYS_OPEN = 21


class QuestionnaireForm(forms.Form):
    """Name, kind and introduction; the questions are rows beside it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=pgettext_lazy("survey", "Kind"), choices=SurveyKind.choices, initial=SurveyKind.EXTERNAL, widget=forms.RadioSelect
    )
    introduction = forms.CharField(
        label=_("Introduction"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands above the questions: what it is about, and that nobody is known."),
    )


class QuestionForm(forms.Form):
    """One question."""

    category = forms.ChoiceField(label=_("Category"), choices=Contact.choices)
    text = forms.CharField(label=_("Question, answered with yes or no"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


QuestionRows = forms.formset_factory(
    QuestionForm, extra=0, can_delete=True, can_order=True, min_num=1, validate_min=True, max_num=MOST_QUESTIONS, validate_max=True
)


def questions_said(rows: Any) -> list[Question]:
    """The rows that stay, in the order they stand in."""
    kept = [row for row in rows.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
    kept.sort(key=lambda row: row.cleaned_data.get("ORDER") or MOST_QUESTIONS + 1)
    return [Question(row.cleaned_data["category"], row.cleaned_data["text"]) for row in kept]


class _QuestionnaireChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Questionnaire) -> str:
        """Kind first, because it decides whom to ask."""
        return f"{obj.get_kind_display()} · {obj.name}"


class SurveyForm(forms.Form):
    """What a survey asks, about when, until when and how."""

    questionnaire = _QuestionnaireChoice(label=_("Questionnaire"), queryset=Questionnaire.objects.none())
    period = forms.ChoiceField(label=_("Experience of"))
    title = forms.CharField(label=_("Title"), max_length=100, required=False, help_text=_("Empty: made from period and kind."))
    open_from = forms.DateField(label=_("Answers from"), widget=forms.DateInput)
    open_until = forms.DateField(label=_("Answers until"), widget=forms.DateInput)
    access = forms.ChoiceField(
        label=pgettext_lazy("survey", "Access"),
        choices=SurveyAccess.choices,
        widget=forms.RadioSelect,
        help_text=_("A code takes one answer. An open link can be answered several times by one person, so read its result with care."),
    )
    places = forms.ModelMultipleChoiceField(
        label=_("Departments to choose from"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose some to have a result for each of them. None: it is not asked which department an answer is about."),
    )
    minimum = forms.IntegerField(label=_("Shown from so many answers"), min_value=LEAST_MINIMUM, max_value=1000, initial=10)
    confidence = forms.TypedChoiceField(label=_("Confidence"), coerce=int, choices=[(90, "90 %"), (95, "95 %"), (99, "99 %")], initial=95)

    def __init__(self, *args: Any, unit: Unit, survey: Survey | None = None, **kwargs: Any) -> None:
        today = timezone.localdate()
        first: dict[str, Any] = {"open_from": today, "open_until": today + timedelta(days=DAYS_OPEN), "access": SurveyAccess.LINK}
        quarters = list(back_from(today, QUARTERS_BACK))
        first["period"] = _value(quarters[1])
        choices = [(_value(quarter), str(quarter)) for quarter in quarters]
        self.own_period = None
        if survey is not None:
            names = ("questionnaire", "title", "open_from", "open_until", "access", "minimum", "confidence")
            first = {name: getattr(survey, name) for name in names} | {"places": list(survey.places.all())}
            self.own_period = survey.period_start, survey.period_end
            first["period"] = next((_value(one) for one in quarters if (one.start, one.end) == self.own_period), "own")
            if first["period"] == "own":
                choices.append(("own", in_words(*self.own_period)))
        super().__init__(*args, initial=first, **kwargs)
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        self.fields["questionnaire"].queryset = Questionnaire.objects.of_unit(unit.pk)  # type: ignore[attr-defined]
        self.fields["places"].queryset = unit.departments.filter(closed_on=None)  # type: ignore[attr-defined]

    def facts(self) -> SurveyFacts:
        """For the service."""
        data = self.cleaned_data
        period = data["period"]
        if period == "own" and self.own_period:
            start, end = self.own_period
        else:
            year, number = period.split("-")
            start, end = Quarter(int(year), int(number)).start, Quarter(int(year), int(number)).end
        names = ("questionnaire", "open_from", "open_until", "access", "minimum", "confidence")
        title = data["title"].strip() or _("Contact-rate survey (%(kind)s), %(period)s") % {
            "kind": data["questionnaire"].get_kind_display(),
            "period": in_words(start, end),
        }
        return SurveyFacts(
            title=str(title), period_start=start, period_end=end, places=list(data["places"]), **{name: data[name] for name in names}
        )


def _value(quarter: Quarter) -> str:
    return f"{quarter.year}-{quarter.number}"


class CodesForm(forms.Form):
    """How many codes, and how they are handed out."""

    number = forms.IntegerField(label=_("Number of codes"), min_value=1, max_value=MOST_CODES, initial=60)
    form = forms.ChoiceField(
        label=pgettext_lazy("codes", "As"),
        choices=[("paper", _("sheets to print and cut, with QR codes")), ("xlsx", _("Excel file")), ("csv", _("CSV file"))],
        initial="paper",
        widget=forms.RadioSelect,
    )


class AnswerForm(forms.Form):
    """The answer of somebody nobody knows: every question, the department where it is asked, the code where one is needed."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, questions: Sequence[Any], places: Sequence[Department], by_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"once": get_random_string(32)}, **kwargs)
        if places:
            self.fields["place"] = forms.TypedChoiceField(
                label=_("Which department is your answer about?"),
                choices=[("", _("Please choose")), *((place.pk, place.name) for place in places)],
                coerce=int,
                error_messages={"required": _("Please choose the department.")},
            )
        self.asked = []
        for number, asked in enumerate(questions, start=1):
            name = f"q{number}"
            self.fields[name] = forms.TypedChoiceField(
                label=f"{number}. {asked['text']}",
                choices=[("yes", _("yes")), ("no", _("no"))],
                coerce=lambda value: value == "yes",
                widget=forms.RadioSelect,
                error_messages={"required": _("Please answer yes or no.")},
            )
            self.asked.append(name)
        if by_code:
            self.fields["code"] = forms.CharField(
                label=_("Your code"),
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
                help_text=_("Ten signs, as printed on your slip. It takes one answer and is not kept with it."),
            )

    @property
    def question_fields(self) -> list[forms.BoundField]:
        """For the template."""
        return [self[name] for name in self.asked]

    def said(self) -> Answer:
        """For the service."""
        data = self.cleaned_data
        return Answer([data[name] for name in self.asked], data.get("place"))
