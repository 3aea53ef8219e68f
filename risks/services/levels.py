"""Deciding current levels between campaigns (动态调整): one by one, or many in a fixed number of statements. Responsibility follows."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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
from notifications.services import Message, notify_many
from risks.models import Level, RiskPoint
from risks.permissions import register as permissions
from risks.services import points
from risks.services.responsibility import Organisation, hold_organisation, organisation_of
from risks.services.trace import copy_history

_WRITTEN = [
    "current_level", "responsible_leader", "department_head", "direct_holder", "reviewed_on", "version", "updated_at",
]  # fmt: skip
_AT_ONCE = 500


@dataclass(slots=True)
class Adjusted:
    """What a bulk decision did: the points with their new level, and why others were left out (reason → how many)."""

    points: list[RiskPoint] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def needed(reason: str) -> str:
    """The reason without blanks around it; DomainError when there is none."""
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the risk point."))
    return reason.strip()


def why_not(risk: RiskPoint, level: Level) -> str:
    """Why the point cannot get this level, whoever asks; empty when it can. `risk.current_level` is there."""
    if level.scale_id != risk.current_level.scale_id:
        return _("This level belongs to another scale.")
    if level.pk == risk.current_level_id:
        return _("The risk point already has this level.")
    return ""


def _set(risk: RiskPoint, level: Level, organisation: Organisation, today: date) -> tuple[Level, int | None]:
    """Give the point its level and who now answers for it, unsaved; the old level and the old leader's key."""
    before = risk.current_level, risk.responsible_leader_id
    risk.current_level, risk.reviewed_on = level, today
    organisation.derive(risk, level)
    return before


def _changes(old: Level, new: Level, leaders: tuple[int | None, int | None], people: Mapping[int, User]) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {"current_level": [old.label, new.label]}
    if leaders[0] != leaders[1]:
        changes["responsible_leader"] = [str(people[pk]) if pk and pk in people else "" for pk in leaders]
    return changes


def _text(risk: RiskPoint, old: Level) -> str:
    names = {"risk": risk, "old": old.label, "new": risk.current_level.label}
    return _("The level of “%(risk)s” changed from %(old)s to %(new)s.") % names


@transaction.atomic
def adjust_level(*, risk: RiskPoint, level: Level, reason: str, by: User, version: int | None = None) -> RiskPoint:
    """Decide another current level; the initial level stays, responsibility follows.

    Raises NotAllowed, Conflict, and DomainError without a reason, for a level of another scale or the level it has.
    """
    hold_organisation([risk.unit_id])
    risk = lock(RiskPoint.objects.defer("search"), risk.pk, version=version)
    permissions.may_adjust_level(by, risk).require()
    reason = needed(reason)
    if refused := why_not(risk, level):
        raise DomainError(refused)
    _write([(risk, level)], by=by, reasons={risk.pk: reason})
    return risk


@transaction.atomic
def adjust_many(*, changes: Mapping[int, Level], by: User, reason: str = "", reasons: Mapping[int, str] | None = None) -> Adjusted:
    """Decide other levels of many points (key → level) at once, each with its own of `reasons` or the common `reason`.

    Left out and counted: points about which the person may not decide (four eyes, another unit, taken off), levels of another scale and
    those a point already has. Each point gets its history row and its audit event, everybody concerned one notice however many points
    there are. Raises DomainError where a point would have no reason.
    """
    told = {pk: needed((reasons or {}).get(pk) or reason) for pk in changes}
    units = RiskPoint.objects.filter(pk__in=list(changes)).order_by().values_list("unit_id", flat=True).distinct()
    hold_organisation(list(units))
    rows = RiskPoint.objects.defer("search").select_for_update(of=("self",)).filter(pk__in=list(changes))
    found, ready = Adjusted(), []
    for risk in rows.select_related("current_level").order_by("pk"):
        verdict = permissions.may_adjust_level(by, risk)
        refused = str(verdict.reason) if not verdict else why_not(risk, changes[risk.pk])
        if refused:
            found.left[refused] += 1
        else:
            ready.append((risk, changes[risk.pk]))
    if ready:
        _write(ready, by=by, reasons=told)
    found.points = [risk for risk, _level in ready]
    return found


def _write(ready: list[tuple[RiskPoint, Level]], *, by: User, reasons: Mapping[int, str]) -> None:
    """Write locked and sifted points: rows, history, audit, notices. A fixed number of statements for each reason and 500 points."""
    now, today = timezone.now(), timezone.localdate()
    organisations = {unit_id: organisation_of(unit_id) for unit_id in {risk.unit_id for risk, _level in ready}}
    before = {}
    for risk, level in ready:
        before[risk.pk] = _set(risk, level, organisations[risk.unit_id], today)
        risk.version += 1
        risk.updated_at = now
    RiskPoint.objects.bulk_update([risk for risk, _level in ready], _WRITTEN, batch_size=_AT_ONCE)
    points.changed()
    keys = {pk for risk, _level in ready for pk in (before[risk.pk][1], risk.responsible_leader_id, risk.direct_holder_id) if pk}
    people = User.objects.in_bulk(keys)
    by_reason = defaultdict(list)
    for risk, level in ready:
        old, former = before[risk.pk]
        by_reason[reasons[risk.pk]].append((risk, _changes(old, level, (former, risk.responsible_leader_id), people)))
    for reason, events in by_reason.items():
        copy_history(RiskPoint, [risk.pk for risk, _changes_of in events], by=by, reason=reason)
        audit.record_many("risk.level_changed", events, by=by, reason=reason)
    _tell(ready, before, people, by)


def _tell(
    ready: list[tuple[RiskPoint, Level]], before: Mapping[int, tuple[Level, int | None]], people: Mapping[int, User], by: User
) -> None:
    """One notice to each leader, before and after, and each holder: about the point, or how many there are."""
    concerned: dict[int, list[RiskPoint]] = defaultdict(list)
    for risk, _level in ready:
        for pk in {risk.responsible_leader_id, before[risk.pk][1], risk.direct_holder_id} - {None}:
            concerned[pk].append(risk)  # type: ignore[index]
    messages = []
    for pk, risks in concerned.items():
        if len(risks) == 1:
            text, url = _text(risks[0], before[risks[0].pk][0]), risks[0].get_absolute_url()
        else:
            text = ngettext(
                "The level of %(n)d risk point you are concerned with was adjusted, among them “%(risk)s”.",
                "The levels of %(n)d risk points you are concerned with were adjusted, among them “%(risk)s”.",
                len(risks),
            ) % {"n": len(risks), "risk": risks[0]}
            url = reverse("risks:register")
        messages.append(Message([people[pk]], "risk", text, url, except_for=by))
    notify_many(messages)
