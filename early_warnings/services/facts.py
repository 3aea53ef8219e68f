"""Reads what `early_warnings.requirements` judges by."""

from django.db.models import Count, Q, QuerySet

from early_warnings.models import OrderedBy, Warning
from early_warnings.requirements import Facts, Requirement, missing, requirements
from early_warnings.states import WarningState
from leads.secrecy import superiors
from talks.models import Talk
from talks.states import TalkState


def facts_of(warning: Warning) -> Facts:
    """What there is for this warning now. About ten small queries: for the page of one warning and for closing, not for lists."""
    dispositions = warning.dispositions.live()
    report = warning.reports.filter(round=warning.round).first()
    measures = report.measures.aggregate(all=Count("pk"), open=Count("pk", filter=Q(is_done=False))) if report else {"all": 0, "open": 0}
    group = getattr(warning, "control_group", None)
    meetings = warning.meetings.annotate(there=Count("attendees")).filter(there__gte=2)
    return Facts(
        tier=warning.tier,
        subject_kind=warning.subject_kind,
        has_responsible=warning.responsible_id is not None,
        leaders_talks=leaders_talks(warning).count(),
        punished=dispositions.filter(carried_out_on__isnull=False, ordered_for__in=[OrderedBy.DISCIPLINE, OrderedBy.PERSONNEL]).count(),
        dispositions_due=dispositions.due().count(),
        # Rules mended in any round count: a later round does not unmake them.
        rules=warning.reports.filter(submitted_at__isnull=False).aggregate(n=Count("rules", distinct=True))["n"],
        has_group=group is not None,
        group_led_by_responsible=group is not None and group.head_id == warning.responsible_id,
        meetings=meetings.count(),
        monitoring=warning.monitoring.count(),
        reported_to=frozenset(warning.committee_reports.values_list("addressee", flat=True)),
        statements_unanswered=warning.statements.unanswered().count(),
        measures=measures["all"],
        measures_open=measures["open"],
        is_verified=warning.state in (WarningState.VERIFIED, WarningState.CLOSED),
    )


def leaders_talks(warning: Warning) -> QuerySet[Talk]:
    """Talks of this warning that count as the leader's: finished, held by who is responsible or somebody above, with the person warned."""
    if warning.responsible_id is None:
        return Talk.objects.none()
    leaders = {warning.responsible_id, *superiors([warning.responsible_id]).get(warning.responsible_id, ())}
    found = Talk.objects.filter(warning_link__warning=warning, state=TalkState.DONE, talker_id__in=leaders)
    return found.filter(person_id=warning.person_id) if warning.person_id else found


def check_list(warning: Warning) -> list[Requirement]:
    """The check list of the warning's page, done or not."""
    return requirements(facts_of(warning))


def still_missing(warning: Warning) -> list[Requirement]:
    """What keeps it from being closed."""
    return missing(facts_of(warning))
