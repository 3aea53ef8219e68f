"""The start page's part about warnings: what the committees, who is responsible and who is warned have to do next."""

from datetime import date

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from early_warnings import lists
from early_warnings.models import Warning
from early_warnings.states import WarningState
from positions.models import BodyKind
from positions.scopes import Scope
from web.board_parts import Task
from web.links import link

S = WarningState
SHOWN = 5
# What who is warned or responsible does next in these states.
_NEXT = {
    S.ISSUED: gettext_lazy("Confirm receipt"),
    S.ACKNOWLEDGED: gettext_lazy("Set causes and measures"),
    S.RECTIFYING: gettext_lazy("Rectify and report"),
}


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """The committee's board, approvals, and one's own warnings. Nobody is named: the start page may be seen by who passes by."""
    return [*_committee(user, scope, today), *_approvals(user, scope, today), *_own(user, scope, today)]


def _committee(user: User, scope: Scope, today: date) -> list[Task]:
    if not scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        return []
    waiting = Warning.objects.handled_by(user).filter(state__in=lists.OWN_STEPS)
    facts = waiting.aggregate(n=Count("pk"), first=Min("step_due_on"))
    if not facts["n"]:
        return []
    text = ngettext("%(n)d warning for the committee to handle", "%(n)d warnings for the committee to handle", facts["n"])
    return [Task(text % {"n": facts["n"]}, link("warnings:board"), due=facts["first"], urgent=_is_late(facts["first"], today))]


def _approvals(user: User, scope: Scope, today: date) -> list[Task]:
    if not scope.bodies.get(BodyKind.PARTY_COMMITTEE):
        return []
    waiting = Warning.objects.handled_by(user).waiting_for_approval().exclude(Q(started_by=user) | Q(submitted_by=user))
    facts = waiting.aggregate(n=Count("pk"), first=Min("step_due_on"))
    if not facts["n"]:
        return []
    text = ngettext("%(n)d warning waits for the party committee", "%(n)d warnings wait for the party committee", facts["n"])
    return [Task(text % {"n": facts["n"]}, link("warnings:approvals"), due=facts["first"], urgent=_is_late(facts["first"], today))]


def _own(user: User, scope: Scope, today: date) -> list[Task]:
    rows = Warning.objects.received_by(user).filter(state__in=_NEXT).order_by("step_due_on", "pk")[:SHOWN]
    return [
        Task(
            _("Warning %(number)s: %(step)s") % {"number": row.number, "step": _NEXT[WarningState(row.state)]},
            row.get_absolute_url(),
            due=row.step_due_on,
            urgent=_is_late(row.step_due_on, today),
        )
        for row in rows
    ]


def _is_late(due: date | None, today: date) -> bool:
    return due is not None and due < today
