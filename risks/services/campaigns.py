"""Campaigns (排查工作): prepare, start, open what is missing, remind, close (domain §3, 002)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import differences, record
from common.errors import NotPossible
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind, BodyMembership, Unit
from risks.models import Campaign, CampaignPhase, GradingScheme, PhaseKind
from risks.permissions import campaigns as permissions
from risks.permissions.forms import EDITABLE
from risks.services.opening import Opened, cancel_ended, open_forms
from risks.services.responsibility import hold_organisation
from risks.states import CAMPAIGN_TABLE, CampaignState, FormState

TEXT_FIELDS = ["title", "commitment_position", "commitment_department", "commitment_unit"]
FEWEST_YEAR, LAST_YEAR = 2000, 2100


def default_phases(year: int) -> list[tuple[str, date, date]]:
    """The phases of 002 with their deadlines: (kind, first day, last day)."""
    end_of_february = date(year + 1, 3, 1) - timedelta(days=1)
    return [
        (PhaseKind.POWERS, date(year, 9, 1), date(year, 10, 31)),
        (PhaseKind.FINDING, date(year, 11, 1), date(year, 11, 30)),
        (PhaseKind.GRADING, date(year, 11, 15), date(year, 11, 30)),
        (PhaseKind.MEASURES, date(year, 12, 1), date(year, 12, 31)),
        (PhaseKind.DISCLOSURE, date(year + 1, 1, 1), end_of_february),
    ]


def default_commitments() -> dict[str, str]:
    """What people sign unless the unit words it otherwise."""
    return {
        "commitment_position": _(
            "I have examined the integrity risks of my position and know them. I will carry out the measures above, use power according to "
            "rules and law, accept supervision, and answer for any breach of this commitment."
        ),
        "commitment_department": _(
            "Our department has examined its integrity risks together. We will carry out the measures above, keep to the rules of our "
            "procedures, remind and supervise each other, and the head answers for the integrity of the department."
        ),
        "commitment_unit": _(
            "The leadership has examined the integrity risks of the unit together. We will carry out the measures above, decide major "
            "matters collectively, fulfil our responsibility for integrity and accept the supervision of the organisation and the masses."
        ),
    }


def default_scheme(unit: Unit) -> GradingScheme | None:
    """The unit's own default scheme, else the common one."""
    usable = GradingScheme.objects.filter(is_default=True, closed_on=None)
    return usable.filter(unit=unit).first() or usable.filter(unit=None).first()


@transaction.atomic
def create(
    *, unit: Unit, by: User, year: int, title: str = "", scheme: GradingScheme | None = None, texts: Mapping[str, str] | None = None
) -> Campaign:
    """A campaign in preparation with the phases of 002. Raises NotAllowed, NotPossible (a second one in the year, no scheme)."""
    permissions.may_manage(by, unit).require()
    if not FEWEST_YEAR <= year <= LAST_YEAR:
        raise NotPossible(_("Enter a year such as 2026."))
    # The unit's row is the lock under which two people cannot both find the year free.
    Unit.objects.select_for_update().get(pk=unit.pk)
    if Campaign.objects.filter(unit=unit, year=year).exists():
        raise NotPossible(_("There is already a campaign for %(year)d.") % {"year": year})
    chosen = scheme or default_scheme(unit)
    if chosen is None:
        raise NotPossible(_("There is no grading scheme yet. Make one under “Grading schemes” first."))
    wording = {**default_commitments(), **{k: v for k, v in (texts or {}).items() if k in TEXT_FIELDS and v}}
    wording.pop("title", None)
    campaign = Campaign(
        unit=unit, year=year, title=title or _("Integrity risk campaign %(year)d") % {"year": year}, scheme=chosen, **wording
    )
    campaign.save()
    for kind, starts_on, due_on in default_phases(year):
        CampaignPhase.objects.create(campaign=campaign, kind=kind, starts_on=starts_on, due_on=due_on)
    record("campaign.created", by=by, obj=campaign)
    return campaign


@transaction.atomic
def edit(
    *,
    campaign: Campaign,
    by: User,
    version: int | None,
    fields: Mapping[str, Any],
    phases: Mapping[str, tuple[date, date]],
) -> Campaign:
    """Change title, texts, scheme (only while it is prepared) and dates of phases (kind → first, last day).

    Raises NotAllowed, NotPossible, Conflict.
    """
    campaign = lock(Campaign.objects, campaign.pk, version=version)
    permissions.may_edit(by, campaign).require()
    before = Campaign.objects.get(pk=campaign.pk)
    for name in TEXT_FIELDS:
        if name in fields:
            setattr(campaign, name, fields[name])
    scheme = fields.get("scheme")
    if scheme is not None and scheme.pk != campaign.scheme_id:
        if campaign.state != CampaignState.PREPARING:
            raise NotPossible(_("The grading scheme can no longer be changed: forms have been opened with it."))
        campaign.scheme = scheme
    campaign.save()
    changes = differences(before, campaign, [*TEXT_FIELDS, "scheme"])
    for phase in campaign.phases.all():
        starts_on, due_on = phases.get(phase.kind, (phase.starts_on, phase.due_on))
        if due_on < starts_on:
            raise NotPossible(_("“%(phase)s” ends before it begins.") % {"phase": phase.get_kind_display()})
        if (starts_on, due_on) != (phase.starts_on, phase.due_on):
            changes[phase.kind] = [f"{phase.starts_on} – {phase.due_on}", f"{starts_on} – {due_on}"]
            phase.starts_on, phase.due_on = starts_on, due_on
            phase.save()
    if changes:
        record("campaign.changed", by=by, obj=campaign, changes=changes)
    return campaign


@transaction.atomic
def start(*, campaign: Campaign, by: User, version: int | None = None) -> tuple[Campaign, Opened]:
    """Open a draft for every appointment in force, every department and the unit, and tell everybody concerned.

    Raises NotAllowed, NotPossible (another one is running, phases without dates), Conflict.
    """
    hold_organisation([campaign.unit_id])
    Unit.objects.select_for_update().get(pk=campaign.unit_id)
    campaign = lock(Campaign.objects, campaign.pk, version=version)
    permissions.may_manage(by, campaign.unit_id).require()
    if campaign.phases.count() < len(PhaseKind.values):
        raise NotPossible(_("Every phase needs its dates before the campaign can start."))
    if Campaign.objects.filter(unit_id=campaign.unit_id).running().exclude(pk=campaign.pk).exists():
        raise NotPossible(_("Another campaign of this unit is still running. Close it first."))
    transition = CAMPAIGN_TABLE.move(campaign, "start")
    campaign.started_at = timezone.now()
    campaign.save()
    opened = open_forms(campaign=campaign, by=by)
    record(transition.audit, by=by, obj=campaign, detail=opened.counts())
    return campaign, opened


@transaction.atomic
def open_missing(*, campaign: Campaign, by: User | None, reason: str = "") -> Opened:
    """Forms for appointments, departments and heads that came after the start; drafts of those who left are cancelled.

    Safe to run again: it opens nothing twice. `by` is None when the organisation's change calls it. Raises NotAllowed, NotPossible.
    """
    hold_organisation([campaign.unit_id])
    campaign = lock(Campaign.objects, campaign.pk)
    if by is not None:
        permissions.may_manage(by, campaign.unit_id).require()
    if campaign.state != CampaignState.RUNNING:
        raise NotPossible(_("The campaign is not running."))
    cancelled = cancel_ended(campaign=campaign, by=by)
    opened = open_forms(campaign=campaign, by=by)
    if opened.total or cancelled:
        record("campaign.forms_opened", by=by, obj=campaign, reason=reason, detail={**opened.counts(), "cancelled": cancelled})
    return opened


def follow_organisation(*, unit_ids: set[int], by: User | None, reason: str) -> None:
    """Called when appointments change: running campaigns get the forms they now lack. The one who changed the appointment need not run
    campaigns, so it is the system that acts."""
    for campaign in Campaign.objects.filter(unit_id__in=unit_ids).running():
        open_missing(campaign=campaign, by=None, reason=reason)


@transaction.atomic
def close(*, campaign: Campaign, by: User, version: int | None = None) -> Campaign:
    """Raises NotAllowed, NotPossible (forms still under review), Conflict."""
    campaign = lock(Campaign.objects, campaign.pk, version=version)
    permissions.may_manage(by, campaign.unit_id).require()
    waiting = campaign.declarations.filter(state__in=[FormState.IN_REVIEW, FormState.REVIEWED]).count()
    if waiting:
        raise NotPossible(_("%(n)d forms are still under review or not graded.") % {"n": waiting})
    transition = CAMPAIGN_TABLE.move(campaign, "close")
    campaign.closed_at = timezone.now()
    campaign.save()
    record(transition.audit, by=by, obj=campaign)
    group = BodyMembership.objects.in_force().filter(body__unit_id=campaign.unit_id, body__kind=BodyKind.LEADING_GROUP)
    notify(
        [membership.person for membership in group.select_related("person")],
        kind="campaign.closed",
        text=_("“%(campaign)s” is closed.") % {"campaign": campaign.title},
        url=reverse("risks:campaign", args=[campaign.pk]),
        except_for=by,
    )
    return campaign


@transaction.atomic
def remind(*, campaign: Campaign, by: User, today: date | None = None) -> int:
    """One notice to everybody whose form is not handed in; once a day. Returns how many people. Raises NotAllowed, NotPossible."""
    today = today or timezone.localdate()
    campaign = lock(Campaign.objects, campaign.pk)
    permissions.may_manage(by, campaign.unit_id).require()
    if campaign.state != CampaignState.RUNNING:
        raise NotPossible(_("The campaign is not running."))
    if reminded_on(campaign) == today:
        raise NotPossible(_("Everybody outstanding has been reminded today already."))
    people = User.objects.filter(declarations__campaign=campaign, declarations__state__in=EDITABLE, is_active=True).distinct()
    phase = campaign.phases.filter(kind=PhaseKind.FINDING).first()
    notify(
        people,
        kind="campaign.reminder",
        text=_("Please hand in your risk form for “%(campaign)s” by %(date)s.")
        % {"campaign": campaign.title, "date": phase.due_on if phase else ""},
        url=reverse("risks:forms"),
        key=f"campaign-{campaign.pk}-reminder-{today}",
    )
    count = people.count()
    record("campaign.reminded", by=by, obj=campaign, detail={"people": count, "on": today.isoformat()})
    return count


def reminded_on(campaign: Campaign) -> date | None:
    """The day of the last reminder, from the campaign's own trace."""
    from audit.models import AuditEvent

    last = (
        AuditEvent.objects.filter(action="campaign.reminded", object_type="risks.campaign", object_id=str(campaign.pk))
        .order_by("-id")
        .values_list("detail", flat=True)
        .first()
    )
    return date.fromisoformat(last["on"]) if last else None
