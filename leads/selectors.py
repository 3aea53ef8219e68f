"""Reads of leads for pages and files. Everything starts from `Lead.objects.visible_to(user)`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from leads.models import Judgement, Lead, LeadDesk, LeadSubject
from leads.states import ENDED, LeadState
from positions.models import BodyKind
from positions.scopes import scope_of

DUPLICATE_DAYS = 90
WAITING, HANDLING, OVERDUE, ENDED_TAB = "waiting", "handling", "overdue", "ended"
TABS = (WAITING, HANDLING, OVERDUE, ENDED_TAB)


def keeps_leads(user: User) -> bool:
    """Whether the person reads any desk: members of both committees and branch secretaries. Asks for nothing beyond the scope."""
    scope = scope_of(user)
    committees = scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE) or scope.bodies.get(BodyKind.PARTY_COMMITTEE)
    return bool(committees or scope.secretary_of) and not scope.admin_role


def for_list(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Leads with everything a row of the board or the ledger names."""
    subjects = Prefetch("subjects", LeadSubject.objects.select_related("person", "department", "unit"), to_attr="subject_list")
    confirmed = Prefetch(
        "judgements",
        Judgement.objects.exclude(confirmed_at=None).select_related("level", "responsible").order_by("-confirmed_at"),
        to_attr="confirmed_list",
    )
    desks = Prefetch("desks", LeadDesk.objects.filter(until=None).select_related("body"), to_attr="open_desks")
    return leads.select_related("unit").prefetch_related(subjects, confirmed, desks)


def of_tab(leads: QuerySet[Lead], tab: str, today: date) -> QuerySet[Lead]:
    """The leads of one tab of the board: the most urgent first, ended ones the latest first."""
    if tab == ENDED_TAB:
        return leads.filter(state__in=ENDED).order_by("-updated_at", "-pk")
    if tab == HANDLING:
        leads = leads.filter(state=LeadState.HANDLING)
    elif tab == OVERDUE:
        leads = leads.overdue(today)  # type: ignore[attr-defined]
    else:
        leads = leads.waiting()  # type: ignore[attr-defined]
    return leads.order_by("-is_important", "due_on", "pk")


def tab_counts(leads: QuerySet[Lead], today: date) -> dict[str, int]:
    """How many stand in each tab; one query."""
    waiting = Q(state__in=[LeadState.RECEIVED, LeadState.STUDYING, LeadState.PROPOSED])
    return leads.aggregate(
        **{
            WAITING: Count("pk", filter=waiting),
            HANDLING: Count("pk", filter=Q(state=LeadState.HANDLING)),
            OVERDUE: Count("pk", filter=~Q(state__in=ENDED) & Q(due_on__lt=today)),
            ENDED_TAB: Count("pk", filter=Q(state__in=ENDED)),
        }
    )


def possible_duplicates(user: User, lead: Lead) -> list[Lead]:
    """Other leads that the reader may see, about the same person, department or name, received within 90 days of this one."""
    subjects = list(lead.subjects.all())
    around = timedelta(days=DUPLICATE_DAYS)
    near = Lead.objects.visible_to(user).exclude(pk=lead.pk)
    near = near.filter(received_at__range=(lead.received_at - around, lead.received_at + around)).order_by("-received_at")
    people = {s.person_id for s in subjects if s.person_id}
    departments = {s.department_id for s in subjects if s.department_id}
    units = {s.unit_id for s in subjects if s.unit_id}
    names = {s.name for s in subjects if s.name and not s.person_id}
    found = []
    for other in for_list(near):
        for subject in other.subject_list:  # type: ignore[attr-defined]
            same = subject.person_id in people or subject.department_id in departments or subject.unit_id in units
            if same or (subject.name and subject.name in names):
                found.append(other)
                break
    return found


def matching(leads: QuerySet[Lead], text: str, *, most: int | None = None) -> list[int]:
    """Keys of the leads whose number, text or subjects hold the text. What is encrypted can only be searched by reading it, which a
    desk's few hundred leads allow; `most` ends the search of the latest ones early."""
    wanted = text.strip().casefold()
    rows = leads.order_by("-received_at", "-pk").prefetch_related("subjects__person", "subjects__department")
    found = []
    for lead in rows.iterator(chunk_size=500):
        words = [lead.number, lead.title, lead.content, lead.happened, *(f"{s} {s.name}" for s in lead.subjects.all())]
        if any(wanted in word.casefold() for word in words):
            found.append(lead.pk)
            if most is not None and len(found) >= most:
                break
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    levels: list[tuple[str, str]]
    years: list[tuple[str, str]]


def choices_for(user: User) -> Choices:
    """Levels and years that occur among the leads the person may see."""
    leads = Lead.objects.visible_to(user).order_by()
    levels = dict(
        Judgement.objects.filter(lead__in=leads.values("pk")).exclude(confirmed_at=None).values_list("level__severity", "level__label")
    )
    years = sorted({timezone.localtime(at).year for at in leads.datetimes("received_at", "month")}, reverse=True)
    return Choices(
        [(str(severity), label) for severity, label in sorted(levels.items(), reverse=True)], [(str(year), str(year)) for year in years]
    )


def subjects_in_words(lead: Any) -> str:
    """反映对象: names with the post at that time, as the ledger has them."""
    return "、".join(f"{s}（{s.post}）" if s.post else str(s) for s in lead.subject_list)
