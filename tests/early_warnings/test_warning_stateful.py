"""Random people do random things to a warning; what must never happen does not (issue B)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.errors import DomainError
from early_warnings.models import ApprovalVote, Disposition, Warning
from early_warnings.services import dispositions, ending, highest, recusing, statements
from tests.early_warnings.test_warning_steps import STARTS, actors, take
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import dispose, drafted, fresh, hold_talk, report

NAMES = sorted(
    [
        "unit head",
        "first deputy",
        "second deputy",
        "discipline head",
        "starter",
        "clerk",
        "colleague",
        "department head",
        "personnel office",
        "head of another department",
    ]
)


class Machine(RuleBasedStateMachine):
    """`told` is what the machine itself remembers: who did which step when it worked."""

    bureau: SmallUnit

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.people = actors(self.bureau)
        self.told: list[tuple[str, str, int]] = []
        self.recused: dict[str, int] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(tier=st.sampled_from(["general", "important", "highest"]), subject=st.sampled_from(["person", "department", "unit"]))
    def draft(self, tier: str, subject: str) -> None:
        more: dict[str, Any] = {
            "person": {},
            "department": {"department": self.bureau.departments[1].department},
            "unit": {"unit_wide": True},
        }
        self.warning = drafted(self.bureau, tier, **more[subject])

    def read(self) -> Warning:
        return Warning.objects.select_related("unit", "person", "department", "responsible").get(pk=self.warning.pk)

    def attempt(self, act: Any) -> bool:
        try:
            with transaction.atomic():
                act()
        except DomainError:
            return False
        return True

    @rule(name=st.sampled_from(NAMES), data=st.data())
    def anybody_any_step(self, name: str, data: st.DataObject) -> None:
        warning = self.read()
        possible = [step for step, sources in STARTS.items() if warning.state in sources] or list(STARTS)
        step = data.draw(st.sampled_from(possible))
        if self.attempt(take(step, warning, fresh(self.people[name]))):
            self.told.append((step, name, len(self.recused)))
            assert self.recused.get(name) is None, f"{name} was recused and took {step}"

    @rule(data=st.data())
    def somebody_who_may(self, data: st.DataObject) -> None:
        """The usual way forward, so that runs come far."""
        warning = self.read()
        step = {
            "draft": "submit",
            "returned": "submit",
            "submitted": "approve",
            "approved": "issue",
            "issued": "acknowledge",
            "acknowledged": "plan",
            "rectifying": "report",
            "reported": "verify",
            "verified": "close",
        }.get(warning.state)
        for name in data.draw(st.permutations(NAMES)) if step else []:
            if self.attempt(take(step, warning, fresh(self.people[name]))):
                self.told.append((step, name, len(self.recused)))
                assert self.recused.get(name) is None
                break

    @rule(what=st.sampled_from(["talk", "dispose", "order only", "group", "meeting", "log", "reports", "state", "answer", "report"]))
    def parts(self, what: str) -> None:
        warning, bureau, today = self.read(), self.bureau, timezone.localdate()
        head, disc = fresh(bureau.head), fresh(bureau.discipline_head)
        acts = {
            "talk": lambda: hold_talk(bureau, warning),
            "dispose": lambda: dispose(bureau, warning, "notice-of-criticism" if warning.person_id else "discipline-proposal"),
            "order only": lambda: dispositions.order(warning=warning, kind=_kind(warning), by=disc),
            "group": lambda: highest.form_group(warning=warning, members=bureau.deputies, by=head),
            "meeting": lambda: highest.record_meeting(
                warning=warning, held_at=timezone.now(), attendees=[bureau.head, *bureau.deputies], decisions="决定", by=head
            ),
            "log": lambda: highest.monitor(warning=warning, text="核查", by=disc),
            "reports": lambda: [
                highest.report_to(warning=warning, addressee=to, text="报告", reported_on=today, by=disc)
                for to in ("party_committee", "higher_discipline", "higher_party")
            ],
            "state": lambda: statements.state_case(warning=warning, text="情况说明", by=fresh(warning.person or bureau.head)),
            "answer": lambda: statements.answer(statement=warning.statements.first() or _none(), outcome="accepted", text="采纳", by=disc),
            "report": lambda: report(bureau, warning) if warning.state == "rectifying" else None,
        }
        self.attempt(acts[what])

    @rule(name=st.sampled_from(["discipline head", "second deputy"]))
    def somebody_is_recused(self, name: str) -> None:
        user = fresh(self.people[name])
        if self.attempt(lambda: recusing.recuse(warning=self.read(), person=user, reason="回避", by=user)):
            self.recused[name] = len(self.told)

    @invariant()
    def history_is_complete(self) -> None:
        if not hasattr(self, "warning"):
            return
        warning = self.read()
        rows = list(warning.history.order_by("history_id").values_list("state", "version"))
        assert rows[-1] == (warning.state, warning.version)
        assert [version for _state, version in rows] == list(range(1, warning.version + 1)), "a save without its history row"

    @invariant()
    def nobody_approves_their_own(self) -> None:
        if not hasattr(self, "warning"):
            return
        warning = self.read()
        voters = set(ApprovalVote.objects.filter(warning=warning, round=warning.approval_round).values_list("member_id", flat=True))
        assert not voters & {warning.started_by_id, warning.submitted_by_id}
        if warning.subject_kind == "unit":
            assert self.bureau.head.pk not in voters
        assert self.bureau.clerk.pk not in voters

    @invariant()
    def nothing_is_closed_with_something_missing(self) -> None:
        """Looked up past the rules, by what the rows say."""
        if not hasattr(self, "warning") or (warning := self.read()).state != "closed":
            return
        live = Disposition.objects.filter(warning=warning, cancelled_at=None)
        done_talks = warning.talk_links.filter(talk__state="done").count()
        last = warning.reports.get(round=warning.round)
        told_to = set(warning.committee_reports.values_list("addressee", flat=True))
        assert not live.filter(carried_out_on=None).exists()
        assert not warning.statements.filter(answered_at=None).exists()
        assert last.measures.exists()
        assert not last.measures.filter(is_done=False).exists()
        assert last.verified_by_id not in (None, last.submitted_by_id, warning.responsible_id)
        if warning.tier == "general":
            assert done_talks
        elif warning.tier == "highest":
            assert done_talks
            assert warning.control_group.head_id == warning.responsible_id
            assert warning.meetings.exists()
            assert warning.monitoring.exists()
            assert told_to == {"party_committee", "higher_discipline", "higher_party"}
        elif warning.subject_kind == "person":
            assert live.exists()
        else:
            assert "party_committee" in told_to
            assert any(one.rules.exists() for one in warning.reports.all())


def _kind(warning: Warning) -> Any:
    from early_warnings.models import DispositionKind

    fitting = DispositionKind.objects.fitting(unit_id=warning.unit_id, tier=warning.tier, subject_kind=warning.subject_kind)
    return fitting.exclude(ordered_by="responsible").first()


def _none() -> Any:
    raise DomainError("no statement")


@pytest.mark.django_db
def test_random_people_do_random_things():
    Machine.bureau = small_unit()
    few = settings(max_examples=12, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(Machine, settings=few)


@pytest.mark.django_db
def test_the_machine_can_come_to_the_end():
    """The check above would be worth nothing if no run ever closed a warning: the usual way does, through the same rules."""
    bureau = small_unit()
    from tests.factories.warnings import advance

    for tier in ("general", "important", "highest"):
        warning = advance(bureau, drafted(bureau, tier), "verified")
        with pytest.raises(DomainError):
            dispositions.order(
                warning=warning, kind=_kind(warning), by=fresh(bureau.discipline_head), due_on=timezone.localdate() - timedelta(1)
            )
        assert ending.close(warning=warning, by=fresh(bureau.discipline_head)).state == "closed"
