"""Rectification: causes and measures, their results, the written report, and its verification (003: 限时回告)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError, NotPossible
from common.writes import lock
from early_warnings import committees
from early_warnings.models import RectificationMeasure, RectificationReport, Verification, Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves
from early_warnings.services.people import recipients
from positions.models import Rule

Upload = UploadedFile | IO[bytes]


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """What is to be done until when."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the written report says (domain §11: 整改情况报告). `rules` are those of the rules library that were made or mended."""

    results: str
    causes: str = ""  # empty: as planned
    rules_text: str = ""
    plans: str = ""
    rules: Sequence[Rule] = field(default_factory=list)


@transaction.atomic
def plan(*, warning: Warning, causes: str, measures: Sequence[PlannedMeasure], by: User, version: int | None = None) -> RectificationReport:
    """Set causes and measures; the time for rectification begins. Raises NotAllowed, NotPossible, Conflict; DomainError without causes or
    measures, or for a date in the past or after the date set in the warning."""
    warning = moves.locked(warning, version)
    permissions.may_plan(by, warning).require()
    warning.round += 1
    report = RectificationReport(warning=warning, round=warning.round, causes=_needed(causes, _("Say what the causes are.")), planned_by=by)
    report._history_user = by  # type: ignore[attr-defined]
    report.save()
    _add_measures(report, measures, by)
    moves.step(warning, "plan", by=by, detail={"measures": len(measures)})
    moves.tell(_committee(warning), warning, _("Measures have been set for a warning."), by)
    return report


@transaction.atomic
def add_measure(*, warning: Warning, measure: PlannedMeasure, by: User) -> RectificationMeasure:
    """One more measure while it is being rectified. Raises as `plan`."""
    warning = moves.locked(warning)
    permissions.may_report(by, warning).require()
    [added] = _add_measures(_current(warning), [measure], by)
    audit.record("warning.measure_added", by=by, obj=warning, unit_id=warning.unit_id)
    return added


@transaction.atomic
def record_measure(
    *, measure: RectificationMeasure, done: bool, note: str, file: Upload | None = None, by: User, version: int | None = None
) -> RectificationMeasure:
    """Say whether a measure is done and how, with a file as proof. Raises NotAllowed, Conflict, DomainError for done without a note."""
    warning = moves.locked(measure.report.warning)
    permissions.may_report(by, warning).require()
    measure = lock(RectificationMeasure.objects.select_related("report"), measure.pk, version=version)
    if measure.report.round != warning.round:
        raise NotPossible(_("This measure belongs to a former round."))
    note = note.strip()
    if done and not note:
        raise DomainError(_("Say how the measure was carried out."))
    measure.is_done, measure.note = done, note
    measure.done_on = (measure.done_on or timezone.localdate()) if done else None
    if file is not None:
        measure.proof = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    measure._history_user = by  # type: ignore[attr-defined]
    measure.save()
    audit.record("warning.measure_done" if done else "warning.measure_open", by=by, obj=warning, unit_id=warning.unit_id)
    return measure


@transaction.atomic
def report(
    *, warning: Warning, facts: ReportFacts, file: Upload | None = None, by: User, version: int | None = None
) -> RectificationReport:
    """Hand in the written report of this round. A measure that is not done needs a note saying why.

    Raises NotAllowed, NotPossible, Conflict; DomainError without results, for an open measure without a note, for a rule of another unit.
    """
    warning = moves.locked(warning, version)
    permissions.may_report(by, warning).require()
    row = _current(warning)
    row.results = _needed(facts.results, _("Say what was done."))
    if unexplained := [m.text for m in row.measures.all() if not m.is_done and not m.note.strip()]:
        raise DomainError(_("Say of each measure whether it is done, or why not: %(measures)s") % {"measures": _(", ").join(unexplained)})
    if any(rule.unit_id != warning.unit_id for rule in facts.rules):
        raise DomainError(_("Choose rules of this unit's library."))
    row.causes = facts.causes.strip() or row.causes
    row.rules_text, row.plans = facts.rules_text.strip(), facts.plans.strip()
    if file is not None:
        row.file = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    row.submitted_by, row.submitted_at = by, timezone.now()
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    row.rules.set(facts.rules)
    moves.step(warning, "report", by=by)
    moves.tell(_committee(warning), warning, _("The rectification of a warning has been reported and waits to be verified."), by)
    return row


@transaction.atomic
def verify(*, warning: Warning, opinion: str, by: User, version: int | None = None) -> Warning:
    """Confirm the rectification. Raises NotAllowed, NotPossible (measures open), Conflict, DomainError without an opinion."""
    warning = moves.locked(warning, version)
    permissions.may_verify(by, warning).require()
    row = _current(warning)
    if row.measures.filter(is_done=False).exists():
        raise NotPossible(_("Some measures are not done: send it back to be rectified again."))
    _judge(row, Verification.ACCEPTED, _needed(opinion, _("Say what was verified and how.")), by)
    warning.verified_by, warning.verified_at = by, row.verified_at
    moves.step(warning, "verify", by=by)
    moves.tell([*recipients(warning), *_committee(warning)], warning, _("The rectification of a warning has been confirmed."), by)
    return warning


@transaction.atomic
def re_rectify(*, warning: Warning, reason: str, due_on: date, by: User, version: int | None = None) -> Warning:
    """Send it back: a new round with the same causes and all measures, to be done until `due_on`.

    Raises NotAllowed, NotPossible, Conflict, DomainError without a reason or for a date that is not in the future.
    """
    warning = moves.locked(warning, version)
    permissions.may_re_rectify(by, warning).require()
    reason = _needed(reason, _("Give a reason: it is told to who has to rectify."))
    if due_on <= timezone.localdate():
        raise DomainError(_("The date by which it is to be rectified is not in the future."))
    former = _current(warning)
    _judge(former, Verification.RE_RECTIFY, reason, by)
    warning.verified_by = warning.verified_at = None
    warning.round += 1
    warning.due_on = due_on
    row = RectificationReport(warning=warning, round=warning.round, causes=former.causes, planned_by=former.planned_by)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    for measure in former.measures.all():
        copy = RectificationMeasure(
            report=row,
            order=measure.order,
            text=measure.text,
            due_on=measure.due_on if measure.is_done else due_on,
            is_done=measure.is_done,
            done_on=measure.done_on,
            note=measure.note,
            proof=measure.proof,
        )
        copy._history_user = by  # type: ignore[attr-defined]
        copy.save()
    moves.step(warning, "re_rectify", by=by)
    moves.tell(recipients(warning), warning, _("A warning has to be rectified again: read why, and report by the new date."), by)
    return warning


def current(warning: Warning) -> RectificationReport | None:
    """The report of the present round, None before measures are set."""
    return warning.reports.filter(round=warning.round).first()


def judge_for_escalation(warning: Warning, reason: str, by: User) -> None:
    """Note on the round's report that it was raised to the next tier."""
    _judge(_current(warning), Verification.ESCALATE, reason, by)


def _current(warning: Warning) -> RectificationReport:
    return lock(
        RectificationReport.objects.filter(warning=warning), RectificationReport.objects.get(warning=warning, round=warning.round).pk
    )


def _judge(row: RectificationReport, decision: Verification, opinion: str, by: User) -> None:
    row.decision, row.opinion, row.verified_by, row.verified_at = decision, opinion, by, timezone.now()
    row._history_user = by  # type: ignore[attr-defined]
    row.save()


def _add_measures(row: RectificationReport, measures: Sequence[PlannedMeasure], by: User) -> list[RectificationMeasure]:
    if not measures:
        raise DomainError(_("Set at least one measure."))
    today, last = timezone.localdate(), row.measures.count()
    latest = row.warning.due_on
    made = []
    for order, measure in enumerate(measures, last + 1):
        if measure.due_on < today:
            raise DomainError(_("The date by which a measure is to be done lies in the past."))
        if latest and measure.due_on > latest:
            raise DomainError(_("A measure cannot be due after %(date)s, when the warning is to be rectified.") % {"date": latest})
        new = RectificationMeasure(report=row, order=order, text=_needed(measure.text, _("Say what is to be done.")), due_on=measure.due_on)
        new._history_user = by  # type: ignore[attr-defined]
        new.save()
        made.append(new)
    return made


def _committee(warning: Warning) -> list[User]:
    return [member.person for member in committees.discipline_members(warning)]


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise DomainError(message)
    return text.strip()
