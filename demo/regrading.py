"""Re-grading of the bureau: rules of its own, an evaluation at the end of each quarter, decisions of the leading group, reminders.

Told by running the services at the time of the story; what remains open is what the leading group finds on its page today.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from assessments.quarters import quarter_of
from deadlines.services.engine import remind
from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from notifications.models import Notice
from regrading.models import Direction, Proposal
from regrading.services import deciding, rule_sets, runs

OFFICE = "B022"  # does the daily work of the leading group
QUARTERS = 4
REMINDED_DAYS = 10
SWITCHED_ON_BEFORE = 5  # days before the first of those quarters ends
ACCEPTED, DECLINED = 3, 1  # of the rises at the end of a quarter
NOTE = "提高逾期措施、预警和廉情的分值，措施落实到位的相应减分"
WHY = "督查发现部分措施逾期较久，领导小组会议决定加大逾期措施的权重，同时鼓励按期落实。"
KEPT = "已责成责任部门限期整改，待整改完成后再行评估。"
AGREED = "领导小组会议研究同意。"


def tell(world: World, calendar: Calendar) -> int:
    """Write it; returns how many proposals are open."""
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    ends = _quarter_ends(calendar)
    _rules(world, ends[0] - timedelta(days=SWITCHED_ON_BEFORE))
    for day in ends:
        with clock.at(_moment(day, 3)):
            runs.at_once(unit=world.unit, as_of=day)
        with clock.at(_moment(day + timedelta(days=6), 15)):
            _decide(world)
    yesterday = calendar.today - timedelta(days=1)
    with clock.at(_moment(yesterday, 3)):
        runs.at_once(unit=world.unit, as_of=yesterday)
    for back in range(REMINDED_DAYS, 0, -1):
        day = calendar.today - timedelta(days=back)
        with clock.at(_moment(day, 8)):
            remind(today=day)
    old = Notice.objects.filter(pk__gt=before, created_at__lt=_moment(calendar.today - timedelta(days=3), 0), read_at=None)
    old.update(read_at=F("created_at") + timedelta(hours=4))
    return Proposal.objects.open().filter(unit=world.unit).count()


def _quarter_ends(calendar: Calendar) -> list[date]:
    quarter = quarter_of(calendar.today)
    found = []
    for _n in range(QUARTERS):
        quarter = quarter.before()
        found.append(quarter.end)
    return found[::-1]


def _rules(world: World, day: date) -> None:
    with clock.at(_moment(day, 10)):
        by = _person(world)
        draft = rule_sets.draft(unit=world.unit, by=by)
        rules = draft.values
        changed = replace(
            rules,
            measures=replace(rules.measures, overdue=6, per_month=2, most=30, relief=3, most_relief=15),
            warnings=replace(rules.warnings, tiers=(("general", 10), ("important", 18), ("highest", 30))),
            leads=replace(rules.leads, judged=((1, 5), (2, 10), (3, 18))),
        )
        draft = rule_sets.change(rule_set=draft, rules=changed, note=NOTE, by=by)
        rule_sets.switch_on(rule_set=draft, reason=WHY, by=by)


def _decide(world: World) -> None:
    """Some rises of the quarter are decided; the others and all falls wait."""
    by = _person(world)
    rises = list(
        Proposal.objects.open().filter(unit=world.unit, direction=Direction.RISE).order_by("-score", "pk").values_list("pk", flat=True)
    )
    if rises[:ACCEPTED]:
        deciding.accept(proposal_ids=rises[:ACCEPTED], by=by, reason=AGREED)
    if rises[ACCEPTED : ACCEPTED + DECLINED]:
        deciding.decline(proposal_ids=rises[ACCEPTED : ACCEPTED + DECLINED], by=by, reason=KEPT)


def _person(world: World) -> User:
    """As the next request finds them: nothing computed on another day is kept."""
    return User.objects.get(pk=world.people[OFFICE].pk)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
