"""Appeals: filed by the assessed in time, answered with grounds; a correction is a new result that the party committee confirms."""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Appeal, Assessed, Result
from assessments.permissions import results as permissions
from assessments.result_selectors import standings
from assessments.services import rounds, scores
from assessments.services.decision import compute, drop, sign_review
from assessments.states_appeals import APPEAL_TABLE
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify

SHORTEST = 10


@transaction.atomic
def file(*, result: Result, text: str, by: User) -> Appeal:
    """Appeal against one's own result. Raises NotAllowed (not in time, done already), DomainError for a text too short to be answered."""
    found = rounds.locked(result.assessed.round)
    result = lock(Result.objects.select_related("assessed__round"), result.pk)
    permissions.may_appeal(by, result).require()
    if len(text.strip()) < SHORTEST:
        raise DomainError(_("Say which entry or figure you object to, and why."))
    appeal = Appeal(result=result, text=text.strip(), by=by, at=timezone.now())
    _save(appeal, by)
    audit.record("assessment.appeal_filed", by=by, obj=appeal, unit_id=found.unit_id)
    people = [person for person in rounds.committee(found) if person.pk != by.pk]
    notify(
        people, kind="assessment", text=_("%(round)s: an appeal is to be answered.") % {"round": found}, url=reverse("assessments:appeals")
    )
    return appeal


@transaction.atomic
def withdraw(*, appeal: Appeal, by: User, version: int | None = None) -> Appeal:
    """Take one's appeal back; another may be filed while there is time. Raises NotAllowed, Conflict."""
    appeal = _locked(appeal, version)
    permissions.may_withdraw(by, appeal).require()
    _step(appeal, "withdraw", by)
    found = appeal.result.assessed.round
    people = [person for person in rounds.committee(found) if person.pk != by.pk]
    text = _("%(round)s: an appeal was taken back.") % {"round": found}
    notify(people, kind="assessment", text=text, url=reverse("assessments:appeals"))
    return appeal


@transaction.atomic
def uphold(*, appeal: Appeal, answer: str, by: User, version: int | None = None) -> Appeal:
    """The result stands. Raises NotAllowed, Conflict, DomainError without an answer."""
    appeal = _locked(appeal, version)
    permissions.may_answer(by, appeal).require()
    _answer(appeal, answer, by)
    _step(appeal, "uphold", by)
    _tell(appeal, _("Your appeal has been answered: the result stands."))
    return appeal


@transaction.atomic
def change(*, appeal: Appeal, answer: str, entries: Mapping[str, scores.Entry], by: User, version: int | None = None) -> Appeal:
    """Correct scores (method → entry) and compute a new result, which the party committee confirms; the first stays.

    Raises NotAllowed, Conflict, DomainError: no answer, scores without grounds, or a result that is the same as before.
    """
    appeal = _locked(appeal, version)
    permissions.may_answer(by, appeal).require()
    _answer(appeal, answer, by)
    assessed = lock(Assessed.objects.select_related("round", "person"), appeal.result.assessed_id)
    for method, entry in entries.items():
        scores.put(assessed, method, entry, by)
    [standing] = standings(assessed.round, [assessed])
    first = appeal.result
    if standing.calculation is not None and standing.calculation.score == first.score:
        raise DomainError(_("The score stays the same: change a score, or let the result stand."))
    result = compute(standing, by, corrects=first, reason=answer.strip())
    sign_review(result, by, answer)
    appeal.corrected = result
    _step(appeal, "change", by)
    _tell(appeal, _("Your appeal has been answered: the result is corrected and waits for the party committee."))
    people = [person for person in rounds.committee(assessed.round, party=True) if person.pk != assessed.person_id]
    text = _("%(round)s: a corrected result waits for the party committee.") % {"round": assessed.round}
    notify(people, kind="assessment", text=text, url=reverse("assessments:confirm", args=[assessed.round_id]), except_for=by)
    return appeal


@transaction.atomic
def reopen(*, appeal: Appeal, opinion: str, by: User, version: int | None = None) -> Appeal:
    """The party committee does not confirm the correction: the appeal is to be answered again. Raises NotAllowed, Conflict, DomainError."""
    appeal = _locked(appeal, version)
    permissions.may_reopen(by, appeal).require()
    if not opinion.strip():
        raise DomainError(_("Give an opinion: who answers has to know what to change."))
    assert appeal.corrected is not None  # may_reopen
    result = lock(Result.objects, appeal.corrected.pk)
    drop(result, by, opinion)
    # Open again: an answer that does not stand must not count as one. It stays with the dropped correction and in the history.
    appeal.corrected, appeal.answer, appeal.answered_by, appeal.answered_at = None, "", None, None
    transition = APPEAL_TABLE.move(appeal, "reopen")
    _save(appeal, by)
    found = appeal.result.assessed.round
    audit.record(transition.audit, by=by, obj=appeal, unit_id=found.unit_id)
    people = [person for person in rounds.committee(found) if person.pk != appeal.by_id]
    text = _("%(round)s: the party committee sent a correction back.") % {"round": found}
    notify(people, kind="assessment", text=text, url=reverse("assessments:appeals"), except_for=by)
    return appeal


def _locked(appeal: Appeal, version: int | None) -> Appeal:
    rounds.locked(appeal.result.assessed.round)
    return lock(Appeal.objects.select_related("result__assessed__round", "by", "corrected"), appeal.pk, version=version)


def _answer(appeal: Appeal, answer: str, by: User) -> None:
    if not answer.strip():
        raise DomainError(_("Answer the appeal with grounds: the assessed reads them."))
    appeal.answer, appeal.answered_by, appeal.answered_at = answer.strip(), by, timezone.now()


def _step(appeal: Appeal, name: str, by: User) -> None:
    transition = APPEAL_TABLE.move(appeal, name)
    _save(appeal, by)
    audit.record(transition.audit, by=by, obj=appeal, unit_id=appeal.result.assessed.round.unit_id)


def _save(appeal: Appeal, by: User) -> None:
    appeal._history_user = by  # type: ignore[attr-defined]
    appeal.save()


def _tell(appeal: Appeal, text: str) -> None:
    notify([appeal.by], kind="assessment", text=text, url=appeal.result.get_absolute_url(), sensitive=True)
