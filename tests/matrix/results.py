"""Rounds of earlier years, each with `own`: being scored, reviewed, confirmed, shown, open to appeal with and without one.

Made as rows: the way there is tested elsewhere, and five whole rounds would make the matrix slow.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from assessments.models import Appeal, Assessed, Group, MethodScore, Result, Round, RoundGroup, RoundPhase, ScoreItem
from assessments.services.settings import rules_of, settings_of
from assessments.states import PHASES, RoundState
from assessments.states_results import ResultState
from positions.models import BodyKind
from tests.matrix_world import World

YEAR = 2022


def _round(world: World, state: str, quarter: int, year: int = YEAR) -> Round:
    home, now, today = world.home, timezone.now(), timezone.localdate()
    made = Round.objects.create(
        unit=home.unit,
        year=year,
        quarter=quarter,
        state=state,
        discipline_body=home.bodies[BodyKind.DISCIPLINE_COMMITTEE],
        party_body=home.bodies[BodyKind.PARTY_COMMITTEE],
        opened_by=home.discipline_head,
        submitted_by=None if state == RoundState.SCORING else home.discipline_head,
        rating_opened_at=now,
        rating_closed_at=now,
        published_at=now if state in (RoundState.NOTICE, RoundState.APPEAL) else None,
    )
    for phase in PHASES:
        RoundPhase.objects.create(round=made, phase=phase, starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=3))
    for group in Group.values:
        RoundGroup.objects.create(round=made, group=group, rules=rules_of(settings_of(home.unit.pk, group)).to_json())
    return made


def _assessed(world: World, found: Round, person: User) -> Assessed:
    post = world.home.appointments[person.pk].position
    return Assessed.objects.create(
        round=found, group=Group.STAFF, person=person, position=post, department=post.department, name=person.name, post=str(post)
    )


def _result(world: World, found: Round, state: str) -> Result:
    now, home = timezone.now(), world.home
    signed = {"reviewed_by": home.discipline_head, "reviewed_at": now} if state != ResultState.COMPUTED else {}
    if state == ResultState.CONFIRMED:
        signed |= {"confirmed_by": home.head, "confirmed_at": now}
    return Result.objects.create(
        assessed=_assessed(world, found, world.people["own"]),
        number=1,
        state=state,
        score=Decimal(92),
        grade_label="好",
        grade_severity=0,
        grade_colour="green",
        lines=[],
        computed_by=home.discipline_head,
        computed_at=now,
        **signed,
    )


def build(world: World) -> None:
    scoring = _round(world, RoundState.SCORING, 1)
    assessed = _assessed(world, scoring, world.people["own"])
    member = _assessed(world, scoring, world.people["discipline_committee"])
    score = MethodScore.objects.create(assessed=assessed, method="file", score=Decimal(95), derived=Decimal(95))
    derived = {"kind": "points", "source_id": 1, "source_label": "2022-02-01", "derived_points": Decimal(-5), "points": Decimal(-5)}
    by_hand = MethodScore.objects.create(assessed=assessed, method="supervision", score=Decimal(98), derived=Decimal(98))
    review, confirmation = _round(world, RoundState.REVIEW, 2), _round(world, RoundState.CONFIRMATION, 3)
    notice, appeal = _round(world, RoundState.NOTICE, 4), _round(world, RoundState.APPEAL, 1, YEAR - 1)
    appealed = _round(world, RoundState.APPEAL, 2, YEAR - 1)
    objected = _result(world, appealed, ResultState.CONFIRMED)
    world.objects |= {
        "results_scoring": scoring,
        "results_assessed": assessed,
        "results_member": member,
        "results_derived_item": ScoreItem.objects.create(score=score, **derived),
        "results_item": ScoreItem.objects.create(score=by_hand, kind="finding", what="台账不全", source_label="检查", points=Decimal(-2)),
        "results_review": review,
        "result_computed": _result(world, review, ResultState.COMPUTED),
        "results_confirmation": confirmation,
        "result_reviewed": _result(world, confirmation, ResultState.REVIEWED),
        "results_notice": notice,
        "result_shown": _result(world, notice, ResultState.CONFIRMED),
        "results_appeal": appeal,
        "result_appealable": _result(world, appeal, ResultState.CONFIRMED),
        "results_objection": Appeal.objects.create(
            result=objected, text="检查记录与事实不符，请予复核。", by=world.people["own"], at=timezone.now()
        ),
    }
