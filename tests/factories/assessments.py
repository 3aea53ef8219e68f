"""Rounds of assessment for tests, made through the services: a round in a state is one that really came there."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.models import Assessed, Rater, Round
from assessments.quarters import quarter_of
from assessments.services import raters, rounds
from assessments.states import PHASES
from tests.factories.organisation import SmallUnit
from tests.factories.positions import AppointmentFactory, PositionFactory, UserFactory


def secretary(bureau: SmallUnit) -> User:
    """The member of the discipline committee who sets up rounds: general staff of the first department, fresh as in a new request."""
    return User.objects.get(pk=bureau.departments[0].staff[1].pk)


def weeks(start: date | None = None) -> dict[str, tuple[date, date]]:
    """Days for every phase: a week each, the first beginning on `start` (default today)."""
    first = start or timezone.localdate()
    return {phase.value: (first + timedelta(days=7 * n), first + timedelta(days=7 * n + 6)) for n, phase in enumerate(PHASES)}


def round_set_up(bureau: SmallUnit, *, year: int | None = None, quarter: int | None = None, **more: Any) -> Round:
    """A round of the present quarter (unless told otherwise) at “setting up”: all 16 people of the unit, raters proposed for each.

    The first week is that of setting up, the second that of the appraisal, and so on; `days=weeks(day)` moves them.
    """
    now = quarter_of(timezone.localdate())
    more.setdefault("days", weeks())
    return rounds.create(
        unit=bureau.unit,
        by=more.pop("by", None) or secretary(bureau),
        year=year or now.year,
        quarter=quarter or now.number,
        propose=True,
        **more,
    )


def round_open(bureau: SmallUnit, **more: Any) -> Round:
    """A round whose appraisal is open, nobody has answered yet."""
    return rounds.open_rating(found=round_set_up(bureau, **more), by=secretary(bureau))


def round_counted(bureau: SmallUnit, found: Round | None = None) -> Round:
    """A round at “scoring”: the appraisal closed (early, with a reason) with the ballots given so far."""
    return rounds.close_rating(found=found or round_open(bureau), by=secretary(bureau), reason="全部测评人已提交。")


def assessed_in(found: Round, person: User) -> Assessed:
    """The person's entry in the round."""
    return Assessed.objects.select_related("round", "round__unit", "person").get(round=found, person=person)


def raters_of(assessed: Assessed) -> list[User]:
    """Who is asked about the person, by account, as fresh users."""
    return list(User.objects.filter(pk__in=Rater.objects.filter(assessed=assessed).values("person")).order_by("pk"))


def only_raters(assessed: Assessed, people: dict[User, tuple[str, str]], by: User) -> None:
    """Ask exactly these about the person: user → (relation, level). Before the appraisal opens."""
    raters.remove_raters(assessed=assessed, raters=[row.pk for row in assessed.raters.all()], by=by)
    for person, (relation, level) in people.items():
        raters.add_raters(assessed=assessed, people=[person.pk], relation=relation, level=level, by=by)


def colleague(bureau: SmallUnit, department: int = 1) -> User:
    """One more person of general staff in a department."""
    person = UserFactory()
    AppointmentFactory(person=person, position=PositionFactory(department=bureau.departments[department].department))
    return person
