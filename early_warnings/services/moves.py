"""What every step of a warning does: lock, move by the table, start the clock of the next step, keep history and audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from audit import services as audit
from common.writes import lock
from early_warnings import limits
from early_warnings.models import LimitedStep, Warning, WarningSettings
from early_warnings.services.settings import settings_of
from early_warnings.states import ENDED, WARNING_TABLE, WarningState
from notifications.services import notify

_RELATED = (
    "unit",
    "level__scheme",
    "person",
    "department",
    "responsible",
    "discipline_body",
    "party_body",
    "started_by",
    "submitted_by",
    "verified_by",
)


def locked(warning: Warning, version: int | None = None) -> Warning:
    """The warning, locked until the end of the transaction. Raises Conflict when the form was opened with an older version."""
    return lock(Warning.objects.select_related(*_RELATED), warning.pk, version=version)


def step(warning: Warning, name: str, *, by: User, detail: dict[str, Any] | None = None) -> None:
    """Move by the table, start the next step's limit, save with history, record the act. Raises NotPossible.

    The audit row says what was done, never why or to whom: the audit administrator reads no cases (domain §1).
    """
    transition = WARNING_TABLE.move(warning, name)
    start_clock(warning, timezone.now())
    save(warning, by)
    audit.record(transition.audit, by=by, obj=warning, unit_id=warning.unit_id, detail=detail)


def start_clock(warning: Warning, now: datetime) -> None:
    """The present state begins now: set `step_since` and `step_due_on` by the unit's limits (none for drafts and what has ended)."""
    warning.step_since = now
    warning.step_due_on = _due(warning, timezone.localdate(now), settings_of(warning.unit_id))


def limited_step(state: str, tier: str) -> str | None:
    """Which limit runs in a state; None for drafts and what has ended."""
    if state in ENDED or state == WarningState.DRAFT:
        return None
    return LimitedStep(f"rectifying_{tier}" if state == WarningState.RECTIFYING else state).value


@dataclass(frozen=True, slots=True)
class RunningLimit:
    """The limit that runs in the present state: from the day after `start` to `due_on`, in working or calendar days."""

    start: date
    due_on: date
    working: bool


def running_limit(warning: Warning, known: WarningSettings) -> RunningLimit | None:
    """None for drafts and what has ended. A date set in the warning itself counts in calendar days."""
    name = limited_step(warning.state, warning.tier)
    if name is None or warning.step_due_on is None or warning.step_since is None:
        return None
    working = known.limit(name).working and not (warning.state == WarningState.RECTIFYING and warning.due_on)
    return RunningLimit(timezone.localdate(warning.step_since), warning.step_due_on, working)


def _due(warning: Warning, today: date, settings: WarningSettings) -> date | None:
    name = limited_step(warning.state, warning.tier)
    if name is None:
        return None
    if warning.state == WarningState.RECTIFYING and warning.due_on:
        return warning.due_on
    limit = settings.limit(name)
    return limits.due(today, limit.days, limit.working)


def save(warning: Warning, by: User | None) -> None:
    """Save with the history row naming who did it."""
    warning._history_user = by  # type: ignore[attr-defined]
    warning.save()


def tell(people: Iterable[User | None], warning: Warning, text: object, by: User | None) -> None:
    """A notice that names nobody; the page says more to whoever may read it."""
    notify([p for p in people if p], kind="warning", text=text, url=warning.get_absolute_url(), sensitive=True, except_for=by)
