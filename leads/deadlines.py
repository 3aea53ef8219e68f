"""What falls due of leads (domain §4): study and judgement, then handling. Told to those who may see the lead today and to nobody else;
the text names nothing, and the address is the board (ADR 0009)."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.registry import DeadlineKind, Due, Intervals, register
from leads.cases import readers
from leads.models import Lead, LeadDesk
from leads.states import LeadState
from positions.models import BodyMembership, BodyRole


def leads_due(today: date, until: date) -> Iterator[Due]:
    """Open leads with a date. Members of the desks are to act; their heads are told, when it is late, if they see the lead themselves."""
    for lead in Lead.objects.open().filter(due_on__lte=until).only("pk", "unit_id", "due_on", "state").order_by("pk").iterator():
        people = [person.pk for person in readers(lead)]
        heads = _heads(lead, today)
        acting = tuple(person for person in people if person not in heads)
        above = tuple(person for person in people if person in heads)
        is_judged = lead.state == LeadState.HANDLING
        text = _("a lead is to be handled") if is_judged else _("a lead is to be judged")
        yield Due(
            object_id=lead.pk,
            turn=lead.state if is_judged else "judgement",
            unit_id=lead.unit_id,
            due_on=lead.due_on,
            people=acting or above,
            leaders=(above,) if acting else (),
            text=text,
            url=reverse("leads:board"),
        )


def _heads(lead: Lead, today: date) -> set[int]:
    desks = LeadDesk.objects.filter(lead=lead, until=None).values("body")
    held = BodyMembership.objects.in_force(today).filter(body__in=desks, role__in=[BodyRole.HEAD, BodyRole.SECRETARY])
    return set(held.values_list("person_id", flat=True))


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
