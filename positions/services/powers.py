"""The life of a power item in the version being compiled: written, handed in, agreed, accepted, returned, merged (domain §2)."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind, Catalogue, FlowStep, HolderLevel, PowerItem
from positions.permissions import powers as permissions
from positions.services.people import heads_of, leadership_of, of_body, writers_of
from positions.states import ITEM_TABLE

FIELDS = (
    "number", "name", "category", "level", "department", "position", "basis", "subject", "conditions", "procedure",
    "time_limit", "time_limit_days", "responsibility", "major_matter", "requires", "disclosure",
)  # fmt: skip
# What has to be filled in before an item is handed in (states: "basis, subject, conditions, …").
NEEDED = ("basis", "subject", "conditions", "procedure", "time_limit", "responsibility")
# What a duplicate gives to the item it is merged into, where that is silent.
TEXTS = (*NEEDED, "time_limit_days", "major_matter", "disclosure")


def _locked(item: PowerItem, version: int | None = None) -> PowerItem:
    # The catalogue first, as whoever publishes does: no deadlock, and its state is the one that counts.
    lock(Catalogue.objects, item.catalogue_id)
    return lock(PowerItem.objects.select_related("catalogue"), item.pk, version=version)


def missing_in(item: PowerItem) -> list[str]:
    """What has to be entered before it can be handed in, as people call it; empty when nothing is missing."""
    missing = [str(PowerItem._meta.get_field(name).verbose_name) for name in NEEDED if not getattr(item, name).strip()]  # type: ignore[union-attr]
    if not item.steps.exists():
        missing.append(_("flowchart"))
    return missing


def next_number(catalogue: Catalogue, reserved: Collection[str] = ()) -> str:
    """A free number for a new item: unit code and the next count."""
    count = catalogue.items.count()
    taken = {*catalogue.items.values_list("number", flat=True), *reserved}
    while True:
        count += 1
        number = f"{catalogue.unit.code}-{count:03d}"
        if number not in taken:
            return number


@transaction.atomic
def create_item(*, catalogue: Catalogue, by: User, fields: dict[str, Any], reserved: Collection[str] = ()) -> PowerItem:
    """Write a new draft into the version being compiled. `fields` are those of `FIELDS`; without a number it gets the next one that is
    not reserved (for a later row of a file).

    Raises NotAllowed, and DomainError when the number is taken or the holder does not fit the level.
    """
    catalogue = lock(Catalogue.objects, catalogue.pk)
    permissions.may_create_item(by, catalogue).require()
    item = PowerItem(catalogue=catalogue, unit_id=catalogue.unit_id, created_by=by)
    _fill(item, fields)
    item.number = item.number or next_number(catalogue, reserved)
    permissions.may_hold_item_for(by, item).require()
    _save(item)
    audit.record("power.created", by=by, obj=item)
    return item


@transaction.atomic
def save_item(*, item: PowerItem, by: User, fields: dict[str, Any], version: int | None = None) -> PowerItem:
    """Change fields. Raises NotAllowed, Conflict, DomainError."""
    item = _locked(item, version)
    permissions.may_edit_item(by, item).require()
    before = PowerItem.objects.get(pk=item.pk)
    held = (item.level, item.department_id, item.position_id)
    _fill(item, fields)
    if (item.level, item.department_id, item.position_id) != held:
        permissions.may_hold_item_for(by, item).require()
    changes = audit.differences(before, item, list(FIELDS))
    if changes:
        _save(item)
        audit.record("power.changed", by=by, obj=item, changes=changes)
    return item


def _fill(item: PowerItem, fields: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(item, name, fields[name])
    position, department = item.position, item.department
    if item.level == HolderLevel.UNIT:
        item.department = item.position = None
    elif item.level == HolderLevel.DEPARTMENT:
        item.position = None
        if department is None:
            raise DomainError(_("Choose the department that holds the power."))
    else:
        if position is None:
            raise DomainError(_("Choose the position that holds the power."))
        item.department = position.department
    for holder in (item.department, item.position):
        if holder is not None and holder.unit_id != item.unit_id:
            raise DomainError(_("“%(holder)s” does not belong to this unit.") % {"holder": holder})


def _save(item: PowerItem) -> None:
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        if "positions_poweritem_number" not in str(error):
            raise
        raise DomainError(_("The number “%(number)s” is taken. Choose another one.") % {"number": item.number}) from error


def _move(item: PowerItem, name: str, by: User, reason: str = "") -> None:
    old = item.get_state_display()
    transition = ITEM_TABLE.move(item, name)
    item.returned_reason = reason if name == "return" else ""
    item.save()
    changes = {"state": [str(old), str(item.get_state_display())]}
    audit.record(transition.audit, by=by, obj=item, changes=changes, reason=reason)


def _url(item: PowerItem) -> str:
    return reverse("powers:item", args=[item.pk])


@transaction.atomic
def submit_item(*, item: PowerItem, by: User, version: int | None = None) -> PowerItem:
    """Hand a draft to the department head. Raises NotAllowed, NotPossible (naming what is missing), Conflict."""
    item = _locked(item, version)
    permissions.may_submit_item(by, item).require()
    _complete(item)
    _move(item, "submit", by)
    notify(
        heads_of(item.department_id),
        kind="power.submitted",
        text=_("Power “%(item)s” was handed in for your review.") % {"item": item.name},
        url=_url(item),
        except_for=by,
    )
    return item


def _complete(item: PowerItem) -> None:
    missing = missing_in(item)
    if missing:
        raise NotPossible(
            _("“%(item)s” is not complete. Still missing: %(missing)s.") % {"item": item.name, "missing": _(", ").join(missing)}
        )


@transaction.atomic
def agree_item(*, item: PowerItem, by: User, version: int | None = None) -> PowerItem:
    """The department head (for powers of the unit its leadership) passes it on to the unit."""
    item = _locked(item, version)
    permissions.may_agree(by, item).require()
    _complete(item)
    _move(item, "agree", by)
    notify(
        of_body(item.unit_id, BodyKind.LEADING_GROUP_OFFICE),
        kind="power.agreed",
        text=_("Power “%(item)s” is waiting to be accepted into the catalogue.") % {"item": item.name},
        url=_url(item),
        except_for=by,
    )
    return item


@transaction.atomic
def accept_items(*, items: Sequence[PowerItem], by: User) -> int:
    """The office of the leading group takes items into the catalogue, all or none; returns how many."""
    for item in sorted(items, key=lambda i: i.pk):
        locked = _locked(item)
        permissions.may_accept(by, locked).require()
        _move(locked, "accept", by)
        notify(
            heads_of(locked.department_id),
            kind="power.accepted",
            text=_("Power “%(item)s” was accepted into the catalogue.") % {"item": locked.name},
            url=_url(locked),
            except_for=by,
        )
    return len(items)


@transaction.atomic
def return_item(*, item: PowerItem, by: User, reason: str, version: int | None = None) -> PowerItem:
    """Send it back to be mended; the reason stands on the item until it is handed in again."""
    item = _locked(item, version)
    permissions.may_return_item(by, item).require()
    _reason(reason)
    _move(item, "return", by, reason)
    notify(
        [*writers_of(item), *heads_of(item.department_id)],
        kind="power.returned",
        text=_("Power “%(item)s” was returned: %(reason)s") % {"item": item.name, "reason": reason},
        url=_url(item),
        except_for=by,
    )
    return item


@transaction.atomic
def reopen_item(*, item: PowerItem, by: User, reason: str, version: int | None = None) -> PowerItem:
    """Take an accepted power back to draft in order to revise it."""
    item = _locked(item, version)
    permissions.may_reopen(by, item).require()
    _reason(reason)
    _move(item, "reopen", by, reason)
    notify(
        heads_of(item.department_id) or leadership_of(item.unit_id),
        kind="power.reopened",
        text=_("Power “%(item)s” is being revised: %(reason)s") % {"item": item.name, "reason": reason},
        url=_url(item),
        except_for=by,
    )
    return item


def _reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why: the reason is read by those concerned."))


@transaction.atomic
def remove_item(*, item: PowerItem, by: User, reason: str = "") -> None:
    """Take a power out of the version being compiled; its rows in the history and the audit trail stay.

    A draft that was never handed in goes without a reason; a power that a former version has needs one.
    """
    item = _locked(item)
    permissions.may_remove_item(by, item).require()
    if PowerItem.objects.filter(lineage=item.lineage).exclude(pk=item.pk).exists():
        _reason(reason)
    _delete(item, by, "power.removed", reason)


def _delete(item: PowerItem, by: User, action: str, reason: str, detail: dict[str, Any] | None = None) -> None:
    audit.record(action, by=by, obj=item, reason=reason, detail={"lineage": str(item.lineage), **(detail or {})})
    try:
        with transaction.atomic():
            item.delete()
    except ProtectedError as error:
        raise NotPossible(
            _("Risks or forms already refer to “%(item)s”. Merge it into another power instead.") % {"item": item.name}
        ) from error


@transaction.atomic
def merge_items(*, keep: PowerItem, duplicate: PowerItem, by: User, reason: str, as_department: bool = False) -> PowerItem:
    """Make one item of two that mean the same matter. What `keep` does not say is taken from the duplicate, its flowchart too when `keep`
    has none; the duplicate goes. Risks on it follow to `keep` when the version is published (`absorbed`).

    `as_department` makes the kept item a power of the department. Raises NotAllowed, NotPossible, DomainError.
    """
    if keep.pk == duplicate.pk:
        raise DomainError(_("Choose two different items."))
    if keep.catalogue_id != duplicate.catalogue_id:
        raise DomainError(_("Only items of the same version can be merged."))
    first, second = sorted((keep, duplicate), key=lambda i: i.pk)
    locked = {first.pk: _locked(first), second.pk: _locked(second)}
    keep, duplicate = locked[keep.pk], locked[duplicate.pk]
    permissions.may_merge(by, keep).require()
    permissions.may_merge(by, duplicate).require()
    _reason(reason)
    taken = {}
    for name in TEXTS:
        if not getattr(keep, name) and getattr(duplicate, name):
            setattr(keep, name, getattr(duplicate, name))
            taken[name] = ["", str(getattr(duplicate, name))]
    keep.requires = [*keep.requires, *(code for code in duplicate.requires if code not in keep.requires)]
    keep.absorbed = [*keep.absorbed, duplicate.lineage, *duplicate.absorbed]
    if as_department and keep.level == HolderLevel.POSITION and keep.department_id:
        keep.level, keep.position = HolderLevel.DEPARTMENT, None
    if not keep.steps.exists():
        _hand_over_chart(duplicate, keep)
    keep.save()
    audit.record(
        "power.merged",
        by=by,
        obj=keep,
        reason=reason,
        changes=taken,
        detail={"merged": duplicate.number, "name": duplicate.name, "lineage": str(duplicate.lineage)},
    )
    writers = writers_of(duplicate)
    _delete(duplicate, by, "power.merged_away", reason, {"into": keep.number})
    notify(
        [*writers, *writers_of(keep)],
        kind="power.merged",
        text=_("“%(one)s” was merged into “%(other)s”.") % {"one": duplicate.name, "other": keep.name},
        url=_url(keep),
        except_for=by,
    )
    return keep


def _hand_over_chart(source: PowerItem, target: PowerItem) -> None:
    for step in FlowStep.objects.filter(item=source):
        step.item = target
        step.save()
    for link in source.links.all():
        link.item = target
        link.save()


def highest_number(unit_id: int) -> int:
    """The number of the unit's newest version, 0 when there is none."""
    return int(Catalogue.objects.filter(unit_id=unit_id).aggregate(n=Max("number"))["n"] or 0)
