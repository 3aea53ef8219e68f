"""The start page: requests for integrity files to decide on, and files that may be read. Nobody is named: others may see the page."""

from datetime import date
from typing import Any

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from positions.scopes import Scope
from reporting.integrity.states import RequestState
from reporting.models import FileRequest
from web.board_parts import Asked, Sent, Task, in_view

SHOWN = 3
_READ = ("id", "number", "state", "requested_by_id", "requested_at", "granted_until")


def asks() -> dict[str, Any]:
    """Whether anything waits or may be read that the person asked for, or a committee approves in the units of who sits in one."""
    concerned = Q(requested_by=Given("me")) | one_of("body__unit_id", "desk_units")
    return {"files": Exists(FileRequest.objects.filter(concerned, state__in=[RequestState.WAITING, RequestState.APPROVED]))}


def tasks_and_sent(*, user: User, scope: Scope, today: date, asked: Asked) -> tuple[list[Task], list[Sent]]:
    """One query: what waits for the person as approver, what the person asked for and may read or waits for."""
    if not asked["files"] or not (scope.bodies or scope.headed_unit_ids or scope.reviewed_department_ids):
        return [], []
    waiting, sent = [], []
    for row in _open(user, scope, today):
        mine = row.requested_by_id == user.pk
        if mine:
            words = _("Reading of an integrity file: %(number)s") % {"number": row.number}
            sent.append(Sent(words, row.get_absolute_url(), row.state_label, row.state_tone, row.requested_at))
        elif row.state == RequestState.WAITING:
            waiting.append(Task(_("Decide on a request to read an integrity file"), row.get_absolute_url(), detail=row.number))
    if len(waiting) > SHOWN:
        url = f"{reverse('reporting:file_requests')}?state={RequestState.WAITING}"
        waiting = [Task(_("Decide on %(n)d requests to read integrity files") % {"n": len(waiting)}, url)]
    return waiting, sent[:SHOWN]


def _open(user: User, scope: Scope, today: date) -> list[FileRequest]:
    """The requests that wait or may be read today, of those the person sees, with what the board tells of them."""

    def found() -> Any:
        seen = FileRequest.objects.visible_to(user).filter(state__in=[RequestState.WAITING, RequestState.APPROVED])
        return seen.exclude(state=RequestState.APPROVED, granted_until__lt=today).order_by("until", "pk").values_list(*_READ)

    return [FileRequest(**dict(zip(_READ, row, strict=True))) for row in prepared.rows("files.open", in_view(user, scope, today), found)]
