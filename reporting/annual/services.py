"""Writes of annual reports: begun, written, submitted with the figures of the day, approved for good, revised as a new version."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind, BodyMembership, BodyRole, Unit
from reporting.annual import permissions
from reporting.annual.figures import Figures
from reporting.annual.gather import figures_of
from reporting.annual.models import TEXTS, AnnualReport
from reporting.annual.states import REPORT_TABLE, ReportState

_KIND = "annual_report"
_REQUIRED = ("work_done", "plans")
FIRST_YEAR = 2000


@transaction.atomic
def begin(*, unit: Unit, year: int, by: User) -> AnnualReport:
    """A first draft for the year, or a new version of the approved one with its texts.

    Raises NotAllowed, DomainError for a year to come and while a version is open.
    """
    permissions.may_begin(by, unit.pk).require()
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise DomainError(_("There is no report on a year that has not begun."))
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    last = AnnualReport.objects.filter(unit=unit, year=year).order_by("-number").first()
    if last is not None and last.state in (ReportState.DRAFT, ReportState.SUBMITTED):
        raise DomainError(_("A version of this report is being written already."))
    texts = {name: getattr(last, name) for name in TEXTS} if last else {}
    report = AnnualReport(unit=unit, year=year, number=last.number + 1 if last else 1, begun_by=by, **texts)
    _save(report, by)
    audit.record("annual_report.begun", by=by, obj=report)
    return report


@transaction.atomic
def write(*, report: AnnualReport, texts: Mapping[str, str], by: User, version: int | None = None) -> AnnualReport:
    """Keep the texts (those of TEXTS that are given). Raises NotAllowed, Conflict."""
    found = _locked(report, version)
    permissions.may_write(by, found).require()
    changed = [name for name in TEXTS if name in texts and texts[name].strip() != getattr(found, name)]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, texts[name].strip())
    _save(found, by)
    # That it was written, not what: the history keeps the texts.
    audit.record("annual_report.written", by=by, obj=found)
    return found


@transaction.atomic
def submit(*, report: AnnualReport, by: User, version: int | None = None) -> AnnualReport:
    """Hand it to who approves, with the figures as they are now. Raises NotAllowed, NotPossible, Conflict, DomainError (texts missing)."""
    found = _locked(report, version)
    permissions.may_write(by, found).require()
    missing = [str(AnnualReport._meta.get_field(name).verbose_name) for name in _REQUIRED if not getattr(found, name)]  # type: ignore[union-attr]
    if missing:
        raise DomainError(_("Still to be written: %(what)s.") % {"what": _(", ").join(missing)})
    transition = REPORT_TABLE.move(found, "submit")
    found.figures = figures_of(found.unit, found.year).to_json()
    found.submitted_by, found.submitted_at, found.return_reason = by, timezone.now(), ""
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    text = _("%(report)s waits for your approval.") % {"report": found}
    notify(_approvers(found, by), kind=_KIND, text=text, url=found.get_absolute_url(), unit_id=found.unit_id, except_for=by)
    return found


@transaction.atomic
def send_back(*, report: AnnualReport, reason: str, by: User, version: int | None = None) -> AnnualReport:
    """Back to the writers; the figures are counted anew. Raises NotAllowed, NotPossible, Conflict, DomainError without a reason."""
    found = _locked(report, version)
    permissions.may_decide(by, found).require()
    if not reason.strip():
        raise DomainError(_("Say what is to be changed."))
    transition = REPORT_TABLE.move(found, "return")
    writer = found.submitted_by
    found.figures, found.submitted_by, found.submitted_at, found.return_reason = None, None, None, reason.strip()[:300]
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found, reason=found.return_reason)
    text = _("%(report)s was sent back.") % {"report": found}
    notify([writer] if writer else [], kind=_KIND, text=text, url=found.get_absolute_url(), unit_id=found.unit_id, except_for=by)
    return found


@transaction.atomic
def approve(*, report: AnnualReport, by: User, version: int | None = None) -> AnnualReport:
    """For good, with the figures that were submitted; an earlier approved version is replaced. Raises NotAllowed, NotPossible, Conflict."""
    found = _locked(report, version)
    permissions.may_decide(by, found).require()
    for earlier in AnnualReport.objects.select_for_update(of=("self",)).filter(
        unit=found.unit, year=found.year, state=ReportState.APPROVED
    ):
        replaced = REPORT_TABLE.move(earlier, "supersede")
        _save(earlier, by)
        audit.record(replaced.audit, by=by, obj=earlier)
    transition = REPORT_TABLE.move(found, "approve")
    found.approved_by, found.approved_at = by, timezone.now()
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    text = _("%(report)s was approved.") % {"report": found}
    people = [found.submitted_by] if found.submitted_by else []
    notify(people, kind=_KIND, text=text, url=found.get_absolute_url(), unit_id=found.unit_id, except_for=by)
    return found


def figures(report: AnnualReport) -> Figures:
    """Those that were kept; of a draft those of this moment."""
    return Figures.from_json(report.figures) if report.figures else figures_of(report.unit, report.year)


def _approvers(report: AnnualReport, by: User) -> Iterable[User]:
    kinds = [BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE]
    seats = BodyMembership.objects.in_force().filter(body__unit=report.unit, body__kind__in=kinds, body__is_higher=False)
    heads = seats.filter(role__in=[BodyRole.HEAD, BodyRole.SECRETARY]).select_related("person")
    return [seat.person for seat in heads if seat.person_id != by.pk]


def _locked(report: AnnualReport, version: int | None) -> AnnualReport:
    return lock(AnnualReport.objects.select_related("unit", "submitted_by"), report.pk, version=version)


def _save(report: AnnualReport, by: User) -> None:
    report._history_user = by  # type: ignore[attr-defined]
    report.save()
