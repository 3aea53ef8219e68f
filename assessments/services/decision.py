"""From scores to a final result: submitted, reviewed, confirmed, shown, open to appeal, final (domain §6).

Nobody reviews or confirms their own result; results that were not shown are dropped when the round goes back, and computed anew.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from assessments.models import Appeal, Assessed, Result, Round
from assessments.permissions import results as permissions
from assessments.result_selectors import Standing, standings
from assessments.services import effects, phases, rounds
from assessments.states import ROUND_TABLE, RoundState
from assessments.states_appeals import AppealState
from assessments.states_results import RESULT_TABLE, ResultState
from audit import services as audit
from common.errors import DomainError, NotAllowed
from notifications.services import notify
from positions.models import BodyKind

SHOWN_NAMES = 5
BATCH = 500


@dataclass(slots=True)
class Decided:
    """What came of deciding on several at once: how many, and why others were not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def submit(*, found: Round, by: User, version: int | None = None) -> Round:
    """Compute everybody's result and hand it in for review.

    Raises NotAllowed, Conflict, NotPossible, DomainError naming whose score is missing.
    """
    found = rounds.locked(found, version)
    permissions.may_submit(by, found).require()
    known = standings(found)
    incomplete = [one.assessed.name for one in known if not one.is_complete]
    if incomplete or not known:
        raise DomainError(_missing(incomplete))
    transition = ROUND_TABLE.move(found, "submit")
    found.submitted_by = by
    rounds.save(found, by)
    last = dict(Result.objects.filter(assessed__round=found).order_by().values_list("assessed_id").annotate(last=Max("number")))
    rows = [_made(one, last.get(one.assessed.pk, 0) + 1, by) for one in known]
    bulk_create_with_history(rows, Result, batch_size=BATCH, default_user=by)
    audit.record(transition.audit, by=by, obj=found, detail={"people": len(known)})
    _tell_committee(found, _("%(round)s: the scores are to be reviewed.") % {"round": found}, "review", by)
    return found


def _missing(names: list[str]) -> str:
    if not names:
        return _("Nobody is assessed in this round.")
    shown = _("、").join(names[:SHOWN_NAMES])
    text = ngettext(
        "%(n)d person has no complete score: %(names)s.", "%(n)d people have no complete score: %(names)s and others.", len(names)
    )
    return text % {"n": len(names), "names": shown}


def compute(standing: Standing, by: User, *, corrects: Result | None = None, reason: str = "") -> Result:
    """Write what the calculation says as the person's next result. The caller holds the round locked."""
    last = Result.objects.filter(assessed=standing.assessed).aggregate(last=Max("number"))["last"] or 0
    result = _made(standing, last + 1, by)
    result.corrects, result.reason = corrects, reason
    save(result, by)
    return result


def _made(standing: Standing, number: int, by: User) -> Result:
    calculation = standing.calculation
    if calculation is None:
        raise DomainError(_("No score can be computed for %(name)s: no method gave one.") % {"name": standing.assessed.name})
    grade = calculation.grade
    return Result(
        assessed=standing.assessed,
        number=number,
        score=calculation.score,
        grade_label=grade.label,
        grade_severity=grade.severity,
        grade_colour=grade.colour,
        no_award=grade.no_award,
        hold_months=grade.hold_months,
        lines=[line.to_json() for line in calculation.lines],
        computed_by=by,
        computed_at=timezone.now(),
    )


@transaction.atomic
def return_scores(*, found: Round, by: User, opinion: str, version: int | None = None) -> Round:
    """Back to scoring, with an opinion. Raises NotAllowed, Conflict, NotPossible, DomainError without an opinion."""
    found = rounds.locked(found, version)
    permissions.may_return(by, found).require()
    submitter = [found.submitted_by] if found.submitted_by else []
    return _back(found, "return_scores", by, opinion, submitter)


@transaction.atomic
def send_back(*, found: Round, by: User, opinion: str, version: int | None = None) -> Round:
    """The party committee's: back to scoring, with an opinion. Raises as `return_scores`."""
    found = rounds.locked(found, version)
    permissions.may_send_back(by, found).require()
    return _back(found, "send_back", by, opinion, rounds.committee(found))


def _back(found: Round, step: str, by: User, opinion: str, people: Iterable[User]) -> Round:
    if not opinion.strip():
        raise DomainError(_("Give an opinion: who scores has to know what to change."))
    transition = ROUND_TABLE.move(found, step)
    rounds.save(found, by)
    dropped = list(Result.objects.select_for_update().filter(assessed__round=found).exclude(state=ResultState.DROPPED).order_by("pk"))
    for result in dropped:
        _drop(result, opinion)
        result.version += 1
    bulk_update_with_history(dropped, Result, ["state", "opinion", "version"], batch_size=BATCH, default_user=by)
    audit.record(transition.audit, by=by, obj=found)
    notify(
        people,
        kind="assessment",
        text=_("%(round)s: the scores were sent back.") % {"round": found},
        url=at("scoring", found),
        except_for=by,
    )
    return found


def drop(result: Result, by: User, opinion: str) -> None:
    """Drop a result that was not shown; the opinion stays with it. Not in the audit trail: its administrator reads no cases."""
    _drop(result, opinion)
    save(result, by)


def _drop(result: Result, opinion: str) -> None:
    RESULT_TABLE.move(result, "drop")
    result.opinion = opinion.strip()[:500]


@transaction.atomic
def review(*, found: Round, by: User, result_ids: Collection[int] | None = None, opinion: str = "") -> Decided:
    """Review these results (all that one may, when None). What one may not is told with its reason and stays."""
    found = rounds.locked(found)
    committee = permissions.members(found, BodyKind.DISCIPLINE_COMMITTEE)
    if not permissions.is_discipline(by, found):
        raise NotAllowed(permissions.DISCIPLINE)

    def one(result: Result) -> None:
        permissions.may_review(by, result, committee).require()
        _sign(result, by, opinion)

    return _each(_Act(found, "review", ("reviewed_by", "reviewed_at", "opinion"), one), by, result_ids)


def sign_review(result: Result, by: User, opinion: str) -> None:
    """Set the review of a result, which the caller may and has locked."""
    _sign(result, by, opinion)
    save(result, by)
    audit.record(RESULT_TABLE.get("review").audit, by=by, obj=result, unit_id=result.assessed.round.unit_id)


def _sign(result: Result, by: User, opinion: str) -> None:
    RESULT_TABLE.move(result, "review")
    result.reviewed_by, result.reviewed_at, result.opinion = by, timezone.now(), opinion.strip()[:500]


@transaction.atomic
def pass_on(*, found: Round, by: User, version: int | None = None) -> Round:
    """To the party committee, once every result is reviewed. Raises NotAllowed, Conflict, NotPossible, DomainError."""
    found = rounds.locked(found, version)
    permissions.may_pass_on(by, found).require()
    _require_all(found, ResultState.COMPUTED, _("Review these first: %(names)s."))
    transition = ROUND_TABLE.move(found, "review")
    rounds.save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    text = _("%(round)s: the results wait for the party committee.") % {"round": found}
    notify(rounds.committee(found, party=True), kind="assessment", text=text, url=at("confirm", found), except_for=by)
    return found


@transaction.atomic
def confirm(*, found: Round, by: User, result_ids: Collection[int] | None = None) -> Decided:
    """Confirm these results (all that one may, when None): those of the round, or corrections after an appeal."""
    found = rounds.locked(found)
    if not permissions.is_party(by, found):
        raise NotAllowed(permissions.PARTY)
    committee = permissions.members(found, BodyKind.PARTY_COMMITTEE)

    def one(result: Result) -> None:
        permissions.may_confirm(by, result, committee).require()
        RESULT_TABLE.move(result, "confirm")
        result.confirmed_by, result.confirmed_at = by, timezone.now()
        if result.corrects_id:
            text = _("Your corrected assessment result has been confirmed.")
            notify([result.assessed.person], kind="assessment", text=text, url=result.get_absolute_url(), sensitive=True)

    return _each(_Act(found, "confirm", ("confirmed_by", "confirmed_at"), one), by, result_ids)


@dataclass(frozen=True, slots=True)
class _Act:
    """One step of many results: `on_each` raises NotAllowed, or moves the result and sets `fields`."""

    found: Round
    step: str
    fields: tuple[str, ...]
    on_each: Callable[[Result], None]


def _each(act: _Act, by: User, result_ids: Collection[int] | None) -> Decided:
    transition = RESULT_TABLE.get(act.step)
    rows = Result.objects.select_for_update(of=("self",)).filter(assessed__round=act.found, state__in=transition.sources)
    rows = rows if result_ids is None else rows.filter(pk__in=result_ids)
    decided, changed = Decided(), []
    for result in rows.select_related("assessed__round", "assessed__person").order_by("pk"):
        try:
            act.on_each(result)
        except NotAllowed as error:
            decided.refused.append(_("%(name)s: %(why)s") % {"name": result.assessed.name, "why": error})
            continue
        result.version += 1
        changed.append(result)
    bulk_update_with_history(changed, Result, [*act.fields, "state", "version"], batch_size=BATCH, default_user=by)
    audit.record_many(transition.audit, [(result, {}) for result in changed], by=by, unit_id=act.found.unit_id)
    decided.done = len(changed)
    return decided


@transaction.atomic
def publish(*, found: Round, by: User, version: int | None = None) -> Round:
    """Show the results within the scope of each group, once all are confirmed; the assessed are told.

    Raises NotAllowed, Conflict, NotPossible, DomainError.
    """
    found = rounds.locked(found, version)
    permissions.may_publish(by, found).require()
    _require_all(found, ResultState.REVIEWED, _("Confirm these first: %(names)s."))
    transition = ROUND_TABLE.move(found, "publish")
    found.published_at = timezone.now()
    rounds.save(found, by)
    phases.lengthen(found, today=timezone.localdate(), by=by)
    audit.record(transition.audit, by=by, obj=found)
    _tell_assessed(found, _("%(round)s: your result is shown. From %(first)s to %(last)s you can appeal.") % _appeal_days(found), "shown")
    return found


@transaction.atomic
def open_appeals(*, found: Round, by: User | None = None, version: int | None = None) -> Round:
    """Begin the time for appeals; `by` None for the calendar. Raises NotAllowed, Conflict, NotPossible."""
    found = rounds.locked(found, version)
    if by is not None:
        permissions.may_open_appeals(by, found).require()
    transition = ROUND_TABLE.move(found, "open_appeals")
    rounds.save(found, by)
    phases.lengthen(found, today=timezone.localdate(), by=by)
    audit.record(transition.audit, by=by, obj=found)
    _tell_assessed(found, _("%(round)s: appeals are possible until %(last)s.") % _appeal_days(found), "appeal")
    return found


@transaction.atomic
def finish(*, found: Round, by: User | None = None, version: int | None = None) -> Round:
    """Final: what follows from the grades begins. `by` None for the calendar.

    Raises NotAllowed, Conflict, NotPossible, and DomainError while the time for appeals runs or an appeal or a correction is open.
    """
    found = rounds.locked(found, version)
    if by is not None:
        permissions.may_finish(by, found).require()
    transition = ROUND_TABLE.move(found, "finish")
    if problem := what_holds_up(found):
        raise DomainError(problem)
    found.final_at = timezone.now()
    rounds.save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    effects.begin(found, by=by)
    _tell_assessed(found, _("%(round)s: the results are final.") % {"round": found}, "final")
    return found


def what_holds_up(found: Round) -> str:
    """Why the round is not final yet; empty when nothing keeps it."""
    last = found.phases.get(phase=RoundState.APPEAL).ends_on
    if timezone.localdate() <= last:
        return _("Appeals are possible until %(day)s.") % {"day": last.isoformat()}
    if Appeal.objects.filter(result__assessed__round=found, state=AppealState.WAITING).exists():
        return _("An appeal is still to be answered.")
    if Result.objects.filter(assessed__round=found).pending().exists():
        return _("A corrected result still waits for the party committee.")
    return ""


def _require_all(found: Round, state: str, text: str) -> None:
    rows = Result.objects.filter(assessed__round=found, state=state).order_by("pk")
    names = list(rows.values_list("assessed__name", flat=True)[: SHOWN_NAMES + 1])
    if names:
        more = "…" if len(names) > SHOWN_NAMES else ""
        raise DomainError(text % {"names": _("、").join(names[:SHOWN_NAMES]) + more})


def save(result: Result, by: User | None) -> None:
    """Save with the history row naming who did it."""
    result._history_user = by  # type: ignore[attr-defined]
    result.save()


def at(name: str, found: Round) -> str:
    """An address of the round."""
    return reverse(f"assessments:{name}", args=[found.pk])


def _appeal_days(found: Round) -> dict[str, object]:
    days = found.phases.get(phase=RoundState.APPEAL)
    return {"round": found, "first": days.starts_on.isoformat(), "last": days.ends_on.isoformat()}


def _tell_assessed(found: Round, text: str, what: str) -> None:
    people = [row.person for row in Assessed.objects.filter(round=found).select_related("person").order_by("pk")]
    notify(people, kind="assessment", text=text, url=reverse("assessments:my_results"), key=f"round:{found.pk}:{what}")


def _tell_committee(found: Round, text: str, page: str, by: User) -> None:
    notify(rounds.committee(found), kind="assessment", text=text, url=at(page, found), except_for=by)
