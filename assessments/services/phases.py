"""The days of a round's phases, and what the calendar does by itself: the time for appeals, the end (domain §6)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Round, RoundPhase
from assessments.services.settings import all_of
from assessments.states import PHASES, RoundState
from common import workdays
from common.errors import DomainError

# Working days of the phases whose length no setting says.
LENGTHS = {RoundState.SETTING_UP: 5, RoundState.RATING: 7, RoundState.SCORING: 5, RoundState.REVIEW: 3, RoundState.CONFIRMATION: 3}

Days = dict[str, tuple[date, date]]


def proposed(unit_id: int, start: date) -> Days:
    """The phases one after the other from `start` on, in working days; notice and appeal as long as the settings of the groups ask for."""
    rows = list(all_of(unit_id).values())
    lengths = LENGTHS | {RoundState.NOTICE: max(row.notice_days for row in rows)}
    found: Days = {}
    first = _workday_from(start)
    for phase in PHASES:
        if phase == RoundState.APPEAL:
            last = max(_last(first, row.appeal_days, row.appeal_working) for row in rows)
        else:
            last = _last(first, lengths[phase], True)
        found[phase.value] = (first, last)
        first = workdays.add_workdays(last, 1)
    return found


def _workday_from(day: date) -> date:
    return day if workdays.is_workday(day) else workdays.add_workdays(day, 1)


def _last(first: date, days: int, working: bool) -> date:
    """The last of so many days that begin with `first`; at least that day."""
    return workdays.add_workdays(first, max(days - 1, 0)) if working else first + timedelta(days=max(days - 1, 0))


def checked(days: Mapping[str, tuple[date, date]]) -> Days:
    """The same days in the order of the phases. Raises DomainError for one that is missing, ends before it begins, or comes too early."""
    found: Days = {}
    before = None
    for phase in PHASES:
        if phase.value not in days:
            raise DomainError(_("The days of “%(phase)s” are missing.") % {"phase": phase.label})
        first, last = days[phase.value]
        if last < first:
            raise DomainError(_("“%(phase)s” ends before it begins.") % {"phase": phase.label})
        if before is not None and first <= found[before.value][1]:
            raise DomainError(
                _("“%(phase)s” begins before “%(before)s” is over.") % {"phase": phase.label, "before": before.label},
            )
        found[phase.value] = (first, last)
        before = phase
    return found


def lengthen(found: Round, *, today: date, by: User | None) -> None:
    """Whenever results are shown or appeals begin, nobody gets fewer days than the rules of the groups ask for: later planned days stay,
    earlier ones are moved. Called by these steps in their transaction, after the move."""
    rules = [row.frozen for row in found.groups.all()]
    rows = {row.phase: row for row in found.phases.all()}
    notice, appeal = rows[RoundState.NOTICE], rows[RoundState.APPEAL]
    first = today
    if found.state == RoundState.NOTICE:
        last = workdays.add_workdays(today, max(rule.notice_days for rule in rules))
        _set(notice, today, max(last, notice.ends_on), by)
        first = max(appeal.starts_on, workdays.add_workdays(notice.ends_on, 1))
    last = max(_last(_workday_from(first), rule.appeal_days, rule.appeal_working) for rule in rules)
    _set(appeal, first, max(last, appeal.ends_on), by)


def _set(row: RoundPhase, first: date, last: date, by: User | None) -> None:
    if (row.starts_on, row.ends_on) != (first, last):
        row.starts_on, row.ends_on = first, last
        row._history_user = by  # type: ignore[attr-defined]
        row.save()


def follow(*, today: date) -> int:
    """Appeals begin when the notice is over, a round is final when the appeals are. Returns the rounds looked at.

    Who is reminded of a phase stands in assessments.deadlines.
    """
    found = list(Round.objects.open().select_related("unit").prefetch_related("phases").order_by("pk"))
    for one in found:
        _move_on(one, today)
    return len(found)


def _move_on(found: Round, today: date) -> None:
    from assessments.services import decision

    steps = {RoundState.NOTICE: decision.open_appeals, RoundState.APPEAL: decision.finish}
    step = steps.get(RoundState(found.state))
    phase = _phase(found)
    if step is None or phase is None or phase[1] >= today:
        return
    try:
        with transaction.atomic():
            step(found=found, by=None)
    except DomainError:
        # Appeals without an answer hold it up: the reminder of the phase says so, and the page why.
        return
    found.refresh_from_db()


def _phase(found: Round) -> tuple[date, date] | None:
    return next(((row.starts_on, row.ends_on) for row in found.phases.all() if row.phase == found.state), None)
