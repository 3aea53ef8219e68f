"""How leads come in: from the committee's own channels, from staff, from the public (domain §4, 廉情采集)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import numbers
from common.errors import DomainError
from common.workdays import add_workdays
from leads.models import Channel, Lead, LeadSubject, Sign
from leads.services import desks, trace
from positions.models import Appointment, BodyMembership, Department, PowerItem, Unit

LONG_AGO = timedelta(days=3653)
STUDY_WORKDAYS = 10  # working days from arrival to the judgement
TITLE_LENGTH, CONTENT_LENGTH, NAME_LENGTH = 120, 10_000, 60


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """Whom it is about: exactly one of person, department, unit, or a name as somebody wrote it."""

    person: User | None = None
    department: Department | None = None
    unit: Unit | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is reported. `unit` is corrected to that of the person reported, so that the right committees get it."""

    unit: Unit
    channel: str
    title: str
    content: str
    subjects: Sequence[SubjectFacts]
    happened: str = ""
    is_named: bool = False
    is_important: bool = False
    signs: Sequence[Sign] = ()
    power_item: PowerItem | None = None
    received_at: datetime | None = None


@transaction.atomic
def receive(*, facts: LeadFacts, by: User | None = None, reporter: User | None = None) -> Lead:
    """Take a lead in and bring it to the desk that decides. Raises DomainError for missing or overlong text, or when it is about nobody.

    `by` is a member of the committee who enters what came by its own channels. A reporter is given as `reporter`, only to find the
    branch; nothing of that person is kept here (`leads.services.identity` keeps a named reporter's identity, sealed).
    """
    _check(facts)
    subjects = list(_known(facts))
    lead = Lead(
        unit=_unit(facts.unit, subjects),
        channel=facts.channel,
        received_at=facts.received_at or timezone.now(),
        title=facts.title.strip(),
        content=facts.content.strip(),
        happened=facts.happened.strip(),
        is_named=facts.is_named,
        is_important=facts.is_important,
        power_item=facts.power_item,
        received_by=by,
    )
    day = timezone.localdate(lead.received_at)
    lead.number = f"廉情〔{day.year}〕{numbers.take(f'lead:{lead.unit_id}:{day.year}'):03d}号"
    lead.due_on = add_workdays(timezone.localdate(), STUDY_WORKDAYS)
    lead.save()
    for subject in subjects:
        subject.lead = lead
        subject.save()
    lead.signs.set(facts.signs)
    trace.record("lead.received", lead=lead, by=by)
    desks.deliver(lead, reporter=reporter, by=by)
    return lead


def named(unit: Unit, text: str) -> list[User]:
    """People of the unit whose name stands in the text: a report by the public names them in words, and they must not read it."""
    if len(text.strip()) < 2:
        return []
    here = Appointment.objects.in_force().filter(position__unit=unit).values("person")
    sitting = BodyMembership.objects.in_force().filter(body__unit=unit).values("person")
    people = User.objects.filter(pk__in=here).union(User.objects.filter(pk__in=sitting))
    return [person for person in people if len(person.name) > 1 and person.name in text]


def post_of(person: User) -> str:
    """Department and post on the day, as the ledger keeps them: 财务科 科长."""
    held = Appointment.objects.in_force().filter(person=person).order_by("-is_main", "pk").select_related("position__department")
    position = next((a.position for a in held), None)
    if position is None:
        return ""
    return f"{position.department} {position.name}" if position.department else position.name


def _check(facts: LeadFacts) -> None:
    if not facts.title.strip() or not facts.content.strip():
        raise DomainError(_("A lead needs a summary and what is reported."))
    if len(facts.title) > TITLE_LENGTH or len(facts.content) > CONTENT_LENGTH or len(facts.happened) > CONTENT_LENGTH:
        raise DomainError(_("The text is too long. Shorten it, and attach what does not fit."))
    if facts.channel not in Channel.values:
        raise DomainError(_("Choose where the lead comes from."))
    if not facts.subjects:
        raise DomainError(_("Say whom it is about: a person, a department, or a name."))
    if any(len(s.name) > NAME_LENGTH for s in facts.subjects):
        raise DomainError(_("The name is too long: enter only who it is."))
    if facts.received_at is not None and facts.received_at > timezone.now():
        raise DomainError(_("The date of arrival lies in the future."))
    if facts.received_at is not None and facts.received_at < timezone.now() - LONG_AGO:
        raise DomainError(_("The date of arrival lies more than ten years back. Check the year."))


def _known(facts: LeadFacts) -> Iterable[LeadSubject]:
    """One row for each subject once; a name that fits people of the unit becomes these people, to be put right by the desk."""
    seen: set[tuple[str, object]] = set()
    for subject in facts.subjects:
        for row in _rows(facts.unit, subject):
            key = next(
                (kind, pk) for kind in ("person_id", "department_id", "unit_id", "name") if (pk := getattr(row, kind)) not in (None, "")
            )
            if key not in seen:
                seen.add(key)
                yield row


def _rows(unit: Unit, subject: SubjectFacts) -> list[LeadSubject]:
    if subject.person is not None:
        return [LeadSubject(person=subject.person, name=subject.person.name, post=post_of(subject.person))]
    if subject.department is not None:
        return [LeadSubject(department=subject.department, name=subject.department.name)]
    if subject.unit is not None:
        return [LeadSubject(unit=subject.unit, name=subject.unit.name)]
    text = subject.name.strip()
    if not text:
        raise DomainError(_("Say whom it is about: a person, a department, or a name."))
    guesses = [LeadSubject(person=person, name=text, post=post_of(person), is_guess=True) for person in named(unit, text)]
    return guesses or [LeadSubject(name=text)]


def _unit(chosen: Unit, subjects: list[LeadSubject]) -> Unit:
    """The highest unit among those of the subjects, or the chosen one when none of them is placed."""
    people = [s.person_id for s in subjects if s.person_id]
    held = Appointment.objects.in_force().filter(person_id__in=people).select_related("position__unit")
    of_people: dict[int, list[Unit]] = {}
    for appointment in held:
        of_people.setdefault(appointment.person_id, []).append(appointment.position.unit)
    found = [s.unit for s in subjects if s.unit] + [s.department.unit for s in subjects if s.department]
    # Who also works in the chosen unit is reported there.
    found += [chosen if chosen in units else min(units, key=lambda u: (u.depth, u.path)) for units in of_people.values()]
    return min(found, key=lambda u: (u.depth, u.path)) if found else chosen
