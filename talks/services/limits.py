"""How long people have for a written answer: a setting of the unit with a common default (domain §5)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import workdays
from common.errors import DomainError
from positions.models import Unit
from talks.models import DayKind, Talk, TalkKind, TalkLimit
from talks.permissions import talks as permissions

MOST_DAYS = 730


def limit_for(unit: Unit, kind: str) -> TalkLimit | None:
    """The unit's limit for answers to this kind of talk, else the common one; None when no answer is asked for."""
    limits = {limit.unit_id: limit for limit in TalkLimit.objects.filter(Q(unit=None) | Q(unit=unit), kind=kind)}
    limit = limits.get(unit.pk) or limits.get(None)
    return limit if limit and limit.days else None


def reply_due(talk: Talk, start: date | None = None) -> date | None:
    """The last day for the written answer, counted from the day of the talk (or from `start`); None when none is asked for."""
    limit = limit_for(talk.unit, talk.kind)
    if limit is None or limit.days is None or talk.kind == TalkKind.COLLECTIVE:
        return None
    start = start or timezone.localdate(talk.held_at)
    return workdays.add_workdays(start, limit.days) if limit.day_kind == DayKind.WORKING else start + timedelta(days=limit.days)


@transaction.atomic
def set_limit(*, unit: Unit, kind: str, days: int | None, day_kind: str, by: User) -> TalkLimit:
    """The unit's own limit for a kind of talk; without days no answer is asked for. Running limits stay as they are.

    Raises NotAllowed, and DomainError for days outside 1 to 730 or a kind that knows no answers.
    """
    permissions.may_set_limits(by, unit).require()
    if kind == TalkKind.COLLECTIVE or kind not in TalkKind.values:
        raise DomainError(_("Nobody answers a collective talk in writing."))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise DomainError(_("Give 1 to %(most)d days.") % {"most": MOST_DAYS})
    limit = TalkLimit.objects.select_for_update().filter(unit=unit, kind=kind).first() or TalkLimit(unit=unit, kind=kind)
    former = limit.days if limit.pk else None
    limit.days, limit.day_kind = days, DayKind(day_kind)
    limit._history_user = by  # type: ignore[union-attr]
    limit.save()
    audit.record("talk.limits_set", by=by, obj=limit, unit_id=unit.pk, changes={"days": [former, days]})
    return limit
