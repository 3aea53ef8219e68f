"""Every step from every state by everybody, for every tier and subject, against a table written by hand (domain §5, issue B)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.errors import DomainError, NotAllowed, NotPossible
from early_warnings.models import Warning
from early_warnings.services import approval, drafting, ending, issuing, rectifying
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import STATES_ON_THE_WAY, advance, drafted, fresh, starter

pytestmark = pytest.mark.django_db

# step → the states it starts in (domain §5). Ended ones start nothing.
STARTS = {
    "submit": {"draft", "returned"},
    "approve": {"submitted"},
    "return": {"submitted"},
    "reject": {"submitted"},
    "issue": {"approved"},
    "acknowledge": {"issued"},
    "plan": {"acknowledged"},
    "report": {"rectifying"},
    "verify": {"reported"},
    "re_rectify": {"reported", "verified"},
    "escalate": {"reported", "verified"},
    "close": {"verified"},
    "withdraw": {"draft", "submitted", "returned", "approved", "issued", "acknowledged", "rectifying", "reported", "verified"},
}
COMMITTEE = {"starter", "discipline head"}
# (tier, subject) → who is warned or answers for it. The clerk works in the second department; the first deputy is in charge of it.
RECIPIENTS = {
    ("general", "person"): {"clerk", "department head"},
    ("important", "person"): {"clerk", "first deputy"},
    ("highest", "person"): {"clerk", "unit head"},
    ("general", "department"): {"department head"},
    ("important", "department"): {"department head", "first deputy"},
    ("highest", "department"): {"department head", "unit head"},
    ("general", "unit"): {"unit head"},
    ("important", "unit"): {"unit head"},
    ("highest", "unit"): {"unit head"},
}


def actors(bureau: SmallUnit) -> dict[str, object]:
    return {
        "unit head": bureau.head,  # secretary of the party committee as well
        "first deputy": bureau.deputies[0],
        "second deputy": bureau.deputies[1],
        "discipline head": bureau.discipline_head,  # member of the party committee as well
        "starter": starter(bureau),
        "clerk": bureau.clerk,
        "colleague": bureau.departments[1].staff[1],
        "department head": bureau.departments[1].head,
        "deputy department head": bureau.departments[1].deputy_head,
        "head of another department": bureau.departments[2].head,
        "personnel office": bureau.departments[0].deputy_head,
    }


def may(step: str, tier: str, subject: str) -> set[str]:
    """The oracle."""
    if step in ("approve", "return", "reject"):
        # About the unit its head is concerned: there is no other secretary, so the members vote. The starter is no member.
        return {"first deputy", "second deputy", "discipline head"} if subject == "unit" else {"unit head"}
    if step in ("acknowledge", "plan", "report"):
        return RECIPIENTS[tier, subject]
    if step == "close":
        return {"discipline head"}  # the starter verified it
    return COMMITTEE


def take(step: str, warning: Warning, by) -> Callable[[], object]:
    soon = timezone.localdate() + timedelta(days=10)
    decide = {"approve": "approve", "return": "return", "reject": "reject"}
    if step in decide:
        return lambda: approval.decide(warning=warning, decision=step, by=by, opinion="意见")
    return {
        "submit": lambda: drafting.submit(warning=warning, by=by),
        "issue": lambda: issuing.issue(warning=warning, by=by),
        "acknowledge": lambda: issuing.acknowledge(warning=warning, by=by),
        "plan": lambda: rectifying.plan(warning=warning, causes="原因", measures=[rectifying.PlannedMeasure("措施", soon)], by=by),
        "report": lambda: _report(warning, by),
        "verify": lambda: rectifying.verify(warning=warning, opinion="属实", by=by),
        "re_rectify": lambda: rectifying.re_rectify(warning=warning, reason="措施未到位", due_on=soon, by=by),
        "escalate": lambda: ending.escalate(warning=warning, reason="拒不整改", by=by),
        "close": lambda: ending.close(warning=warning, by=by),
        "withdraw": lambda: ending.withdraw(warning=warning, reason="情况不实", by=by),
    }[step]


def _report(warning: Warning, by) -> None:
    current = rectifying.current(warning)
    for measure in current.measures.all() if current else []:
        rectifying.record_measure(measure=measure, done=True, note="已完成", by=by)
    rectifying.report(warning=warning, facts=rectifying.ReportFacts(results="已整改"), by=by)


class Undo(Exception):
    pass


def tried(act: Callable[[], object], warning: Warning) -> str:
    """What an act comes to: done, or the error's name. Nothing of it stays, and a refused one has changed nothing before that."""
    before = (warning.state, warning.version)
    try:
        with transaction.atomic():
            act()
            raise Undo
    except Undo:
        return "done"
    except DomainError as error:
        assert Warning.objects.values_list("state", "version").get(pk=warning.pk) == before
        return type(error).__name__


@pytest.mark.parametrize("subject", ["person", "department", "unit"])
@pytest.mark.parametrize("tier", ["general", "important", "highest"])
def test_every_step_by_everybody(tier, subject):
    bureau = small_unit()
    more = {"person": {}, "department": {"department": bureau.departments[1].department}, "unit": {"unit_wide": True}}[subject]
    warning = drafted(bureau, tier, **more)
    for state in STATES_ON_THE_WAY:
        warning = advance(bureau, warning, state)
        people = {name: fresh(user) for name, user in actors(bureau).items()}
        for step, sources in STARTS.items():
            allowed = may(step, tier, subject)
            # Where the step does not start, those who might otherwise take it are refused too.
            for name in people if state in sources else sorted(allowed)[:1]:
                came_to = tried(take(step, warning, people[name]), warning)
                told = f"{tier} {subject}: {step} from {state} by {name}: {came_to}"
                if state not in sources or name not in allowed:
                    assert came_to == "NotAllowed", told
                elif step == "escalate" and tier == "highest":
                    assert came_to == "NotPossible", told
                else:
                    assert came_to == "done", told


@pytest.mark.parametrize("end", ["returned", "rejected", "withdrawn", "escalated"])
def test_from_the_side_states(end):
    """Returned goes to the committee again; from what has ended nothing goes on."""
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "submitted" if end in ("returned", "rejected") else "reported")
    step, by = {
        "returned": ("return", bureau.head),
        "rejected": ("reject", bureau.head),
        "withdrawn": ("withdraw", bureau.discipline_head),
        "escalated": ("escalate", bureau.discipline_head),
    }[end]
    take(step, warning, fresh(by))()
    warning = Warning.objects.get(pk=warning.pk)
    assert warning.state == end
    for name, sources in STARTS.items():
        for actor in actors(bureau).values():
            came_to = tried(take(name, warning, fresh(actor)), warning)
            ok = end in sources and actor in (starter(bureau), bureau.discipline_head)
            assert came_to == ("done" if ok else "NotAllowed"), (end, name, actor.name, came_to)


def test_nobody_approves_what_they_started_or_submitted():
    """The head of the discipline committee sits in the party committee too; and here the party secretary in the discipline committee."""
    bureau = small_unit()
    from positions.models import BodyKind
    from tests.factories.positions import MembershipFactory

    MembershipFactory(body=bureau.bodies[BodyKind.DISCIPLINE_COMMITTEE], person=bureau.head)
    warning = drafted(bureau, by=fresh(bureau.head))
    drafting.submit(warning=warning, by=fresh(bureau.discipline_head))
    for who in (bureau.head, bureau.discipline_head):
        with pytest.raises(NotAllowed):
            approval.decide(warning=warning, decision="approve", by=fresh(who))
    # Without a secretary who may, the others vote: two of two.
    approval.decide(warning=warning, decision="approve", by=fresh(bureau.deputies[0]))
    warning.refresh_from_db()
    assert warning.state == "submitted"
    approval.decide(warning=warning, decision="approve", by=fresh(bureau.deputies[1]))
    warning.refresh_from_db()
    assert warning.state == "approved"


def test_who_verified_does_not_close_but_the_last_member_may():
    from early_warnings.services import recusing

    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "verified")
    with pytest.raises(NotAllowed):
        ending.close(warning=warning, by=fresh(starter(bureau)))
    recusing.recuse(warning=warning, person=bureau.discipline_head, reason="亲属在该科室工作", by=fresh(bureau.discipline_head))
    assert ending.close(warning=warning, by=fresh(starter(bureau))).state == "closed"


def test_who_was_recused_takes_no_step():
    from early_warnings.services import recusing

    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "submitted")
    recusing.recuse(warning=warning, person=bureau.head, reason="本人申请回避", by=fresh(bureau.head))
    with pytest.raises(NotAllowed):
        approval.decide(warning=warning, decision="approve", by=fresh(bureau.head))
    assert not Warning.objects.visible_to(fresh(bureau.head)).exists()


def test_measures_left_open_are_not_verified():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "rectifying")
    from tests.factories.warnings import report

    report(bureau, warning, done=False)
    with pytest.raises(NotPossible):
        rectifying.verify(warning=warning, opinion="属实", by=fresh(starter(bureau)))
    rectifying.re_rectify(warning=warning, reason="未完成", due_on=timezone.localdate() + timedelta(days=5), by=fresh(starter(bureau)))
    warning.refresh_from_db()
    assert (warning.state, warning.round, rectifying.current(warning).measures.count()) == ("rectifying", 2, 1)


def test_raised_to_the_next_tier():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau), "reported")
    raised = ending.escalate(warning=warning, reason="拒不整改，性质加重", by=fresh(bureau.discipline_head))
    warning.refresh_from_db()
    assert (warning.state, raised.state, raised.tier, raised.previous) == ("escalated", "draft", "important", warning)
    assert (raised.person, raised.number, raised.due_on) == (bureau.clerk, "", None)
