"""What a final result brings with it begins with the round's being final, and ends by date or by decision of the party committee."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.eligibility import Restraint, restraints
from assessments.models import Restriction, Result, Round
from assessments.permissions import eligibility as permissions
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import notify


@transaction.atomic
def begin(round: Round, *, by: User | None = None) -> list[Restriction]:
    """Restrictions from the results of a round that is final; those already made stay as they are, so it may run twice.

    Raises NotPossible for a round that is not final.
    """
    if round.final_at is None:
        raise NotPossible(_("Restrictions begin once the results are final."))
    final_on = timezone.localdate(round.final_at)
    made = []
    results = Result.objects.counting().filter(assessed__round=round).exclude(no_award=False, hold_months=0)
    for result in results.select_related("assessed__person").order_by("pk"):
        known = set(result.restrictions.values_list("kind", flat=True))
        found = restraints(no_award=result.no_award, hold_months=result.hold_months, year=round.year, final_on=final_on)
        new = [_begin(result, round, restraint, final_on, by) for restraint in found if restraint.kind not in known]
        if new:
            _tell(result.assessed.person, new)
        made += new
    return made


def _begin(result: Result, round: Round, restraint: Restraint, final_on: date, by: User | None) -> Restriction:
    row = Restriction(
        unit_id=round.unit_id,
        result=result,
        person=result.assessed.person,
        kind=restraint.kind,
        grade=result.grade_label,
        effective_on=final_on,
        starts_on=restraint.starts_on,
        ends_on=restraint.ends_on,
    )
    _save(row, by)
    audit.record("restriction.begun", by=by, obj=row, detail={"until": row.ends_on.isoformat()})
    return row


def _tell(person: User, rows: list[Restriction]) -> None:
    text = _("Your assessment result is final and brings restrictions until %(day)s.") % {
        "day": max(row.ends_on for row in rows).isoformat()
    }
    notify([person], kind="assessment", text=text, url=reverse("assessments:restrictions"), sensitive=True)


@transaction.atomic
def lift(*, restriction: Restriction, reason: str, by: User, version: int | None = None) -> Restriction:
    """End it early, from today on, by a decision of the party committee. Raises NotAllowed, Conflict, DomainError without reason."""
    row: Restriction = lock(Restriction.objects.select_related("person"), restriction.pk, version=version)
    permissions.may_lift(by, row).require()
    if not reason.strip():
        raise DomainError(_("Say by which decision it is lifted, and why."))
    row.lifted_on, row.lifted_by, row.lift_reason = timezone.localdate(), by, reason.strip()[:300]
    _save(row, by)
    audit.record("restriction.lifted", by=by, obj=row, reason=row.lift_reason)
    text = _("A restriction from your assessment result has been lifted.")
    notify([row.person], kind="assessment", text=text, url=reverse("assessments:restrictions"), sensitive=True, except_for=by)
    return row


def _save(row: Restriction, by: User | None) -> None:
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
