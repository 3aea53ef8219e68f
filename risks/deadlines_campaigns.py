"""What falls due of a campaign: its phases, forms to hand in, to mend and to read (domain §3)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import workdays
from deadlines.people import Organisation, People, without
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from positions.models import BodyKind, Catalogue, PowerItem
from positions.states import CatalogueState, ItemState
from risks.models import CampaignPhase, Decision, Declaration, Measure, PhaseKind, ReviewStep, StepKindReview
from risks.states import CampaignState, FormState, MeasureState, RiskState


def _phases(until: date, *kinds: str) -> Iterable[CampaignPhase]:
    running = CampaignPhase.objects.filter(campaign__state=CampaignState.RUNNING, kind__in=kinds, due_on__lte=until)
    return running.select_related("campaign").order_by("pk")


# ---- phases: the office of the leading group sees to them


def phases_due(today: date, until: date) -> Iterator[Due]:
    """Phases whose work is not finished, as the campaign's page counts it: the office of the leading group, then the unit head."""
    phases = list(_phases(until, *(kind for kind in PhaseKind if kind != PhaseKind.FINDING)))
    organisation = Organisation(today)
    unfinished = {
        kind: is_open({phase.campaign.unit_id for phase in phases if phase.kind == kind}) for kind, is_open in _UNFINISHED.items()
    }
    ungraded = set(
        Declaration.objects.filter(campaign__in=[phase.campaign_id for phase in phases if phase.kind == PhaseKind.GRADING])
        .exclude(state__in=[FormState.GRADED, FormState.CANCELLED])
        .values_list("campaign_id", flat=True)
    )
    for phase in phases:
        campaign = phase.campaign
        is_open = campaign.pk in ungraded if phase.kind == PhaseKind.GRADING else campaign.unit_id in unfinished[PhaseKind(phase.kind)]
        if not is_open:
            continue
        yield Due(
            object_id=phase.pk,
            unit_id=campaign.unit_id,
            due_on=phase.due_on,
            people=organisation.members(campaign.unit_id, BodyKind.LEADING_GROUP_OFFICE),
            leaders=(organisation.unit_heads(campaign.unit_id),),
            text=_("“%(campaign)s”: %(phase)s") % {"campaign": campaign.title, "phase": phase.get_kind_display()},
            url=reverse("risks:campaign", args=[campaign.pk]),
        )


def _without_catalogue(units: set[int]) -> set[int]:
    """No version in force yet, or one that is being compiled."""
    versions = Catalogue.objects.filter(unit_id__in=units)
    compiled = set(versions.unfinished().values_list("unit_id", flat=True))
    return compiled | units - set(versions.values_list("unit_id", flat=True))


def _with_open_measures(units: set[int]) -> set[int]:
    found = Measure.objects.filter(risk__unit_id__in=units, risk__state=RiskState.REGISTERED, state=MeasureState.PLANNED)
    return set(found.order_by().values_list("risk__unit_id", flat=True).distinct())


# Disclosure and inspection are over when the campaign is closed.
_UNFINISHED: dict[PhaseKind, Callable[[set[int]], set[int]]] = {
    PhaseKind.POWERS: _without_catalogue,
    PhaseKind.MEASURES: _with_open_measures,
    PhaseKind.DISCLOSURE: set,
}


def powers_due(today: date, until: date) -> Iterator[Due]:
    """Departments that have not passed on all their powers: the head, the leader in charge, the unit head."""
    organisation = Organisation(today)
    phases = {phase.campaign.unit_id: phase for phase in _phases(until, PhaseKind.POWERS)}
    waiting = PowerItem.objects.filter(
        catalogue__unit_id__in=phases,
        catalogue__state=CatalogueState.COMPILING,
        state__in=[ItemState.DRAFT, ItemState.DEPARTMENT_REVIEW],
        department__isnull=False,
    )
    rows = waiting.order_by("unit_id", "department_id").values_list("unit_id", "department_id", "department__name").distinct()
    for unit_id, department_id, name in rows:
        phase = phases[unit_id]
        people, *leaders = organisation.above(unit_id, department_id)
        text = _("“%(campaign)s”: pass on the powers and flowcharts of %(department)s")
        words = {"campaign": phase.campaign.title, "department": name}
        yield Due(
            phase.pk,
            unit_id,
            phase.due_on,
            people,
            text % words,
            reverse("powers:review"),
            tuple(leaders),
            turn=f"department:{department_id}",
        )


# ---- forms


def forms_due(today: date, until: date) -> Iterator[Due]:
    """Forms of the campaign not handed in: all declarants of a department together, then its head, the leader in charge, the unit head.

    Returned ones have a date of their own (`returned_due`).
    """
    organisation = Organisation(today)
    for phase in _phases(until, PhaseKind.FINDING):
        campaign = phase.campaign
        drafts = campaign.declarations.filter(state=FormState.DRAFT).order_by("department_id", "declarant_id")
        missing: dict[int | None, list[int]] = {}
        for department_id, declarant_id in drafts.values_list("department_id", "declarant_id"):
            missing.setdefault(department_id, []).append(declarant_id)
        for department_id, people in missing.items():
            yield Due(
                object_id=campaign.pk,
                turn=f"department:{department_id or ''}",
                unit_id=campaign.unit_id,
                due_on=phase.due_on,
                people=tuple(dict.fromkeys(people)),
                leaders=organisation.above(campaign.unit_id, department_id),
                text=_("hand in the risk form for “%(campaign)s”") % {"campaign": campaign.title},
                url=reverse("risks:forms"),
                leader_url=reverse("risks:campaign", args=[campaign.pk]),
            )


def returned_due(today: date, until: date) -> Iterator[Due]:
    """Forms returned to be mended: so many working days from when they were returned."""
    organisation, days = Organisation(today), given_days("form_returned")
    returned = Max("opinions__at", filter=Q(opinions__decision=Decision.RETURNED))
    found = Declaration.objects.filter(state=FormState.RETURNED).annotate(returned_at=returned)
    for row in found.select_related("position", "department", "unit", "declarant").order_by("pk").iterator(chunk_size=1000):
        due_on = _after(row.returned_at or row.updated_at, days(row.unit_id))
        if due_on <= until:
            above = organisation.above(row.unit_id, row.department_id)
            text = _("mend and hand in again “%(form)s”") % {"form": str(row)[:80]}
            yield Due(row.pk, row.unit_id, due_on, (row.declarant_id,), text, reverse("risks:form", args=[row.pk]), above)


def reviews_due(today: date, until: date) -> Iterator[Due]:
    """Forms that wait for a reviewer: so many working days for each step; then who reads it next, then the unit head.

    The leading group decides on forms of a campaign in its phase; what comes to it between campaigns waits like any other step.
    """
    organisation, days = Organisation(today), given_days("form_review")
    current = ReviewStep.objects.filter(is_current=True, waiting_since__isnull=False).filter(
        Q(reviewer__isnull=False, declaration__state=FormState.IN_REVIEW)
        | Q(kind=StepKindReview.GROUP, declaration__state=FormState.REVIEWED, declaration__campaign=None)
    )
    related = ("declaration__declarant", "declaration__position", "declaration__department", "declaration__unit")
    for step in current.select_related(*related).prefetch_related("declaration__review_steps").order_by("pk").iterator(chunk_size=500):
        form = step.declaration
        due_on = _after(step.waiting_since, days(form.unit_id))
        if due_on > until:
            continue
        office = organisation.members(form.unit_id, BodyKind.LEADING_GROUP_OFFICE)
        following = [other.reviewer_id for other in form.review_steps.all() if other.order > step.order and other.reviewer_id]
        places: list[People] = [(step.reviewer_id,) if step.reviewer_id else office, *((person,) for person in following)]
        places.append(organisation.unit_heads(form.unit_id))
        people, *leaders = (without(place, (form.declarant_id,)) for place in places)
        yield Due(
            object_id=form.pk,
            turn=f"{step.order}",
            unit_id=form.unit_id,
            due_on=due_on,
            people=people,
            leaders=tuple(leaders),
            text=_("review “%(form)s”") % {"form": str(form)[:80]},
            url=reverse("risks:review_form", args=[form.pk]) if step.reviewer_id else reverse("risks:grading"),
        )


def _after(moment: datetime | None, days: int) -> date:
    return workdays.add_workdays(timezone.localdate(moment) if moment else timezone.localdate(), days)


_CAMPAIGN: dict[str, Any] = {"notice": "campaign", "url": reverse_lazy("risks:campaigns")}
PHASES = register(
    DeadlineKind(
        code="campaign_phase",
        title=gettext_lazy("Phases of a campaign (office of the leading group)"),
        find=phases_due,
        default=Intervals(before=(10, 5, 1), on_day=True, after=(1, 5), every=5, escalate=(3,)),
        **_CAMPAIGN,
    )
)
POWERS = register(
    DeadlineKind(
        code="campaign_powers",
        title=gettext_lazy("Powers and flowcharts of the departments"),
        find=powers_due,
        default=Intervals(before=(5, 1), on_day=True, after=(1, 5), every=5, escalate=(3, 8)),
        **_CAMPAIGN,
    )
)
FORMS = register(
    DeadlineKind(
        code="campaign_form",
        title=gettext_lazy("Risk forms to be handed in"),
        find=forms_due,
        notice="campaign",
        url=reverse_lazy("risks:forms"),
        default=Intervals(before=(5, 1), on_day=True, after=(1, 5), every=5, escalate=(3, 8, 15)),
    )
)
RETURNED = register(
    DeadlineKind(
        code="form_returned",
        title=gettext_lazy("Returned forms"),
        find=returned_due,
        notice="declaration",
        url=reverse_lazy("risks:forms"),
        default=Intervals(before=(1,), on_day=True, after=(1, 5), every=5, escalate=(3, 8), days=5),
    )
)
REVIEWS = register(
    DeadlineKind(
        code="form_review",
        title=gettext_lazy("Reviews of forms"),
        find=reviews_due,
        notice="declaration",
        url=reverse_lazy("risks:review"),
        default=Intervals(before=(1,), on_day=True, after=(1, 5), every=5, escalate=(3, 8), days=5),
    )
)
