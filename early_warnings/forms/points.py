"""Input about points: shape only, the services decide."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from early_warnings.models import (
    BehaviourField,
    PointBehaviour,
    PointScheme,
    PointSource,
    Warning,
    WarningLevel,
    WarningScheme,
)
from early_warnings.point_candidates import candidates, chosen
from early_warnings.points import Cycle, Direction, in_words
from early_warnings.services.point_schemes import BehaviourFacts, Threshold
from early_warnings.services.points import Facts
from leads.models import Lead
from positions.models import Unit


class _Behaviours(forms.ModelChoiceField):
    def label_from_instance(self, obj: PointBehaviour) -> str:
        """Code, what it is, and what it costs."""
        points = in_words(obj.points)
        return f"{obj.code} {obj.text}" + (_(" (%(n)s points)") % {"n": points} if obj.points else _(" (reminder, no points)"))


class PointForm(forms.Form):
    """Propose points."""

    holder = forms.ChoiceField(label=_("Person or department"))
    behaviour = _Behaviours(label=_("Behaviour"), queryset=PointBehaviour.objects.none())
    occurred_on = forms.DateField(label=_("Date of the fault"), widget=forms.DateInput)
    points = forms.DecimalField(
        label=_("Points"),
        required=False,
        max_digits=5,
        decimal_places=1,
        help_text=_("Empty: as the catalogue says. 0 is a reminder without points."),
    )
    facts = forms.CharField(
        label=_("Facts of the case"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("The person reads this once it is confirmed. Name no reporter."),
    )
    basis = forms.CharField(label=_("Clause it rests on"), max_length=300)
    source_kind = forms.ChoiceField(label=_("Source"))
    source_text = forms.CharField(label=_("Source in words"), max_length=300, required=False)
    lead = forms.ModelChoiceField(label=_("Lead"), queryset=Lead.objects.none(), required=False)
    warning = forms.ModelChoiceField(label=_("Warning"), queryset=Warning.objects.none(), required=False)

    def __init__(self, *args: Any, user: User, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        # By functions, which a form does not copy.
        self.fields["holder"].choices = [("", "---------"), *candidates(user)]
        behaviours = PointBehaviour.objects.none()
        for unit in units:
            behaviours = behaviours | PointBehaviour.objects.of_unit(unit.pk).active()
        self.fields["behaviour"].queryset = behaviours.order_by("code", "pk")
        self.fields["basis"].example = _("Article 6 of the measures for integrity points")
        self.fields["facts"].example = _("When, where, what; how it was found out")
        leads, warnings = Lead.objects.visible_to(user), Warning.objects.visible_to(user).order_by("-pk")
        self.fields["lead"].queryset, self.fields["warning"].queryset = leads, warnings
        sources = list(PointSource.choices)
        if not leads.exists():
            del self.fields["lead"]
            sources = [(value, label) for value, label in sources if value != PointSource.LEAD]
        if not warnings.exists():
            del self.fields["warning"]
            sources = [(value, label) for value, label in sources if value != PointSource.WARNING]
        self.fields["source_kind"].choices = sources
        self.fields["source_kind"].initial = PointSource.DAILY

    def clean(self) -> dict[str, Any]:
        """A lead or warning counts only with the source that names it, so that a forgotten choice gives nothing away."""
        data = super().clean() or self.cleaned_data
        kind = data.get("source_kind")
        for name in ("lead", "warning"):
            if kind != name:
                data[name] = None
            elif not data.get(name):
                self.add_error(name if name in self.fields else "source_kind", _("Choose which one."))
        if data.get("occurred_on") and data["occurred_on"] > timezone.localdate():
            self.add_error("occurred_on", _("The date of the fault lies in the future."))
        return data

    def holder_chosen(self) -> Any:
        """(unit, person or department) of the choice."""
        return chosen(self.user, self.cleaned_data["holder"])

    def said(self) -> Facts:
        """What was entered, for the service."""
        data = self.cleaned_data
        names = ("behaviour", "occurred_on", "facts", "basis", "source_kind", "source_text", "points", "lead", "warning")
        values: dict[str, Any] = {name: data.get(name) for name in names}
        return Facts(**values)


class CounterForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


class BehaviourForm(forms.Form):
    """One line of the catalogue."""

    code = forms.CharField(label=_("Code"), max_length=20)
    field = forms.ChoiceField(label=_("Kind of behaviour"), choices=BehaviourField.choices)
    text = forms.CharField(label=_("Behaviour"), max_length=300, widget=forms.Textarea)
    points = forms.DecimalField(label=_("Points"), max_digits=5, decimal_places=1, min_value=Decimal(0))
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, behaviour: PointBehaviour | None = None, **kwargs: Any) -> None:
        if behaviour is not None:
            names = ("code", "field", "text", "points", "is_active")
            kwargs["initial"] = {name: getattr(behaviour, name) for name in names} | {"points": behaviour.amount}
        super().__init__(*args, **kwargs)
        if behaviour is not None and behaviour.unit_id is None:
            self.fields["code"].disabled = True

    def said(self) -> BehaviourFacts:
        """For the service."""
        return BehaviourFacts(**self.cleaned_data)


class SchemeForm(forms.Form):
    """How points are counted."""

    name = forms.CharField(label=_("Name"), max_length=80)
    in_force_from = forms.DateField(label=_("In force from"), widget=forms.DateInput)
    direction = forms.ChoiceField(label=_("How points are counted"), choices=Direction.choices, widget=forms.RadioSelect)
    cycle = forms.ChoiceField(label=_("Cycle"), choices=Cycle.choices, widget=forms.RadioSelect)
    step = forms.TypedChoiceField(
        label=_("Smallest step"), choices=[("1", _("whole points")), ("0.5", _("half points"))], coerce=Decimal, widget=forms.RadioSelect
    )
    full = forms.DecimalField(label=_("Full number of points"), max_digits=5, decimal_places=1)
    cap = forms.DecimalField(
        label=_("Most that counts in a cycle"), max_digits=5, decimal_places=1, required=False, help_text=_("Empty: no limit.")
    )
    leader_share = forms.IntegerField(
        label=_("Share of the responsible leader (per cent)"),
        min_value=0,
        max_value=100,
        help_text=_("0: none. Rounded to the smallest step, half up."),
    )
    for_departments = forms.BooleanField(label=_("Departments have accounts too"), required=False)

    def __init__(self, *args: Any, scheme: PointScheme, levels: WarningScheme, **kwargs: Any) -> None:
        names = ("name", "in_force_from", "direction", "cycle", "full", "cap", "leader_share", "for_departments")
        initial = {name: getattr(scheme, name) for name in names} | {"step": in_words(scheme.step), "full": in_words(scheme.full)}
        initial["cap"] = "" if scheme.cap is None else in_words(scheme.cap)
        at = {threshold.level_id: threshold for threshold in scheme.thresholds.all()}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)
        self.levels: list[WarningLevel] = list(levels.levels.order_by("severity"))
        self.base = next((level for level in self.levels if not level.tier), None)
        self.rows: list[tuple[WarningLevel, str, str]] = []
        for level in self.levels:
            if level == self.base:
                continue
            known = at.get(level.pk)
            points, text = f"points_{level.pk}", f"text_{level.pk}"
            label = _("%(level)s: from points") % {"level": level}
            self.fields[points] = forms.DecimalField(
                label=label, max_digits=5, decimal_places=1, required=False, initial=known.amount if known else None
            )
            self.fields[text] = forms.CharField(
                label=_("%(level)s: consequence") % {"level": level},
                max_length=200,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=known.consequence if known else "",
            )
            self.rows.append((level, points, text))

    @property
    def threshold_rows(self) -> list[tuple[WarningLevel, Any, Any]]:
        """For the template: level, field of points, field of the consequence."""
        return [(level, self[points], self[text]) for level, points, text in self.rows]

    def values(self) -> dict[str, Any]:
        """The fields of the scheme."""
        names = ("name", "in_force_from", "direction", "cycle", "step", "full", "cap", "for_departments")
        data = self.cleaned_data
        return {name: data[name] for name in names} | {"leader_share": Decimal(data["leader_share"]), "base_level": self.base}

    def thresholds(self) -> list[Threshold]:
        """Those with points."""
        data = self.cleaned_data
        found = [(level, data.get(points), data.get(text) or "") for level, points, text in self.rows]
        return [Threshold(points, level, text) for level, points, text in found if points is not None]
