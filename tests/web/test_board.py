"""The start page: what must I do, by when, what did I hand in; figures for leaders."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jobs.models import ScheduledWork
from positions.models import BodyKind
from positions.scopes import scope_of
from reporting.deadlines import annual_reports_due
from reporting.models import AnnualReport
from risks.models import Declaration, Measure, ReviewStep
from tests.factories.organisation import administrators, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, level
from tests.web.test_search import point
from web.board_parts import Counting, count
from web.tasks_board import board_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def unit():
    return small_unit()


@pytest.fixture
def campaign(unit):
    return CampaignFactory(unit=unit.unit)


def texts(person):
    return [task.text for task in board_for(person, TODAY).tasks]


def form(unit, person, campaign, **fields):
    return DeclarationFactory(appointment=unit.appointments[person.pk], campaign=campaign, **fields)


def waits_at(declaration, reviewer, kind="rate"):
    return ReviewStep.objects.create(
        declaration=declaration, order=1, kind=kind, reviewer=reviewer, is_current=True, waiting_since=timezone.now()
    )


def test_nothing_waits(unit, client):
    client.force_login(unit.clerk)
    assert "没有待办事项" in client.get("/").content.decode()


def test_a_form_to_fill_in_comes_with_the_deadline_of_its_phase(unit, campaign):
    form(unit, unit.clerk, campaign, state="draft", signed_at=None)
    [task] = board_for(unit.clerk, TODAY).tasks
    assert task.text == "填写并签署岗位承诺表：经办"
    assert task.due == date(2026, 11, 30)


def test_a_returned_form_comes_first(unit, campaign):
    form(unit, unit.clerk, None, state="draft", signed_at=None)
    form(unit, unit.clerk, campaign, state="returned")
    assert texts(unit.clerk)[0] == "修改被退回的岗位承诺表：经办"


def test_what_there_is_none_of_is_not_counted_as_0(unit, campaign):
    """A question may say “maybe” where the list then holds nothing: nobody is told of 0 things."""
    form(unit, unit.clerk, campaign)
    user, scope = unit.clerk, scope_of(unit.clerk)
    wanted = [
        Counting("own", lambda: Declaration.objects.filter(declarant=user)),
        Counting("foreign", lambda: Declaration.objects.filter(declarant=unit.head)),
    ]
    assert count(user, scope, TODAY, wanted) == {"own": (1, None)}
    assert count(user, scope, TODAY, wanted[1:]) == {}


def test_what_was_handed_in_says_where_it_is(unit, campaign):
    declaration = form(unit, unit.clerk, campaign, state="in_review")
    waits_at(declaration, unit.departments[1].head)
    board = board_for(unit.clerk, TODAY)
    assert board.tasks == []
    assert [sent.where for sent in board.sent] == [f"部门负责人评定 · {unit.departments[1].head}"]


def test_reviews_are_counted_for_the_reviewer_alone(unit, campaign):
    for person in unit.departments[1].staff:
        waits_at(form(unit, person, campaign, state="in_review"), unit.departments[1].head)
    assert texts(unit.departments[1].head) == ["2 份承诺表待您审核"]
    assert texts(unit.departments[2].head) == []


def test_the_leading_group_sees_what_is_to_be_graded(unit, campaign):
    declaration = form(unit, unit.clerk, campaign, state="reviewed")
    EntryFactory.create_batch(3, declaration=declaration)
    EntryFactory(declaration=declaration, final_level=level(2), decided_by=unit.head, decided_at=timezone.now())
    [task] = board_for(unit.office_clerk, TODAY).tasks
    assert (task.text, task.due) == ("3 个风险点待领导小组评估定级", date(2026, 12, 10))
    assert texts(unit.clerk) == []


def measure(risk, who, due, **fields):
    return Measure.objects.create(risk=risk, text="双人核对", who=who, due_on=due, **fields)


def test_measures_due_soon_and_overdue(unit):
    risk = point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    measure(risk, unit.clerk, TODAY + timedelta(days=60))
    assert texts(unit.clerk) == []
    measure(risk, unit.clerk, TODAY - timedelta(days=3))
    [task] = board_for(unit.clerk, TODAY).tasks
    assert (task.text, task.urgent) == ("1 项防控措施待落实", True)


def test_who_reported_a_measure_is_not_asked_to_confirm_it(unit):
    risk = point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    head = unit.departments[1].head
    measure(risk, unit.clerk, TODAY, state="done", done_by=unit.clerk, done_at=timezone.now())
    measure(risk, head, TODAY, state="done", done_by=head, done_at=timezone.now())
    assert texts(head) == ["1 项措施已报完成，待您确认"]


def test_power_items_returned_and_to_review(unit):
    catalogue = CatalogueFactory(unit=unit.unit)
    position = unit.departments[1].positions["s0"]
    PowerItemFactory(catalogue=catalogue, position=position, created_by=unit.clerk, name="许可受理", returned_reason="依据不全")
    PowerItemFactory(catalogue=catalogue, position=position, created_by=unit.clerk, name="许可审查", state="department_review")
    [task] = board_for(unit.clerk, TODAY).tasks
    assert (task.text, task.detail, task.urgent) == ("职权事项被退回：许可受理", "依据不全", True)
    assert [sent.text for sent in board_for(unit.clerk, TODAY).sent] == ["职权事项：许可审查"]
    assert texts(unit.departments[1].head) == ["1 项职权事项待您审核"]
    assert texts(unit.departments[2].head) == []


def test_the_legal_office_is_told_of_the_catalogue(unit):
    CatalogueFactory(unit=unit.unit, state="legal_review", title="2026年职权目录")
    legal = unit.departments[1].deputy_head
    assert unit.bodies[BodyKind.LEGAL_OFFICE].memberships.get().person == legal
    assert texts(legal) == ["职权目录待法制审核：2026年职权目录 (V1)"]


def test_a_clerk_sees_at_most_three_things_at_once(unit, campaign):
    catalogue = CatalogueFactory(unit=unit.unit)
    for n in range(5):
        position = unit.departments[1].positions["s0"]
        PowerItemFactory(catalogue=catalogue, position=position, name=f"许可{n}", returned_reason="依据不全")
    board = board_for(unit.clerk, TODAY)
    assert (len(board.tasks), len(board.more)) == (3, 2)


def test_the_unit_head_sees_four_figures_and_who_answers(unit, campaign, client):
    risk = point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    risk.responsible_leader = unit.head
    risk.save()
    light = point(unit, unit.departments[2].positions["s0"], "检查走过场", 2)
    light.current_level, light.responsible_leader = level(1), unit.departments[2].head
    light.save()
    measure(light, unit.clerk, TODAY - timedelta(days=3))
    form(unit, unit.clerk, campaign, state="draft", signed_at=None)
    form(unit, unit.departments[1].staff[1], campaign, state="in_review")
    board = board_for(unit.head, TODAY)
    assert [(f.label, f.value, f.hint) for f in board.figures] == [
        ("一级风险点", 1, "共 2 个 · 三级 1"),
        ("逾期措施", 1, "两周内到期 0 项"),
        ("未报承诺表", 1, "已报 1/2"),
        ("由您负责的风险点", 1, "一级 1"),
    ]
    assert board.answers.levels == ["一级", "三级"]
    assert [(r.name, r.post, r.counts, r.overdue) for r in board.answers.rows] == [
        (unit.departments[2].head.name, "科长", [0, 1], 1),
        (unit.head.name, "局长", [1, 0], 0),
    ]
    client.force_login(unit.head)
    assert "责任分布" in client.get("/").content.decode()


def test_a_department_head_sees_figures_of_the_department_only(unit):
    point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    point(unit, unit.departments[2].positions["s0"], "检查走过场", 2)
    board = board_for(unit.departments[1].head, TODAY)
    assert (board.figures[0].value, board.answers) == (1, None)


def test_administrators_see_no_content(unit, client):
    point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    for person in administrators().values():
        board = board_for(person, TODAY)
        assert (board.tasks, board.sent, board.figures, board.answers) == ([], [], [], None)
        client.force_login(person)
        assert client.get("/").status_code == 200


def test_the_system_administrator_is_told_of_late_work(client):
    now = timezone.now()
    ScheduledWork.objects.create(name="education.motto", known_since=now - timedelta(days=3))
    people = administrators()
    [task] = board_for(people["system"]).tasks
    assert task.text == "1 项定时任务未按时运行或运行失败"
    client.force_login(people["system"])
    assert task.text in client.get("/").content.decode()
    assert board_for(people["security"]).tasks == board_for(people["audit"]).tasks == []


def test_an_annual_report_waits_for_who_approves_it(unit):
    report = AnnualReport.objects.create(
        unit=unit.unit, year=2025, state="submitted", begun_by=unit.discipline_head, submitted_by=unit.discipline_head,
        submitted_at=timezone.now(), figures={},
    )  # fmt: skip
    assert texts(unit.head) == ["审批年度报告：" + str(report)]
    assert texts(unit.discipline_head) == []
    assert [sent.text for sent in board_for(unit.discipline_head, TODAY).sent] == ["年度报告：" + str(report)]
    assert texts(unit.departments[0].staff[1]) == []
    [due] = annual_reports_due(TODAY, date(2099, 1, 1))
    assert (due.people, due.due_on > timezone.localdate()) == ((unit.head.pk,), True)


def test_what_was_done_waits_to_be_confirmed(unit):
    risk = point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    measure(risk, unit.clerk, TODAY, state="done", done_by=unit.clerk, done_at=timezone.now())
    assert [(sent.text, sent.where) for sent in board_for(unit.clerk, TODAY).sent] == [("已报完成的防控措施 1 项", "等待确认")]


def test_queries_of_the_start_page(count_queries, unit, campaign):
    position, numbers = unit.departments[1].positions["s0"], iter(range(1000))

    def rows(n):
        for _ in range(n):
            risk = point(unit, position, "审批时收受礼金", next(numbers), unit.clerk)
            risk.responsible_leader = unit.head
            risk.save()
            measure(risk, unit.head, TODAY)

    count_queries("web:start", user=unit.head, make_rows=rows)


def test_the_figures_follow_a_change_at_once(unit, django_capture_on_commit_callbacks):
    """They are kept until the register changes: a measure added after they were read is counted when they are read again."""
    from risks.services import measures

    risk = point(unit, unit.departments[1].positions["s0"], "审批时收受礼金", 1, unit.clerk)
    today = timezone.localdate()

    def due_soon():
        return next(figure.hint for figure in board_for(unit.head, today).figures if figure.url.endswith("which=overdue"))

    before = due_soon()
    with django_capture_on_commit_callbacks(execute=True):
        facts = measures.MeasureFacts(kind="position", line="before", text="公开办理结果", who=unit.clerk, due_on=today)
        measures.add(risk=risk, facts=facts, by=unit.clerk)
    assert "0" in before
    assert "1" in due_soon()
