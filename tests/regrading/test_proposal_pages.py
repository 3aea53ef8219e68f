"""Pages of proposals: the list and its decision, the register's columns, why a point has its level, start page, reminders."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from regrading.deadlines import proposals_due
from regrading.models import Proposal, ScoreChange
from regrading.services.evaluating import regrade
from risks.models import RiskPoint
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import level
from tests.regrading.proposals_world import common_rules, night, point, proposed, put_forward, scored
from web.tasks_board import board_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def page(person: User, name: str, *args: object, **query: str) -> HttpResponse:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def changed(risk: RiskPoint, *scores: int) -> None:
    """The scores a point has had, oldest first."""
    for n, score in enumerate(scores):
        ScoreChange.objects.create(risk=risk, on=date(2026, 11, n + 1), score=score, level=level(1), rule_set=common_rules())


def test_the_list_asks_as_much_for_many_as_for_few(bureau: SmallUnit, count_queries: Callable[..., None]) -> None:
    made = iter(range(100))

    def rows(n: int) -> None:
        for _n in range(n):
            risk = point(bureau, 1, f"风险{next(made)}")
            scored(risk, 45, 2)
            changed(risk, 30, 45)
        night(bureau)

    count_queries("regrading:proposals", user=bureau.office_clerk, make_rows=rows)


def test_one_row(bureau: SmallUnit) -> None:
    proposal = proposed(bureau, 1, 2, 45)
    changed(proposal.risk, 30, 38, 45)
    shown = text(page(bureau.office_clerk, "regrading:proposals"))
    assert "3 次评估：30→45" in shown
    assert proposal.risk.number in shown
    assert "起点" in shown or "等级" in shown
    assert "CS行政审批科甲" in shown
    own = proposed(bureau, title="自己的", department=0)
    shown = text(page(bureau.office_clerk, "regrading:proposals"))
    box = shown[shown.index(f'value="{own.pk}"') :]
    assert 'disabled title="本人岗位的风险点不能由本人决定。"' in box[: box.index(">")]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["升", "降"]),
        ({"direction": "fall"}, ["降"]),
        ({"q": "升"}, ["升"]),
        ({"state": "accepted"}, ["定"]),
        ({"state": "all", "direction": "rise"}, ["升", "定"]),
        ({"origin": "committee"}, []),
    ],
)
def test_filters(bureau: SmallUnit, query: dict[str, str], titles: list[str]) -> None:
    proposed(bureau, 1, 2, 45, title="升")
    proposed(bureau, 2, 1, 30, title="降")
    Proposal.objects.filter(pk=proposed(bureau, 1, 2, 45, title="定").pk).update(
        state="accepted", decided_by=bureau.head, decided_at=timezone.now()
    )
    table = page(bureau.head, "regrading:proposals", **query).context["table"]
    assert sorted(row.record.risk.title for row in table.page.object_list) == sorted(titles)


def test_seen_first_then_decided(bureau: SmallUnit) -> None:
    ids = [proposed(bureau, 1, 2, 45, title=str(n)).pk for n in range(3)]
    client = Client()
    client.force_login(bureau.head)
    url = reverse("regrading:proposals_decide")

    seen = client.post(url, {"act": "accept", "chosen": ids[:2], "query": "direction=rise"})
    assert "调整 2 项等级" in text(seen)
    assert Proposal.objects.open().count() == 3

    done = client.post(url, {"act": "accept", "ids": seen.context["ids"], "sure": "1", "query": "direction=rise"}, follow=True)
    assert done.redirect_chain[-1][0] == "/regrading/proposals/?direction=rise"
    assert "已调整 2 个风险点的等级。" in text(done)
    assert Proposal.objects.open().count() == 1

    refused = client.post(url, {"act": "decline", "all": "1"}, follow=True)
    assert "请说明维持原等级的理由" in text(refused)
    kept = client.post(url, {"act": "decline", "all": "1", "reason": "措施刚刚到位", "sure": "1"}, follow=True)
    assert "已维持 1 个风险点的等级。" in text(kept)


class TestRegister:
    def test_levels_side_by_side_and_the_line(self, bureau: SmallUnit) -> None:
        proposal = proposed(bureau, 1, 3, 75)
        changed(proposal.risk, 61, 75)
        shown = text(page(bureau.clerk, "risks:register"))
        row = shown[shown.index(f'data-href="/risks/register/{proposal.risk_id}/"') :]
        assert "↑" in row
        assert "一级" in row
        assert "2 次评估：61→75" in row

    def test_waiting_ones_can_be_asked_for(self, bureau: SmallUnit) -> None:
        rise, fall = proposed(bureau, 1, 2, 45, title="升"), proposed(bureau, 2, 1, 20, title="降")
        point(bureau, 1, "不动")
        for query, expected in [("any", {rise.risk_id, fall.risk_id}), ("rise", {rise.risk_id}), ("fall", {fall.risk_id})]:
            table = page(bureau.head, "risks:register", proposed=query).context["table"]
            assert {row.pk for row in table.points} == expected

    def test_the_committees_only_for_those_who_may_know(self, bureau: SmallUnit) -> None:
        risk = put_forward(point(bureau), bureau.discipline_head, 3).risk
        for person, knows in [(bureau.head, True), (bureau.departments[1].head, True), (bureau.clerk, False)]:
            response = page(person, "risks:register")
            assert ("level" in response.context["table"].lines[risk.pk]) is knows, person
            found = page(person, "risks:register", proposed="any").context["table"]
            assert bool(found.points) is knows

    def test_those_of_one_point_are_those_of_the_list(self, bureau: SmallUnit) -> None:
        risk = put_forward(point(bureau), bureau.discipline_head, 3).risk
        scored_one = proposed(bureau, 1, 2, 45, title="升").risk
        for person in User.objects.all():
            for seen in RiskPoint.objects.visible_to(person).filter(pk__in=[risk.pk, scored_one.pk]):
                of_list = Proposal.objects.visible_to(person).filter(risk=seen)
                assert set(Proposal.objects.of_point(person, seen)) == set(of_list), (person, seen)


class TestWhy:
    @pytest.fixture
    def risk(self, bureau: SmallUnit) -> RiskPoint:
        made = point(bureau)
        facts: dict[str, Any] = {"probability": 5, "harm": 5, "reviewed_on": date(2025, 1, 1), "registered_on": date(2025, 1, 1)}
        RiskPoint.objects.filter(pk=made.pk).update(**facts)
        return RiskPoint.objects.get(pk=made.pk)

    def test_contributions_bands_and_what_waits(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
        response = page(bureau.clerk, "risks:risk", risk.pk)
        regraded = response.context["regraded"]
        assert [one.rule for one in regraded["told"]] == ["base", "review"]
        assert sum(one.points for one in regraded["told"]) == regraded["score"].score
        assert [(band.level.severity, band.low, band.high, band.is_here) for band in regraded["bands"]] == [
            (1, 0, 39, False),
            (2, 40, 69, True),
            (3, 70, 100, False),
        ]
        assert (regraded["waiting"][0].to_level, regraded["beside"], regraded["decide_url"]) == (level(2), [], "")
        assert "动态评估建议将等级由三级调整为二级" in text(response)

    def test_who_sees_the_lead_reads_of_it_apart_from_the_score(self, bureau: SmallUnit, risk: RiskPoint) -> None:
        lead = lead_about(bureau, bureau.clerk)
        regrade(unit_id=bureau.unit.pk, as_of=timezone.localdate())
        for person in (bureau.clerk, bureau.departments[1].head, bureau.head):
            assert page(person, "risks:risk", risk.pk).context["regraded"]["beside"] == []
        response = page(bureau.discipline_head, "risks:risk", risk.pk)
        (one,) = response.context["regraded"]["beside"]
        assert (one.told.rule, one.told.points) == ("leads", 2)
        assert one.sources == [{"label": lead.number, "url": lead.get_absolute_url()}]
        assert "仅您可见、未计入以上得分的情况" in text(response)

    def test_a_point_never_evaluated_says_nothing(self, bureau: SmallUnit) -> None:
        assert page(bureau.clerk, "risks:risk", point(bureau, 1).pk).context["regraded"] == {}


def test_the_start_page(bureau: SmallUnit) -> None:
    proposed(bureau, 1, 2, 45, title="升")
    proposed(bureau, 2, 1, 30, title="降")
    tasks = {task.text: task.detail for task in board_for(bureau.office_clerk).tasks}
    assert tasks["2 项等级调整建议待决定"] == "建议提高 1 项、降低 1 项，最早为 2026-11-22"
    for person in (bureau.deputies[0], bureau.clerk):
        assert not [task for task in board_for(person).tasks if "等级调整" in task.text]


def test_what_waits_too_long_is_reminded_of_once_for_all(bureau: SmallUnit) -> None:
    """Ten working days from Sunday 22 November 2026: Friday 4 December."""
    proposed(bureau, 1, 2, 45, title="一")
    proposed(bureau, 2, 1, 30, title="二")
    (due,) = proposals_due(date(2026, 11, 23), date(2026, 12, 31))
    assert (due.object_id, due.due_on, due.people, due.leaders) == (
        bureau.unit.pk,
        date(2026, 12, 4),
        (bureau.office_clerk.pk,),
        ((bureau.head.pk,),),
    )
    assert not list(proposals_due(date(2026, 11, 23), date(2026, 12, 3)))
