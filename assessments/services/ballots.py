"""Secret ballots: taken into sealed urns while the appraisal is open, counted or destroyed when it ends (ADR 0014).

Nothing here writes an audit event, a history row, a notice, a log line or a time: each would say who answered when. That an appraisal
opened and closed is audited by the round's own services, in whose transaction `prepare`, `count` and `discard` run.
"""

import secrets
from collections import Counter
from collections.abc import Mapping

import pgtrigger
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from assessments import ballot_keys, urns
from assessments.ballot_keys import KeyUnusable
from assessments.models import Answer, AppraisalCount, Assessed, Ballot, Rater, Round, Urn
from assessments.rules import GroupRules
from assessments.scoring import pooling
from assessments.states import RoundState
from common.errors import DomainError, NotPossible

_RANDOM = secrets.SystemRandom()


class NotAsked(DomainError):
    """The person is not asked about this one: as if neither existed."""

    status = 404


class Incomplete(DomainError):
    """`missing`: keys of the indicators without an answer."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(_("Please answer every question. Nothing was handed in yet."))
        self.missing = missing


class AlreadyAnswered(NotPossible):
    """One ballot a rater."""


class AppraisalEnded(NotPossible):
    """The appraisal is not open (any more)."""


def key_problem(round: Round) -> str:
    """Why no answers can be taken in an open appraisal, for its page; empty when all is well, or it is not open."""
    if round.state != RoundState.RATING:
        return ""
    try:
        ballot_keys.of(round.pk)
    except KeyUnusable:
        return _(
            "The key of this appraisal is missing or cannot be opened: no answer can be given or counted. Have the operators restore the "
            "file (folder ballot-keys of the data folder) from the newest backup, or cancel the round."
        )
    return ""


@transaction.atomic
def prepare(round: Round) -> None:
    """Make an empty urn for everybody of the round. Called when the appraisal opens, after the rules were frozen; once a round."""
    rules = _rules(round)
    asked: dict[int, Counter[str]] = {}
    for assessed_id, level in Rater.objects.filter(assessed__round=round).order_by().values_list("assessed_id", "level"):
        asked.setdefault(assessed_id, Counter())[level] += 1
    everybody = list(Assessed.objects.filter(round=round).order_by("pk"))
    indicators = max((len(rule.indicators) for rule in rules.values()), default=0)
    key = ballot_keys.make(round)
    # Who is asked about whom is no secret (Rater), so an urn may be as long as that takes: never as what lies in it.
    Urn.objects.bulk_create(
        Urn(
            assessed=person,
            sealed=urns.seal(empty, key=key, owner=person.pk, room=urns.room_for(raters.total(), indicators)),
            marks=urns.seal_marks(empty, key=key, owner=person.pk, room=raters.total()),
        )
        for person in everybody
        for raters in [asked.get(person.pk, Counter())]
        for empty in [urns.Contents(pooling.labels(raters))]
    )


@sensitive_variables("answers", "contents", "key")
@transaction.atomic
def vote(*, assessed: Assessed, by: User, answers: Mapping[str, str]) -> None:
    """Hand in a ballot: {indicator key: answer}. It counts once this returns outside of any transaction, whatever crashes afterwards.

    Raises NotAsked, Incomplete, AlreadyAnswered, AppraisalEnded, DomainError (key unusable); then nothing has changed.
    """
    rater = Rater.objects.filter(assessed=assessed, person=by).first()
    if rater is None:
        raise NotAsked(_("You are not asked about this person."))
    urn = Urn.objects.select_for_update().filter(pk=assessed.pk).first()
    # Read after the urn is locked: closing takes the urns before it commits.
    round = Round.objects.get(pk=assessed.round_id)
    if urn is None or round.state != RoundState.RATING:
        raise AppraisalEnded(_("The appraisal has ended; no more answers are taken. Nothing was handed in."))
    keys = [indicator.key for indicator in round.groups.get(group=assessed.group).frozen.indicators]
    missing = [key for key in keys if answers.get(key) not in Answer.values]
    if missing:
        raise Incomplete(missing)
    try:
        key = ballot_keys.of(round.pk)
        contents = urns.unseal(bytes(urn.sealed), key=key, owner=urn.pk)
    except KeyUnusable:
        # Without the cause: nothing of this request belongs into an error report.
        raise DomainError(
            _("Answers cannot be taken at the moment; nothing was handed in. Please tell the discipline committee. Your turn is not lost.")
        ) from None
    if contents.has_answered(by.pk):
        raise AlreadyAnswered(_("You have already handed in your answers about this person. They count once and cannot be changed."))
    contents.put(by.pk, rater.level, answers, keys)
    put_back(urn, contents, key)
    Urn.objects.filter(pk=urn.pk).update(sealed=urn.sealed, marks=urn.marks)


def put_back(urn: Urn, contents: urns.Contents, key: bytes) -> None:
    """Seal an urn anew, as long as before; the caller writes both values at once."""
    urn.sealed = urns.seal(contents, key=key, owner=urn.pk, room=urns.room_of(bytes(urn.sealed)))
    if urn.marks is not None:
        urn.marks = urns.seal_marks(contents, key=key, owner=urn.pk, room=urns.marks_room_of(bytes(urn.marks)))


@transaction.atomic
def count(round: Round) -> None:
    """Open the urns, keep the ballots in random order and how many there were, destroy urns and key. Called when the appraisal closes.

    Below the minimum of ballots only the number is kept. Raises NotPossible when the key is unusable.
    """
    rules = _rules(round)
    invited = Counter(Rater.objects.filter(assessed__round=round).order_by().values_list("assessed_id", flat=True))
    opened = _open_all(round)
    ballots, counts = [], []
    for assessed, contents in opened:
        rule = rules[assessed.group]
        given = contents.read([indicator.key for indicator in rule.indicators])
        enough = len(given) >= rule.minimum_ballots
        counts.append(AppraisalCount(assessed=assessed, invited=invited[assessed.pk], given=len(given), counted=enough))
        if enough:
            pools = pooling.pool(given, rule.levels)
            ballots += [Ballot(assessed=assessed, pool=pool.label, answers=answers) for pool in pools for answers in pool.ballots]
    _RANDOM.shuffle(ballots)  # over the whole round, whoever they are about
    Ballot.objects.bulk_create(ballots)
    AppraisalCount.objects.bulk_create(counts)
    _destroy(round)


@transaction.atomic
def discard(round: Round) -> None:
    """Destroy whatever was answered, unread: the round was cancelled. Needs no key. Also takes away ballots that were counted already."""
    with pgtrigger.ignore("assessments.Ballot:append_only"):
        Ballot.objects.filter(assessed__round=round).delete()
    _destroy(round)


def clean_up() -> int:
    """Destroy keys that no open appraisal needs, and dead versions of urns; returns how many keys. Outside of any transaction."""
    destroyed = ballot_keys.sweep()
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {connection.ops.quote_name(Urn._meta.db_table)}")
    return destroyed


def _destroy(round: Round) -> None:
    from assessments.tasks_ballots import clean_up as task  # it calls this module
    from common.later import after_commit

    Urn.objects.filter(assessed__round=round).delete()
    ballot_keys.destroy_after_commit(round)
    after_commit(task)


def _open_all(round: Round) -> list[tuple[Assessed, urns.Contents]]:
    found = Urn.objects.select_for_update(of=("self",)).filter(assessed__round=round).select_related("assessed").order_by("pk")
    try:
        key = ballot_keys.of(round.pk)
        return [(urn.assessed, urns.unseal(bytes(urn.sealed), key=key, owner=urn.pk)) for urn in found]
    except KeyUnusable:
        raise NotPossible(
            _("The urns cannot be opened: their key is missing or foreign. Have it restored from the newest backup, or cancel the round.")
        ) from None


def _rules(round: Round) -> dict[str, GroupRules]:
    return {group.group: group.frozen for group in round.groups.all()}
