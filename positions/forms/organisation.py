"""Input about the organisation: shape only, rules are in services."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from positions.models import LEADERSHIP_RANKS, Appointment, Body, BodyMembership, Department, Position, Rank, Unit


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class UnitForm(forms.ModelForm):
    parent = forms.ModelChoiceField(label=_("higher unit"), queryset=Unit.objects.none(), required=False)

    class Meta:
        model = Unit
        fields = ["name", "short_name", "code", "duties", "open_to_higher"]
        help_texts = {
            "code": _("Two to eight capital letters; part of every number of the unit. It does not change afterwards."),
            "open_to_higher": _("Whoever sees the whole of the higher unit (head, leading group, discipline committee) sees this one too."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            del self.fields["parent"]
        else:
            self.fields["parent"].queryset = Unit.objects.order_by("path")  # type: ignore[attr-defined]


class DepartmentForm(forms.ModelForm):
    class Meta:
        model = Department
        fields = ["name", "kind", "duties", "order"]


class PositionForm(forms.ModelForm):
    """`leadership` tells whether the position belongs to the unit itself or to a department."""

    class Meta:
        model = Position
        fields = ["name", "rank", "duties", "order"]

    def __init__(self, *args: Any, leadership: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rank"].choices = [c for c in Rank.choices if (c[0] in LEADERSHIP_RANKS) is leadership]  # type: ignore[attr-defined]


class _PersonForm(forms.ModelForm):
    person = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none(), help_text=_("Type a name or staff number."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, admin_role="", left_on=None).order_by("name", "staff_number")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda user: f"{user.name}({user.staff_number})"  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = timezone.localdate


class AppointmentForm(_PersonForm):
    class Meta:
        model = Appointment
        fields = ["person", "starts_on", "ends_on", "is_main", "document"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}


class MembershipForm(_PersonForm):
    class Meta:
        model = BodyMembership
        fields = ["person", "role", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}


class BodyForm(forms.ModelForm):
    class Meta:
        model = Body
        fields = ["kind", "name", "department", "is_higher"]

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open().filter(unit=unit)  # type: ignore[attr-defined]


class ChargeForm(forms.Form):
    """Which leader is in charge, from when."""

    appointment = forms.ModelChoiceField(label=_("leader in charge"), queryset=Appointment.objects.none())
    starts_on = forms.DateField(label=_("from"), initial=timezone.localdate, widget=DateInput)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Appointment.objects.in_force().filter(position__unit=unit, position__department=None)
        self.fields["appointment"].queryset = posts.select_related("person", "position")  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day, and why."""

    ends_on = forms.DateField(label=_("last day"), initial=timezone.localdate, widget=DateInput)
    reason = forms.CharField(label=_("reason"), max_length=300, help_text=_("For example the document that says so."))
