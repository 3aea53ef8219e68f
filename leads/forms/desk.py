"""Input of the desk and of staff who report: shape only, the services decide."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from leads.forms.uploads import SeveralFilesField
from leads.models import Channel, FormalKind, Lead, LeadLevel, Outcome, Sign, SignField
from leads.services.judging import JudgementFacts
from leads.services.receiving import CONTENT_LENGTH, NAME_LENGTH, TITLE_LENGTH, LeadFacts, SubjectFacts
from leads.services.signs import SignFacts
from positions.models import Appointment, Body, Department, Unit

_LONG = 4000


def people_of(unit: Unit) -> dict[int, str]:
    """Everybody who holds a post in the unit, with department and post; leaders first."""
    held = Appointment.objects.in_force().filter(position__unit=unit).select_related("person", "position__department")
    found: dict[int, str] = {}
    for appointment in held.order_by("position__department__order", "position__order", "pk"):
        position = appointment.position
        where = position.department.name if position.department else str(_("leadership"))
        found.setdefault(appointment.person_id, f"{appointment.person.name}（{where} {position.name}）")
    return found


class PeopleField(forms.TypedMultipleChoiceField):
    """A choice of people by key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)


class StaffReportForm(forms.Form):
    """What a member of staff reports under their name."""

    people = PeopleField(label=_("Whom it is about"), required=False, help_text=_("Choose one or several people."))
    departments = forms.ModelMultipleChoiceField(label=_("Or which departments"), queryset=Department.objects.none(), required=False)
    name = forms.CharField(
        label=_("Or somebody who is not listed"), max_length=NAME_LENGTH, required=False, help_text=_("Name, and where the person works.")
    )
    title = forms.CharField(label=_("In one sentence"), max_length=TITLE_LENGTH)
    content = forms.CharField(
        label=pgettext_lazy("report", "What happened"),
        max_length=CONTENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Who did what, how often, which sums, where it can be checked. Facts first, then what you conclude."),
    )
    happened = forms.CharField(label=_("When and where"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    documents = SeveralFilesField(
        label=_("Pictures and documents"),
        help_text=_("At most 5 files of 10 MB each: JPEG, PNG, PDF, Word (.docx), Excel (.xlsx), text (.txt). They are kept encrypted."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.unit = unit
        self.fields["people"].choices = list(people_of(unit).items())  # type: ignore[attr-defined]
        self.fields["departments"].queryset = Department.objects.open().filter(unit=unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody must be named."""
        data = super().clean() or {}
        if not (data.get("people") or data.get("departments") or data.get("name", "").strip()) and "people" not in self.errors:
            self.add_error("people", _("Say whom it is about: a person, a department, or a name."))
        return data

    def subjects(self) -> list[SubjectFacts]:
        """Whom it is about."""
        data = self.cleaned_data
        people = User.objects.in_bulk(data["people"])
        found = [SubjectFacts(person=people[pk]) for pk in data["people"]]
        found += [SubjectFacts(department=department) for department in data["departments"]]
        return [*found, SubjectFacts(name=data["name"])] if data["name"].strip() else found

    def facts(self, **more: Any) -> LeadFacts:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        values: dict[str, Any] = {"channel": Channel.STAFF_REPORT, "is_named": True} | more
        return LeadFacts(
            unit=self.unit,
            title=data["title"],
            content=data["content"],
            happened=data["happened"],
            subjects=self.subjects(),
            **values,
        )


class EnterForm(StaffReportForm):
    """What came by a channel of the committee's own."""

    channel = forms.ChoiceField(label=_("source of information"))
    received_on = forms.DateField(label=_("collected"), widget=forms.DateInput)
    whole_unit = forms.BooleanField(label=_("It is about the unit as a whole"), required=False)
    is_important = forms.BooleanField(
        label=_("important"), required=False, help_text=_("Important ones also go to the higher committees, where these use this system.")
    )
    signs = forms.ModelMultipleChoiceField(label=_("signs"), queryset=Sign.objects.none(), required=False)

    field_order = [
        "channel", "received_on", "people", "departments", "name", "whole_unit", "title", "content", "happened", "is_important", "signs",
    ]  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"received_on": timezone.localdate()})
        super().__init__(*args, unit=unit, **kwargs)
        own = [c for c in Channel.choices if c[0] not in (Channel.PUBLIC_REPORT, Channel.STAFF_REPORT)]
        self.fields["channel"].choices = own  # type: ignore[attr-defined]
        self.fields["signs"].queryset = Sign.objects.of_unit(unit.pk).active()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The unit as a whole counts as named."""
        if self.cleaned_data.get("whole_unit"):
            return self.cleaned_data
        return super().clean()

    def subjects(self) -> list[SubjectFacts]:
        """Whom it is about, the unit included."""
        found = super().subjects()
        return [*found, SubjectFacts(unit=self.unit)] if self.cleaned_data["whole_unit"] else found

    def facts(self, **more: Any) -> LeadFacts:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        day = data["received_on"]
        now = timezone.now()
        at = now if day == timezone.localdate() else timezone.make_aware(datetime.combine(day, time(12)))
        named = {"channel": data["channel"], "is_named": False, "is_important": data["is_important"]}
        return super().facts(**named, signs=list(data["signs"]), received_at=at, **more)


class PassOnForm(forms.Form):
    """To whom and why."""

    body = forms.ModelChoiceField(label=_("Pass on to"), queryset=Body.objects.none(), empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    keep = forms.BooleanField(
        label=_("It also stays on the present desk"), required=False, help_text=_("Else nobody here sees it from then on.")
    )

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["body"].queryset = Body.objects.filter(pk__in=[b.pk for b in bodies]).select_related("unit")  # type: ignore[attr-defined]
        self.fields["body"].label_from_instance = lambda body: f"{body.unit} · {body.name}"  # type: ignore[attr-defined]


class RecuseForm(forms.Form):
    """Who takes no part, and why."""

    person = forms.TypedChoiceField(label=_("Who takes no part"), coerce=int)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example kinship, a common interest, or a former superior."),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.people = {person.pk: person for person in people}
        self.fields["person"].choices = [(person.pk, person.name) for person in people]  # type: ignore[attr-defined]

    def chosen(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["person"]]


class SubjectForm(forms.Form):
    """Who is meant by a name."""

    person = forms.TypedChoiceField(label=_("Who is meant"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        self.fields["person"].choices = [("", _("nobody who is listed here")), *people_of(lead.unit).items()]  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        """The person, or None."""
        pk = self.cleaned_data["person"]
        return User.objects.get(pk=pk) if pk else None


class JudgementForm(forms.Form):
    """The judgement (研判)."""

    level = forms.ModelChoiceField(label=_("Level"), queryset=LeadLevel.objects.none(), empty_label=None, widget=forms.RadioSelect)
    effects = forms.CharField(
        label=_("likely adverse effects"),
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What it does to the work, the unit and the people concerned if nothing is done."),
    )
    responsibility = forms.CharField(label=_("responsibility"), max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    responsible = forms.TypedChoiceField(label=_("responsible person"), coerce=int, empty_value=None, required=False)
    measures = forms.CharField(label=_("measures"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    outcome = forms.ChoiceField(label=_("way of handling"), choices=Outcome.choices, widget=forms.RadioSelect)
    formal_kind = forms.ChoiceField(
        label=_("kind of formal handling"),
        choices=[("", "—"), *FormalKind.choices],
        required=False,
        help_text=_("Only when it is handed over as a clue."),
    )
    due_on = forms.DateField(label=_("to be handled by"), widget=forms.DateInput)
    opinion = forms.CharField(label=_("opinion"), max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        concerned = set(lead.subjects.values_list("person_id", flat=True))
        people = {pk: label for pk, label in people_of(lead.unit).items() if pk not in concerned}
        self.fields["level"].queryset = LeadLevel.objects.of_unit(lead.unit_id)  # type: ignore[attr-defined]
        self.fields["level"].label_from_instance = lambda level: f"{level.label} {level.name}".strip()  # type: ignore[attr-defined]
        self.fields["responsible"].choices = [("", "—"), *people.items()]  # type: ignore[attr-defined]

    def facts(self) -> JudgementFacts:
        """What was entered, as the service takes it."""
        data = dict(self.cleaned_data)
        pk = data.pop("responsible")
        return JudgementFacts(responsible=User.objects.get(pk=pk) if pk else None, **data)


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(label=_("result"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)


class SignForm(forms.Form):
    """A sign of the catalogue."""

    field = forms.ChoiceField(label=_("Field of work"), choices=SignField.choices)
    text = forms.CharField(label=_("sign"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    severity = forms.TypedChoiceField(label=_("default level"), coerce=int)
    advice = forms.CharField(label=_("advice"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        levels = LeadLevel.objects.of_unit(unit.pk)
        self.fields["severity"].choices = [(level.severity, f"{level.label} {level.name}".strip()) for level in levels]  # type: ignore[attr-defined]

    def facts(self) -> SignFacts:
        """What was entered, as the service takes it."""
        return SignFacts(**self.cleaned_data)
