"""What falls due of the register: measures, their confirmation, the rules they ask for (domain §3, 004). Campaigns: deadlines_campaigns."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Min, Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import workdays
from deadlines.people import Organisation, People, without
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from positions.models import BodyKind, Rule
from positions.states import RuleState
from risks.models import Measure
from risks.states import MeasureState, RiskState

_FIELDS = (
    "text",
    "due_on",
    "who_id",
    "done_by_id",
    "done_at",
    "risk__unit_id",
    "risk__number",
    "risk__department_head_id",
    "risk__responsible_leader_id",
)


def _measures() -> QuerySet[Measure]:
    return Measure.objects.filter(risk__state=RiskState.REGISTERED).select_related("risk").only(*_FIELDS).order_by("pk")


def measures_due(today: date, until: date) -> Iterator[Due]:
    """Planned measures: who does it, then the head of the department, the leader who answers for the risk, the unit head."""
    organisation = Organisation(today)
    for row in _measures().filter(state=MeasureState.PLANNED, due_on__lte=until).iterator(chunk_size=1000):
        risk = row.risk
        assert row.due_on is not None  # asked for above
        places = (_one(risk.department_head_id), _one(risk.responsible_leader_id), organisation.unit_heads(risk.unit_id))
        text = _("measure “%(measure)s” of risk %(number)s") % {"measure": row.text[:60], "number": risk.number}
        yield Due(row.pk, risk.unit_id, row.due_on, _one(row.who_id), text, risk.get_absolute_url(), places)


def confirmations_due(today: date, until: date) -> Iterator[Due]:
    """Measures reported done that nobody has confirmed: the head of the department, else the leader, never who reported it."""
    organisation, days = Organisation(today), given_days("measure_confirm")
    for row in _measures().filter(state=MeasureState.DONE).iterator(chunk_size=1000):
        risk = row.risk
        due_on = workdays.add_workdays(timezone.localdate(row.done_at), days(risk.unit_id))
        if due_on > until:
            continue
        places = (_one(risk.department_head_id), _one(risk.responsible_leader_id), organisation.unit_heads(risk.unit_id))
        people, *leaders = (without(place, _one(row.done_by_id)) for place in places)
        text = _("confirm that measure “%(measure)s” of risk %(number)s is done") % {"measure": row.text[:60], "number": risk.number}
        yield Due(row.pk, risk.unit_id, due_on, people, text, risk.get_absolute_url(), tuple(leaders))


def rules_due(today: date, until: date) -> Iterator[Due]:
    """Rules to be made that measures ask for, by the earliest date of those measures: the department in charge, else the office."""
    asking = Q(measures__state=MeasureState.PLANNED, measures__risk__state=RiskState.REGISTERED)
    found = Rule.objects.filter(state=RuleState.TO_MAKE).annotate(due_on=Min("measures__due_on", filter=asking))
    organisation = Organisation(today)
    for row in found.filter(due_on__lte=until).order_by("pk"):
        above = organisation.above(row.unit_id, row.department_id)
        if row.department_id is None:
            above = (organisation.members(row.unit_id, BodyKind.LEADING_GROUP_OFFICE), above[-1])
        text = _("make the rule “%(rule)s”") % {"rule": row.title[:80]}
        yield Due(row.pk, row.unit_id, row.due_on, above[0], text, reverse("powers:rule", args=[row.pk]), above[1:])


def _one(person: int | None) -> People:
    return () if person is None else (person,)


MEASURES = register(
    DeadlineKind(
        code="measure",
        title=gettext_lazy("Measures"),
        find=measures_due,
        notice="measure",
        url=reverse_lazy("risks:measures"),
    )
)
CONFIRMATIONS = register(
    DeadlineKind(
        code="measure_confirm",
        title=gettext_lazy("Measures reported done, to be confirmed"),
        find=confirmations_due,
        notice="measure",
        url=reverse_lazy("risks:measures"),
        default=Intervals(before=(1,), on_day=True, after=(3,), every=5, escalate=(5, 10), days=5),
    )
)
RULES = register(
    DeadlineKind(
        code="rule_to_make",
        title=gettext_lazy("Rules to be made"),
        find=rules_due,
        notice="rule",
        url=reverse_lazy("powers:rules"),
        default=Intervals(before=(10, 3), on_day=True, after=(1, 5), every=10, escalate=(3, 8)),
    )
)
