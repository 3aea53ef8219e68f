"""What falls due of assessments (domain §6): phases, the appraisal, appeals, surveys, the end of restrictions.

Nothing here may say who has answered in an appraisal: all raters are told alike, whether they voted or not (ADR 0014).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Appeal, Rater, Restriction, Result, RoundPhase, Survey
from assessments.states import OPEN, RoundState
from assessments.states_surveys import SurveyState
from common import workdays
from deadlines.people import Organisation, without
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from leads.secrecy import superiors
from positions.models import BodyKind


def _current(until: date, *states: str) -> Iterator[RoundPhase]:
    """The phases in which rounds stand, due by then."""
    found = RoundPhase.objects.filter(round__state__in=states or OPEN, ends_on__lte=until).select_related("round").order_by("pk")
    return (phase for phase in found if phase.phase == phase.round.state)


def phases_due(today: date, until: date) -> Iterator[Due]:
    """The committee whose turn it is, then the unit head. The notice ends by itself, and so does the time for appeals unless one of them
    waits for an answer: then the committee is told when it is over."""
    organisation = Organisation(today)
    for phase in _current(until):
        found = phase.round
        by_itself = found.state == RoundState.NOTICE or (found.state == RoundState.APPEAL and phase.ends_on >= today)
        if by_itself:
            continue
        kind = BodyKind.PARTY_COMMITTEE if found.state == RoundState.CONFIRMATION else BodyKind.DISCIPLINE_COMMITTEE
        yield Due(
            object_id=found.pk,
            turn=found.state,
            unit_id=found.unit_id,
            due_on=phase.ends_on,
            people=organisation.members(found.unit_id, kind),
            leaders=(organisation.unit_heads(found.unit_id),),
            text=_("%(round)s: %(phase)s") % {"round": found, "phase": found.get_state_display()},
            url=found.get_absolute_url(),
        )


def ratings_due(today: date, until: date) -> Iterator[Due]:
    """The end of an appraisal: all raters of the round."""
    for phase in _current(until, RoundState.RATING):
        if phase.ends_on >= today:
            raters = Rater.objects.filter(assessed__round=phase.round_id).order_by("person_id").values_list("person_id", flat=True)
            yield Due(
                object_id=phase.round_id,
                unit_id=phase.round.unit_id,
                due_on=phase.ends_on,
                people=tuple(raters.distinct()),
                text=_("%(round)s: give your answers in the appraisal") % {"round": phase.round},
                url=reverse("assessments:rating"),
            )


def appeal_days_due(today: date, until: date) -> Iterator[Due]:
    """The last days to appeal: the assessed whose results are shown and who have not appealed."""
    for phase in _current(until, RoundState.APPEAL):
        if phase.ends_on < today:
            continue
        of_result = Appeal.objects.filter(result__assessed=OuterRef("assessed")).exclude(state="withdrawn")
        results = Result.objects.confirmed().filter(assessed__round=phase.round_id).exclude(Exists(of_result))
        people = results.order_by("assessed__person_id").values_list("assessed__person_id", flat=True).distinct()
        yield Due(
            object_id=phase.round_id,
            unit_id=phase.round.unit_id,
            due_on=phase.ends_on,
            people=tuple(people),
            text=_("%(round)s: the time to object to your own result ends") % {"round": phase.round},
            url=reverse("assessments:my_results"),
        )


def appeals_due(today: date, until: date) -> Iterator[Due]:
    """Appeals to be answered by the discipline committee, then told to the unit head; never to who appealed."""
    organisation, days = Organisation(today), given_days("appeal_answer")
    for appeal in Appeal.objects.waiting().select_related("result__assessed__round").order_by("pk"):
        found = appeal.result.assessed.round
        due_on = workdays.add_workdays(timezone.localdate(appeal.at), days(found.unit_id))
        if due_on <= until:
            committee = organisation.members(found.unit_id, BodyKind.DISCIPLINE_COMMITTEE)
            yield Due(
                object_id=appeal.pk,
                unit_id=found.unit_id,
                due_on=due_on,
                people=without(committee, (appeal.by_id,)),
                leaders=(without(organisation.unit_heads(found.unit_id), (appeal.by_id,)),),
                text=_("%(round)s: answer an appeal") % {"round": found},
                url=reverse("assessments:appeals"),
            )


def surveys_due(today: date, until: date) -> Iterator[Due]:
    """Surveys whose time for answers ends: the discipline committee closes them."""
    organisation = Organisation(today)
    for survey in Survey.objects.filter(state=SurveyState.OPEN, open_until__lte=until).order_by("pk"):
        yield Due(
            object_id=survey.pk,
            unit_id=survey.unit_id,
            due_on=survey.open_until,
            people=organisation.members(survey.unit_id, BodyKind.DISCIPLINE_COMMITTEE),
            text=_("the survey “%(survey)s” ends: close it") % {"survey": survey.title},
            url=survey.get_absolute_url(),
        )


def restrictions_due(today: date, until: date) -> Iterator[Due]:
    """Restrictions that end: the personnel office applies them until then; nobody there who is concerned or depends on who is."""
    found = list(Restriction.objects.running(today).filter(ends_on__lte=until).order_by("pk"))
    organisation = Organisation(today)
    offices = {row.unit_id: organisation.members(row.unit_id, BodyKind.PERSONNEL_OFFICE) for row in found}
    above = superiors({person for people in offices.values() for person in people}, today) if found else {}
    for row in found:
        knowing = [person for person in offices[row.unit_id] if row.person_id not in above.get(person, ())]
        yield Due(
            object_id=row.pk,
            unit_id=row.unit_id,
            due_on=row.ends_on,
            people=without(knowing, (row.person_id,)),
            text=_("a restriction from an assessment ends"),
            url=reverse("assessments:restrictions"),
        )


_COMMON: dict[str, Any] = {"notice": "assessment"}
_ONCE: dict[str, Any] = {"after": (), "every": 0, "escalate": ()}
PHASES = register(
    DeadlineKind(
        code="round_phase",
        title=gettext_lazy("Phases of an assessment"),
        find=phases_due,
        url=reverse_lazy("assessments:rounds"),
        default=Intervals(before=(2,), on_day=True, after=(1,), every=3, escalate=(3,)),
        **_COMMON,
    )
)
RATINGS = register(
    DeadlineKind(
        code="round_rating",
        title=gettext_lazy("Appraisals to be answered (all raters alike)"),
        find=ratings_due,
        url=reverse_lazy("assessments:rating"),
        private=True,
        escalates=False,
        default=Intervals(before=(2,), on_day=True, **_ONCE),
        **_COMMON,
    )
)
APPEAL_DAYS = register(
    DeadlineKind(
        code="appeal_last_day",
        title=gettext_lazy("Last day to appeal"),
        find=appeal_days_due,
        url=reverse_lazy("assessments:my_results"),
        private=True,
        escalates=False,
        default=Intervals(before=(2,), on_day=True, **_ONCE),
        **_COMMON,
    )
)
APPEALS = register(
    DeadlineKind(
        code="appeal_answer",
        title=gettext_lazy("Appeals to be answered"),
        find=appeals_due,
        url=reverse_lazy("assessments:appeals"),
        private=True,
        default=Intervals(before=(2,), on_day=True, after=(1,), every=3, escalate=(3,), days=5),
        **_COMMON,
    )
)
SURVEYS = register(
    DeadlineKind(
        code="survey_end",
        title=gettext_lazy("Surveys that end"),
        find=surveys_due,
        url=reverse_lazy("assessments:surveys"),
        escalates=False,
        default=Intervals(before=(3,), on_day=True, after=(1, 5), every=0, escalate=()),
        **_COMMON,
    )
)
RESTRICTIONS = register(
    DeadlineKind(
        code="restriction_end",
        title=gettext_lazy("Restrictions that end"),
        find=restrictions_due,
        url=reverse_lazy("assessments:restrictions"),
        sensitive=True,
        escalates=False,
        default=Intervals(before=(5,), on_day=True, **_ONCE),
        **_COMMON,
    )
)
