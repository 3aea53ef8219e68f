"""Input about how a unit handles warnings: shape only, the services decide."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from early_warnings.models import (
    ApprovalMode,
    DispositionKind,
    Effect,
    LimitedStep,
    Majority,
    OrderedBy,
    SubjectKind,
    Tier,
    WarningLevel,
    WarningScheme,
    WarningSettings,
)
from early_warnings.services.catalogue import KindFacts, LevelFacts
from risks.models import Colour
from talks.models import TalkKind

LEVELS = 6
_DAYS = [("working", _("working days")), ("calendar", _("calendar days"))]


class SettingsForm(forms.Form):
    """Scheme, approval and time limits."""

    scheme = forms.ModelChoiceField(label=_("Warning scheme"), queryset=WarningScheme.objects.none(), empty_label=None)
    approval_mode = forms.ChoiceField(label=_("Approval"), choices=ApprovalMode.choices, widget=forms.RadioSelect)
    quorum_numerator = forms.IntegerField(label=_("Quorum: parts"), min_value=1, max_value=20)
    quorum_denominator = forms.IntegerField(
        label=_("Quorum: of parts"), min_value=1, max_value=20, help_text=_("2 of 3: two thirds of those entitled must have voted.")
    )
    majority = forms.ChoiceField(label=_("Majority"), choices=Majority.choices, widget=forms.RadioSelect)
    amber = forms.IntegerField(
        label=_("Amber from this share of the time (per cent)"), validators=[MinValueValidator(10), MaxValueValidator(99)]
    )
    remind_before = forms.IntegerField(label=_("Remind of measures so many working days before"), min_value=1, max_value=60)
    escalate_after = forms.IntegerField(label=_("To the next leader after working days overdue"), min_value=1, max_value=60)

    def __init__(self, *args: Any, row: WarningSettings, unit_id: int, **kwargs: Any) -> None:
        names = ("approval_mode", "quorum_numerator", "quorum_denominator", "majority", "remind_before", "escalate_after")
        initial = {name: getattr(row, name) for name in names} | {"scheme": row.scheme_id, "amber": int(row.amber_share * 100)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["scheme"].queryset = WarningScheme.objects.of_unit(unit_id).in_use()
        for step in LimitedStep:
            limit = row.limit(step.value)
            self.fields[f"days_{step.value}"] = forms.IntegerField(label=step.label, min_value=1, max_value=730, initial=limit.days)
            self.fields[f"kind_{step.value}"] = forms.ChoiceField(
                label=_("%(step)s: counted in") % {"step": step.label},
                choices=_DAYS,
                initial="working" if limit.working else "calendar",
            )

    @property
    def limit_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For the template: days and how they count, for each step."""
        return [(self[f"days_{step.value}"], self[f"kind_{step.value}"]) for step in LimitedStep]

    def values(self) -> dict[str, Any]:
        """For `services.settings.change`."""
        data = self.cleaned_data
        names = ("scheme", "approval_mode", "quorum_numerator", "quorum_denominator", "majority", "remind_before", "escalate_after")
        return {name: data[name] for name in names} | {"amber_share": Decimal(data["amber"]) / 100}

    def limits(self) -> dict[str, dict[str, int | bool]]:
        """Step → days and whether working ones."""
        data = self.cleaned_data
        return {
            step.value: {"days": data[f"days_{step.value}"], "working": data[f"kind_{step.value}"] == "working"} for step in LimitedStep
        }


class KindForm(forms.Form):
    """A kind of disposition."""

    name = forms.CharField(label=_("Name"), max_length=60)
    subject_kinds = forms.MultipleChoiceField(label=_("Goes with"), choices=SubjectKind.choices, widget=forms.CheckboxSelectMultiple)
    tiers = forms.MultipleChoiceField(label=_("Tiers"), choices=Tier.choices, widget=forms.CheckboxSelectMultiple)
    ordered_by = forms.ChoiceField(label=_("Whose act it is"), choices=OrderedBy.choices, widget=forms.RadioSelect)
    effect = forms.ChoiceField(
        label=_("What the record means when it worked"),
        choices=Effect.choices,
        widget=forms.RadioSelect,
        help_text=_("Integrity files and eligibility checks obey this. Dispositions ordered before keep what they were ordered with."),
    )
    limit_days = forms.IntegerField(label=_("Time limit in days"), min_value=1, max_value=730, required=False, help_text=_("Empty: none."))
    limit_working = forms.ChoiceField(label=_("Counted in"), choices=_DAYS, initial="working")
    talk_kind = forms.ChoiceField(label=_("Carried out by a talk"), choices=[("", _("no talk")), *TalkKind.choices], required=False)

    def __init__(self, *args: Any, kind: DispositionKind | None = None, **kwargs: Any) -> None:
        if kind is not None:
            names = ("name", "subject_kinds", "tiers", "ordered_by", "effect", "limit_days", "talk_kind")
            kwargs["initial"] = {name: getattr(kind, name) for name in names}
            kwargs["initial"]["limit_working"] = "working" if kind.limit_working else "calendar"
        super().__init__(*args, **kwargs)

    def facts(self) -> KindFacts:
        """For the service."""
        data = dict(self.cleaned_data)
        return KindFacts(**data | {"limit_working": data["limit_working"] == "working"})


class LevelForm(forms.Form):
    """One level of a scheme."""

    label = forms.CharField(label=_("Label"), max_length=20)
    tier = forms.ChoiceField(label=_("Tier"), choices=[("", _("reminder only")), *Tier.choices], required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)
    is_fault = forms.BooleanField(label=_("Counts as a fault"), required=False, initial=True)
    meaning = forms.CharField(label=_("Meaning"), max_length=200, required=False)
    stands_for = forms.ModelChoiceField(
        label=_("Stands for"), queryset=WarningLevel.objects.none(), required=False, empty_label=_("nothing")
    )

    def __init__(self, *args: Any, others: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stands_for"].queryset = WarningLevel.objects.none() if others is None else others


LevelRows = forms.formset_factory(
    LevelForm, extra=0, can_delete=True, can_order=True, min_num=1, validate_min=True, max_num=LEVELS, validate_max=True
)


class SchemeForm(forms.Form):
    """Name of a scheme; its levels are rows."""

    name = forms.CharField(label=_("Name"), max_length=80)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


def levels_said(rows: Any) -> list[LevelFacts]:
    """The rows that stay, in the order they stand in."""
    kept = [form for form in rows.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or LEVELS)
    names = ("label", "colour", "tier", "is_fault", "meaning", "stands_for")
    return [LevelFacts(**{name: form.cleaned_data[name] for name in names}) for form in kept]
