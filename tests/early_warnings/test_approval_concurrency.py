"""Several members decide in the same instant: one decision, the others get a clear message. Real threads against PostgreSQL."""

from functools import partial

import pytest

from early_warnings.models import ApprovalVote, Warning, WarningSettings
from early_warnings.services import approval, ending
from tests.factories.organisation import small_unit
from tests.factories.warnings import advance, drafted, fresh
from tests.risks.test_review_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def test_two_windows_of_the_secretary():
    bureau = small_unit()
    for _round in range(ROUNDS):
        warning = advance(bureau, drafted(bureau), "submitted")
        results = at_once(
            *(
                partial(approval.decide, warning=warning, decision=decision, opinion="意见", by=fresh(bureau.head), version=warning.version)
                for decision in ("approve", "return", "reject", "approve")
            )
        )
        assert results.count("done") == 1, results
        assert set(results) <= {"done", "Conflict", "NotAllowed"}
        assert ApprovalVote.objects.filter(warning=warning).count() == 1


def test_the_last_two_votes_at_once():
    """Four entitled, three needed: two have voted, two vote now. One of them decides; the other is told that it is decided."""
    bureau = small_unit()
    WarningSettings.objects.filter(unit=None).update(approval_mode="vote")
    for _round in range(ROUNDS):
        warning = advance_by_vote(bureau)
        results = at_once(
            partial(approval.decide, warning=warning, decision="approve", by=fresh(bureau.deputies[1])),
            partial(approval.decide, warning=warning, decision="approve", by=fresh(bureau.discipline_head)),
        )
        assert sorted(results) == ["NotAllowed", "done"]
        warning.refresh_from_db()
        assert warning.state == "approved"
        assert ApprovalVote.objects.filter(warning=warning).count() == 3
        assert warning.history.filter(state="approved").count() == 1


def advance_by_vote(bureau) -> Warning:
    warning = advance(bureau, drafted(bureau), "submitted")
    for member in (bureau.head, bureau.deputies[0]):
        assert approval.decide(warning=warning, decision="approve", by=fresh(member)).decision is None
    return warning


def test_approved_and_withdrawn_at_once():
    bureau = small_unit()
    for _round in range(ROUNDS):
        warning = advance(bureau, drafted(bureau), "submitted")
        results = at_once(
            partial(approval.decide, warning=warning, decision="approve", by=fresh(bureau.head), version=warning.version),
            partial(ending.withdraw, warning=warning, reason="情况不实", by=fresh(bureau.discipline_head), version=warning.version),
        )
        assert results.count("done") == 1, results
        assert set(results) <= {"done", "Conflict", "NotAllowed"}
