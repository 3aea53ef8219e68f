"""Grading schemes of a unit: made, copied, edited while unused, chosen for new campaigns. Every version stays in the history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from positions.models import Unit
from risks.grading import validate
from risks.models import GradingScheme, LevelScale
from risks.permissions import grading as permissions


def _check(kind: str, rules: Mapping[str, Any], scale: LevelScale, name: str) -> str:
    name = name.strip()
    if not name or len(name) > 80:
        raise DomainError(_("Give the scheme a name of at most 80 characters."))
    problems = validate(rules, kind, set(scale.levels.values_list("severity", flat=True)))
    if problems:
        raise DomainError(" ".join(problem.text for problem in problems[:10]))
    return name


@transaction.atomic
def create(*, unit: Unit, by: User, name: str, kind: str, scale: LevelScale, rules: Mapping[str, Any]) -> GradingScheme:
    """A new scheme of the unit. Raises NotAllowed, DomainError (every fault in the rules, in words)."""
    permissions.may_keep_schemes(by, unit.pk).require()
    name = _check(kind, rules, scale, name)
    scheme = GradingScheme(unit=unit, name=name, kind=kind, scale=scale, rules=dict(rules))
    scheme._history_user = by  # type: ignore[attr-defined]
    scheme.save()
    audit.record("scheme.created", by=by, obj=scheme)
    return scheme


@transaction.atomic
def update(*, scheme: GradingScheme, by: User, name: str, rules: Mapping[str, Any], version: int | None = None) -> GradingScheme:
    """Change a scheme that nothing uses yet. Raises NotAllowed (used: copy it), Conflict, DomainError."""
    scheme = lock(GradingScheme.objects, scheme.pk, version=version)
    permissions.may_edit_scheme(by, scheme).require()
    name = _check(scheme.kind, rules, scheme.scale, name)
    changes: dict[str, list[Any]] = {"name": [scheme.name, name]} if name != scheme.name else {}
    was = scheme.rules
    scheme.name, scheme.rules = name, dict(rules)
    scheme._history_user = by  # type: ignore[attr-defined]
    scheme.save()
    audit.record("scheme.changed", by=by, obj=scheme, changes=changes, detail={"before": was, "after": scheme.rules})
    return scheme


@transaction.atomic
def copy(*, scheme: GradingScheme, unit: Unit, by: User) -> GradingScheme:
    """A copy for the unit, to be changed. Raises NotAllowed."""
    name = _("%(name)s (copy)") % {"name": scheme.name[:60]}
    return create(unit=unit, by=by, name=name, kind=scheme.kind, scale=scheme.scale, rules=scheme.rules)


@transaction.atomic
def set_default(*, scheme: GradingScheme, by: User) -> GradingScheme:
    """Use the scheme for the unit's new campaigns. Raises NotAllowed, NotPossible (no longer used)."""
    permissions.may_keep_schemes(by, scheme.unit_id).require()
    # The unit's row is the lock, so that two people do not choose at once.
    Unit.objects.select_for_update().get(pk=scheme.unit_id)
    scheme = lock(GradingScheme.objects, scheme.pk)
    if scheme.closed_on is not None:
        raise NotPossible(_("This scheme is no longer used."))
    for other in GradingScheme.objects.select_for_update().filter(unit_id=scheme.unit_id, is_default=True).exclude(pk=scheme.pk):
        other.is_default = False
        other._history_user = by  # type: ignore[attr-defined]
        other.save()
    if not scheme.is_default:
        scheme.is_default = True
        scheme._history_user = by  # type: ignore[attr-defined]
        scheme.save()
        audit.record("scheme.made_default", by=by, obj=scheme)
    return scheme


@transaction.atomic
def close(*, scheme: GradingScheme, by: User, reason: str = "") -> GradingScheme:
    """Use it no longer for anything new; campaigns that have it keep it. Raises NotAllowed, NotPossible."""
    scheme = lock(GradingScheme.objects, scheme.pk)
    permissions.may_keep_schemes(by, scheme.unit_id).require()
    if scheme.is_default:
        raise NotPossible(_("New campaigns use this scheme. Choose another one for them first."))
    if scheme.closed_on is None:
        scheme.closed_on = timezone.localdate()
        scheme._history_user = by  # type: ignore[attr-defined]
        scheme.save()
        audit.record("scheme.closed", by=by, obj=scheme, reason=reason.strip())
    return scheme
