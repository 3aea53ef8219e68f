"""Whom a rater still has to rate (the rater alone learns it), how many answered, and what a closed appraisal gave."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import BinaryField, Case, OuterRef, QuerySet, Subquery, When

from accounts.models import User
from assessments import ballot_keys, urns
from assessments.ballot_keys import KeyUnusable
from assessments.models import AppraisalCount, Assessed, Ballot, BallotKey, Rater, Round, RoundPhase, Urn
from assessments.scoring import pooling
from assessments.scoring.values import Appraisal, PoolValue
from assessments.states import RoundState
from common import prepared
from common.prepared import Given


@dataclass(frozen=True, slots=True)
class Asked:
    """One person the rater is asked about in an open appraisal. `answered` is None when the urn cannot be opened."""

    rater: Rater
    answered: bool | None
    ends_on: date | None

    @property
    def assessed(self) -> Assessed:
        """Whom it is about."""
        return self.rater.assessed


def to_rate(user: User) -> list[Asked]:
    """Everybody the person is asked about now, answered or not, the appraisal that ends first on top."""
    rows = (
        Rater.objects.asked_now(user)
        .select_related("assessed__round__unit", "assessed__urn")
        .defer("assessed__urn__sealed")
        .prefetch_related("assessed__round__phases")
        .order_by("assessed__round_id", "assessed__group", "assessed__department__order", "assessed__pk")
    )
    keys: dict[int, bytes | None] = {}
    found = []
    for rater in rows:
        round = rater.assessed.round
        if round.pk not in keys:
            keys[round.pk] = _key(round.pk)
        found.append(Asked(rater, _answered(rater, keys[round.pk]), last_day(round)))
    return sorted(found, key=lambda asked: asked.ends_on or date.max)


def open_rounds() -> QuerySet[Round]:
    """Rounds whose appraisal is open, with the name of its `key` and the last day planned for it, `ends`."""
    ends = RoundPhase.objects.filter(round=OuterRef("pk"), phase=RoundState.RATING).values("ends_on")[:1]
    key = BallotKey.objects.filter(round=OuterRef("pk")).values("name")[:1]
    return Round.objects.filter(state=RoundState.RATING).order_by().annotate(key=Subquery(key), ends=Subquery(ends))


def left_to_rate(user: User, round_id: int, key_name: str | None) -> int:
    """How many of them are not answered yet in an open round. One query."""
    key = _read(partial(ballot_keys.named, key_name))
    return _left_in(round_id, key, user.pk) if key else 0


def _left_in(round_id: int, key: bytes, person_id: int) -> int:
    rows = prepared.long_rows("assessments.urns", "", _urns, me=person_id, round=round_id)
    left = urns.unmarked(((owner, marks) for owner, marks, _sealed in rows if marks), key=key, person_id=person_id)
    unopened = (Urn(pk=owner, sealed=sealed) for owner, marks, sealed in rows if not marks)
    return left + sum(_has_answered(urn, key, person_id) is False for urn in unopened)


def _urns() -> QuerySet[Rater]:
    """Of whom the person is asked about in a round; the whole urn only where it has no marks of its own."""
    sealed = Case(When(assessed__urn__marks__isnull=False, then=None), default="assessed__urn__sealed", output_field=BinaryField())
    mine = Rater.objects.filter(person=Given("me"), assessed__round=Given("round"), assessed__urn__isnull=False)
    return mine.order_by().values_list("assessed__urn__pk", "assessed__urn__marks", sealed)


def ended_for(user: User, assessed_id: int) -> Assessed | None:
    """The person somebody was asked about in an appraisal that is over, or was given up; None for all others."""
    rows = Rater.objects.filter(person=user, assessed=assessed_id).exclude(
        assessed__round__state__in=(RoundState.SETTING_UP, RoundState.RATING)
    )
    rater = rows.select_related("assessed__round").first()
    return rater.assessed if rater else None


def last_day(round: Round) -> date | None:
    """Until when answers are asked for, as planned."""
    return next((phase.ends_on for phase in round.phases.all() if phase.phase == RoundState.RATING), None)


def turnout(round: Round) -> dict[int, tuple[int, int]]:
    """Assessed id → (asked, answered), never who. Empty when the urns cannot be opened (`services.ballots.key_problem` says why)."""
    closed = {row.pk: (row.invited, row.given) for row in AppraisalCount.objects.filter(assessed__round=round)}
    key = None if closed else _key(round.pk)
    if key is None:
        return closed
    invited = Counter(Rater.objects.filter(assessed__round=round).order_by().values_list("assessed_id", flat=True))
    try:
        return {
            urn.pk: (invited[urn.pk], _given(urn, key))
            # A few at a time: in a large unit all of them together are many megabytes.
            for urn in Urn.objects.filter(assessed__round=round).defer("sealed").iterator(chunk_size=200)
        }
    except KeyUnusable:
        return {}


def appraisal_of(assessed: Assessed) -> Appraisal | None:
    """What the closed appraisal of a person gave, pools only; None while it is open (or never was)."""
    return appraisals_of([assessed]).get(assessed.pk)


def appraisals_of(people: Iterable[Assessed]) -> dict[int, Appraisal]:
    """The same for many of one or more rounds, in four queries: assessed id → appraisal."""
    wanted = {person.pk: person for person in people}
    counts = AppraisalCount.objects.filter(pk__in=wanted)
    rules = {
        (round.pk, group.group): group.frozen
        for round in Round.objects.filter(assessed__in=wanted).distinct().prefetch_related("groups")
        for group in round.groups.all()
        if group.rules is not None
    }
    ballots: dict[int, list[tuple[str, dict[str, str]]]] = {}
    for assessed_id, pool, answers in Ballot.objects.filter(assessed__in=wanted).values_list("assessed_id", "pool", "answers"):
        ballots.setdefault(assessed_id, []).append((pool, answers))
    found = {}
    for count in counts:
        person = wanted[count.pk]
        rule = rules[person.round_id, person.group]
        pools = pooling.pool(ballots.get(count.pk, []), rule.levels) if count.counted else []
        values = tuple(PoolValue.of(pool.levels, pool.weight, pool.ballots, rule.answers) for pool in pools)
        found[count.pk] = Appraisal(count.invited, count.given, count.counted, values)
    return found


def _key(round_id: int) -> bytes | None:
    return _read(lambda: ballot_keys.of(round_id))


def _read(key: Callable[[], bytes]) -> bytes | None:
    try:
        return key()
    except KeyUnusable:
        return None


def _answered(rater: Rater, key: bytes | None) -> bool | None:
    return _has_answered(getattr(rater.assessed, "urn", None), key, rater.person_id)


def _has_answered(urn: Urn | None, key: bytes | None, person_id: int) -> bool | None:
    if urn is None or key is None:
        return None
    try:
        if urn.marks is None:
            return urns.unseal(bytes(urn.sealed), key=key, owner=urn.pk).has_answered(person_id)
        return urns.is_marked(bytes(urn.marks), key=key, owner=urn.pk, person_id=person_id)
    except KeyUnusable:
        return None


def _given(urn: Urn, key: bytes) -> int:
    if urn.marks is None:
        return len(urns.unseal(bytes(urn.sealed), key=key, owner=urn.pk).ballots)
    return urns.marks_in(bytes(urn.marks), key=key, owner=urn.pk)
