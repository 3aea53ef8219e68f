"""The start page's part about re-grading: proposals for those who decide, matters for the discipline committee."""

from datetime import date
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.prepared import one_of
from positions.models import BodyKind
from positions.scopes import Scope
from regrading import proposal_selectors
from regrading.models import ConfidentialFinding, Proposal
from web.board_parts import Asked, Counted, Counting, Task


def asks() -> dict[str, Any]:
    """Whether anything is open in the units concerned."""
    units = one_of("unit_id", "group") | one_of("unit_id", "office") | one_of("unit_id", "headed")
    return {
        "regrading.proposals": Exists(Proposal.objects.open().filter(units)),
        "regrading.matters": Exists(ConfidentialFinding.objects.open().filter(one_of("unit_id", "discipline"))),
    }


def counts(*, user: User, scope: Scope, today: date) -> list[Counting]:
    """Matters for the discipline committee."""
    if not scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        return []
    return [Counting("regrading.matters", lambda: ConfidentialFinding.objects.visible_to(user).open(), is_secret=True)]


def tasks(*, user: User, scope: Scope, today: date, asked: Asked, counted: Counted) -> list[Task]:
    """Head of the leading group and its office; members of the discipline committee."""
    found = []
    decides = scope.chaired.get(BodyKind.LEADING_GROUP) or scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE)
    if decides and asked["regrading.proposals"]:
        found += _proposals(user)
    return found + _matters(counted)


def _proposals(user: User) -> list[Task]:
    waiting = proposal_selectors.waiting(user)
    total = waiting["rises"] + waiting["falls"]
    if not total:
        return []
    text = ngettext("%(n)d proposed change of a level to decide", "%(n)d proposed changes of levels to decide", total) % {"n": total}
    detail = _("%(rises)d up, %(falls)d down, the oldest since %(day)s") % (waiting | {"day": waiting["since"].isoformat()})
    return [Task(text, reverse("regrading:proposals"), detail=detail)]


def _matters(counted: Counted) -> list[Task]:
    if "regrading.matters" not in counted:
        return []
    number, _first = counted["regrading.matters"]
    text = ngettext("%(n)d matter to be considered", "%(n)d matters to be considered", number) % {"n": number}
    return [Task(text, reverse("regrading:confidential"))]
