"""Measures (防控措施): who does what until when, reported with proof, confirmed by somebody else (domain §3, 004)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import Rule
from risks.models import Measure, RiskPoint
from risks.permissions import measures as permissions
from risks.services import points
from risks.states import MEASURE_TABLE

_TOLD = ["kind", "line", "text", "who", "due_on", "rule"]


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What a measure says."""

    kind: str
    line: str
    text: str
    who: User | None = None
    due_on: date | None = None
    rule: Rule | None = None


@transaction.atomic
def add(*, risk: RiskPoint, facts: MeasureFacts, by: User) -> Measure:
    """Add a planned measure at the end. Raises NotAllowed, and DomainError for an empty text or a date in the past."""
    risk = lock(RiskPoint.objects.defer("search"), risk.pk)
    permissions.may_add(by, risk).require()
    last = risk.measures.aggregate(last=Max("order"))["last"] or 0
    measure = Measure(risk=risk, order=last + 1)
    _say(measure, facts)
    _save(measure, by)
    audit.record("measure.added", by=by, obj=measure, unit_id=risk.unit_id, changes=_changes({}, measure))
    _tell([measure.who], measure, _("A measure has been given to you: %(measure)s") % {"measure": measure}, by)
    return measure


@transaction.atomic
def edit(*, measure: Measure, facts: MeasureFacts, by: User, version: int | None = None) -> Measure:
    """Change a planned measure. Raises NotAllowed, Conflict, and DomainError for an empty text or a new date in the past."""
    measure = _locked(measure, version)
    permissions.may_edit(by, measure).require()
    before = _values(measure)
    former = measure.who
    _say(measure, facts)
    changes = _changes(before, measure)
    if changes:
        _save(measure, by)
        audit.record("measure.changed", by=by, obj=measure, unit_id=measure.risk.unit_id, changes=changes)
        if measure.who != former:
            _tell([measure.who], measure, _("A measure has been given to you: %(measure)s") % {"measure": measure}, by)
    return measure


@transaction.atomic
def report(*, measure: Measure, note: str, file: UploadedFile | IO[bytes] | None = None, by: User, version: int | None = None) -> Measure:
    """Report it done with a note or a file as proof. Raises NotAllowed, NotPossible, Conflict, and DomainError without proof."""
    measure = _locked(measure, version)
    permissions.may_report(by, measure).require()
    note = note.strip()
    if not note and file is None:
        raise DomainError(_("Say what was done, or attach a file as proof."))
    transition = MEASURE_TABLE.move(measure, "report")
    measure.proof_note, measure.proof = note, None
    if file is not None:
        measure.proof = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    measure.done_by, measure.done_at = by, timezone.now()
    _save(measure, by)
    audit.record(transition.audit, by=by, obj=measure, unit_id=measure.risk.unit_id, reason=note)
    text = _("“%(measure)s” has been reported done and waits to be confirmed.") % {"measure": measure}
    _tell([measure.risk.department_head, measure.risk.responsible_leader], measure, text, by)
    return measure


@transaction.atomic
def confirm(*, measure: Measure, by: User, version: int | None = None) -> Measure:
    """Confirm that it is done; never by who reported it. Raises NotAllowed, NotPossible, Conflict."""
    measure = _locked(measure, version)
    permissions.may_confirm(by, measure).require()
    transition = MEASURE_TABLE.move(measure, "confirm")
    measure.confirmed_by, measure.confirmed_at = by, timezone.now()
    _save(measure, by)
    audit.record(transition.audit, by=by, obj=measure, unit_id=measure.risk.unit_id)
    _tell([measure.done_by], measure, _("“%(measure)s” has been confirmed.") % {"measure": measure}, by)
    return measure


@transaction.atomic
def reject(*, measure: Measure, reason: str, by: User, version: int | None = None) -> Measure:
    """Not accepted: planned again, the proof stays in the history. Raises NotAllowed, NotPossible, Conflict, DomainError without reason."""
    measure = _locked(measure, version)
    permissions.may_reject(by, measure).require()
    reason = _needs(reason)
    transition = MEASURE_TABLE.move(measure, "reject")
    reporter = measure.done_by
    measure.done_by = measure.done_at = measure.confirmed_by = measure.confirmed_at = None
    _save(measure, by, reason)
    audit.record(transition.audit, by=by, obj=measure, unit_id=measure.risk.unit_id, reason=reason)
    text = _("“%(measure)s” was not accepted: %(reason)s") % {"measure": measure, "reason": reason}
    _tell([reporter, measure.who], measure, text, by)
    return measure


@transaction.atomic
def drop(*, measure: Measure, reason: str, by: User, version: int | None = None) -> Measure:
    """It will not be done. Raises NotAllowed, NotPossible, Conflict, DomainError without reason."""
    measure = _locked(measure, version)
    permissions.may_drop(by, measure).require()
    reason = _needs(reason)
    transition = MEASURE_TABLE.move(measure, "drop")
    _save(measure, by, reason)
    audit.record(transition.audit, by=by, obj=measure, unit_id=measure.risk.unit_id, reason=reason)
    _tell([measure.who], measure, _("“%(measure)s” was dropped: %(reason)s") % {"measure": measure, "reason": reason}, by)
    return measure


def _locked(measure: Measure, version: int | None) -> Measure:
    related = ("risk__responsible_leader", "risk__department_head", "who", "done_by", "rule")
    return lock(Measure.objects.select_related(*related).defer("risk__search"), measure.pk, version=version)


def _say(measure: Measure, facts: MeasureFacts) -> None:
    text = facts.text.strip()
    if not text:
        raise DomainError(_("Say what is to be done."))
    if facts.due_on and facts.due_on != measure.due_on and facts.due_on < timezone.localdate():
        raise DomainError(_("The date by which it is to be done lies in the past."))
    for name in _TOLD:
        setattr(measure, name, text if name == "text" else getattr(facts, name))


def _values(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _TOLD:
        display = getattr(measure, f"get_{name}_display", None)
        value = display() if display else getattr(measure, name)
        found[name] = None if value in (None, "") else str(value)
    return found


def _changes(before: dict[str, Any], measure: Measure) -> dict[str, list[Any]]:
    after = _values(measure)
    return {name: [before.get(name), after[name]] for name in _TOLD if before.get(name) != after[name]}


def _needs(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the measure."))
    return reason.strip()


def _save(measure: Measure, by: User, reason: str = "") -> None:
    measure._history_user = by  # type: ignore[attr-defined]
    measure._change_reason = reason[:100] or None  # type: ignore[attr-defined]
    measure.save()
    points.changed()


def _tell(people: Iterable[User | None], measure: Measure, text: str, by: User) -> None:
    notify([p for p in people if p], kind="measure", text=text, url=measure.risk.get_absolute_url(), except_for=by)
