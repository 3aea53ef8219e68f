"""What a score proposes, when it lapses, and when what was declined comes back (regrading.services.proposing). Worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from notifications.models import Notice
from regrading.models import Proposal
from regrading.services.proposing import Counts
from risks.models import RiskPoint
from risks.services.register import adjust_level, retire
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import level
from tests.regrading.proposals_world import TODAY, night, point, proposed, put_forward, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def states(risk: RiskPoint) -> list[str]:
    return list(Proposal.objects.filter(risk=risk).order_by("pk").values_list("state", flat=True))


def test_a_rise_is_proposed_at_once_and_told_once(bureau: SmallUnit) -> None:
    risks = [point(bureau, 1, "一"), point(bureau, 1, "二"), point(bureau, 2, "三", department=2)]
    scored(risks[0], 40, 2)
    scored(risks[1], 70, 3)
    scored(risks[2], 71, 3)

    assert night(bureau) == Counts(rises=3)

    found = Proposal.objects.order_by("pk")
    assert [(p.direction, p.origin, p.from_level.severity, p.to_level.severity, p.score, p.opened_on) for p in found] == [
        ("rise", "score", 1, 2, 40, TODAY),
        ("rise", "score", 1, 3, 70, TODAY),
        ("rise", "score", 2, 3, 71, TODAY),
    ]
    assert [p.history.count() for p in found] == [1, 1, 1]
    for risk in risks:
        risk.refresh_from_db()
    assert {risk.current_level.severity for risk in risks} == {1, 2}, "nothing but a proposal"
    leaders = [risk.responsible_leader for risk in risks]
    assert [leader.name for leader in leaders if leader] == ["CS行政审批科科长", "CS行政审批科科长", "CS副局长林"]
    told = dict(Notice.objects.filter(kind="regrading").values_list("person__staff_number", "text"))
    three = "有 3 个风险点建议提高等级"
    assert told == {
        "CS-HEAD": three,
        "CS-D0S0": three,  # the office of the leading group
        "CS-D1H": "有 2 个风险点建议提高等级",
        "CS-DEP2": "有 1 个风险点建议提高等级",
    }


def test_a_second_night_writes_nothing(bureau: SmallUnit) -> None:
    proposed(bureau)
    before = list(Proposal.objects.values()), Notice.objects.count(), Proposal.history.count()
    assert night(bureau) == Counts()
    assert night(bureau, date(2026, 11, 23)) == Counts()
    assert (list(Proposal.objects.values()), Notice.objects.count(), Proposal.history.count()) == before


@pytest.mark.parametrize(
    ("severity", "score", "by_score", "expected"),
    [
        (2, 38, 1, None),  # the band begins at 40: not 3 below
        (2, 37, 1, ("fall", 1)),
        (3, 67, 2, ("fall", 2)),
        (3, 68, 2, None),
        (3, 20, 1, ("fall", 1)),
        (2, 40, 2, None),
        (2, 69, 2, None),
        (2, 70, 3, ("rise", 3)),
        (1, 0, 1, None),
        (2, None, None, None),  # cannot be computed
    ],
)
def test_rises_at_the_band_and_falls_below_it(
    bureau: SmallUnit, severity: int, score: int | None, by_score: int | None, expected: tuple[str, int] | None
) -> None:
    scored(point(bureau, severity), score, by_score)
    night(bureau)
    assert Proposal.objects.values_list("direction", "to_level__severity").first() == expected


def test_a_fall_is_told_to_nobody_at_night(bureau: SmallUnit) -> None:
    scored(point(bureau, 2), 30, 1)
    assert night(bureau) == Counts(falls=1)
    assert not Notice.objects.filter(kind="regrading").exists()


def test_what_the_score_no_longer_asks_for_lapses(bureau: SmallUnit) -> None:
    proposal = proposed(bureau, 1, 2, 45)
    scored(proposal.risk, 39, 1)
    assert night(bureau) == Counts(lapsed=1)
    assert states(proposal.risk) == ["lapsed"]
    assert [row.state for row in Proposal.history.filter(id=proposal.pk).order_by("history_id")] == ["open", "lapsed"]


def test_another_level_takes_the_place_of_the_first(bureau: SmallUnit) -> None:
    proposal = proposed(bureau, 1, 2, 45)
    scored(proposal.risk, 75, 3)
    assert night(bureau) == Counts(rises=1, lapsed=1)
    assert states(proposal.risk) == ["lapsed", "open"]
    assert Proposal.objects.open().get().to_level == level(3)


def test_people_who_set_the_level_themselves_settle_it(bureau: SmallUnit) -> None:
    proposal = proposed(bureau, 1, 2, 45)
    adjust_level(risk=proposal.risk, level=level(2), reason="领导小组研究决定", by=bureau.head)
    assert night(bureau) == Counts(lapsed=1)


def test_what_leaves_the_register_takes_its_proposals_along(bureau: SmallUnit) -> None:
    scores, committees = proposed(bureau), point(bureau, 1, "二")
    put_forward(committees, bureau.discipline_head)
    for risk in (scores.risk, committees):
        retire(risk=risk, by=bureau.head, reason="职权取消")
    assert night(bureau) == Counts(lapsed=1), "not everybody who reads it may know of the committee's"
    assert set(Proposal.objects.values_list("state", flat=True)) == {"lapsed"}


def test_the_committees_stays_until_the_level_is_there(bureau: SmallUnit) -> None:
    risk = point(bureau, 1)
    put_forward(risk, bureau.discipline_head, severity=3)
    scored(risk, 45, 2)
    assert night(bureau) == Counts(rises=1), "as if there were none: else its absence would tell the holder (ADR 0020)"
    adjust_level(risk=risk, level=level(2), reason="先提一级", by=bureau.head)
    assert night(bureau) == Counts(lapsed=1)
    assert states(risk) == ["open", "lapsed"]
    adjust_level(risk=RiskPoint.objects.get(pk=risk.pk), level=level(3), reason="再提一级", by=bureau.head)
    assert night(bureau) == Counts(falls=1), "the score stands for a milder one"
    assert states(risk) == ["lapsed", "lapsed", "open"]


class TestDeclined:
    """Declined on 22 November 2026 at a score of 45."""

    @pytest.fixture
    def declined(self, bureau: SmallUnit) -> Proposal:
        proposal = proposed(bureau, 1, 2, 45)
        Proposal.objects.filter(pk=proposal.pk).update(
            state="declined", decided_by=bureau.head, decided_at=datetime(2026, 11, 22, 4, tzinfo=UTC), reason="措施刚刚到位"
        )
        return proposal

    @pytest.mark.parametrize(
        ("score", "on", "comes_back"),
        [
            (45, date(2026, 11, 23), False),
            (49, date(2026, 12, 1), False),
            (41, date(2026, 12, 1), False),
            (50, date(2026, 11, 23), True),
            (40, date(2026, 11, 23), True),  # moved by five points, whichever way
            (45, date(2027, 5, 21), False),
            (45, date(2027, 5, 22), True),
        ],
    )
    def test_comes_back_by_points_and_months(
        self, bureau: SmallUnit, declined: Proposal, score: int, on: date, *, comes_back: bool
    ) -> None:
        scored(declined.risk, score, 2, on)
        assert night(bureau, on) == Counts(rises=int(comes_back))

    def test_comes_back_for_a_graver_level(self, bureau: SmallUnit, declined: Proposal) -> None:
        Proposal.objects.filter(pk=declined.pk).update(score=69)
        scored(declined.risk, 70, 3)
        assert night(bureau) == Counts(rises=1)

    def test_comes_back_when_people_have_set_another_level(self, bureau: SmallUnit, declined: Proposal) -> None:
        RiskPoint.objects.filter(pk=declined.risk_id).update(current_level=level(3))
        scored(RiskPoint.objects.get(pk=declined.risk_id), 47, 2)
        assert night(bureau) == Counts(falls=1)


def test_other_units_are_left_alone(bureau: SmallUnit) -> None:
    elsewhere = small_unit(code="QT", name="另一单位")
    scored(point(elsewhere, 1), 45, 2)
    assert night(bureau) == Counts()
    assert night(elsewhere) == Counts(rises=1)
