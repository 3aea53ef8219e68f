"""Who may do what with power items and catalogue versions (domain §2: 自下而上, 法制办审核后公布). Buttons and services ask here."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, Catalogue, HolderLevel, PowerItem, Unit
from positions.scopes import Scope, scope_of
from positions.states import CatalogueState, ItemState

if TYPE_CHECKING:
    from accounts.models import User


def _is_office(scope: Scope, unit_id: int) -> bool:
    """The office of the leading group does the daily work of the unit."""
    return scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, unit_id)


def is_office(user: "User", unit_id: int) -> bool:
    """Whether the person sits in the office of the unit's leading group."""
    return _is_office(scope_of(user), unit_id)


def _holds(scope: Scope, item: PowerItem) -> bool:
    """Whether the power is the person's own: of a post held, of the department worked in, or of the unit led."""
    if item.level == HolderLevel.UNIT:
        return item.unit_id in scope.leadership_unit_ids
    if item.position_id in scope.position_ids:
        return True
    return item.department_id in scope.department_ids if item.department_id else False


def _reviews(scope: Scope, item: PowerItem) -> bool:
    """Whether the person decides on it for the department; powers without one belong to the unit's leadership."""
    if item.department_id is None:
        return item.unit_id in scope.leadership_unit_ids
    return item.department_id in scope.led_department_ids


def _compiling(catalogue: Catalogue) -> Verdict:
    if catalogue.state == CatalogueState.COMPILING:
        return YES
    if catalogue.is_fixed:
        return no(_("A published catalogue is never changed. Start a new version and change it there."))
    return no(_("The catalogue is with the legal office or ready to publish. Ask for it to be returned first."))


def may_start_version(user: "User", unit: Unit) -> Verdict:
    """Begin the next version of the unit's catalogue."""
    scope = scope_of(user)
    if not (_is_office(scope, unit.pk) or unit.pk in scope.headed_unit_ids):
        return no(_("A new version is started by the office of the leading group or the unit head."))
    if Catalogue.objects.filter(unit=unit).unfinished().exists():
        return no(_("There is already a version being compiled."))
    return YES


def may_submit_catalogue(user: "User", catalogue: Catalogue) -> Verdict:
    """Hand the version to the legal office."""
    if not _is_office(scope_of(user), catalogue.unit_id):
        return no(_("The version is submitted by the office of the leading group."))
    return _compiling(catalogue)


def may_approve_catalogue(user: "User", catalogue: Catalogue) -> Verdict:
    """Give the legal office's opinion. Not by who submitted it (four eyes)."""
    if not scope_of(user).sits_in(BodyKind.LEGAL_OFFICE, catalogue.unit_id):
        return no(_("The opinion is given by a member of the legal office."))
    if catalogue.submitted_by_id == user.pk:
        return no(_("You submitted this version yourself; somebody else of the legal office has to review it."))
    if catalogue.state != CatalogueState.LEGAL_REVIEW:
        return no(_("It is not with the legal office now."))
    return YES


def may_return_catalogue(user: "User", catalogue: Catalogue) -> Verdict:
    """Send the version back to be compiled further."""
    if not scope_of(user).sits_in(BodyKind.LEGAL_OFFICE, catalogue.unit_id):
        return no(_("It is returned by a member of the legal office."))
    if catalogue.state not in (CatalogueState.LEGAL_REVIEW, CatalogueState.APPROVED):
        return no(_("It is not with the legal office now."))
    return YES


def may_publish(user: "User", catalogue: Catalogue) -> Verdict:
    """Put the version in force."""
    scope = scope_of(user)
    if not (_is_office(scope, catalogue.unit_id) or catalogue.unit_id in scope.headed_unit_ids):
        return no(_("The catalogue is published by the unit head or the office of the leading group."))
    if catalogue.state != CatalogueState.APPROVED:
        return no(_("The legal office has to approve it first."))
    return YES


def may_create_item(user: "User", catalogue: Catalogue) -> Verdict:
    """Add a power to the version being compiled; for whom is checked by `may_hold_item_for`."""
    if catalogue.unit_id not in scope_of(user).unit_ids:
        return no(_("Powers are entered by the people of the unit."))
    return _compiling(catalogue)


def may_hold_item_for(user: "User", item: PowerItem) -> Verdict:
    """Whether the person may enter a power for this position, department or unit."""
    scope = scope_of(user)
    if _is_office(scope, item.unit_id) or _holds(scope, item) or _reviews(scope, item):
        return YES
    return no(_("You can enter powers of your own positions and department only."))


def may_edit_item(user: "User", item: PowerItem) -> Verdict:
    """Change fields and flowchart: whoever has it on the desk."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    scope = scope_of(user)
    office = _is_office(scope, item.unit_id)
    if item.state == ItemState.DRAFT:
        return (
            YES if office or _holds(scope, item) or _reviews(scope, item) else no(_("A draft is written by the people who hold the power."))
        )
    if item.state == ItemState.DEPARTMENT_REVIEW:
        return YES if _reviews(scope, item) else no(_("It is with the department head. It can be changed when it has been returned."))
    if item.state == ItemState.UNIT_REVIEW:
        return YES if office else no(_("It is with the office of the leading group. It can be changed when it has been returned."))
    return no(_("It is accepted. Choose “revise” first."))


def may_submit_item(user: "User", item: PowerItem) -> Verdict:
    """Hand a draft to the department head."""
    if item.state != ItemState.DRAFT:
        return no(_("It has been handed in already."))
    if item.department_id is None:
        return no(_("Powers of the leadership have no department to be handed in to: a member of the leadership agrees to them."))
    return may_edit_item(user, item)


def may_agree(user: "User", item: PowerItem) -> Verdict:
    """Pass it on to the unit."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    if item.state not in (ItemState.DRAFT, ItemState.DEPARTMENT_REVIEW):
        return no(_("The department has already agreed."))
    if not _reviews(scope_of(user), item):
        return no(_("The department head decides on it; for powers of the unit its leadership."))
    return YES


def may_accept(user: "User", item: PowerItem) -> Verdict:
    """Take it into the catalogue."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    if item.state != ItemState.UNIT_REVIEW:
        return no(_("It is not with the unit now."))
    return YES if _is_office(scope_of(user), item.unit_id) else no(_("The office of the leading group accepts it."))


def may_return_item(user: "User", item: PowerItem) -> Verdict:
    """Send it back to who wrote it."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    scope = scope_of(user)
    if item.state == ItemState.DEPARTMENT_REVIEW and _reviews(scope, item):
        return YES
    if item.state in (ItemState.UNIT_REVIEW, ItemState.ACCEPTED) and _is_office(scope, item.unit_id):
        return YES
    return no(_("It is returned by whoever has to decide on it now."))


def may_reopen(user: "User", item: PowerItem) -> Verdict:
    """Take an accepted power (such as one copied from the last version) back to be revised."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    if item.state != ItemState.ACCEPTED:
        return no(_("It is not accepted yet; it can be changed as it is."))
    scope = scope_of(user)
    if _holds(scope, item) or _reviews(scope, item) or _is_office(scope, item.unit_id):
        return YES
    return no(_("It is revised by the people who hold the power."))


def may_remove_item(user: "User", item: PowerItem) -> Verdict:
    """Take a power out of the version being compiled: the writer of a draft, else whoever decides on it."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    scope = scope_of(user)
    if _is_office(scope, item.unit_id) or _reviews(scope, item):
        return YES
    if item.state == ItemState.DRAFT and item.created_by_id == user.pk:
        return YES
    return no(_("It is removed by the department head or the office of the leading group."))


def may_merge(user: "User", item: PowerItem) -> Verdict:
    """Merge a duplicate of the same matter into it: the department head within the department, the office within the unit."""
    compiling = _compiling(item.catalogue)
    if not compiling:
        return compiling
    scope = scope_of(user)
    if _is_office(scope, item.unit_id) or _reviews(scope, item):
        return YES
    return no(_("Duplicates are merged by the department head or the office of the leading group."))
