"""The start page's part about leads: only for those who may see them, and with numbers of what they may see alone."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, Min, Q, TextField, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import prepared
from common.prepared import one_of
from leads.models import Judgement, Lead, LeadDesk
from leads.reporter_page import questions_to
from leads.selectors import keeps_leads
from leads.states import ENDED, LeadState
from positions.scopes import Scope
from web.board_parts import Asked, Task, in_view
from web.links import link


def asks() -> dict[str, Any]:
    """Whether the person reported anything that is open; whether anything open lies on a desk of the units whose desks the person reads.
    Nothing is asked about desks for who reads none (`desk_units` is empty): they wait no longer where there are leads."""
    mine = Lead.objects.open().filter(one_of("identity__owner_tag", "tags", TextField()))
    on_desks = LeadDesk.objects.filter(one_of("body__unit_id", "desk_units"), until=None).exclude(lead__state__in=ENDED)
    return {"leads.mine": Exists(mine), "leads.desk": Exists(on_desks)}


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """Questions about one's own reports; for the desk leads to take up, to judge, to confirm and to bring to an end."""
    questions = questions_to(user) if asked["leads.mine"] else 0
    text = ngettext("%(n)d question about what you reported", "%(n)d questions about what you reported", questions)
    own = [Task(text % {"n": questions}, link("leads:mine"))] if questions else []
    return own + (_of_the_desk(user, scope, today) if keeps_leads(user) and asked["leads.desk"] else [])


def _of_the_desk(user: User, scope: Scope, today: date) -> list[Task]:
    def by_kind() -> Any:
        own = Judgement.objects.filter(proposed_by=user, confirmed_at=None, returned_at=None).values("lead")
        kind = Case(
            When(state__in=[LeadState.RECEIVED, LeadState.STUDYING], then=Value("judge")),
            When(Q(state=LeadState.PROPOSED) & ~Q(pk__in=own), then=Value("confirm")),
            When(state=LeadState.HANDLING, then=Value("handle")),
        )
        leads = Lead.objects.visible_to(user).open().annotate(kind=kind).order_by()
        return leads.values_list("kind").annotate(n=Count("pk"), first=Min("due_on"))

    facts = {kind: (n, first) for kind, n, first in prepared.rows("leads.desk", in_view(user, scope, today), by_kind)}
    n = {kind: facts.get(kind, (0, None))[0] for kind in ("judge", "confirm", "handle")}
    texts = {
        "judge": ngettext("%(n)d lead to be taken up or judged", "%(n)d leads to be taken up or judged", n["judge"]),
        "confirm": ngettext("%(n)d judgement of a lead to be confirmed", "%(n)d judgements of leads to be confirmed", n["confirm"]),
        "handle": ngettext("%(n)d lead being handled", "%(n)d leads being handled", n["handle"]),
    }
    found = []
    for key, text in texts.items():
        due = facts.get(key, (0, None))[1]
        if n[key]:
            tab = "handling" if key == "handle" else "waiting"
            late = _("the first is overdue") if due and due < today else ""
            found.append(Task(text % {"n": n[key]}, link("leads:board", query=f"tab={tab}"), late, due, urgent=bool(late)))
    return found
