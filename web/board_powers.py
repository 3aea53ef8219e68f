"""The start page's part about powers: items to describe, returned, to review; the catalogue on its way."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from positions.models import BodyKind, Catalogue, PowerItem
from positions.scopes import Scope
from positions.selectors import powers as selectors
from positions.states import CatalogueState, ItemState
from web.board_parts import Sent, Task
from web.links import link

SHOWN_SENT = 5


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """Returned items first, then what others handed in to this person, then the catalogue's own steps."""
    return [*_own(user, scope), *_reviews(user, scope), *_catalogues(user, scope)]


def _own(user: User, scope: Scope) -> list[Task]:
    mine = selectors.own(user, PowerItem.objects.visible_to(user)).filter(state=ItemState.DRAFT, catalogue__state=CatalogueState.COMPILING)
    rows = list(mine.order_by("number").values_list("pk", "name", "returned_reason", "catalogue_id"))
    found = [
        Task(_("Power item returned: %(name)s") % {"name": name}, link("powers:item", pk), detail=reason, urgent=True)
        for pk, name, reason, _catalogue in rows
        if reason
    ]
    drafts = [(pk, name, catalogue) for pk, name, reason, catalogue in rows if not reason]
    if len(drafts) == 1:
        pk, name, _catalogue = drafts[0]
        found.append(Task(_("Describe the power item “%(name)s” and hand it in") % {"name": name}, link("powers:item", pk)))
    elif drafts:
        text = ngettext("%(n)d power item to describe and hand in", "%(n)d power items to describe and hand in", len(drafts))
        url = link("powers:catalogue", drafts[0][2], query="desk=mine")
        found.append(Task(text % {"n": len(drafts)}, url))
    return found


def _reviews(user: User, scope: Scope) -> list[Task]:
    # Drafts of the unit's own powers are told above, as things to describe.
    waiting = selectors.waiting_for(user, PowerItem.objects.visible_to(user)).exclude(state=ItemState.DRAFT).count()
    if not waiting:
        return []
    text = ngettext("%(n)d power item waits for your review", "%(n)d power items wait for your review", waiting) % {"n": waiting}
    return [Task(text, link("powers:review"))]


def _catalogues(user: User, scope: Scope) -> list[Task]:
    legal = scope.bodies.get(BodyKind.LEGAL_OFFICE, frozenset())
    publishers = scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset()) | scope.headed_unit_ids
    if not legal | publishers:
        return []
    waiting = Catalogue.objects.visible_to(user).filter(
        Q(state=CatalogueState.LEGAL_REVIEW, unit_id__in=legal) | Q(state=CatalogueState.APPROVED, unit_id__in=publishers)
    )
    words = {
        CatalogueState.LEGAL_REVIEW: _("Legal review of the power catalogue: %(title)s"),
        CatalogueState.APPROVED: _("Power catalogue ready to publish: %(title)s"),
    }
    return [Task(words[c.state] % {"title": c}, link("powers:catalogue", c.pk)) for c in waiting]


def sent(*, user: User, scope: Scope, today: date) -> list[Sent]:
    """Items this person handed in that are with the department or the unit."""
    mine = PowerItem.objects.visible_to(user).filter(created_by=user, state__in=[ItemState.DEPARTMENT_REVIEW, ItemState.UNIT_REVIEW])
    return [
        Sent(_("Power item: %(name)s") % {"name": item.name}, link("powers:item", item.pk), item.get_state_display(), since=item.updated_at)
        for item in mine.order_by("-updated_at")[:SHOWN_SENT]
    ]
