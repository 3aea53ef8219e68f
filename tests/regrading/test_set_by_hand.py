"""People set by hand the level that re-grading proposes: it is accepted, and its evidence does not count a second time (ADR 0019).

The clerk's point lies at the top of the lightest band, 39; a measure that has been overdue for two months adds 6 and asks for the second
level. Counted once more from the top of that band it would be 69 + 6 and ask for the third.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from regrading.models import Proposal, Score
from regrading.services.evaluating import regrade
from risks.models import Measure, RiskPoint
from risks.services.register import adjust_level
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import level
from tests.regrading.proposals_world import point

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


@pytest.fixture
def risk(bureau: SmallUnit) -> RiskPoint:
    made = point(bureau)
    RiskPoint.objects.filter(pk=made.pk).update(probability=5, harm=5)
    Measure.objects.create(risk=made, text="双人受理", due_on=timezone.localdate() - timedelta(days=65))
    regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
    assert Proposal.objects.open().get(risk=made).to_level == level(2)
    return RiskPoint.objects.get(pk=made.pk)


def test_it_is_accepted_by_whoever_set_it(bureau: SmallUnit, risk: RiskPoint) -> None:
    adjust_level(risk=risk, level=level(2), reason="措施逾期,先提一级", by=bureau.head)
    for _night in range(2):
        regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.decided_by, proposal.reason) == ("accepted", bureau.head, "措施逾期,先提一级")
    assert proposal.history.first().state == "accepted"
    score = Score.objects.get()
    assert (score.anchor, score.settled, score.score) == (level(1), level(2), 45)


def test_a_change_that_nobody_made_lets_it_lapse(bureau: SmallUnit, risk: RiskPoint) -> None:
    """Such as by a repair of the data: history tells no person."""
    RiskPoint.objects.filter(pk=risk.pk).update(current_level=level(2))
    regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
    assert (Proposal.objects.get().state, Score.objects.get().score) == ("lapsed", 45)


def test_any_other_level_is_where_the_score_begins(bureau: SmallUnit, risk: RiskPoint) -> None:
    adjust_level(risk=risk, level=level(3), reason="集体研究", by=bureau.head)
    regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
    assert (Proposal.objects.get().state, Score.objects.get().anchor) == ("lapsed", level(3))
