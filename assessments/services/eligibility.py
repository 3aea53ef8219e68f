"""Running an eligibility check (廉政审查): whose names these are, what is known about them, the answers, all kept with the purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.eligibility import Candidate, NameProblem, Purpose, Resolution, Wanted, judge, resolve
from assessments.eligibility_facts import facts_of
from assessments.models import EligibilityCheck, EligibilityLine, EligibilitySettings
from assessments.permissions import eligibility as permissions
from audit import services as audit
from common import numbers
from common.errors import DomainError
from common.writes import lock
from positions.models import Appointment, Unit

MOST_PEOPLE = 1000
EARLIEST = date(2000, 1, 1)


class NamesUnclear(DomainError):
    """Some names are unknown or ambiguous; `problems` says which, and whom they may mean."""

    def __init__(self, problems: Sequence[NameProblem]) -> None:
        super().__init__(_("Some names are unknown, or several people have them. Nothing was checked."))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: purpose, what it is for in words, the day, the year of awards."""

    purpose: Purpose
    matter: str
    as_of: date
    award_year: int


def candidates(unit: Unit, as_of: date) -> list[Candidate]:
    """Who may be asked about: everybody with a post in the unit on the day or today, and the leaderships of the units below it. One query.

    The main post comes first, so that it is the one shown.
    """
    day = Appointment.objects.in_force(as_of).values("pk")
    held = Appointment.objects.filter(Q(pk__in=day) | Q(pk__in=Appointment.objects.in_force().values("pk")))
    below = Q(position__unit__path__startswith=unit.path, position__department=None)
    rows = held.filter(Q(position__unit=unit) | below).exclude(position__unit=None)
    fields = ("person_id", "person__name", "person__staff_number", "position__department__name", "position__unit__name", "position__name")
    ordered = rows.order_by("person_id", "-is_main", "-starts_on", "pk")
    return [
        Candidate(person_id, name, number, department or place, post)
        for person_id, name, number, department, place, post in ordered.values_list(*fields)
    ]


def settings_of(unit_id: int) -> EligibilitySettings:
    """The unit's, else the common ones."""
    found = EligibilitySettings.objects.of_unit(unit_id).order_by("unit_id").first()  # NULLs come last
    assert found is not None  # the common row is made by a migration
    return found


@transaction.atomic
def run(*, unit: Unit, question: Question, wanted: Iterable[Wanted], by: User) -> EligibilityCheck:
    """Answer for everybody named, and keep it. All or nothing.

    Raises NamesUnclear, NotAllowed (not a member; oneself or somebody above on the list), DomainError for what does not make sense.
    """
    permissions.may_check(by, unit.pk).require()
    _check_question(question)
    resolution = _resolved(unit, question, list(wanted))
    permissions.may_check_people(by, resolution.people).require()
    settings = settings_of(unit.pk)
    facts = facts_of([one.person_id for one in resolution.people], question.as_of)
    made = _record(unit, question, settings, by)
    lines = []
    for order, one in enumerate(resolution.people, start=1):
        found = judge(
            facts[one.person_id],
            purpose=question.purpose,
            as_of=question.as_of,
            award_year=question.award_year,
            policy=settings.policy,
        )
        lines.append(
            EligibilityLine(
                eligibility_check=made,
                order=order,
                person_id=one.person_id,
                name=one.name,
                staff_number=one.staff_number,
                department=one.department[:120],
                post=one.post[:120],
                outcome=found.outcome,
                reasons_kept=[reason.to_json() for reason in found.reasons],
            )
        )
    EligibilityLine.objects.bulk_create(lines, batch_size=500)
    audit.record("eligibility.checked", by=by, obj=made, reason=made.matter, detail={"people": len(lines)})
    return made


def _check_question(question: Question) -> None:
    if not question.matter.strip():
        raise DomainError(_("Say what the check is for: it is kept with it."))
    if question.as_of > timezone.localdate():
        raise DomainError(_("The day lies in the future: nobody knows yet what holds then."))
    if question.as_of < EARLIEST:
        raise DomainError(_("The day lies too far back."))


def _resolved(unit: Unit, question: Question, wanted: list[Wanted]) -> Resolution:
    if not wanted:
        raise DomainError(_("Enter at least one name."))
    if len(wanted) > MOST_PEOPLE:
        raise DomainError(_("A check takes at most %(most)d people: split the list.") % {"most": MOST_PEOPLE})
    resolution = resolve(wanted, candidates(unit, question.as_of))
    if resolution.problems:
        raise NamesUnclear(resolution.problems)
    return resolution


def _record(unit: Unit, question: Question, settings: EligibilitySettings, by: User) -> EligibilityCheck:
    now = timezone.now()
    year = timezone.localdate(now).year
    # The words on the paper are Chinese, whatever language who asks reads.
    name = (unit.short_name or unit.name)[:30]
    return EligibilityCheck.objects.create(
        unit=unit,
        number=f"{name}廉审〔{year}〕{numbers.take(f'eligibility:{unit.pk}:{year}')}号",
        purpose=question.purpose,
        matter=question.matter.strip()[:300],
        as_of=question.as_of,
        award_year=question.award_year,
        policy=settings.policy.to_json(),
        asked_by=by,
        asked_at=now,
    )


def record_paper(*, eligibility_check: EligibilityCheck, by: User, people: int) -> None:
    """The answers left the system on paper or as a file."""
    audit.record("eligibility.printed", by=by, obj=eligibility_check, detail={"people": people})


@transaction.atomic
def save_settings(*, unit: Unit, values: dict[str, str], by: User, version: int | None = None) -> EligibilitySettings:
    """The unit's own settings, made from the common ones at the first change. Raises NotAllowed, Conflict."""
    permissions.may_set(by, unit.pk).require()
    Unit.objects.select_for_update().get(pk=unit.pk)
    own = EligibilitySettings.objects.filter(unit=unit).first()
    before = settings_of(unit.pk)
    row = lock(EligibilitySettings.objects, own.pk, version=version) if own else EligibilitySettings(unit=unit)
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record("eligibility.settings_changed", by=by, obj=row, changes=audit.differences(before, row, list(values)))
    return row
