"""Input of the steps of a warning. Shape only, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.files import ACCEPT
from early_warnings.forms.drafting import long_text
from early_warnings.models import RectificationMeasure, StatementOutcome, VoteDecision, Warning
from early_warnings.services.rectifying import PlannedMeasure, ReportFacts, current
from positions.models import Rule


def upload(label: Any = None) -> forms.FileField:
    """One file, as the services accept it."""
    return forms.FileField(
        label=label or _("File"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, OFD, Word, Excel or a picture, up to 10 MB."),
    )


class DecideForm(forms.Form):
    """The party committee's decision."""

    decision = forms.ChoiceField(label=_("decision"), choices=VoteDecision.choices, widget=forms.RadioSelect)
    opinion = long_text(_("opinion"), required=False, help_text=_("Needed to return or not approve."), most=2000)


class PlanForm(forms.Form):
    """Causes; the measures are rows beside it."""

    causes = long_text(_("causes"), rows=5, help_text=_("Why it came to this: persons, procedures, rules, supervision."))


class MeasureRow(forms.Form):
    """One measure of the plan."""

    text = long_text(_("measure"), rows=2, most=2000)
    due_on = forms.DateField(label=_("due on"), widget=forms.DateInput)


MeasureRows = forms.formset_factory(MeasureRow, extra=0, min_num=1, max_num=30, validate_min=True, validate_max=True, can_delete=True)


def planned(rows: Any) -> list[PlannedMeasure]:
    """The rows that were filled in and not taken away."""
    kept = [row.cleaned_data for row in rows.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
    return [PlannedMeasure(row["text"], row["due_on"]) for row in kept]


class MeasureDoneForm(forms.Form):
    """How a measure was carried out, or why not."""

    done = forms.TypedChoiceField(
        label=_("state"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("done")), ("no", _("not done"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    note = long_text(_("how it was carried out, or why not"), rows=4)
    file = upload(_("File as proof"))

    def __init__(self, *args: Any, measure: RectificationMeasure, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"note": measure.note, "done": "yes"}, **kwargs)


class ReportForm(forms.Form):
    """整改情况报告."""

    causes = long_text(_("analysis of causes"), rows=4)
    results = long_text(_("what was done"), rows=6, help_text=_("What was set right, with what result; each measure stands below it."))
    rules_text = long_text(_("rules made or mended"), required=False)
    rules = forms.ModelMultipleChoiceField(
        label=_("rules in the library"), queryset=Rule.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    plans = long_text(_("further plans"), required=False)
    file = upload(_("Signed report or other file"))

    def __init__(self, *args: Any, warning: Warning, **kwargs: Any) -> None:
        row = current(warning)
        kwargs["initial"] = {name: getattr(row, name) for name in ("causes", "results", "rules_text", "plans")} if row else {}
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["rules"].queryset = Rule.objects.filter(unit_id=warning.unit_id).order_by("title")  # type: ignore[attr-defined]

    def facts(self) -> ReportFacts:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        return ReportFacts(data["results"], data["causes"], data["rules_text"], data["plans"], list(data["rules"]))


class OpinionForm(forms.Form):
    """What was verified."""

    opinion = long_text(_("opinion of the verification"), rows=4, help_text=_("What was checked, where and how, and with what result."))


class ReasonForm(forms.Form):
    """Why."""

    reason = long_text(_("Reason"), rows=4, most=2000)


class ReRectifyForm(ReasonForm):
    """Why, and until when."""

    due_on = forms.DateField(label=_("new date"), widget=forms.DateInput)


class StatementForm(forms.Form):
    """陈述申辩."""

    text = long_text(
        _("statement"), rows=8, help_text=_("Say what is not right or was not considered, with facts. It is answered in writing.")
    )
    file = upload()


class AnswerForm(forms.Form):
    """The answer to a statement."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=StatementOutcome.choices, widget=forms.RadioSelect)
    answer = long_text(_("answer"), rows=6)
