"""Time limits of warnings: reminded once when amber and once on the day, told once when red, then place by place up the chain (domain §5).

Run hourly, tells on working days only (ADR 0017); running twice, at once or late tells nobody twice. Whoever's turn it becomes later, a
successor, is told as well. Notices say neither about whom nor why.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import workdays
from deadlines import stages
from deadlines.registry import Intervals
from early_warnings import committees, limits
from early_warnings.ladder import Late, Place, ladder, reached
from early_warnings.limits import Light
from early_warnings.models import (
    ApprovalVote,
    Disposition,
    Escalation,
    LimitedStep,
    OrderedBy,
    RectificationMeasure,
    Statement,
    Warning,
    WarningSettings,
)
from early_warnings.permissions import warnings as permissions
from early_warnings.services.moves import limited_step, running_limit
from early_warnings.services.organisation import chain_of
from early_warnings.services.people import recipients
from early_warnings.services.settings import settings_of
from early_warnings.states import RUNNING, WarningState
from notifications.models import Notice
from notifications.services import Message, notify, notify_many
from positions.models import BodyKind, BodyMembership, BodyRole

_LOG = logging.getLogger(__name__)
_RELATED = ("unit", "person", "department", "responsible", "discipline_body", "party_body")
S = WarningState
_DAY = "day"  # the last working day of a limit


def follow(*, today: date) -> dict[str, int]:
    """Look at every limit that runs, each warning in a transaction of its own; on days off nothing.

    Returns how many warnings told somebody something, and how many failed: these are logged and do not hold up the others; the next sweep
    tries them again.
    """
    counts = {"told": 0, "failed": 0}
    if not workdays.is_workday(today):
        return counts
    rows = Warning.objects.open().exclude(state=S.DRAFT)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        try:
            counts["told"] += follow_one(pk=pk, today=today)
        except Exception:  # noqa: BLE001 -- whatever is wrong with one warning, the others are followed
            _LOG.exception("the limits of a warning could not be followed", extra={"warning": pk})
            counts["failed"] += 1
    return counts


@transaction.atomic
def follow_one(*, pk: int, today: date) -> bool:
    """Tell what is to be told about one warning today; whether anybody was. Nothing while somebody else is working on it."""
    warning = Warning.objects.select_for_update(of=("self",), skip_locked=True).select_related(*_RELATED).filter(pk=pk).first()
    if warning is None or not warning.is_open:
        return False
    known = settings_of(warning.unit_id)
    told = [_step(warning, known, today)]
    if warning.state in RUNNING:
        told += [_statements(warning, known, today), _dispositions(warning, known, today), _measures(warning, known, today)]
    return any(told)


def light_of(warning: Warning, known: WarningSettings, today: date) -> Light | None:
    """How the present step stands; None where no limit runs."""
    runs = running_limit(warning, known)
    return limits.light(runs.start, runs.due_on, today, known.amber_share, working=runs.working) if runs else None


def _stage(light: Light, due_on: date, today: date) -> str:
    """What is told today: red, on the last working day, or amber; empty while it is green."""
    if light != Light.RED and workdays.workdays_between(today, due_on) == 0:
        return _DAY
    return "" if light == Light.GREEN else light.value


def _step(warning: Warning, known: WarningSettings, today: date) -> bool:
    light = light_of(warning, known, today)
    if light is None or warning.step_since is None or warning.step_due_on is None:
        return False
    stage = _stage(light, warning.step_due_on, today)
    if not stage:
        return False
    doers = acting(warning)
    name = LimitedStep(limited_step(warning.state, warning.tier) or "").label
    words = {"step": name, "day": warning.step_due_on.isoformat()}
    key = _key(warning, "step", f"{warning.state}:{warning.step_since:%Y%m%d%H%M%S}")
    if stage != Light.RED:
        text = _("The time limit of a warning ends on %(day)s: %(step)s.") % words
        return _once(doers, warning, f"{key}:{stage}", text, "warning.reminded")
    text = _("The time limit of a warning ended on %(day)s: %(step)s. Do it at once.") % words
    told = _once(doers, warning, f"{key}:red", text, "warning.overdue")
    return _climb(warning, known, doers, today, name) or told


def acting(warning: Warning) -> list[User]:
    """Whose turn it is in the present state."""
    if warning.state == S.SUBMITTED:
        voted = set(ApprovalVote.objects.filter(warning=warning, round=warning.approval_round).values_list("member_id", flat=True))
        return [member.person for member in permissions.deciding(warning) if member.person_id not in voted]
    if warning.state in (S.ISSUED, S.ACKNOWLEDGED, S.RECTIFYING):
        return recipients(warning)
    return [member.person for member in committees.discipline_members(warning)]


def _climb(warning: Warning, known: WarningSettings, doers: list[User], today: date, name: object) -> bool:
    """One place further up after each so many working days; each person once for each run of a step."""
    since, due_on = warning.step_since, warning.step_due_on
    if since is None or due_on is None:
        return False
    days = workdays.workdays_between(due_on, today)
    rungs = reached(ladder(_late(warning, doers)), days, known.escalate_after)
    done = set(Escalation.objects.filter(warning=warning, step=warning.state, step_since=since).values_list("place", "to_id"))
    reason = _("%(step)s: due on %(day)s") % {"step": name, "day": due_on.isoformat()}
    wanted = [(rung.place, pk) for rung in rungs for pk in rung.people if (rung.place.value, pk) not in done]
    people = User.objects.in_bulk([pk for _place, pk in wanted])
    for place, pk in wanted:
        Escalation.objects.create(
            warning=warning, step=warning.state, step_since=since, place=place.value, to=people[pk], reason=reason[:300]
        )
        audit.record("warning.told_up", by=None, obj=warning, unit_id=warning.unit_id, detail={"place": str(Place(place).label)})
    text = _("A warning you answer for as a leader is not being handled in time: %(reason)s. See to it.") % {"reason": reason}
    notify(
        [people[pk] for _place, pk in wanted],
        kind="warning",
        text=text,
        url=warning.get_absolute_url(),
        key=_key(warning, "up", f"{warning.state}:{since:%Y%m%d%H%M%S}"),
        sensitive=True,
    )
    return bool(wanted)


def _late(warning: Warning, doers: list[User]) -> Late:
    party = [member.person_id for member in committees.entitled(warning.party_body, committees.subject_of(warning))]
    members = committees.discipline_members(warning)
    head = next((member.person_id for member in members if member.role in (BodyRole.HEAD, BodyRole.SECRETARY)), None)
    chain = chain_of(warning.unit, warning.department_id)
    named = [pk for pk in (chain.department_head, chain.deputy, chain.unit_head, chain.higher_head) if pk is not None]
    out = set(committees.shut_out(committees.subject_of(warning), named)) | ({warning.person_id} if warning.person_id else set())
    if warning.state == S.SUBMITTED:
        out |= {pk for pk in (warning.started_by_id, warning.submitted_by_id) if pk}
    return Late(
        state=warning.state,
        responsible_how=warning.responsible_how,
        doers=[person.pk for person in doers],
        chain=chain,
        discipline_head=head,
        party=party,
        shut_out=out,
    )


def _statements(warning: Warning, known: WarningSettings, today: date) -> bool:
    """Statements are to be answered by the discipline committee."""
    limit = known.limit(LimitedStep.STATEMENT)
    people = [member.person for member in committees.discipline_members(warning)]
    told = False
    for statement in Statement.objects.filter(warning=warning).unanswered().exclude(due_on=None):
        light = limits.light(timezone.localdate(statement.at), statement.due_on, today, known.amber_share, working=limit.working)
        stage = _stage(light, statement.due_on, today)
        text = _("A statement of somebody warned is to be answered by %(day)s.") % {"day": statement.due_on.isoformat()}
        told |= bool(stage) and _once(people, warning, _key(warning, "statement", f"{statement.pk}:{stage}"), text, _action(stage))
    return told


def _dispositions(warning: Warning, known: WarningSettings, today: date) -> bool:
    """Dispositions are to be carried out by whose act they are."""
    told = False
    for disposition in Disposition.objects.filter(warning=warning).due().exclude(due_on=None).select_related("kind"):
        working = disposition.kind.limit_working
        light = limits.light(disposition.ordered_on, disposition.due_on, today, known.amber_share, working=working)
        text = _("A disposition is to be carried out by %(day)s.") % {"day": disposition.due_on.isoformat()}
        stage = _stage(light, disposition.due_on, today)
        key = _key(warning, "disposition", f"{disposition.pk}:{stage}")
        told |= bool(stage) and _once(_carrying_out(disposition, warning), warning, key, text, _action(stage))
    return told


def _carrying_out(disposition: Disposition, warning: Warning) -> list[User]:
    if disposition.ordered_for == OrderedBy.RESPONSIBLE:
        return [warning.responsible] if warning.responsible else []
    if disposition.ordered_for != OrderedBy.PERSONNEL:
        return [member.person for member in committees.discipline_members(warning)]
    held = BodyMembership.objects.in_force().filter(body__unit_id=warning.unit_id, body__kind=BodyKind.PERSONNEL_OFFICE)
    members = list(held.select_related("person"))
    out = committees.shut_out(committees.subject_of(warning), [member.person_id for member in members])
    return [member.person for member in members if member.person_id not in out]


def _measures(warning: Warning, known: WarningSettings, today: date) -> bool:
    """Measures of the present round: who rectifies is told once some days before the date, once on it, and once when it is over.

    A date that is moved is told of anew.
    """
    rule = Intervals(before=(known.remind_before,), on_day=True, after=(1,), every=0)
    waiting = RectificationMeasure.objects.filter(
        report__warning=warning,
        report__round=warning.round,
        report__submitted_at=None,
        is_done=False,
        due_on__lte=stages.look_ahead(today, [rule]),
    )
    told = False
    for measure in waiting:
        stage = stages.reached(measure.due_on, today, rule)
        if stage is None:
            continue
        words = {"day": measure.due_on.isoformat()}
        what = stage.partition(":")[0]  # a setting changed in the meantime reminds nobody again
        key = _key(warning, "measure", f"{measure.pk}:{measure.due_on:%Y%m%d}:{what}")
        if measure.due_on < today:
            text, action = _("A measure of rectification was due on %(day)s and is not done.") % words, "warning.overdue"
        else:
            text, action = _("A measure of rectification is due on %(day)s.") % words, "warning.reminded"
        told |= _once(recipients(warning), warning, key, text, action)
    return told


def _once(people: Iterable[User], warning: Warning, key: str, text: str, action: str) -> bool:
    """One notice for each person and key, an audit row when somebody is new; whether anybody was. The row of the warning is locked."""
    heard = set(Notice.objects.filter(key=key).values_list("person_id", flat=True))
    told = [person for person in people if person.pk not in heard]
    if not notify_many([Message(told, "warning", text, warning.get_absolute_url(), key, sensitive=True)]):
        return False
    audit.record(action, by=None, obj=warning, unit_id=warning.unit_id)
    return True


def _action(stage: str) -> str:
    return "warning.overdue" if stage == Light.RED else "warning.reminded"


def _key(warning: Warning, what: str, rest: str) -> str:
    return f"warning:{warning.pk}:{what}:{rest}"
