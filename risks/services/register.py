"""The register (登记册): entering what the leading group decided, and what may change between campaigns (domain §3).

What a point *says* changes only through a form that is signed, reviewed and graded (`enter`). Responsibility is derived, never set here.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import Appointment, HolderLevel
from risks.models import Level, RiskPoint
from risks.permissions import register as permissions
from risks.services import points
from risks.services.entering import enter
from risks.services.importing import ImportedFacts, ImportedMeasure, ImportedRisk, bulk_enter_imported
from risks.services.levels import Adjusted, adjust_level, adjust_many, needed
from risks.services.responsibility import hold_organisation, organisation_of
from risks.states import RISK_TABLE

__all__ = [
    "Adjusted",
    "ImportedFacts",
    "ImportedMeasure",
    "ImportedRisk",
    "adjust_level",
    "adjust_many",
    "bulk_enter_imported",
    "enter",
    "restore",
    "retire",
    "set_holder",
    "set_target",
    "share",
]


def _locked(risk: RiskPoint, version: int | None) -> RiskPoint:
    """The row for writing, ordered with changes of the organisation; its search vector is left in the database."""
    hold_organisation([risk.unit_id])
    return lock(RiskPoint.objects.defer("search"), risk.pk, version=version)


def _tell(risk: RiskPoint, text: str, by: User) -> None:
    people = [person for person in (risk.responsible_leader, risk.direct_holder) if person]
    notify(people, kind="risk", text=text, url=risk.get_absolute_url(), except_for=by)


@transaction.atomic
def retire(*, risk: RiskPoint, by: User, reason: str, version: int | None = None) -> RiskPoint:
    """Take a point off the register. Raises NotAllowed, NotPossible, Conflict, and DomainError without a reason."""
    return _move(risk, "retire", by, reason, version, timezone.localdate())


@transaction.atomic
def restore(*, risk: RiskPoint, by: User, reason: str, version: int | None = None) -> RiskPoint:
    """Enter a point again under its number. Raises NotAllowed, NotPossible, Conflict, and DomainError without a reason."""
    return _move(risk, "restore", by, reason, version, None)


def _move(risk: RiskPoint, name: str, by: User, reason: str, version: int | None, retired_on: date | None) -> RiskPoint:
    risk = _locked(risk, version)
    getattr(permissions, f"may_{name}")(by, risk).require()
    reason = needed(reason)
    transition = RISK_TABLE.move(risk, name)
    risk.retired_on = retired_on
    _save(risk, by, reason)
    audit.record(transition.audit, by=by, obj=risk, reason=reason)
    _tell(risk, _("“%(risk)s”: %(step)s. %(reason)s") % {"risk": risk, "step": transition.label, "reason": reason}, by)
    return risk


@transaction.atomic
def share(*, risk: RiskPoint, shared: bool, by: User, version: int | None = None) -> RiskPoint:
    """Show a position's point to the whole department, or no longer. Nothing happens when it is so already."""
    risk = _locked(risk, version)
    permissions.may_share(by, risk).require()
    if risk.is_shared != shared:
        risk.is_shared = shared
        _save(risk, by, "")
        audit.record("risk.shared" if shared else "risk.unshared", by=by, obj=risk)
    return risk


@transaction.atomic
def set_target(*, risk: RiskPoint, level: Level | None, by: User, version: int | None = None) -> RiskPoint:
    """Say which level the measures are to reach; None takes the target away. It is never graver than the current level."""
    risk = _locked(risk, version)
    permissions.may_set_target(by, risk).require()
    if level is not None and level.scale_id != risk.current_level.scale_id:
        raise DomainError(_("This level belongs to another scale."))
    if level is not None and level.severity > risk.current_level.severity:
        raise DomainError(_("The target cannot be graver than the current level."))
    old, risk.target_level = risk.target_level, level
    if old != level:
        _save(risk, by, "")
        audit.record("risk.target_set", by=by, obj=risk, changes={"target_level": [old and old.label, level and level.label]})
    return risk


@transaction.atomic
def set_holder(*, risk: RiskPoint, person: User, by: User, version: int | None = None) -> RiskPoint:
    """Name who is directly responsible for a point of a department or the unit; somebody who works there."""
    risk = _locked(risk, version)
    permissions.may_set_holder(by, risk).require()
    there = Appointment.objects.in_force().filter(person=person, position__unit_id=risk.unit_id)
    if risk.department_id and risk.level_of != HolderLevel.UNIT:
        there = there.filter(position__department_id=risk.department_id)
    if not there.exists():
        raise DomainError(_("%(name)s does not work there.") % {"name": person.name})
    old = risk.direct_holder.name if risk.direct_holder else risk.direct_holder_text
    risk.direct_holder, risk.direct_holder_text = person, ""
    organisation_of(risk.unit_id).derive(risk, risk.current_level)
    _save(risk, by, "")
    audit.record("risk.holder_set", by=by, obj=risk, changes={"direct_holder": [old or None, person.name]})
    _tell(risk, _("You are now directly responsible for “%(risk)s”.") % {"risk": risk}, by)
    return risk


def _save(risk: RiskPoint, by: User, reason: str) -> None:
    risk._history_user = by  # type: ignore[attr-defined]
    risk._change_reason = reason[:100] or None  # type: ignore[attr-defined]
    risk.save()
    points.changed()
