"""What falls due of re-grading: proposals that nobody has decided (domain §3: a fall always needs the leading group's decision)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Min
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import workdays
from deadlines.people import Organisation, People
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from positions.models import BodyKind
from regrading.models import Origin, Proposal

_URL = reverse_lazy("regrading:proposals")


def proposals_due(today: date, until: date) -> Iterator[Due]:
    """Of each unit the oldest that re-grading proposed, so that many are one reminder: the leading group's office, then the unit head."""
    organisation, days = Organisation(today), given_days("level_proposal")
    waiting = Proposal.objects.open().filter(origin=Origin.SCORE).order_by()
    for unit_id, since in waiting.values_list("unit_id").annotate(since=Min("opened_on")).order_by("unit_id"):
        due_on = workdays.add_workdays(since, days(unit_id))
        if due_on <= until:
            people, above = _places(organisation, unit_id)
            yield Due(unit_id, unit_id, due_on, people, _("decide on proposed levels of risk points"), str(_URL), (above,))


def committees_due(today: date, until: date) -> Iterator[Due]:
    """What the committee put forward, one by one, for not all of them may know of each (ADR 0020)."""
    organisation, days = Organisation(today), given_days("committee_proposal")
    for row in Proposal.objects.open().filter(origin=Origin.COMMITTEE).order_by("pk"):
        due_on = workdays.add_workdays(row.opened_on, days(row.unit_id))
        if due_on <= until:
            people, above = (_who_see(row, place) for place in _places(organisation, row.unit_id))
            yield Due(row.pk, row.unit_id, due_on, people, _("decide on a proposed level"), str(_URL), (above,))


def _places(organisation: Organisation, unit_id: int) -> tuple[People, People]:
    office, heads = organisation.members(unit_id, BodyKind.LEADING_GROUP_OFFICE), organisation.unit_heads(unit_id)
    return (office, heads) if office else (heads, ())


def _who_see(proposal: Proposal, people: People) -> People:
    known = User.objects.filter(pk__in=people).order_by("pk")
    return tuple(user.pk for user in known if Proposal.objects.visible_to(user).filter(pk=proposal.pk).exists())


_WHEN = Intervals(before=(2,), on_day=True, after=(3,), every=5, escalate=(5,), days=10)
PROPOSALS = register(
    DeadlineKind(
        code="level_proposal",
        title=gettext_lazy("Proposals of levels, to be decided"),
        find=proposals_due,
        notice="regrading",
        private=True,
        url=_URL,
        default=_WHEN,
    )
)
# That the committee spoke is a hint by itself: nothing of it in the clear, and no group chat that counts it.
COMMITTEES = register(
    DeadlineKind(
        code="committee_proposal",
        title=gettext_lazy("Proposals of the discipline committee, to be decided"),
        find=committees_due,
        notice="regrading",
        sensitive=True,
        in_chat=False,
        url=_URL,
        default=_WHEN,
    )
)
