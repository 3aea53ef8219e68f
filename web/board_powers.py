"""The start page's part about powers: items to describe, returned, to review; the catalogue on its way."""

from datetime import date
from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from positions.models import BodyKind, Catalogue, HolderLevel, PowerItem
from positions.scopes import Scope
from positions.selectors import powers as selectors
from positions.states import CatalogueState, ItemState
from web.board_parts import Asked, Counted, Counting, Sent, Task
from web.links import link

SHOWN_SENT = 5
_READ = ("id", "name", "state", "returned_reason", "catalogue_id", "updated_at")


def asks() -> dict[str, Any]:
    """Whether there are items of one's own on their way, items to decide on, catalogues whose step is the person's."""
    own = one_of("position_id", "positions") | Q(created_by=Given("me"))
    # An item of the unit has no department (its table holds that): few have none, and PostgreSQL finds them by it.
    own |= Q(one_of("department_id", "led"), level=HolderLevel.DEPARTMENT)
    own |= Q(one_of("unit_id", "leadership"), level=HolderLevel.UNIT, department=None)
    drafts = Q(own, state=ItemState.DRAFT, catalogue__state=CatalogueState.COMPILING)
    handed_in = Q(created_by=Given("me"), state__in=[ItemState.DEPARTMENT_REVIEW, ItemState.UNIT_REVIEW])
    to_review = (
        Q(one_of("department_id", "led"), state=ItemState.DEPARTMENT_REVIEW)
        | Q(one_of("unit_id", "leadership"), state=ItemState.DEPARTMENT_REVIEW, department=None)
        | Q(one_of("unit_id", "office"), state=ItemState.UNIT_REVIEW)
    )
    steps = Q(one_of("unit_id", "legal"), state=CatalogueState.LEGAL_REVIEW)
    steps |= Q(one_of("unit_id", "office") | one_of("unit_id", "headed"), state=CatalogueState.APPROVED)
    return {
        "powers.items": Exists(PowerItem.objects.filter(drafts)) | Exists(PowerItem.objects.filter(handed_in)),
        "powers.review": Exists(PowerItem.objects.filter(to_review, catalogue__state=CatalogueState.COMPILING)),
        "powers.catalogues": Exists(Catalogue.objects.filter(steps)),
    }


def counts(*, user: User, scope: Scope, today: date) -> list[Counting]:
    """Items to review; drafts of the unit's own powers are told as things to describe."""
    to_review = lambda: selectors.waiting_for(user, PowerItem.objects.visible_to(user)).exclude(state=ItemState.DRAFT)  # noqa: E731
    return [Counting("powers.review", to_review)]


def tasks_and_sent(*, user: User, scope: Scope, today: date, asked: Asked, counted: Counted) -> tuple[list[Task], list[Sent]]:
    """Returned items first, then what others handed in to this person, then the catalogue's own steps; and the items under way."""
    mine, sent = _items(user, scope, today) if asked["powers.items"] else ([], [])
    reviews = _reviews(counted)
    return [*mine, *reviews, *(_catalogues(user, scope) if asked["powers.catalogues"] else [])], sent


def _items(user: User, scope: Scope, today: date) -> tuple[list[Task], list[Sent]]:
    def found() -> Any:
        visible = PowerItem.objects.visible_to(user)
        drafts = selectors.own(user, visible).filter(state=ItemState.DRAFT, catalogue__state=CatalogueState.COMPILING)
        under_way = visible.filter(created_by=user, state__in=[ItemState.DEPARTMENT_REVIEW, ItemState.UNIT_REVIEW])
        return (drafts | under_way).order_by("number").values_list(*_READ)

    items = [PowerItem(**dict(zip(_READ, row, strict=True))) for row in prepared.rows("powers.items", (scope.key, today), found)]
    tasks = _own([item for item in items if item.state == ItemState.DRAFT])
    sent = sorted((item for item in items if item.state != ItemState.DRAFT), key=lambda item: item.updated_at, reverse=True)
    return tasks, [_sent(item) for item in sent[:SHOWN_SENT]]


def _own(items: list[PowerItem]) -> list[Task]:
    found = [
        Task(
            _("Power item returned: %(name)s") % {"name": item.name}, link("powers:item", item.pk), detail=item.returned_reason, urgent=True
        )
        for item in items
        if item.returned_reason
    ]
    drafts = [item for item in items if not item.returned_reason]
    if len(drafts) == 1:
        text = _("Describe the power item “%(name)s” and hand it in") % {"name": drafts[0].name}
        found.append(Task(text, link("powers:item", drafts[0].pk)))
    elif drafts:
        text = ngettext("%(n)d power item to describe and hand in", "%(n)d power items to describe and hand in", len(drafts))
        found.append(Task(text % {"n": len(drafts)}, link("powers:catalogue", drafts[0].catalogue_id, query="desk=mine")))
    return found


def _reviews(counted: Counted) -> list[Task]:
    if "powers.review" not in counted:
        return []
    n, _first = counted["powers.review"]
    text = ngettext("%(n)d power item waits for your review", "%(n)d power items wait for your review", n) % {"n": n}
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


def _sent(item: PowerItem) -> Sent:
    text = _("Power item: %(name)s") % {"name": item.name}
    return Sent(text, link("powers:item", item.pk), item.get_state_display(), since=item.updated_at)
