"""Scores of the methods as they are entered, each with its grounds (domain §6). Nobody enters their own."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from assessments.models import Assessed, ItemKind, Method, MethodScore, Round, ScoreItem
from assessments.permissions import results as permissions
from assessments.scoring.figures import CENT
from assessments.services.deriving import DERIVED, recount
from audit import services as audit
from common.errors import Conflict, DomainError
from common.writes import lock
from talks.models import Talk

BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A score from 0 to 100 with two places at most; or that the method does not apply (`applies` False)."""

    score: Decimal | None
    grounds: str = ""
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A finding or a talk: what, from where, points up (+) or down (−)."""

    what: str
    points: Decimal
    source_label: str = ""
    talk: Talk | None = None
    grounds: str = ""


@transaction.atomic
def enter(*, assessed: Assessed, method: str, entry: Entry, by: User, version: int | None = None) -> MethodScore:
    """Enter or change a score. `version` is that of the score when the page was opened, 0 for none.

    Raises NotAllowed, Conflict, and DomainError for a score that is none, or has no grounds.
    """
    assessed = _locked(assessed)
    permissions.may_score(by, assessed).require()
    score = put(assessed, method, entry, by, version)
    audit.record("assessment.scored", by=by, obj=assessed, unit_id=assessed.round.unit_id, detail={"method": str(Method(method).label)})
    return score


def put(assessed: Assessed, method: str, entry: Entry, by: User, version: int | None = None) -> MethodScore:
    """The same for services that have asked who may, hold the person locked and record the act."""
    kept = MethodScore.objects.select_for_update(of=("self",)).filter(assessed=assessed, method=method).first()
    if version is not None and version != (kept.version if kept else 0):
        raise Conflict(_("Somebody else has changed this score in the meantime. Yours was not saved over it: reload the page."))
    score: MethodScore = kept or MethodScore(assessed=assessed, method=method)
    check(entry, score.derived)
    _set(score, entry, by)
    score._history_user = by  # type: ignore[attr-defined]
    score.save()
    return score


def _set(score: MethodScore, entry: Entry, by: User) -> None:
    score.applies, score.grounds = entry.applies, entry.grounds.strip()
    score.score = entry.score.quantize(CENT) if entry.applies and entry.score is not None else None
    score.entered_by, score.entered_at = by, timezone.now()


def check(entry: Entry, derived: Decimal | None) -> None:
    """Raises DomainError saying what is missing. Grounds are needed but where the entries give exactly this score."""
    if entry.applies and (entry.score is None or not 0 <= entry.score <= 100 or entry.score != round(entry.score, 2)):
        raise DomainError(_("Enter a score from 0 to 100, with two decimal places at most."))
    if not entry.grounds.strip() and not (entry.applies and entry.score == derived):
        raise DomainError(_("Give the grounds: they stand in the calculation that the assessed reads."))


@transaction.atomic
def fill(*, found: Round, method: str, entry: Entry, by: User, group: str = "") -> int:
    """The same score and grounds for everybody (of a group) who has none for the method, but for oneself. Returns how many.

    Raises NotAllowed and DomainError as `enter`.
    """
    found = lock(Round.objects, found.pk)
    permissions.may_score_round(by, found).require()
    check(entry, None)
    people = Assessed.objects.filter(round=found).exclude(person=by).exclude(scores__method=method).order_by("pk")
    people = people.filter(group=group) if group else people
    rows = [MethodScore(assessed=assessed, method=method) for assessed in people.select_for_update(of=("self",))]
    for row in rows:
        _set(row, entry, by)
    bulk_create_with_history(rows, MethodScore, batch_size=BATCH, default_user=by)
    detail = {"method": str(Method(method).label), "people": len(rows)}
    audit.record("assessment.scores_filled", by=by, obj=found, detail=detail)
    return len(rows)


@transaction.atomic
def add_item(*, assessed: Assessed, method: str, item: Item, by: User) -> ScoreItem:
    """Enter a finding or a talk with its points; the score follows unless it was set by hand. Raises NotAllowed, DomainError."""
    assessed = _locked(assessed)
    permissions.may_score(by, assessed).require()
    if method == Method.APPRAISAL:
        raise DomainError(_("The appraisal is computed from the ballots."))
    if not item.what.strip() or abs(item.points) > 100 or item.points != round(item.points, 2):
        raise DomainError(_("Say what was found, and how many points it adds or takes off (−100 to 100)."))
    if item.talk is None and not item.source_label.strip():
        raise DomainError(_("Name the source: the inspection, the document, or the talk."))
    if item.talk is not None and not Talk.objects.visible_to(by).with_person(assessed.person).filter(pk=item.talk.pk).exists():
        raise DomainError(_("This is no talk with the person that you may see."))
    score = _score_of(assessed, method, by)
    made = ScoreItem(
        score=score,
        kind=ItemKind.TALK if item.talk else ItemKind.FINDING,
        what=item.what.strip()[:300],
        source_id=item.talk.pk if item.talk else None,
        source_label=(item.talk.number if item.talk else item.source_label.strip())[:120],
        points=item.points,
        grounds=item.grounds.strip()[:300],
    )
    if item.talk is not None and score.items.filter(kind=ItemKind.TALK, source_id=item.talk.pk).exists():
        raise DomainError(_("This talk has been entered already."))
    _keep(made, by)
    recount(score, score.derived, by)
    audit.record("assessment.scored", by=by, obj=assessed, unit_id=assessed.round.unit_id, detail={"method": str(Method(method).label)})
    return made


@transaction.atomic
def remove_item(*, item: ScoreItem, by: User) -> None:
    """Take an entry away that was made by hand; where none is left, the score has to be entered again.

    Raises NotAllowed, and DomainError for derived ones, which are overruled instead.
    """
    score = item.score
    assessed = _locked(score.assessed)
    permissions.may_score(by, assessed).require()
    if item.kind in DERIVED:
        raise DomainError(_("This entry comes from the records: overrule its points with grounds instead."))
    score = lock(MethodScore.objects, score.pk)
    before = score.derived
    item._history_user = by  # type: ignore[attr-defined]
    item.delete()
    recount(score, before, by)
    audit.record("assessment.scored", by=by, obj=assessed, unit_id=assessed.round.unit_id, detail={"method": score.get_method_display()})


@transaction.atomic
def overrule(*, item: ScoreItem, points: Decimal, grounds: str, by: User) -> ScoreItem:
    """Let a derived entry count other points than the rule gives, with grounds; the rule's points again need none.

    Raises NotAllowed, DomainError.
    """
    assessed = _locked(item.score.assessed)
    permissions.may_score(by, assessed).require()
    score = lock(MethodScore.objects, item.score_id)
    item = lock(ScoreItem.objects, item.pk)
    if abs(points) > 100 or points != round(points, 2):
        raise DomainError(_("Points lie between −100 and 100, with two decimal places at most."))
    if points != item.derived_points and not grounds.strip():
        raise DomainError(_("Give the grounds for counting this differently from the rule."))
    item.points, item.grounds = points, grounds.strip()[:300]
    _keep(item, by)
    recount(score, score.derived, by)
    audit.record("assessment.scored", by=by, obj=assessed, unit_id=assessed.round.unit_id, detail={"method": score.get_method_display()})
    return item


def candidates(assessed: Assessed, user: User) -> Collection[Talk]:
    """Talks held with the person in the quarter that the reader may see and that are not entered yet."""
    found = assessed.round
    held = Talk.objects.visible_to(user).with_person(assessed.person)
    used = ScoreItem.objects.filter(score__assessed=assessed, kind=ItemKind.TALK).values("source_id")
    return list(held.filter(held_at__date__range=(found.first_day, found.last_day)).exclude(pk__in=used).order_by("held_at"))


def _locked(assessed: Assessed) -> Assessed:
    return lock(Assessed.objects.select_related("round", "person"), assessed.pk)


def _score_of(assessed: Assessed, method: str, by: User) -> MethodScore:
    score = MethodScore.objects.select_for_update(of=("self",)).filter(assessed=assessed, method=method).first()
    if score is None:
        score = MethodScore(assessed=assessed, method=method)
        score._history_user = by  # type: ignore[attr-defined]
        score.save()
    return score


def _keep(item: ScoreItem, by: User) -> None:
    item._history_user = by  # type: ignore[attr-defined]
    item.save()
