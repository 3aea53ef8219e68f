"""Input of the parts of a case: dispositions, talks, control group, meetings, log, reports. Shape only, the services decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from early_warnings.forms.drafting import long_text, people_of
from early_warnings.forms.steps import upload
from early_warnings.models import Addressee, DispositionKind, OrderedBy, SubjectKind, Warning
from positions.models import Appointment, BodyMembership
from talks.models import TalkKind


def _choices(field: Any, choices: list[tuple[Any, Any]]) -> None:
    field.choices = choices


class PersonField(forms.TypedChoiceField):
    """A choice of people by key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)


def person(pk: Any) -> User | None:
    """The person chosen."""
    return User.objects.filter(pk=pk).first() if pk else None


class OrderForm(forms.Form):
    """A disposition."""

    kind = forms.ModelChoiceField(label=_("disposition"), queryset=DispositionKind.objects.none(), empty_label=_("Please choose"))
    person = PersonField(label=_("person"), required=False)
    ordered_for = forms.ChoiceField(
        label=_("act of"),
        choices=[(OrderedBy.DISCIPLINE, OrderedBy.DISCIPLINE.label), (OrderedBy.PERSONNEL, OrderedBy.PERSONNEL.label)],
        required=False,
        help_text=_("Only asked where the disposition leaves the choice."),
    )
    content = long_text(_("what is ordered"), required=False)
    due_on = forms.DateField(
        label=_("due on"), required=False, widget=forms.DateInput, help_text=_("Empty: the usual time limit of the disposition.")
    )

    def __init__(self, *args: Any, warning: Warning, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        kinds = DispositionKind.objects.fitting(unit_id=warning.unit_id, tier=warning.tier, subject_kind=warning.subject_kind)
        self.fields["kind"].queryset = kinds.order_by("order", "pk")  # type: ignore[attr-defined]
        if warning.subject_kind == SubjectKind.PERSON:
            del self.fields["person"]
        else:
            self.fields["person"].help_text = _("Only where it concerns a person, such as the leader responsible.")
            _choices(self.fields["person"], [("", _("the department or unit itself")), *people_of(warning.unit).items()])


class CarriedOutForm(forms.Form):
    """How a disposition was carried out, and whether it worked."""

    on = forms.DateField(label=_("carried out on"), widget=forms.DateInput)
    record = long_text(_("record"), rows=5)
    worked = forms.TypedChoiceField(
        label=_("it worked"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("yes")), ("no", _("no")), ("", _("not known yet"))],
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("If it worked, the protection of the disposition holds: see what is said beside it."),
    )
    file = upload()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"on": timezone.localdate()}, **kwargs)


class JudgeForm(forms.Form):
    """Whether a disposition worked, said later."""

    worked = forms.TypedChoiceField(
        label=_("it worked"), coerce=lambda value: value == "yes", choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect
    )


class TalkForm(forms.Form):
    """A talk because of the warning; the record is written on the talk's own page."""

    kind = forms.ChoiceField(label=_("kind"), choices=[(k.value, k.label) for k in TalkKind if k != TalkKind.COLLECTIVE])
    person = PersonField(label=_("person talked to"))
    talker = PersonField(label=_("talker"))
    reason = long_text(pgettext_lazy("talk", "matter"), rows=3, most=2000)
    due_on = forms.DateField(label=_("to be held by"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, warning: Warning, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"person": warning.person_id, "talker": warning.responsible_id})
        super().__init__(*args, auto_id="id_%s", **kwargs)
        people = people_of(warning.unit)
        held = people if warning.person_id is None else {warning.person_id: people.get(warning.person_id, warning.subject_label)}
        _choices(self.fields["person"], list(held.items()))
        talkers = {user.pk: people.get(user.pk, user.name)}
        if warning.responsible is not None:
            talkers.setdefault(warning.responsible.pk, people.get(warning.responsible.pk, warning.responsible.name))
        members = BodyMembership.objects.in_force().filter(body=warning.discipline_body).select_related("person")
        talkers |= {m.person_id: people.get(m.person_id, m.person.name) for m in members if m.person_id != warning.person_id}
        _choices(self.fields["talker"], list(talkers.items()))


class GroupForm(forms.Form):
    """风险防控小组: who is responsible leads it; the members, the leadership first."""

    members = forms.TypedMultipleChoiceField(label=_("members"), coerce=int, widget=forms.CheckboxSelectMultiple)
    task = long_text(_("task"), required=False)

    def __init__(self, *args: Any, warning: Warning, **kwargs: Any) -> None:
        rows = Appointment.objects.in_force().filter(position__unit_id=warning.unit_id, position__department=None)
        leaders = set(rows.values_list("person_id", flat=True))
        people = {pk: name for pk, name in people_of(warning.unit).items() if pk not in (warning.person_id, warning.responsible_id)}
        group = getattr(warning, "control_group", None)
        chosen = [pk for pk in people if pk in leaders]
        if group is not None:
            chosen = list(group.members.values_list("person_id", flat=True))
        super().__init__(*args, auto_id="id_%s", initial={"members": chosen, "task": group.task if group else ""}, **kwargs)
        _choices(self.fields["members"], sorted(people.items(), key=lambda item: item[0] not in leaders))


class MeetingForm(forms.Form):
    """联席会议."""

    held_at = forms.DateTimeField(
        label=_("time of the meeting"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = forms.CharField(label=_("place"), required=False, max_length=120)
    attendees = forms.TypedMultipleChoiceField(label=_("attendees"), coerce=int, widget=forms.CheckboxSelectMultiple)
    discussion = long_text(_("discussion"), required=False, rows=4)
    decisions = long_text(_("decisions"), rows=4)

    def __init__(self, *args: Any, warning: Warning, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"held_at": timezone.now()}, **kwargs)
        group = getattr(warning, "control_group", None)
        members = list(group.members.select_related("person")) if group else []
        named = {m.person_id: m.person.name for m in members}
        if group:
            named.setdefault(group.head_id, group.head.name)
        seats = BodyMembership.objects.in_force().filter(body=warning.discipline_body).select_related("person")
        named |= {m.person_id: m.person.name for m in seats if m.person_id != warning.person_id}
        _choices(self.fields["attendees"], list(named.items()))


class MonitoringForm(forms.Form):
    """An entry of the log."""

    text = long_text(_("what was seen"), rows=4)


class CommitteeReportForm(forms.Form):
    """A report to a committee."""

    addressee = forms.ChoiceField(label=_("reported to"), choices=Addressee.choices, widget=forms.RadioSelect)
    text = long_text(_("content of the report"), rows=6)
    reported_on = forms.DateField(label=_("reported on"), widget=forms.DateInput)
    file = upload()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"reported_on": timezone.localdate()}, **kwargs)


class RecuseForm(forms.Form):
    """回避."""

    person = PersonField(label=_("person"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, warning: Warning, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", **kwargs)
        bodies = [warning.discipline_body_id, warning.party_body_id]
        rows = BodyMembership.objects.in_force().filter(body_id__in=[b for b in bodies if b]).select_related("person")
        _choices(self.fields["person"], list({row.person_id: row.person.name for row in rows}.items()))
