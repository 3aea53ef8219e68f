"""What falls due of leads (domain §4): study and judgement, then handling. Told to those who may see the lead today and to nobody else;
the text names nothing, and the address is the board (ADR 0009)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.registry import DeadlineKind, Due, Intervals, register
from leads.cases import readers_of
from leads.models import Lead, LeadDesk
from leads.states import LeadState
from positions.models import BodyMembership, BodyRole


def leads_due(today: date, until: date) -> Iterator[Due]:
    """Open leads with a date. Members of the desks are to act; their heads are told, when it is late, if they see the lead themselves."""
    found = list(Lead.objects.open().filter(due_on__lte=until).order_by("pk").values_list("pk", "unit_id", "due_on", "state"))
    people, heads = readers_of([row[0] for row in found]), _heads([row[0] for row in found], today)
    for pk, unit_id, due_on, state in found:
        acting = tuple(sorted(people[pk] - heads[pk]))
        above = tuple(sorted(people[pk] & heads[pk]))
        is_judged = state == LeadState.HANDLING
        yield Due(
            object_id=pk,
            turn="handling" if is_judged else "judgement",
            unit_id=unit_id,
            due_on=due_on,
            people=acting or above,
            leaders=(above,) if acting else (),
            text=_("a lead is to be handled") if is_judged else _("a lead is to be judged"),
            url=reverse("leads:board"),
        )


def _heads(leads: Collection[int], today: date) -> dict[int, set[int]]:
    """Lead → heads of the bodies that hold it."""
    found: dict[int, set[int]] = {pk: set() for pk in leads}
    desks = list(LeadDesk.objects.filter(lead__in=leads, until=None).values_list("lead_id", "body_id"))
    held = BodyMembership.objects.in_force(today).filter(role__in=[BodyRole.HEAD, BodyRole.SECRETARY])
    heads: dict[int, set[int]] = {}
    for body_id, person_id in held.filter(body__in={body for _lead, body in desks}).values_list("body_id", "person_id"):
        heads.setdefault(body_id, set()).add(person_id)
    for pk, body_id in desks:
        found[pk] |= heads.get(body_id, set())
    return found


LEADS = register(
    DeadlineKind(
        code="lead",
        title=gettext_lazy("Leads to be judged and handled"),
        find=leads_due,
        notice="lead.waiting",
        url=reverse_lazy("leads:board"),
        sensitive=True,
        default=Intervals(before=(3, 1), on_day=True, after=(1, 5), every=5, escalate=(3,)),
    )
)
