"""A quarterly round from its opening until the ballots are counted; what comes after is in `services.results` and its neighbours."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import round_findings
from assessments.models import Group, Rater, Round, RoundGroup, RoundPhase
from assessments.permissions import rounds as permissions
from assessments.quarters import Quarter, quarter_of
from assessments.services import ballots, phases, raters
from assessments.services.settings import all_of, rules_of
from assessments.states import ROUND_TABLE, RoundState
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import notify
from positions.models import Body, BodyKind, BodyMembership, Unit

Days = Mapping[str, tuple[date, date]]


def locked(found: Round, version: int | None = None) -> Round:
    """The round, locked until the end of the transaction. Raises Conflict."""
    return lock(Round.objects.select_related("unit"), found.pk, version=version)


def save(found: Round, by: User | None) -> None:
    """Save with the history row naming who did it."""
    found._history_user = by  # type: ignore[attr-defined]
    found.save()


@transaction.atomic
def create(*, unit: Unit, by: User, year: int, quarter: int, days: Days | None = None, propose: bool = False) -> Round:
    """Open a round for setting up: its phases (`days`, else proposed from today on), the three groups, and people and raters if `propose`.

    Raises NotAllowed, DomainError (a second round of the quarter, a quarter that has not begun, no committee, days in disorder).
    """
    permissions.may_manage(by, unit.pk).require()
    # The unit's row is the lock under which two people cannot both find the quarter free.
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    when, today = Quarter(year, quarter), timezone.localdate()
    if not 1 <= quarter <= 4 or not 2000 <= year <= 2100 or quarter_of(today) < when:
        raise DomainError(_("Choose a quarter that has begun."))
    if Round.objects.filter(unit=unit, year=year, quarter=quarter).exclude(state=RoundState.CANCELLED).exists():
        raise NotPossible(_("There is already a round for %(quarter)s.") % {"quarter": when})
    found = Round(unit=unit, year=year, quarter=quarter, opened_by=by)
    found.discipline_body, found.party_body = _committee(unit, BodyKind.DISCIPLINE_COMMITTEE), _committee(unit, BodyKind.PARTY_COMMITTEE)
    save(found, by)
    RoundGroup.objects.bulk_create([RoundGroup(round=found, group=group) for group in Group.values])
    for phase, (first, last) in phases.checked(days or phases.proposed(unit.pk, today)).items():
        row = RoundPhase(round=found, phase=phase, starts_on=first, ends_on=last)
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
    audit.record("assessment.round_created", by=by, obj=found)
    if propose:
        raters.propose_all(found=found, by=by)
    return found


def _committee(unit: Unit, kind: BodyKind) -> Body:
    body = Body.objects.filter(unit=unit, kind=kind, closed_on=None).order_by("is_higher").first()
    if body is None:
        raise DomainError(
            _("%(unit)s has no %(body)s in the system: the system administrator adds it.") % {"unit": unit, "body": kind.label}
        )
    return body


@transaction.atomic
def plan(*, found: Round, days: Days, by: User, version: int | None = None) -> Round:
    """Set the days of phases; those left out stay. Raises NotAllowed, Conflict, DomainError for days in disorder or taken from appeals."""
    found = locked(found, version)
    permissions.may_plan(by, found).require()
    before = {row.phase: row for row in found.phases.all()}
    for shown in (RoundState.NOTICE, RoundState.APPEAL):
        # People have been told until when they may appeal.
        if found.published_at and shown in days and days[shown][1] < before[shown].ends_on:
            raise DomainError(_("“%(phase)s” cannot be made shorter: the assessed have been told its days.") % {"phase": shown.label})
    wanted = phases.checked({phase: (row.starts_on, row.ends_on) for phase, row in before.items()} | dict(days))
    changes: dict[str, list[Any]] = {}
    for phase, (first, last) in wanted.items():
        row = before[phase]
        if (row.starts_on, row.ends_on) != (first, last):
            changes[phase] = [f"{row.starts_on} – {row.ends_on}", f"{first} – {last}"]
            row.starts_on, row.ends_on = first, last
            row._history_user = by  # type: ignore[attr-defined]
            row.save()
    if changes:
        save(found, by)
        audit.record("assessment.planned", by=by, obj=found, changes=changes)
    return found


@transaction.atomic
def open_rating(*, found: Round, by: User, version: int | None = None) -> Round:
    """Fix people and raters, freeze the rules of the groups, make the urns, tell the raters.

    Raises NotAllowed, Conflict, NotPossible, and DomainError with every finding that stands in the way: then nothing is changed.
    """
    found = locked(found, version)
    permissions.may_manage(by, found.unit_id).require()
    transition = ROUND_TABLE.move(found, "open_rating")
    obstacles = [finding.text for finding in round_findings.findings(found) if finding.blocks]
    if obstacles:
        raise DomainError(" ".join(obstacles))
    now = all_of(found.unit_id)
    for group in found.groups.select_for_update():
        group.rules = rules_of(now[group.group]).to_json()
        group.save()
    found.rating_opened_at = timezone.now()
    save(found, by)
    ballots.prepare(found)
    audit.record(transition.audit, by=by, obj=found, detail={"people": found.assessed.count()})
    last = found.phases.get(phase=RoundState.RATING).ends_on
    text = _("%(round)s: your answers are asked for by %(day)s. Nobody learns what you answer.") % {"round": found, "day": last.isoformat()}
    notify(people_asked(found), kind="assessment", text=text, url=reverse("assessments:rating"), key=f"round:{found.pk}:rating")
    return found


@transaction.atomic
def close_rating(*, found: Round, by: User, reason: str = "", version: int | None = None) -> Round:
    """Count the ballots; before the last day only with a reason. Raises NotAllowed, Conflict, NotPossible, DomainError."""
    found = locked(found, version)
    permissions.may_manage(by, found.unit_id).require()
    transition = ROUND_TABLE.move(found, "close_rating")
    last = found.phases.get(phase=RoundState.RATING).ends_on
    if timezone.localdate() <= last and not reason.strip():
        raise DomainError(_("The appraisal runs until %(day)s: give a reason to close it earlier.") % {"day": last.isoformat()})
    found.rating_closed_at = timezone.now()
    save(found, by)
    ballots.count(found)
    audit.record(transition.audit, by=by, obj=found, reason=reason.strip())
    return found


@transaction.atomic
def cancel(*, found: Round, by: User, reason: str, version: int | None = None) -> Round:
    """Give the round up; ballots given are destroyed. Raises NotAllowed, Conflict, NotPossible, DomainError without a reason."""
    found = locked(found, version)
    permissions.may_manage(by, found.unit_id).require()
    was_asked = found.rating_opened_at is not None
    transition = ROUND_TABLE.move(found, "cancel")
    if not reason.strip():
        raise DomainError(_("Say why the round is cancelled."))
    found.cancelled_reason = reason.strip()
    save(found, by)
    ballots.discard(found)
    audit.record(transition.audit, by=by, obj=found, reason=found.cancelled_reason)
    if was_asked:
        text = _("%(round)s has been cancelled. Answers that were given have been destroyed.") % {"round": found}
        notify(
            people_asked(found),
            kind="assessment",
            text=text,
            url=reverse("assessments:rating"),
            key=f"round:{found.pk}:cancelled",
            except_for=by,
        )
    return found


def people_asked(found: Round) -> Iterable[User]:
    """Everybody who is asked in the round, whether they have answered or not: nothing here knows that."""
    return User.objects.filter(pk__in=Rater.objects.filter(assessed__round=found).values("person"))


def committee(found: Round, *, party: bool = False) -> list[User]:
    """Members in force of the discipline committee (or of the party committee)."""
    body_id = found.party_body_id if party else found.discipline_body_id
    return [row.person for row in BodyMembership.objects.in_force().filter(body_id=body_id).select_related("person").order_by("pk")]
