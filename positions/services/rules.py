"""The rules library: entered, put in force with number and date, repealed with a reason (domain §2)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.models import StoredFile
from common.undoing import references_to
from common.writes import lock
from positions.models import Rule, Unit
from positions.permissions import rules as permissions
from positions.states import RULE_TABLE, RuleState

FIELDS = ("title", "department", "key_points", "number", "since", "file")


@transaction.atomic
def add_rule(*, unit: Unit, by: User, fields: dict[str, Any], in_force: bool = False) -> Rule:
    """Enter a rule that is still to be made, or (with number and date) one that is in force already."""
    permissions.may_add(by, unit).require()
    rule = Rule(unit=unit)
    _fill(rule, fields)
    if in_force:
        _dated(rule.number, rule.since)
        rule.state = RuleState.IN_FORCE
    else:
        rule.number, rule.since = rule.number.strip(), None
    permissions.may_edit(by, rule).require()
    _save(rule)
    audit.record("rule.added", by=by, obj=rule, changes={"state": ["", str(rule.get_state_display())]})
    return rule


@transaction.atomic
def save_rule(*, rule: Rule, by: User, fields: dict[str, Any], version: int | None = None) -> Rule:
    """Change title, department, key points, file; number and date too while it is in force."""
    rule = lock(Rule.objects, rule.pk, version=version)
    permissions.may_edit(by, rule).require()
    before = Rule.objects.get(pk=rule.pk)
    _fill(rule, fields)
    if rule.state == RuleState.IN_FORCE:
        _dated(rule.number, rule.since)
    else:
        rule.since = None
    permissions.may_edit(by, rule).require()
    changes = audit.differences(before, rule, list(FIELDS))
    if changes:
        _save(rule)
        audit.record("rule.changed", by=by, obj=rule, changes=changes)
    return rule


def _fill(rule: Rule, fields: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(rule, name, fields[name])
    if rule.department is not None and rule.department.unit_id != rule.unit_id:
        raise DomainError(_("“%(holder)s” does not belong to this unit.") % {"holder": rule.department})


def _save(rule: Rule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        if "positions_rule_title" not in str(error):
            raise
        raise DomainError(_("There is already a rule called “%(title)s”.") % {"title": rule.title}) from error


def _dated(number: str, since: date | None) -> None:
    if not number.strip() or since is None:
        raise DomainError(_("A rule in force needs its document number and the date since which it is in force."))


@transaction.atomic
def enact_rule(
    *, rule: Rule, by: User, number: str, since: date | None, file: StoredFile | None = None, version: int | None = None
) -> Rule:
    """Put a rule in force."""
    rule = lock(Rule.objects, rule.pk, version=version)
    permissions.may_enact(by, rule).require()
    _dated(number, since)
    transition = RULE_TABLE.move(rule, "enact")
    rule.number, rule.since, rule.file = number.strip(), since, file or rule.file
    rule.save()
    audit.record(transition.audit, by=by, obj=rule, changes={"number": ["", rule.number], "since": ["", str(since)]})
    return rule


@transaction.atomic
def repeal_rule(*, rule: Rule, by: User, reason: str, version: int | None = None) -> Rule:
    """Take a rule out of force today."""
    rule = lock(Rule.objects, rule.pk, version=version)
    permissions.may_repeal(by, rule).require()
    if not reason.strip():
        raise DomainError(_("Say why: the reason is read by those concerned."))
    transition = RULE_TABLE.move(rule, "repeal")
    rule.repealed_on = timezone.localdate()
    rule.save()
    audit.record(transition.audit, by=by, obj=rule, reason=reason)
    return rule


@transaction.atomic
def remove_rule(*, rule: Rule, by: User, reason: str) -> None:
    """Take out a rule that was entered by mistake, such as by an import that is undone; nothing may refer to it. Its history stays.

    Raises NotAllowed, NotPossible.
    """
    rule = lock(Rule.objects, rule.pk)
    permissions.may_remove(by, rule).require()
    if references_to(Rule, [rule.pk], {}):
        raise NotPossible(_("Measures refer to “%(title)s”. Repeal it instead.") % {"title": rule.title})
    audit.record("rule.removed", by=by, obj=rule, reason=reason)
    rule.delete()
