"""The rules of re-grading of a unit: drafted from those in force, changed, switched on with a reason, dropped. Every version stays."""

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.states import Transition
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind, BodyMembership, Unit
from regrading.models import RuleSet
from regrading.permissions import rule_sets as permissions
from regrading.rule_checks import problems
from regrading.rule_set_selectors import in_force, words_of
from regrading.rule_words import changes
from regrading.rules import Rules
from regrading.states import RULE_SET_TABLE, RuleSetState

_TOLD = gettext_lazy("New rules of re-grading are in force; they hold from the next nightly evaluation on.")


@transaction.atomic
def draft(*, unit: Unit, by: User, source: RuleSet | None = None) -> RuleSet:
    """A new version of the unit's rules to be changed, copied from `source`, else from those in force (at first the common ones).

    Raises NotAllowed, NotPossible when the unit already has a draft.
    """
    permissions.may_keep(by, unit.pk).require()
    _hold(unit.pk)
    own = RuleSet.objects.filter(unit=unit)
    if own.filter(state=RuleSetState.DRAFT).exists():
        raise NotPossible(_("The unit already has a draft. Change it, or drop it first."))
    copied = source or in_force(unit.pk)
    number = (own.aggregate(last=Max("number"))["last"] or 0) + 1
    made = RuleSet(unit=unit, number=number, rules=copied.values.to_json(), drafted_by=by)
    _save(made, by)
    audit.record("ruleset.drafted", by=by, obj=made, detail={"from": str(copied), "common": copied.unit_id is None})
    return made


@transaction.atomic
def change(*, rule_set: RuleSet, rules: Rules, note: str, by: User, version: int | None = None) -> RuleSet:
    """Put other numbers into a draft. Raises NotAllowed, Conflict, DomainError with every fault in words: then nothing is changed."""
    row = lock(RuleSet.objects, rule_set.pk, version=version)
    permissions.may_change(by, row).require()
    _check(row, rules)
    was, note = row.values, note.strip()[:200]
    told = changes(was, rules, words_of(_unit_id(row), was, rules))
    if note != row.note:
        told[str(RuleSet._meta.get_field("note").verbose_name)] = [row.note, note]  # type: ignore[union-attr]
    row.rules, row.note = rules.to_json(), note
    _save(row, by)
    audit.record("ruleset.changed", by=by, obj=row, changes=told)
    return row


@transaction.atomic
def switch_on(*, rule_set: RuleSet, reason: str, by: User, version: int | None = None) -> RuleSet:
    """Grade by this draft from the next evaluation on; the version before is replaced. Writes no score: the nightly run does.

    Raises NotAllowed, NotPossible (no draft), Conflict, DomainError (no reason, faults, nothing new).
    """
    _hold(rule_set.unit_id)
    row = lock(RuleSet.objects, rule_set.pk, version=version)
    permissions.may_keep(by, row.unit_id).require()
    transition = RULE_SET_TABLE.move(row, "switch_on")
    unit_id = _unit_id(row)
    if not reason.strip():
        raise DomainError(_("Say why the rules change."))
    _check(row, row.values)
    before = in_force(unit_id)
    if before.values == row.values:
        raise DomainError(_("The draft says the same as the rules in force. Change it first, or drop it."))
    if before.unit_id is not None:
        _replace(before, by)
    row.switched_on_by, row.switched_on_at, row.reason = by, timezone.now(), reason.strip()[:300]
    _save(row, by)
    told = changes(before.values, row.values, words_of(unit_id, before.values, row.values))
    audit.record(transition.audit, by=by, obj=row, reason=row.reason, changes=told)
    _tell(row, transition, by)
    return row


@transaction.atomic
def drop(*, rule_set: RuleSet, by: User, version: int | None = None) -> RuleSet:
    """Give a draft up; it stays to be read. Raises NotAllowed, NotPossible, Conflict."""
    row = lock(RuleSet.objects, rule_set.pk, version=version)
    permissions.may_keep(by, row.unit_id).require()
    transition = RULE_SET_TABLE.move(row, "drop")
    _save(row, by)
    audit.record(transition.audit, by=by, obj=row)
    return row


def _replace(before: RuleSet, by: User) -> None:
    old = lock(RuleSet.objects, before.pk)
    transition = RULE_SET_TABLE.move(old, "replace")
    _save(old, by)
    audit.record(transition.audit, by=by, obj=old)


def _check(row: RuleSet, rules: Rules) -> None:
    found = problems(rules, words_of(_unit_id(row), rules))
    if found:
        raise DomainError(" ".join(problem.text for problem in found[:10]))


def _tell(row: RuleSet, transition: Transition, by: User) -> None:
    """Leading group's office and discipline committee, as the table says."""
    kinds = [BodyKind.LEADING_GROUP_OFFICE, BodyKind.DISCIPLINE_COMMITTEE]
    held = BodyMembership.objects.in_force().filter(body__unit_id=row.unit_id, body__kind__in=kinds).select_related("person")
    notify(
        [membership.person for membership in held],
        kind=transition.audit,
        text=_TOLD,
        url=reverse("regrading:rule_set", args=[row.pk]),
        key=f"{transition.audit}:{row.pk}",
        except_for=by,
    )


def _unit_id(row: RuleSet) -> int:
    """Only sets of a unit are ever changed (permissions refuse common ones)."""
    if row.unit_id is None:
        raise NotPossible(permissions.COMMON)
    return row.unit_id


def _hold(unit_id: int | None) -> None:
    """One change of a unit's rules at a time."""
    Unit.objects.select_for_update(of=("self",)).filter(pk=unit_id).first()


def _save(row: RuleSet, by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
