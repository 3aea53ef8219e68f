"""Rounds on their way to a final result, moved by the services."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from assessments.models import Assessed, Method, Result, Round
from assessments.services import decision, deriving, scores
from tests.factories.assessments import round_counted, secretary
from tests.factories.organisation import SmallUnit

FULL = scores.Entry(Decimal(100), "本季度未发现问题。")


def fresh(person: User) -> User:
    """As in a new request: nothing computed before is kept on the object."""
    return User.objects.get(pk=person.pk)


def scored(bureau: SmallUnit, found: Round | None = None) -> Round:
    """At “scoring”, everything entered: full marks for inspection and talks, the file as derived; nobody entered their own."""
    found = found or round_counted(bureau)
    clerk, chief = secretary(bureau), fresh(bureau.discipline_head)
    deriving.derive(found=found, by=clerk)
    for method in (Method.SUPERVISION, Method.TALKS):
        for person in (clerk, chief):
            scores.fill(found=found, method=method, entry=FULL, by=person)
    return found


def submitted(bureau: SmallUnit, found: Round | None = None) -> Round:
    """At “review”, submitted by the secretary."""
    return decision.submit(found=found or scored(bureau), by=secretary(bureau))


def reviewed(bureau: SmallUnit, found: Round | None = None) -> Round:
    """At “confirmation”."""
    found = found or submitted(bureau)
    decision.review(found=found, by=fresh(bureau.discipline_head))
    decision.review(found=found, by=secretary(bureau))
    return decision.pass_on(found=found, by=fresh(bureau.discipline_head))


def published(bureau: SmallUnit, found: Round | None = None) -> Round:
    """At “notice”, every result confirmed by somebody else than whom it is about."""
    found = found or reviewed(bureau)
    for person in (bureau.head, bureau.deputies[0]):
        decision.confirm(found=found, by=fresh(person))
    return decision.publish(found=found, by=fresh(bureau.head))


def appealable(bureau: SmallUnit, found: Round | None = None) -> Round:
    """At “appeal”, its days running today."""
    found = decision.open_appeals(found=found or published(bureau), by=secretary(bureau))
    appeal_ends(found, timezone.localdate())
    return found


def appeal_ends(found: Round, day: date) -> None:
    """Let the days for appeals end on a day."""
    found.phases.filter(phase="appeal").update(starts_on=day - timedelta(days=6), ends_on=day)


def result_of(found: Round, person: User) -> Result:
    """The person's latest result."""
    rows = Result.objects.select_related("assessed__round", "assessed__person")
    result: Result = rows.filter(assessed__round=found, assessed__person=person).order_by("number").last()
    assert result is not None
    return result


def entry_of(found: Round, person: User) -> Assessed:
    """The person's row in the round."""
    return Assessed.objects.select_related("round", "person").get(round=found, person=person)
