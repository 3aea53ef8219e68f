"""Scoring sheet, calculation, scope of what is shown, summary as a file; what the file score is derived from."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from assessments.models import Assessed, Group, MethodScore, Result, Round, RoundGroup, RoundPhase, ScoreItem
from assessments.quarters import quarter_of
from assessments.services import appeals, deriving, scores
from assessments.services.settings import rules_of, settings_of
from assessments.states import PHASES
from assessments.views import scoring
from common.errors import DomainError
from positions.scopes import scope_of
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import entered
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory, UserFactory
from tests.query_counts import count_queries  # noqa: F401
from web.tasks_board import board_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def a_quarter(bureau: SmallUnit, state: str, scope: str = "person") -> Round:
    """A round of the present quarter with rules and days."""
    today = timezone.localdate()
    now = quarter_of(today)
    made = a_round(bureau, year=now.year, quarter=now.number, state=state)
    for group in Group.values:
        rules = rules_of(settings_of(bureau.unit.pk, group)).to_json() | {"scope": scope}
        RoundGroup.objects.create(round=made, group=group, rules=rules)
    for phase in PHASES:
        RoundPhase.objects.create(round=made, phase=phase, starts_on=today, ends_on=today)
    return made


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_cell_of_the_sheet_says_what_is_missing_and_keeps_what_is_there(bureau: SmallUnit) -> None:
    one = assessed(bureau, bureau.clerk, a_quarter(bureau, "scoring"))
    client = signed_in(bureau.discipline_head)
    url = reverse("assessments:score_cell", args=[one.pk])
    answer = client.post(url, {"method": "talks", "score": "95", "grounds": "", "version": "0"})
    assert answer.status_code == 422
    assert not MethodScore.objects.exists()
    answer = client.post(url, {"method": "talks", "score": "95，5", "grounds": "谈话记录良好", "version": "0"})
    assert (answer.status_code, MethodScore.objects.get().score) == (200, Decimal("95.5"))
    stale = client.post(url, {"method": "talks", "score": "60", "grounds": "另一人的录入", "version": "0"})
    assert (stale.status_code, MethodScore.objects.get().score) == (422, Decimal("95.5"))
    assert client.post(url, {"method": "appraisal", "score": "95", "grounds": "x"}).status_code == 404
    page = client.get(reverse("assessments:scoring", args=[one.round_id]) + "?group=missing").content.decode()
    assert "95.5" in page
    assert "谈话记录良好" in page


def test_who_decides_cannot_tell_the_own_grade_from_the_numbers(bureau: SmallUnit) -> None:
    found = a_quarter(bureau, "review")
    chief = fresh(bureau.discipline_head)
    result(bureau, assessed(bureau, bureau.clerk, found), "一般", state="computed")
    result(bureau, assessed(bureau, chief, found), "不良", state="computed")
    page = signed_in(chief).get(reverse("assessments:review", args=[found.pk]))
    assert sum(grade["n"] for grade in page.context["grades"]) == 1
    assert "不良" not in page.content.decode()


def test_the_sheet_comes_in_pages(bureau: SmallUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    found = a_quarter(bureau, "scoring")
    Round.objects.filter(pk=found.pk).update(rating_closed_at=timezone.now())
    people = [assessed(bureau, person, found) for person in (bureau.clerk, bureau.head)]
    monkeypatch.setattr(scoring, "PER_PAGE", 1)
    url, client = reverse("assessments:scoring", args=[found.pk]), signed_in(bureau.discipline_head)
    shown = [client.get(url, {"page": page}).context["rows"] for page in (1, 2)]
    assert {row.assessed.pk for rows in shown for row in rows} == {one.pk for one in people}
    assert [len(rows) for rows in shown] == [1, 1]


def test_the_file_score_follows_from_confirmed_points_and_is_overruled_with_grounds(bureau: SmallUnit) -> None:
    found = a_quarter(bureau, "scoring")
    one, chief = assessed(bureau, bureau.clerk, found), fresh(bureau.discipline_head)
    entry = entered(bureau, bureau.clerk, "FK-01")
    deriving.derive(found=found, by=chief)
    deriving.derive(found=found, by=chief)
    score, item = MethodScore.objects.get(assessed=one), ScoreItem.objects.get()
    assert (item.kind, item.source_id) == ("points", entry.pk)
    assert score.score == 100 - 5 * entry.points
    with pytest.raises(DomainError):
        scores.overrule(item=item, points=Decimal(0), grounds="", by=chief)
    scores.overrule(item=item, points=Decimal(0), grounds="该事项已在上季度计入", by=chief)
    deriving.derive(found=found, by=chief)
    score.refresh_from_db()
    assert (score.score, score.items.get().points) == (100, 0)


@pytest.mark.parametrize(("scope", "colleague", "elsewhere"), [("person", False, False), ("department", True, False), ("unit", True, True)])
def test_a_result_is_shown_as_far_as_its_scope_goes(bureau: SmallUnit, scope: str, colleague: bool, elsewhere: bool) -> None:
    shown = result(bureau, assessed(bureau, bureau.clerk, a_quarter(bureau, "notice", scope)))
    near, far = fresh(bureau.departments[1].staff[1]), fresh(bureau.departments[2].staff[0])
    assert Result.objects.visible_to(near).exists() == colleague
    assert Result.objects.visible_to(far).exists() == elsewhere
    assert not Result.objects.in_detail(near).exists()
    if colleague:
        page = signed_in(near).get(shown.get_absolute_url()).content.decode()
        assert "50 × 30 ÷ 85" not in page
        assert "不良" in page
    own = signed_in(bureau.clerk).get(shown.get_absolute_url()).content.decode()
    assert "50 × 30 ÷ 85" in own


@pytest.mark.parametrize("scope", ["person", "department", "unit"])
def test_both_ways_to_ask_whose_results_one_is_shown_find_the_same(bureau: SmallUnit, scope: str) -> None:
    """Committees ask with conditions on each result, everybody else with a list of people (assessments.querysets_results)."""
    shown = a_quarter(bureau, "notice", scope)
    one_of_each = [one for department in bureau.departments for one in (department.head, department.staff[0])]
    for person in one_of_each:
        result(bureau, assessed(bureau, person, shown))
    results, counts = Result.objects.all(), []
    for reader in (*one_of_each, bureau.departments[0].staff[1], *bureau.deputies, bureau.head):
        rights = scope_of(fresh(reader))
        listed = results.filter(results._shown(), assessed__in=results._told(rights))
        conditions = results.filter(results._shown(), Q(assessed__person=reader) | results._in_scope(rights))
        assert set(listed) == set(conditions), reader
        counts.append(listed.count())
    # One's own; those of one's department, or of the two departments one is in charge of; those of the unit.
    expected = {
        "person": [1] * 6 + [0] * 4,
        "department": [2] * 6 + [2, 4, 2, 0],
        "unit": [6] * 10,
    }
    assert counts == expected[scope]


def test_the_summary_as_a_file_holds_what_is_seen_on_screen(bureau: SmallUnit) -> None:
    found = a_quarter(bureau, "notice")
    for person in (bureau.clerk, bureau.departments[2].staff[0], bureau.head):
        result(bureau, assessed(bureau, person, found))

    def rows(person: User) -> list[list[object]]:
        answer = signed_in(person).get(reverse("assessments:summary_export"))
        sheet = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
        head = next(n for n, row in enumerate(sheet) if "姓名" in row)
        assert sheet[head] == [
            "序号",
            "姓名",
            "科室",
            "职务",
            "类别",
            "监督检查",
            "民主测评",
            "个别谈话",
            "廉政档案",
            "总分",
            "等次",
            "季度",
            "备注",
        ]
        return [row for row in sheet[head + 1 :] if isinstance(row[0], float)]

    [own] = rows(bureau.clerk)
    assert own[1] == bureau.clerk.name
    assert own[5:11] == [50, 52, "", 45, 50, "不良"]
    assert len(rows(bureau.discipline_head)) == 3


def test_an_appeal_is_filed_and_answered_on_the_pages(bureau: SmallUnit) -> None:
    shown = result(bureau, assessed(bureau, bureau.clerk, a_quarter(bureau, "appeal")))
    client = signed_in(bureau.clerk)
    url = reverse("assessments:appeal_new", args=[shown.pk])
    assert client.post(url, {"text": "不服"}).status_code == 422
    assert client.post(url, {"text": "监督检查扣分与事实不符，请予复核。"}).status_code == 302
    appeal = shown.appeals.get()
    answering = signed_in(bureau.discipline_head)
    page = reverse("assessments:appeal", args=[appeal.pk])
    assert "监督检查扣分与事实不符" in answering.get(page).content.decode()
    sent = {"outcome": "uphold", "answer": "经复核，扣分有据。", "version": str(appeal.version)}
    assert answering.post(page, sent | {"version": "99"}).status_code == 409
    assert answering.post(page, sent).status_code == 302
    assert "经复核，扣分有据。" in client.get(shown.get_absolute_url()).content.decode()
    with pytest.raises(DomainError):
        appeals.withdraw(appeal=appeal, by=fresh(bureau.clerk))


def test_the_start_page_says_whose_turn_it_is(bureau: SmallUnit) -> None:
    def texts(person: User) -> str:
        board = board_for(fresh(person))
        return " ".join(task.text for task in [*board.tasks, *board.more])

    shown = result(bureau, assessed(bureau, bureau.clerk, a_quarter(bureau, "appeal")))
    assert "如有异议请按期申诉" in texts(bureau.clerk)
    assert "申诉待答复" not in texts(bureau.discipline_head)
    appeals.file(result=shown, text="监督检查扣分与事实不符，请予复核。", by=fresh(bureau.clerk))
    assert "如有异议请按期申诉" not in texts(bureau.clerk)
    assert "1 件申诉待答复" in texts(bureau.discipline_head)
    assert [sent.url for sent in board_for(fresh(bureau.clerk)).sent] == [shown.get_absolute_url()]


def test_queries_do_not_grow_with_people(bureau: SmallUnit, count_queries: object) -> None:  # noqa: F811
    found = a_quarter(bureau, "notice")

    def people(n: int) -> None:
        for _n in range(n):
            person = UserFactory()
            post = PositionFactory(department=bureau.departments[1].department)
            AppointmentFactory(person=person, position=post)
            one = Assessed.objects.create(
                round=found, group=Group.STAFF, person=person, position=post, department=post.department, name=person.name, post="经办"
            )
            MethodScore.objects.create(assessed=one, method="talks", score=Decimal(90), grounds="谈话良好")
            result(bureau, one, "一般")

    count_queries("assessments:scoring", user=bureau.discipline_head, args=[found.pk], make_rows=people)  # type: ignore[operator]
    count_queries("assessments:review", user=bureau.discipline_head, args=[found.pk], make_rows=people)  # type: ignore[operator]
    count_queries("assessments:summary", user=bureau.discipline_head, make_rows=people)  # type: ignore[operator]
