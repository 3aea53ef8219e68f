"""The start page's part about leads: only for those who may see them, and with numbers of what they may see alone."""

from datetime import date

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from leads.models import Judgement, Lead
from leads.reporter_page import questions_to
from leads.selectors import keeps_leads
from leads.states import LeadState
from positions.scopes import Scope
from web.board_parts import Task
from web.links import link


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """Questions about one's own reports; for the desk leads to take up, to judge, to confirm and to bring to an end."""
    asked = questions_to(user)
    text = ngettext("%(n)d question about what you reported", "%(n)d questions about what you reported", asked)
    own = [Task(text % {"n": asked}, link("leads:mine"))] if asked else []
    return own + (_of_the_desk(user, today) if keeps_leads(user) else [])


def _of_the_desk(user: User, today: date) -> list[Task]:
    leads = Lead.objects.visible_to(user)
    own = Judgement.objects.filter(proposed_by=user, confirmed_at=None, returned_at=None).values("lead")
    to_judge = Q(state__in=[LeadState.RECEIVED, LeadState.STUDYING])
    to_confirm = Q(state=LeadState.PROPOSED) & ~Q(pk__in=own)
    handled = Q(state=LeadState.HANDLING)
    facts = leads.aggregate(
        judge=Count("pk", filter=to_judge), judge_by=Min("due_on", filter=to_judge),
        confirm=Count("pk", filter=to_confirm), confirm_by=Min("due_on", filter=to_confirm),
        handle=Count("pk", filter=handled), handle_by=Min("due_on", filter=handled),
    )  # fmt: skip
    n = {"judge": facts["judge"], "confirm": facts["confirm"], "handle": facts["handle"]}
    texts = {
        "judge": ngettext("%(n)d lead to be taken up or judged", "%(n)d leads to be taken up or judged", n["judge"]),
        "confirm": ngettext("%(n)d judgement of a lead to be confirmed", "%(n)d judgements of leads to be confirmed", n["confirm"]),
        "handle": ngettext("%(n)d lead being handled", "%(n)d leads being handled", n["handle"]),
    }
    found = []
    for key, text in texts.items():
        due = facts[f"{key}_by"]
        if n[key]:
            tab = "handling" if key == "handle" else "waiting"
            late = _("the first is overdue") if due and due < today else ""
            found.append(Task(text % {"n": n[key]}, link("leads:board", query=f"tab={tab}"), late, due, urgent=bool(late)))
    return found
