"""Who brings lists in: whoever may add to the list itself (each kind asks the permissions of its app)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import Unit
from positions.scopes import scope_of
from reporting.list_imports.kinds import KINDS, Kind
from reporting.list_imports.models import ListImport


def kinds_of(user: User) -> list[tuple[Kind, frozenset[int]]]:
    """The lists somebody adds to, with the units."""
    scope = scope_of(user)
    return [(kind, units) for kind in KINDS.values() if (units := kind.unit_ids(user, scope))]


def may_import(user: User, kind: Kind, unit: Unit) -> Verdict:
    """Bring this list into the unit."""
    return kind.may(user, unit)


def may_work_on(user: User, list_import: ListImport) -> Verdict:
    """Change, try, carry out or discard an import: who uploaded the file, while still adding to the list."""
    if list_import.by_id != user.pk:
        return no(_("Only who uploaded the file goes on with it."))
    return may_import(user, list_import.what, list_import.unit)


def may_undo(user: User, list_import: ListImport) -> Verdict:
    """Undo an import: who uploaded the file, and who keeps the list as a whole. Each row's removal asks its own app besides."""
    if list_import.by_id == user.pk or list_import.unit_id in list_import.what.keeper_ids(scope_of(user)):
        return YES
    return no(_("It is undone by who uploaded the file, or by who keeps the list."))
