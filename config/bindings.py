"""Which upper app reacts to which announcement of a lower one. Read top to bottom, this is all of it."""

from typing import Any

from accounts.models import User


def install() -> None:
    """Called once, when all apps are loaded."""
    from accounts import events
    from common.backup.hooks import backup_made, backup_restored
    from common.schedule import scheduled_work_due
    from early_warnings.on_leads import of_lead, start_url
    from early_warnings.on_talks import hidden_from
    from early_warnings.services.following import follow_organisation as follow_with_warnings
    from jobs.hooks import job_changed, work_asked_for
    from jobs.scheduling import perform
    from leads.providers import start_warning_url, warnings_of_lead
    from notifications.hooks import channels_changed
    from positions.hooks import catalogue_published, organisation_changed
    from positions.policies import may_become_administrator
    from positions.providers import measures_asking_for, risks_on_power
    from regrading import point_page, proposal_selectors
    from reporting.permissions import import_url
    from risks import providers as risk_pages
    from risks.on_powers import asking_for, on_power
    from risks.services.following import follow_catalogue, follow_organisation
    from talks.providers import hidden_from_committee
    from web.deliveries_trail import record_channels
    from web.reactions import record_work_asked_for, tell_about_job

    backup_made.bind(_backup_made)
    backup_restored.bind(_backup_restored)
    job_changed.bind(tell_about_job)
    channels_changed.bind(record_channels)
    scheduled_work_due.bind(perform)
    work_asked_for.bind(record_work_asked_for)
    events.signed_in.bind(_signed_in)
    events.signed_out.bind(_signed_out)
    events.sign_in_failed.bind(_sign_in_failed)
    events.account_changed.bind(_account_changed)
    events.role_given.bind(may_become_administrator)
    organisation_changed.bind(follow_organisation)
    organisation_changed.bind(follow_with_warnings)
    catalogue_published.bind(follow_catalogue)
    risks_on_power.bind(on_power)
    measures_asking_for.bind(asking_for)
    risk_pages.row_annotations.bind(proposal_selectors.row_annotations)
    risk_pages.row_lines.bind(proposal_selectors.row_lines)
    risk_pages.proposed_levels.bind(proposal_selectors.proposed_levels)
    risk_pages.proposed_points.bind(proposal_selectors.proposed_points)
    risk_pages.explanation.bind(point_page.explanation)
    risk_pages.import_url.bind(import_url)
    warnings_of_lead.bind(of_lead)
    start_warning_url.bind(start_url)
    hidden_from_committee.bind(hidden_from)


def _backup_made(**facts: Any) -> None:
    from audit.services import record

    record("backup.made", by=None, detail=facts)


def _backup_restored(**facts: Any) -> None:
    from audit.services import record

    record("backup.restored", by=None, detail=facts)


def _signed_in(*, user: User) -> None:
    from audit.services import record

    record("signin.done", by=user, obj=user)


def _signed_out(*, user: User) -> None:
    from audit.services import record

    record("signin.ended", by=user, obj=user)


def _sign_in_failed(*, staff_number: str) -> None:
    from audit.models import Outcome
    from audit.services import record

    record("signin.failed", by=None, outcome=Outcome.REFUSED, detail={"staff_number": staff_number})


def _account_changed(*, action: str, user: User, by: User | None, changes: dict[str, list[Any]], reason: str) -> None:
    from audit.services import record

    record(action, by=by, obj=user, changes=changes, reason=reason)
