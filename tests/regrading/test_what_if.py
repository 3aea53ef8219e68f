"""What a draft would do today: counted by hand on a small register, at once and by a job; nothing is written."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobs import services as jobs
from jobs.models import Job
from regrading import what_if, what_if_selectors
from regrading.models import RuleSet, Score
from regrading.rules import MeasureRule, Rules
from regrading.services import rule_sets
from regrading.what_if import Outcome, compare, pairs
from risks.models import RiskPoint
from risks.services.register import ImportedFacts, ImportedMeasure, ImportedRisk, bulk_enter_imported
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import level
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
HARSH = replace(Rules(), measures=MeasureRule(overdue=20, per_month=1, most=40))
"""Each overdue measure gives 20 instead of 4."""


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def point(bureau: SmallUnit, title: str, *, label: str = "二级", overdue: int = 0, **more: Any) -> RiskPoint:
    """Probability 3 and harm 4; one measure, so many days overdue (less than a month)."""
    risk = imported(bureau, title, label=label, probability=3, harm=4, **more)
    RiskPoint.objects.filter(pk=risk.pk).update(registered_on=date(2026, 11, 1))
    if overdue:
        risk.measures.update(due_on=date(2026, 11, 22 - overdue))
    return risk


def test_two_rule_sets_beside_each_other(bureau: SmallUnit) -> None:
    """By hand: second level starts at 53, overdue + 4 → 57 or + 20 → 73 (first level); third level at 18, + 4 → 22 or + 20 → 38."""
    calm, late, low = point(bureau, "无逾期"), point(bureau, "逾期", overdue=9), point(bureau, "三级逾期", label="三级", overdue=9)
    found = pairs(RiskPoint.objects.all(), Rules(), HARSH, TODAY)
    assert [(one.risk_id, one.old_score, one.new_score) for one in found] == [(calm.pk, 53, 53), (late.pk, 57, 73), (low.pk, 22, 38)]
    assert [(one.old_direction, one.new_direction) for one in found] == [("", ""), ("", "rise"), ("", "")]

    outcome = compare(RiskPoint.objects.all(), Rules(), HARSH, TODAY)
    second, first, third = (level(severity).pk for severity in (2, 3, 1))
    assert outcome.cells == {(second, second): 1, (second, first): 1, (third, third): 1}
    assert outcome.listed == {(second, first): [late.pk]}
    assert outcome.moved == [(late.pk, 57, 73), (low.pk, 22, 38)]
    assert (outcome.old_proposals["rise"], outcome.new_proposals["rise"]) == (0, 1)
    assert outcome.old_scores == [0, 0, 1, 0, 0, 2, 0, 0, 0, 0]
    assert outcome.new_scores == [0, 0, 0, 1, 0, 1, 0, 1, 0, 0]
    assert outcome.departments == {bureau.departments[1].department.pk: [3, 0, 0, 1, 0]}
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_going_through_in_parts_counts_the_same(bureau: SmallUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        point(bureau, f"风险{n}", overdue=n)
    whole, told = compare(RiskPoint.objects.all(), Rules(), HARSH, TODAY), []
    monkeypatch.setattr(what_if, "CHUNK", 3)
    assert compare(RiskPoint.objects.all(), Rules(), HARSH, TODAY, lambda done, total: told.append((done, total))) == whole
    assert told == [(3, 7), (6, 7), (7, 7)]


def draft(bureau: SmallUnit, rules: Rules = HARSH) -> RuleSet:
    row = rule_sets.draft(unit=bureau.unit, by=bureau.office_clerk)
    return rule_sets.change(rule_set=row, rules=rules, note="", by=bureau.office_clerk)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def overdue_today(risk: RiskPoint, days: int = 5) -> None:
    today = timezone.localdate()
    risk.measures.update(due_on=date.fromordinal(today.toordinal() - days))
    RiskPoint.objects.update(registered_on=today)


def test_the_page_shows_what_would_change_and_writes_nothing(bureau: SmallUnit) -> None:
    late, calm = imported(bureau, "逾期风险", label="二级", probability=3, harm=4), imported(bureau, "平静风险", label="二级")
    elsewhere = imported(small_unit(code="QT", name="其他局"), "别处的风险", label="二级", probability=3, harm=4)
    overdue_today(late)
    overdue_today(elsewhere)
    calm.measures.update(due_on=None)
    row = draft(bureau)
    client = signed_in(bureau.discipline_head)
    client.get(reverse("regrading:rule_sets"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("regrading:what_if", args=[row.pk]))
    written = [q["sql"] for q in asked if q["sql"].lstrip("( ").upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in written if "session" not in sql] == []
    assert page.context["outcome"].points == 2
    assert (page.context["up"], page.context["down"], page.context["rises"]) == (1, 0, (0, 1))
    text = page.content.decode()
    assert "1个风险点得分等级升高" in text
    assert "逾期风险" in text
    assert "别处的风险" not in text
    assert "每条逾期措施加分" in text  # what the draft changes
    assert not Score.objects.exists()

    url = f"{reverse('regrading:what_if_points', args=[row.pk])}?old={level(2).pk}&new={level(3).pk}"
    assert url.replace("&", "&amp;") in text
    listed = client.get(url).content.decode()
    assert "逾期风险" in listed
    assert "57" in listed
    assert "73" in listed
    assert "平静风险" not in listed
    for query in ("", "?old=1", "?old=1&new=x", f"?old={level(2).pk}&new={level(2).pk}", f"?old={level(3).pk}&new={level(2).pk}"):
        assert client.get(reverse("regrading:what_if_points", args=[row.pk]) + query).status_code == 404


def test_confidential_evidence_moves_no_number(bureau: SmallUnit) -> None:
    """The same page with a lead on the holder and without: what may not be seen does not exist (ADR 0020)."""
    risk = imported(bureau, "有举报的岗位", label="二级", probability=3, harm=4)
    RiskPoint.objects.update(registered_on=timezone.localdate())
    graver = replace(HARSH, leads=replace(Rules().leads, judged=((1, 40), (2, 60), (3, 90)), unjudged=40, most=100))
    before = what_if_selectors.try_out(bureau.discipline_head, draft(bureau, graver), RuleSet.objects.get(unit=None)).outcome
    assert risk.direct_holder is not None
    lead_about(bureau, risk.direct_holder)
    after = what_if_selectors.try_out(bureau.discipline_head, RuleSet.objects.get(unit=bureau.unit), RuleSet.objects.get(unit=None)).outcome
    assert before is not None
    assert before == after


def test_a_large_unit_waits_for_a_job(bureau: SmallUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if_selectors, "AT_ONCE", 1)
    late = imported(bureau, "逾期风险", label="二级", probability=3, harm=4)
    imported(bureau, "平静风险", label="二级")
    overdue_today(late)
    RiskPoint.objects.exclude(pk=late.pk).get().measures.update(due_on=None)
    row, client = draft(bureau), signed_in(bureau.head)
    url = reverse("regrading:what_if", args=[row.pk])
    assert "尚未试算" in client.get(url).content.decode()
    assert client.get(reverse("regrading:what_if_points", args=[row.pk]) + "?old=1&new=2").headers["Location"] == url
    start = reverse("regrading:what_if_start", args=[row.pk])
    assert client.post(start).headers["Location"] == url
    client.post(start)
    job = Job.objects.get(kind="rule_set_what_if")
    assert job.arguments.keys() == {"rule_set", "version", "held", "language"}
    assert "正在后台计算" in client.get(url).content.decode()
    assert client.get(url, headers={"HX-Request": "true", "X-Poll": "1"}).headers.get("HX-Refresh") is None
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert client.get(url, headers={"HX-Request": "true", "X-Poll": "1"}).headers["HX-Refresh"] == "true"
    page = client.get(url)
    assert (page.context["outcome"].points, page.context["up"]) == (2, 1)
    # Somebody else's result is not mine, and a changed draft is another try-out.
    assert signed_in(bureau.office_clerk).get(url).context["outcome"] is None
    rule_sets.change(rule_set=row, rules=replace(HARSH, window=24), note="", by=bureau.head)
    assert client.get(url).context["outcome"] is None


def test_only_a_draft_is_tried_out(bureau: SmallUnit) -> None:
    row = rule_sets.switch_on(rule_set=draft(bureau), reason="新要求", by=bureau.head)
    client, back = signed_in(bureau.head), reverse("regrading:rule_set", args=[row.pk])
    for name in ("what_if", "what_if_points"):
        assert client.get(reverse(f"regrading:{name}", args=[row.pk])).headers["Location"] == back
    assert client.post(reverse("regrading:what_if_start", args=[row.pk])).headers["Location"] == back


def test_queries_of_the_points_of_a_cell(count_queries: Any, bureau: SmallUnit) -> None:
    row = draft(bureau)
    place = bureau.departments[1]
    department_id, position_id = place.department.pk, place.positions["s0"].pk
    facts = ImportedFacts(level_id=level(2).pk, department_id=department_id, position_id=position_id, probability=3, harm=4)

    def make_rows(n: int) -> None:
        measure = ImportedMeasure("双人复核", due_on=date.fromordinal(timezone.localdate().toordinal() - 5))
        rows = [ImportedRisk(f"风险{k}", facts, measures=[measure]) for k in range(n)]
        bulk_enter_imported(unit=bureau.unit, rows=rows, by=bureau.head, batch=1)
        RiskPoint.objects.update(registered_on=timezone.localdate())

    cell = f"old={level(2).pk}&new={level(3).pk}"
    client = signed_in(bureau.head)
    count_queries("regrading:what_if_points", user=bureau.head, make_rows=make_rows, args=[row.pk], query=cell)
    assert client.get(f"{reverse('regrading:what_if_points', args=[row.pk])}?{cell}").context["page"].paginator.count == 60
