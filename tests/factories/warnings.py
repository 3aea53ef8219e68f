"""Warnings for tests, made through the services: a row in a state is one that really came there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from early_warnings.models import DispositionKind, Tier, Warning, WarningLevel
from early_warnings.services import approval, dispositions, drafting, ending, highest, issuing, rectifying, talking
from talks.models import Talk, TalkKind
from talks.services import talks
from tests.factories.organisation import SmallUnit
from tests.factories.powers import RuleFactory


def tier_level(tier: str) -> WarningLevel:
    """The level of the common three-tier scheme."""
    return WarningLevel.objects.get(scheme__code="three-tiers", tier=tier)


def starter(bureau: SmallUnit) -> User:
    """A member of the discipline committee who is neither its head nor in the party committee."""
    return bureau.departments[0].staff[1]


def fresh(user: User) -> User:
    """The user as the next request finds them: nothing computed is kept."""
    return User.objects.get(pk=user.pk)


def drafted(bureau: SmallUnit, tier: str = Tier.GENERAL, *, by: User | None = None, **more: Any) -> Warning:
    """A complete draft about the clerk of the second department, unless `person=`, `department=` or `unit_wide=True` says otherwise."""
    if more.pop("unit_wide", False):
        more |= {"person": None, "department": None}
    elif "department" not in more:
        more.setdefault("person", bureau.clerk)
    more.setdefault("due_on", timezone.localdate() + timedelta(days=60))
    return drafting.draft(
        unit=bureau.unit,
        level=tier_level(tier),
        by=by or starter(bureau),
        grounds="多次超时限办理审批事项，群众反映强烈。",
        basis="《廉政风险预警办法》第八条",
        requirements="十五日内查明原因，制定整改措施并书面回告。",
        **more,
    )


STATES_ON_THE_WAY = ("draft", "submitted", "approved", "issued", "acknowledged", "rectifying", "reported", "verified", "closed")


def recipient(bureau: SmallUnit, warning: Warning) -> User:
    """Who is warned: the person, or the head of the department or unit."""
    if warning.person_id:
        return warning.person
    return bureau.departments[1].head if warning.department_id else bureau.head


def approve(bureau: SmallUnit, warning: Warning) -> None:
    """By the secretary; about the unit itself by the two deputies, for its head is concerned."""
    voters = bureau.deputies if warning.subject_kind == "unit" else [bureau.head]
    for voter in voters:
        approval.decide(warning=warning, decision="approve", by=fresh(voter))


def plan(bureau: SmallUnit, warning: Warning) -> None:
    measures = [rectifying.PlannedMeasure("组织学习审批时限规定", timezone.localdate() + timedelta(days=20))]
    rectifying.plan(warning=warning, causes="对时限规定不熟悉，缺少提醒。", measures=measures, by=fresh(recipient(bureau, warning)))


def report(bureau: SmallUnit, warning: Warning, *, done: bool = True) -> None:
    by = fresh(recipient(bureau, warning))
    for measure in rectifying.current(warning).measures.filter(is_done=False):
        rectifying.record_measure(measure=measure, done=done, note="已于周五组织学习，签到表附后。", by=by)
    rules = [RuleFactory(unit=bureau.unit)] if warning.subject_kind != "person" else []
    facts = rectifying.ReportFacts(results="措施已全部落实。", rules=rules, plans="每季度抽查一次。")
    rectifying.report(warning=warning, facts=facts, by=by)


def hold_talk(bureau: SmallUnit, warning: Warning) -> Talk:
    """The talk of who is responsible with the person warned, or with somebody of the department or unit; finished."""
    warning = Warning.objects.get(pk=warning.pk)
    leader = warning.responsible
    person = warning.person or (bureau.departments[1].staff[1] if warning.department_id else bureau.deputies[0])
    talk = talking.plan_talk(warning=warning, kind=TalkKind.INTEGRITY, talker=leader, reason="预警约谈", by=fresh(leader), person=person)
    record = talks.Record(content="指出问题，提出要求。", held_at=timezone.now(), place="会议室")
    talk = talks.hold(talk=talk, record=record, by=fresh(leader))
    talks.confirm(talk=talk, by=fresh(person))
    return talks.finish(talk=talk, by=fresh(leader))


def dispose(bureau: SmallUnit, warning: Warning, code: str = "notice-of-criticism") -> None:
    kind = DispositionKind.objects.get(unit=None, code=code)
    disposition = dispositions.order(warning=warning, kind=kind, by=bureau.discipline_head)
    dispositions.carry_out(disposition=disposition, record="已在全局通报。", by=bureau.discipline_head, worked=True)


def fulfil(bureau: SmallUnit, warning: Warning) -> None:
    """Everything the tier asks for beside the rectification itself, in a running warning."""
    today = timezone.localdate()
    if warning.tier != Tier.IMPORTANT:
        hold_talk(bureau, warning)
    elif warning.subject_kind == "person":
        dispose(bureau, warning)
    else:
        leader = fresh(Warning.objects.get(pk=warning.pk).responsible)
        highest.report_to(warning=warning, addressee="party_committee", text="整改情况", reported_on=today, by=leader)
    if warning.tier == Tier.HIGHEST:
        highest.form_group(warning=warning, members=bureau.deputies, by=fresh(bureau.head))
        there = [bureau.head, *bureau.deputies]
        highest.record_meeting(
            warning=warning, held_at=timezone.now(), attendees=there, decisions="暂停该项目拨付。", by=fresh(bureau.head)
        )
        highest.monitor(warning=warning, text="现场核查拨付情况。", by=fresh(bureau.discipline_head))
        for addressee in ("party_committee", "higher_discipline", "higher_party"):
            highest.report_to(warning=warning, addressee=addressee, text="情况报告", reported_on=today, by=fresh(bureau.discipline_head))


def _fulfil_and_report(bureau: SmallUnit, warning: Warning) -> None:
    fulfil(bureau, warning)
    report(bureau, warning)


def _steps(bureau: SmallUnit, warning: Warning) -> dict[str, Callable[[], object]]:
    committee = fresh(starter(bureau))
    return {
        "submitted": lambda: drafting.submit(warning=warning, by=committee),
        "approved": lambda: approve(bureau, warning),
        "issued": lambda: issuing.issue(warning=warning, by=committee),
        "acknowledged": lambda: issuing.acknowledge(warning=warning, by=fresh(recipient(bureau, warning))),
        "rectifying": lambda: plan(bureau, warning),
        "reported": lambda: _fulfil_and_report(bureau, warning),
        "verified": lambda: rectifying.verify(warning=warning, opinion="现场核验属实。", by=committee),
        "closed": lambda: ending.close(warning=warning, by=fresh(bureau.discipline_head)),
    }


def advance(bureau: SmallUnit, warning: Warning, state: str) -> Warning:
    """Take a draft along the usual way to `state`; returns the warning as it stands in the database."""
    while (found := _read(warning)).state != state:
        step = STATES_ON_THE_WAY[STATES_ON_THE_WAY.index(found.state) + 1]
        _steps(bureau, found)[step]()
    return found


def _read(warning: Warning) -> Warning:
    return Warning.objects.select_related("unit", "person", "department", "responsible").get(pk=warning.pk)
