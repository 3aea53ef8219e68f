"""Point schemes and the catalogue of behaviours of a unit: kept by its discipline committee, never changed under entries that use them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from early_warnings.models import PointBehaviour, PointClosing, PointEntry, PointScheme, PointThreshold, WarningLevel
from early_warnings.permissions import points as permissions
from early_warnings.points import Cycle, amount_problem, scheme_problems
from early_warnings.services.points import hold, scheme_on
from positions.models import Unit

_FIELDS = ("name", "full", "direction", "cap", "step", "cycle", "leader_share", "for_departments", "base_level", "in_force_from")


@dataclass(frozen=True, slots=True)
class Threshold:
    """From so many points on: this colour, with this consequence."""

    points: Decimal
    level: WarningLevel
    consequence: str = ""


@transaction.atomic
def create(*, unit: Unit, values: dict[str, Any], thresholds: Sequence[Threshold], by: User) -> PointScheme:
    """A scheme of the unit that holds from a day on; see `_FIELDS` for `values`. Raises NotAllowed, and DomainError with every fault."""
    unit = hold(unit.pk)
    permissions.may_keep(by, unit.pk).require()
    scheme = PointScheme(unit=unit, **{name: values[name] for name in _FIELDS})
    _check(scheme, thresholds)
    _write(scheme, thresholds, by)
    audit.record("point_scheme.created", by=by, obj=scheme)
    return scheme


@transaction.atomic
def update(
    *, scheme: PointScheme, values: dict[str, Any], thresholds: Sequence[Threshold], by: User, version: int | None = None
) -> PointScheme:
    """Change a scheme under which nothing was entered yet. Raises NotAllowed, Conflict, DomainError."""
    if scheme.unit_id is not None:
        hold(scheme.unit_id)
    scheme = lock(PointScheme.objects, scheme.pk, version=version)
    permissions.may_edit_scheme(by, scheme).require()
    for name in _FIELDS:
        setattr(scheme, name, values[name])
    _check(scheme, thresholds)
    for old in scheme.thresholds.all():
        old._history_user = by  # type: ignore[attr-defined]
        old.delete()
    _write(scheme, thresholds, by)
    audit.record("point_scheme.changed", by=by, obj=scheme)
    return scheme


def _check(scheme: PointScheme, thresholds: Sequence[Threshold]) -> None:
    if not str(scheme.name).strip():
        raise DomainError(_("Give the scheme a name."))
    problems = [problem.text for problem in scheme_problems(scheme.rules, [(t.points, t.level.severity) for t in thresholds])]
    if len({t.level.scheme_id for t in thresholds}) > 1:
        problems.append(_("The colours of the thresholds must belong to one warning scheme."))
    problems += _problems_of_date(scheme)
    if problems:
        raise DomainError(" ".join(problems))


def _problems_of_date(scheme: PointScheme) -> list[str]:
    day: date = scheme.in_force_from
    found = []
    if scheme.cycle == Cycle.CALENDAR and (day.month, day.day) != (1, 1):
        found.append(_("A scheme that counts by calendar years holds from a 1 January on, so that no year is split."))
    others = PointScheme.objects.filter(unit=scheme.unit).exclude(pk=scheme.pk)
    if others.filter(in_force_from=day).exists():
        found.append(_("Another scheme of the unit holds from the same day."))
    if PointClosing.objects.filter(unit=scheme.unit, year__gte=day.year).exists():
        found.append(_("That year is closed: choose a later one."))
    if PointEntry.objects.filter(unit=scheme.unit, occurred_on__gte=day).exclude(scheme=scheme.pk).exists():
        found.append(_("Points were already entered for days after that one. Choose a later day."))
    return found


def _write(scheme: PointScheme, thresholds: Sequence[Threshold], by: User) -> None:
    scheme.name = scheme.name.strip()
    scheme._history_user = by  # type: ignore[attr-defined]
    scheme.save()
    for t in thresholds:
        row = PointThreshold(scheme=scheme, points=t.points, level=t.level, consequence=t.consequence.strip())
        row._history_user = by  # type: ignore[attr-defined]
        row.save()


@dataclass(frozen=True, slots=True)
class BehaviourFacts:
    """One line of the catalogue."""

    code: str
    field: str
    text: str
    points: Decimal
    is_active: bool = True


@transaction.atomic
def save_behaviour(
    *, unit: Unit, facts: BehaviourFacts, by: User, behaviour: PointBehaviour | None = None, version: int | None = None
) -> PointBehaviour:
    """Add a line, or change one. A common line is not touched: the unit gets a line of its own with the same code, which takes its place.

    A line that entries use can only be taken out of use or back into it. Raises NotAllowed, Conflict, DomainError.
    """
    unit = hold(unit.pk)
    permissions.may_keep(by, unit.pk).require()
    if behaviour is not None:
        behaviour = lock(PointBehaviour.objects.of_unit(unit.pk), behaviour.pk, version=version)
    code, text = facts.code.strip(), facts.text.strip()
    if not code or not text:
        raise DomainError(_("Give code and text of the behaviour."))
    if problem := amount_problem(facts.points, scheme_on(unit.pk, timezone.localdate()).rules):
        raise DomainError(problem.text)
    own = behaviour if behaviour is not None and behaviour.unit_id else PointBehaviour(unit=unit)
    if behaviour is not None and not behaviour.unit_id:
        code = behaviour.code
    said = (code, facts.field, text, facts.points)
    if own.pk and said != (own.code, own.field, own.text, own.points) and own.entries.exists():
        raise DomainError(_("Entries rest on this line: take it out of use and add a new one."))
    if PointBehaviour.objects.filter(unit=unit, code=code).exclude(pk=own.pk).exists():
        raise DomainError(_("The code “%(code)s” is taken.") % {"code": code})
    if behaviour is None and PointBehaviour.objects.filter(unit=None, code=code).exists():
        raise DomainError(_("The code “%(code)s” is one of the common catalogue: change that line instead.") % {"code": code})
    own.code, own.field, own.text, own.points = said
    own.is_active = facts.is_active
    own._history_user = by  # type: ignore[attr-defined]
    own.save()
    audit.record("point_behaviour.saved", by=by, obj=own)
    return own


def problem_of_points(unit: Unit) -> Callable[[Decimal], str]:
    """Says what is wrong with the points of a line under the unit's scheme of today; an empty text when nothing is."""
    rules = scheme_on(unit.pk, timezone.localdate()).rules

    def problem(points: Decimal) -> str:
        found = amount_problem(points, rules)
        return str(found.text) if found else ""

    return problem


@transaction.atomic
def remove_behaviour(*, behaviour: PointBehaviour, by: User, reason: str) -> None:
    """Take out a line of the unit's own that no entry rests on: one that was imported by mistake. Its history stays.

    Raises NotAllowed, and NotPossible for a common line or one that is in use.
    """
    if behaviour.unit_id is None:
        raise NotPossible(_("A line of the common catalogue cannot be removed."))
    unit = hold(behaviour.unit_id)
    permissions.may_keep(by, unit.pk).require()
    own = lock(PointBehaviour.objects, behaviour.pk)
    audit.record("point_behaviour.removed", by=by, obj=own, reason=reason)
    own._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            own.delete()
    except ProtectedError as error:
        raise NotPossible(_("Entries rest on this line: take it out of use instead.")) from error
