"""The start page's part about warnings: what the committees, who is responsible and who is warned have to do next."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from early_warnings import lists
from early_warnings.models import RectificationReport, Statement, Warning
from early_warnings.states import WarningState
from positions.models import BodyKind
from positions.scopes import Scope
from web.board_parts import Asked, Counted, Counting, Sent, Task, moment, rows
from web.links import link

S = WarningState
SHOWN = 5
# What who is warned or responsible does next in these states.
_NEXT = {
    S.ISSUED: gettext_lazy("Confirm receipt"),
    S.ACKNOWLEDGED: gettext_lazy("Set causes and measures"),
    S.RECTIFYING: gettext_lazy("Rectify and report"),
}


def asks() -> dict[str, Any]:
    """Whether anything is in a state in which it can be the person's turn; and what waits of what the person wrote."""
    handled = one_of("discipline_body__unit_id", "desk_units") | one_of("party_body__unit_id", "desk_units")
    mine = Q(responsible=Given("me")) | Q(person=Given("me"))
    mine |= Q(one_of("department_id", "led"), subject_kind="department") | Q(one_of("unit_id", "headed"), subject_kind="unit")
    said = Statement.objects.filter(by=Given("me"), answered_at=None).order_by("-at")
    reported = RectificationReport.objects.filter(
        submitted_by=Given("me"), submitted_at__isnull=False, decision="", warning__state=WarningState.REPORTED
    ).order_by("-submitted_at")
    return {
        "warnings.committee": Exists(Warning.objects.filter(handled, state__in=lists.OWN_STEPS)),
        "warnings.approvals": Exists(Warning.objects.filter(handled, state=WarningState.SUBMITTED)),
        "warnings.own": Exists(Warning.objects.filter(mine, state__in=list(_NEXT))),
        "warnings.said": ArraySubquery(said.values(json=JSONObject(pk="warning_id", number="warning__number", at="at"))[:SHOWN]),
        "warnings.reported": ArraySubquery(
            reported.values(json=JSONObject(pk="warning_id", number="warning__number", at="submitted_at"))[:SHOWN]
        ),
    }


def counts(*, user: User, scope: Scope, today: date) -> list[Counting]:
    """What the committees the person sits on have to do next; nobody approves what they started or submitted themselves."""
    found = []
    if scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        steps = lambda: Warning.objects.handled_by(user).filter(state__in=lists.OWN_STEPS)  # noqa: E731
        found.append(Counting("warnings.committee", steps, "step_due_on", is_secret=True))
    if scope.bodies.get(BodyKind.PARTY_COMMITTEE):
        mine = Q(started_by=user) | Q(submitted_by=user)
        approvals = lambda: Warning.objects.handled_by(user).waiting_for_approval().exclude(mine)  # noqa: E731
        found.append(Counting("warnings.approvals", approvals, "step_due_on", is_secret=True))
    return found


def tasks(*, user: User, scope: Scope, today: date, asked: Asked, counted: Counted) -> list[Task]:
    """The committee's board, approvals, and one's own warnings. Nobody is named: the start page may be seen by who passes by."""
    found = [*_committee(today, counted), *_approvals(today, counted)]
    return found + (_own(user, scope, today) if asked["warnings.own"] else [])


def sent(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Sent]:
    """One's statements that are not answered, one's reports that are not verified."""
    words = {
        "warnings.said": (_("Statement of one's case: warning %(number)s"), _("waits for an answer")),
        "warnings.reported": (_("Report of rectification: warning %(number)s"), _("waits to be verified")),
    }
    return [
        Sent(text % {"number": row["number"]}, link("warnings:detail", row["pk"]), where, since=moment(row["at"]))
        for name, (text, where) in words.items()
        for row in rows(asked[name])
    ]


def _committee(today: date, counted: Counted) -> list[Task]:
    if "warnings.committee" not in counted:
        return []
    n, first = counted["warnings.committee"]
    text = ngettext("%(n)d warning for the committee to handle", "%(n)d warnings for the committee to handle", n)
    return [Task(text % {"n": n}, link("warnings:board"), due=first, urgent=_is_late(first, today))]


def _approvals(today: date, counted: Counted) -> list[Task]:
    if "warnings.approvals" not in counted:
        return []
    n, first = counted["warnings.approvals"]
    text = ngettext("%(n)d warning waits for the party committee", "%(n)d warnings wait for the party committee", n)
    return [Task(text % {"n": n}, link("warnings:approvals"), due=first, urgent=_is_late(first, today))]


def _own(user: User, scope: Scope, today: date) -> list[Task]:
    def waiting() -> Any:
        received = Warning.objects.received_by(user).filter(state__in=_NEXT).order_by("step_due_on", "pk")
        return received.values_list("pk", "number", "state", "step_due_on")[:SHOWN]

    return [
        Task(
            _("Warning %(number)s: %(step)s") % {"number": number, "step": _NEXT[WarningState(state)]},
            link("warnings:detail", pk),
            due=due,
            urgent=_is_late(due, today),
        )
        for pk, number, state, due in prepared.rows("warnings.own", scope.key, waiting)
    ]


def _is_late(due: date | None, today: date) -> bool:
    return due is not None and due < today
