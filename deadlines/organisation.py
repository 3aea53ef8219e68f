"""Deadlines of the organisation and its powers. The app below this one cannot say them itself: it is the one this app asks who is who."""

from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Value, When
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import workdays
from deadlines.people import Organisation, People
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from positions.models import Appointment, BodyKind, Catalogue, PowerItem
from positions.states import CatalogueState, ItemState


def catalogue_due(today: date, until: date) -> Iterator[Due]:
    """Items and versions of the power catalogue that wait for somebody (domain §2: 自下而上): from the oldest of each department on."""
    organisation, days = Organisation(today), given_days("catalogue")
    yield from _items(until, organisation, days)
    waiting = Catalogue.objects.filter(state__in=[CatalogueState.LEGAL_REVIEW, CatalogueState.APPROVED])
    for row in waiting.order_by("pk"):
        is_legal = row.state == CatalogueState.LEGAL_REVIEW
        since = row.submitted_at if is_legal else row.legal_at
        due_on = workdays.add_workdays(timezone.localdate(since or row.updated_at), days(row.unit_id))
        if due_on > until:
            continue
        office = organisation.members(row.unit_id, BodyKind.LEADING_GROUP_OFFICE)
        legal = organisation.members(row.unit_id, BodyKind.LEGAL_OFFICE)
        yield Due(
            object_id=row.pk,
            turn=row.state,
            unit_id=row.unit_id,
            due_on=due_on,
            people=legal if is_legal else office,
            leaders=(office if is_legal else (), organisation.unit_heads(row.unit_id)),
            text=(_("review “%(catalogue)s” as the legal office") if is_legal else _("publish “%(catalogue)s”")) % {"catalogue": row},
            url=reverse("powers:catalogue", args=[row.pk]),
        )


def _items(until: date, organisation: Organisation, days: Callable[[int], int]) -> Iterator[Due]:
    """One thing for each department whose head decides, each leadership and each leading group's office, however many items lie there."""
    waiting = PowerItem.objects.filter(state__in=[ItemState.DEPARTMENT_REVIEW, ItemState.UNIT_REVIEW])
    waiting = waiting.exclude(catalogue__state__in=[CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED])
    desk = Case(
        When(state=ItemState.UNIT_REVIEW, then=Value("office")),
        When(department=None, then=Value("leadership")),
        default=Value("department"),
    )
    rows = waiting.annotate(desk=desk).values("unit_id", "catalogue_id", "desk").order_by("unit_id", "catalogue_id")
    in_departments = rows.filter(desk="department").values("unit_id", "catalogue_id", "desk", "department_id")
    for row in (*rows.exclude(desk="department").annotate(_SINCE, n=Count("pk")), *in_departments.annotate(_SINCE, n=Count("pk"))):
        unit_id, department_id = row["unit_id"], row.get("department_id")
        due_on = workdays.add_workdays(timezone.localdate(row["updated_at__min"]), days(unit_id))
        if due_on > until:
            continue
        heads = organisation.unit_heads(unit_id)
        places: dict[str, tuple[People, ...]] = {
            "office": (organisation.members(unit_id, BodyKind.LEADING_GROUP_OFFICE), heads),
            "leadership": (heads,),
            "department": organisation.above(unit_id, department_id),
        }
        people, *leaders = places[row["desk"]]
        text = ngettext("decide on %(n)d power item handed in", "decide on %(n)d power items handed in", row["n"]) % {"n": row["n"]}
        turn = f"{row['desk']}:{department_id or ''}"
        yield Due(row["catalogue_id"], unit_id, due_on, people, text, reverse("powers:review"), tuple(leaders), turn)


_SINCE = Min("updated_at")


def appointments_ending(today: date, until: date) -> Iterator[Due]:
    """Appointments that end without one that follows them on the same post: the personnel office sees to the next (default: 20 working
    days before)."""
    following = Appointment.objects.filter(person=OuterRef("person"), position=OuterRef("position"), pk__gt=OuterRef("pk")).filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    ending = Appointment.objects.filter(starts_on__lte=today, ends_on__gte=today, ends_on__lte=until, person__is_active=True)
    organisation = Organisation(today)
    for row in ending.exclude(Exists(following)).select_related("person", "position__department").order_by("ends_on", "pk").iterator():
        post = row.position
        yield Due(
            object_id=row.pk,
            unit_id=post.unit_id,
            due_on=row.ends_on,
            people=organisation.members(post.unit_id, BodyKind.PERSONNEL_OFFICE),
            leaders=(),
            text=_("the appointment of %(person)s as %(post)s ends: renew it or fill the post")
            % {"person": row.person.name, "post": f"{post.department or ''}{post.name}"},
            url=reverse("organisation:person", args=[row.person_id]),
        )


CATALOGUE = register(
    DeadlineKind(
        code="catalogue",
        title=gettext_lazy("Reviews of the power catalogue"),
        find=catalogue_due,
        notice="catalogue",
        url=reverse_lazy("powers:review"),
        default=Intervals(before=(1,), on_day=True, after=(1, 5), every=5, escalate=(3, 8), days=5),
    )
)
APPOINTMENTS = register(
    DeadlineKind(
        code="appointment_end",
        title=gettext_lazy("Appointments that end"),
        find=appointments_ending,
        notice="appointment",
        url=reverse_lazy("organisation:people"),
        escalates=False,
        default=Intervals(before=(20, 5), on_day=True, after=(), every=0, escalate=()),
    )
)
