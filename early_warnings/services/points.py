"""Point entries: proposed by one, decided by another, taken back by a counter-entry, never edited (domain §5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from early_warnings import committees
from early_warnings.models import PointBehaviour, PointEntry, PointScheme, PointSource, Warning
from early_warnings.permissions import points as permissions
from early_warnings.points import amount_problem
from early_warnings.services import point_effects
from early_warnings.services.point_holders import place_of
from early_warnings.states_points import POINT_TABLE, PointState
from leads.models import Lead
from notifications.services import notify
from positions.models import Department, Unit

_RELATED = ("unit", "scheme", "behaviour", "person", "department", "place", "proposed_by", "counter_of", "body")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry says. `points` None: those of the behaviour."""

    behaviour: PointBehaviour
    occurred_on: date
    facts: str
    basis: str
    source_kind: str = PointSource.DAILY
    source_text: str = ""
    points: Decimal | None = None
    lead: Lead | None = None
    warning: Warning | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of confirming several at once: how many, and why others were not."""

    done: int
    refused: list[str]


def hold(unit_id: int) -> Unit:
    """The unit's row, locked: entries, decisions and closings of one unit come one after the other."""
    return Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)


def scheme_on(unit_id: int, day: date) -> PointScheme:
    """The scheme in force for the unit on a day. Raises DomainError when there is none."""
    found: PointScheme | None = PointScheme.objects.in_force(unit_id, day).first()
    if found is None:
        raise DomainError(_("No point scheme was in force on %(day)s.") % {"day": day.isoformat()})
    return found


@transaction.atomic
def propose(*, unit: Unit, holder: User | Department, facts: Facts, by: User) -> PointEntry:
    """Propose points for a person or department. Raises NotAllowed, and DomainError for what the message says: a date to come, a closed
    year, somebody who left, points beyond the scheme, a lead or warning one does not see, the same fault entered twice."""
    unit = hold(unit.pk)
    permissions.may_propose(by, unit, holder).require()
    scheme = _check(unit, holder, facts, by)
    place = place_of(holder, unit, facts.occurred_on)
    points = facts.behaviour.points if facts.points is None else facts.points
    if problem := amount_problem(points, scheme.rules):
        raise DomainError(problem.text)
    body = permissions.handling_body(unit, holder)
    assert body is not None  # else nobody may propose
    entry = PointEntry(
        unit=unit,
        scheme=scheme,
        cycle_year=facts.occurred_on.year,
        body=body,
        place=place.department,
        holder_label=place.label,
        behaviour=facts.behaviour,
        points=points,
        occurred_on=facts.occurred_on,
        facts=facts.facts.strip(),
        basis=facts.basis.strip(),
        source_kind=facts.source_kind,
        source_text=facts.source_text.strip(),
        lead=facts.lead,
        warning=facts.warning,
        proposed_by=by,
        proposed_at=timezone.now(),
        person=holder if isinstance(holder, User) else None,
        department=holder if isinstance(holder, Department) else None,
    )
    _refuse_twice(entry)
    _save(entry, by)
    audit.record("points.proposed", by=by, obj=entry)
    _ask_for_decision(entry, by)
    return entry


@transaction.atomic
def confirm(*, entry: PointEntry, by: User, note: str = "", version: int | None = None) -> PointEntry:
    """Confirm: from now on it counts. The leader's share and reached thresholds follow at once. Raises NotAllowed, Conflict, DomainError
    (the year was closed)."""
    entry = _locked(entry, version)
    permissions.may_decide(by, entry).require()
    return _confirm(entry, by, note)


@transaction.atomic
def confirm_many(*, entry_ids: Collection[int], by: User) -> Confirmed:
    """Confirm what the person may of these; the rest is told with its reason and stays as it is."""
    entries = PointEntry.objects.visible_to(by).filter(pk__in=entry_ids)
    for unit_id in sorted(set(entries.values_list("unit_id", flat=True))):
        hold(unit_id)
    done, refused = 0, []
    for entry in entries.select_related(*_RELATED).order_by("occurred_on", "pk"):
        # Locked with its unit; read again, because it may have been decided while we waited.
        entry = lock(PointEntry.objects.select_related(*_RELATED), entry.pk)
        try:
            permissions.may_decide(by, entry).require()
            with transaction.atomic():
                _confirm(entry, by, "")
            done += 1
        except DomainError as error:
            refused.append(f"{entry.holder_label}：{error}")
    return Confirmed(done, refused)


@transaction.atomic
def reject(*, entry: PointEntry, by: User, reason: str, version: int | None = None) -> PointEntry:
    """Do not confirm, with the reason. Raises NotAllowed, Conflict, DomainError without reason."""
    entry = _locked(entry, version)
    permissions.may_decide(by, entry).require()
    if not reason.strip():
        raise DomainError(_("Give a reason: who proposed it has to know it."))
    _decide(entry, "reject", by, reason)
    text = _("A point entry you proposed was not confirmed.")
    notify([entry.proposed_by], kind="points", text=text, url=entry.get_absolute_url(), sensitive=True, except_for=by)
    return entry


@transaction.atomic
def withdraw(*, entry: PointEntry, by: User, version: int | None = None) -> PointEntry:
    """Take one's own proposal back. Raises NotAllowed, Conflict."""
    entry = _locked(entry, version)
    permissions.may_withdraw(by, entry).require()
    transition = POINT_TABLE.move(entry, "withdraw")
    _save(entry, by)
    audit.record(transition.audit, by=by, obj=entry)
    return entry


@transaction.atomic
def counter(*, entry: PointEntry, by: User, reason: str) -> PointEntry:
    """Propose that a confirmed entry is taken back: the same points with the other sign, on the same day, decided by somebody else.

    Raises NotAllowed (not confirmed, taken back already, year closed), DomainError without reason.
    """
    entry = _locked(entry, None)
    permissions.may_counter(by, entry).require()
    if not reason.strip():
        raise DomainError(_("Give a reason: it stands in the ledger beside the entry that is taken back."))
    copied = ("unit", "scheme", "cycle_year", "body", "person", "department", "place", "holder_label", "behaviour", "occurred_on", "basis")
    made = PointEntry(
        **{name: getattr(entry, name) for name in copied},
        points=-entry.points,
        facts=reason.strip(),
        source_kind=entry.source_kind,
        source_text=entry.source_text,
        lead=entry.lead,
        warning=entry.warning,
        counter_of=entry,
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    _save(made, by)
    audit.record("points.counter_proposed", by=by, obj=made, detail={"entry": entry.pk})
    _ask_for_decision(made, by)
    return made


def _check(unit: Unit, holder: User | Department, facts: Facts, by: User) -> PointScheme:
    """Everything but the amount and the post. Returns the scheme of the day."""
    if facts.occurred_on > timezone.localdate():
        raise DomainError(_("The date of the fault lies in the future."))
    scheme = scheme_on(unit.pk, facts.occurred_on)
    if permissions.is_closed(unit.pk, facts.occurred_on.year, scheme):
        raise DomainError(permissions.closed_text(facts.occurred_on.year))
    if isinstance(holder, Department) and not scheme.for_departments:
        raise DomainError(_("This scheme keeps no accounts for departments."))
    if not PointBehaviour.objects.of_unit(unit.pk).active().filter(pk=facts.behaviour.pk).exists():
        raise DomainError(_("This behaviour is no longer in the catalogue: choose another."))
    if not facts.facts.strip() or not facts.basis.strip():
        raise DomainError(_("Say what happened, and on which clause it rests."))
    if facts.source_kind == PointSource.OTHER and not facts.source_text.strip():
        raise DomainError(_("Say where this comes from."))
    _check_origin(facts, by)
    return scheme


def _check_origin(facts: Facts, by: User) -> None:
    if (facts.source_kind == PointSource.LEAD) != (facts.lead is not None):
        raise DomainError(_("Choose the lead this entry rests on, or another source."))
    if (facts.source_kind == PointSource.WARNING) != (facts.warning is not None):
        raise DomainError(_("Choose the warning this entry rests on, or another source."))
    if facts.lead is not None and not Lead.objects.visible_to(by).filter(pk=facts.lead.pk).exists():
        raise DomainError(_("This lead is not on your desk."))
    if facts.warning is not None and not Warning.objects.visible_to(by).filter(pk=facts.warning.pk).exists():
        raise DomainError(_("This warning cannot be chosen."))


def _refuse_twice(entry: PointEntry) -> None:
    same = PointEntry.objects.filter(
        unit=entry.unit,
        person=entry.person,
        department=entry.department,
        behaviour=entry.behaviour,
        occurred_on=entry.occurred_on,
        counter_of=None,
        share_of=None,
        state__in=[PointState.PROPOSED, PointState.CONFIRMED],
    ).exclude(counters__state=PointState.CONFIRMED)
    if same.exists():
        raise DomainError(_("The same behaviour is already entered for that day."))


def _confirm(entry: PointEntry, by: User, note: str) -> PointEntry:
    if permissions.is_closed(entry.unit_id, entry.cycle_year, entry.scheme):
        raise DomainError(permissions.closed_text(entry.cycle_year))
    _decide(entry, "confirm", by, note)
    point_effects.follow(entry, by)
    return entry


def _decide(entry: PointEntry, step: str, by: User, note: str) -> None:
    transition = POINT_TABLE.move(entry, step)
    entry.decided_by, entry.decided_at, entry.decision_note = by, timezone.now(), note.strip()[:500]
    _save(entry, by)
    audit.record(transition.audit, by=by, obj=entry)


def _locked(entry: PointEntry, version: int | None) -> PointEntry:
    hold(entry.unit_id)
    return lock(PointEntry.objects.select_related(*_RELATED), entry.pk, version=version)


def _save(entry: PointEntry, by: User) -> None:
    entry._history_user = by  # type: ignore[attr-defined]
    entry.save()


def _ask_for_decision(entry: PointEntry, by: User) -> None:
    """Tell those who may decide: the committee, or, where nobody else of it may, the secretary of the party committee."""
    subject = permissions.subject_of(entry.unit, entry.holder)
    people: Iterable[User] = [row.person for row in committees.entitled(entry.body, subject, {by.pk})]
    text = _("A point entry waits for your decision.")
    readers = [person for person in people if entry.lead_id is None or _reads(person, entry)]
    notify(readers, kind="points", text=text, url=reverse("warnings:points_waiting"), sensitive=True, except_for=by)


def _reads(person: User, entry: PointEntry) -> bool:
    return bool(Lead.objects.visible_to(person).filter(pk=entry.lead_id).exists())


def refused_text(outcome: Confirmed) -> str:
    """How a page tells what was not confirmed."""
    words: dict[str, Any] = {"n": len(outcome.refused), "why": " ".join(outcome.refused[:5])}
    return ngettext("%(n)d entry was not confirmed: %(why)s", "%(n)d entries were not confirmed: %(why)s", len(outcome.refused)) % words
