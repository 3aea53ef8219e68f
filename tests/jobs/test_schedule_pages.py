"""The page of scheduled work: where each stands, in words (who may open it stands in the matrix)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AdminRole
from audit.models import AuditEvent
from jobs import scheduling
from jobs.models import ScheduledRun, ScheduledWork
from jobs.tables import in_words
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = UserFactory(admin_role=AdminRole.SYSTEM)
    client.force_login(person)
    return person


def run(name="positions.follow_dates", state="done", minutes=0, **fields):
    at = scheduling.database_now() - timedelta(minutes=minutes)
    ended = {} if state in ("waiting", "running") else {"finished_at": at + timedelta(seconds=125)}
    return ScheduledRun.objects.create(name=name, slot=at, state=state, started_at=at, **ended | fields)


def test_it_says_when_how_long_with_what_result_and_when_next(client, admin):
    run(result={"units": 3})
    text = client.get("/schedule/").content.decode()
    for words in ("任职起止生效", "每日 00:05", "2 分 5 秒", "涉及单位：3", "正常"):
        assert words in text
    assert "未按时运行" not in text


def test_what_is_late_stands_first_and_red(client, admin):
    ScheduledWork.objects.create(name="web.heartbeat", known_since=timezone.now() - timedelta(days=1))
    run()
    text = client.get("/schedule/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert 0 < text.index("未按时运行") < text.index("后台心跳") < text.index("任职起止生效")
    assert 'class="state state-danger"' in text


def test_a_failure_names_no_content(client, admin):
    run(state="failed", error="WorkerLost")
    run(state="failed", error="IntegrityError (positions/services/appointments.py:163)", minutes=60)
    text = client.get("/schedule/positions.follow_dates/").content.decode()
    assert "执行进程三次中断" in text
    assert "IntegrityError (positions/services/appointments.py:163)" in text


def test_run_now_is_recorded_and_offered_once(client, admin):
    response = client.post("/schedule/positions.follow_dates/run")
    assert (response.status_code, response["Location"]) == (302, "/schedule/positions.follow_dates/")
    assert ScheduledRun.objects.get().by == admin
    assert AuditEvent.objects.get(action="schedule.asked_for").detail == {"work": "positions.follow_dates"}
    text = client.get("/schedule/positions.follow_dates/").content.decode()
    assert "等待执行" in text
    assert "disabled" in text[text.index("立即运行") - 400 : text.index("立即运行")]
    assert client.post("/schedule/positions.follow_dates/run").status_code == 409


def test_the_audit_administrator_is_offered_nothing(client):
    client.force_login(UserFactory(admin_role=AdminRole.AUDIT))
    assert "立即运行" not in client.get("/schedule/positions.follow_dates/").content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.04, "0.0 秒"), (0.26, "0.3 秒"), (59.9, "59.9 秒"), (60, "1 分 0 秒"), (839.6, "14 分 0 秒"), (None, "—")]
)
def test_durations(seconds, words):
    assert in_words(None if seconds is None else timedelta(seconds=seconds)) == words


def test_queries_of_both_pages(count_queries, admin):
    minutes = iter(range(1000))
    count_queries("schedule:index", user=admin, make_rows=lambda n: [run(minutes=next(minutes)) for _ in range(n)])
    args = ["positions.follow_dates"]
    count_queries("schedule:detail", user=admin, args=args, make_rows=lambda n: [run(minutes=next(minutes), by=admin) for _ in range(n)])
