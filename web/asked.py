"""What the start page asks before anything else, in one statement: which parts have anything for the person, and what the person handed in.

Each provider's `asks` says when there *can* be something, with conditions as wide as its own lists or wider; those lists, which start from
`visible_to`, are read only then, and decide. So parts with nothing cost nothing, and the page takes no longer with the number of parts.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from common.prepared import Given, Prepared
from leads.marks import tags_of
from leads.selectors import keeps_leads
from positions.models import BodyKind
from positions.scopes import Scope
from web import motto_of_the_day

SOON = timedelta(days=14)
STILL_TOLD = timedelta(days=30)
_BODIES = {
    "discipline": BodyKind.DISCIPLINE_COMMITTEE,
    "party": BodyKind.PARTY_COMMITTEE,
    "group": BodyKind.LEADING_GROUP,
    "office": BodyKind.LEADING_GROUP_OFFICE,
    "legal": BodyKind.LEGAL_OFFICE,
}


def questions(providers: Iterable[Any]) -> Prepared:
    """The statement with the questions of all providers."""

    def of_all() -> dict[str, Any]:
        found = motto_of_the_day.asks()
        for provider in providers:
            found |= provider.asks()
        return found

    return Prepared(lambda: User.objects.filter(pk=Given("me")), of_all)


def given(*, user: User, scope: Scope, today: date) -> dict[str, Any]:
    """Who asks, of which units, departments and posts, on which day."""
    units = list(scope.unit_ids)
    return {
        "me": user.pk,
        "tags": tags_of(user),
        "units": units,
        # Of who reads the desk of a committee; of others nobody asks there, nor takes time for it.
        "desk_units": units if keeps_leads(user) else [],
        "whole": list(scope.whole_unit_ids),
        "headed": list(scope.headed_unit_ids),
        "leadership": list(scope.leadership_unit_ids),
        "led": list(scope.led_department_ids),
        "reviewed": list(scope.reviewed_department_ids),
        "positions": list(scope.position_ids),
        # Who sees no whole unit counts the forms of the departments headed or in charge of.
        "counted": [] if scope.whole_unit_ids else list(scope.reviewed_department_ids),
        "today": today,
        "month": today.month,
        "day": today.day,
        "soon": today + SOON,
        "last_year": today.year - 1,
        "told_since": timezone.now() - STILL_TOLD,
    } | {name: list(scope.bodies.get(kind, ())) for name, kind in _BODIES.items()}
