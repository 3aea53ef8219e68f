"""Input for talks: shape only, the services decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from talks import choices
from talks.models import DayKind, Talk, TalkKind
from talks.services.limits import MOST_DAYS
from talks.services.talks import Arrangement, Record


class MomentInput(forms.DateTimeInput):
    """A date with a time, as browsers ask for it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def long_text(label: Any, *, required: bool = True, rows: int = 4, help_text: Any = "", most: int = 10_000) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def _person(pk: Any) -> User | None:
    return User.objects.filter(pk=pk).first() if pk else None


class ArrangeForm(forms.Form):
    """Who holds it, when, where and why."""

    talker = forms.TypedChoiceField(label=_("talker"), coerce=int, empty_value=None)
    recorder = forms.TypedChoiceField(label=_("recorder"), coerce=int, empty_value=None, required=False)
    reason = long_text(pgettext_lazy("talk", "matter"), most=2000, rows=3)
    planned_at = forms.DateTimeField(label=_("planned for"), required=False, widget=MomentInput)
    place = forms.CharField(label=pgettext_lazy("talk", "place"), required=False, max_length=120)
    due_on = forms.DateField(
        label=_("to be held by"), required=False, widget=forms.DateInput, help_text=_("The talker is reminded before this day.")
    )

    def __init__(self, *args: Any, user: User, kind: str, talk: Talk | None = None, **kwargs: Any) -> None:
        if talk is not None:
            names = ("reason", "planned_at", "place", "due_on")
            kwargs["initial"] = {name: getattr(talk, name) for name in names} | {"talker": talk.talker_id, "recorder": talk.recorder_id}
        super().__init__(*args, auto_id="id_%s", **kwargs)
        talkers, recorders = choices.talkers(user), choices.recorders(user)
        if talk is not None:
            talkers.setdefault(talk.talker_id, talk.talker_name)
            if talk.recorder_id:
                recorders.setdefault(talk.recorder_id, talk.recorder_name)
        self.fields["talker"].choices = list(talkers.items())  # type: ignore[attr-defined]
        self.fields["recorder"].choices = [("", _("nobody yet")), *recorders.items()]  # type: ignore[attr-defined]
        if len(talkers) == 1:
            self.initial.setdefault("talker", next(iter(talkers)))
            self.fields["talker"].widget = forms.HiddenInput()
            self.fields["talker"] = self.fields.pop("talker")  # last, so that it leaves no gap
        if kind == TalkKind.INQUIRY:
            self.fields["talker"].label = _("inquirer")
            self.fields["due_on"].label = _("to be sent by")
            for name in ("planned_at", "place", "recorder"):
                del self.fields[name]

    def arrangement(self) -> Arrangement:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        talker = User.objects.get(pk=data["talker"])
        return Arrangement(
            talker, data["reason"], _person(data.get("recorder")), data.get("planned_at"), data.get("due_on"), data.get("place", "")
        )


class PlanForm(ArrangeForm):
    """The same with the people talked to: one, or several for a collective talk."""

    def __init__(self, *args: Any, user: User, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, user=user, kind=kind, **kwargs)
        named = list(choices.people_to_talk_to(user, kind).items())
        if kind == TalkKind.COLLECTIVE:
            self.fields["people"] = forms.TypedMultipleChoiceField(
                label=_("people talked to"), coerce=int, choices=named, widget=forms.CheckboxSelectMultiple
            )
        else:
            self.fields["people"] = forms.TypedChoiceField(
                label=_("person talked to"), coerce=int, empty_value=None, choices=[("", _("Please choose")), *named]
            )
        self.order_fields(["people"])

    def chosen(self) -> list[User]:
        """The people talked to."""
        given = self.cleaned_data["people"]
        keys = given if isinstance(given, list) else [given]
        return list(User.objects.filter(pk__in=keys).order_by("pk"))


class RecordForm(forms.Form):
    """The record: when, where, by whom, what was said, what both sides think. An inquiry: the questions."""

    held_at = forms.DateTimeField(label=_("time of the talk"), widget=MomentInput)
    place = forms.CharField(label=pgettext_lazy("talk", "place"), max_length=120)
    recorder = forms.TypedChoiceField(label=_("recorder"), coerce=int, empty_value=None, required=False)
    content = long_text(_("content of the talk"), rows=8)
    person_opinion = long_text(
        _("opinion of the person talked to"),
        required=False,
        rows=3,
        most=4000,
        help_text=_("Can stay empty: the person gives it when confirming the record."),
    )
    talker_opinion = long_text(_("opinion of the talker"), required=False, rows=3, most=4000)

    def __init__(self, *args: Any, user: User, talk: Talk, **kwargs: Any) -> None:
        names = ("place", "content", "person_opinion", "talker_opinion")
        first = talk.held_at or talk.planned_at
        at = first if first and first <= timezone.now() else timezone.now()
        kwargs["initial"] = {name: getattr(talk, name) for name in names} | {"recorder": talk.recorder_id, "held_at": at}
        super().__init__(*args, auto_id="id_%s", **kwargs)
        recorders = choices.recorders(user)
        if talk.recorder_id:
            recorders.setdefault(talk.recorder_id, talk.recorder_name)
        self.fields["recorder"].choices = [("", _("nobody")), *recorders.items()]  # type: ignore[attr-defined]
        if talk.is_inquiry:
            for name in ("held_at", "place", "recorder", "person_opinion", "talker_opinion"):
                del self.fields[name]
            self.fields["content"].label = _("questions to be answered")

    def record(self) -> Record:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        return Record(
            content=data.get("content", ""),
            held_at=data.get("held_at"),
            place=data.get("place", ""),
            recorder=_person(data.get("recorder")),
            person_opinion=data.get("person_opinion", ""),
            talker_opinion=data.get("talker_opinion", ""),
        )


class ReplyForm(forms.Form):
    """The written answer."""

    text = long_text(_("written answer"), rows=12, most=20_000)

    def __init__(self, *args: Any, talk: Talk, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_%s", initial={"text": talk.reply}, **kwargs)


class LimitForm(forms.Form):
    """How long people have for the answer to a kind of talk."""

    kind = forms.ChoiceField(choices=[(k.value, k.label) for k in TalkKind if k != TalkKind.COLLECTIVE], widget=forms.HiddenInput)
    days = forms.IntegerField(label=_("days for the answer"), required=False, min_value=1, max_value=MOST_DAYS)
    day_kind = forms.ChoiceField(label=_("counted in"), choices=DayKind.choices)
