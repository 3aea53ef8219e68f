"""Setting when a unit reminds, and the ledger of what was sent."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import AdminRole, User
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed
from deadlines.models import Reminder, ReminderRule
from deadlines.registry import Intervals, kind_of
from deadlines.services import settings as service
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db

MEASURE = "/deadlines/settings/measure/"
POSTED = {"before": "7，2", "on_day": "on", "after": "1", "every": "0", "escalate": "", "version": "0"}


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response
    return response.content.decode()


def told(unit: SmallUnit, number: int, kind: str = "measure", person: User | None = None, stage: str = "day") -> Reminder:
    return Reminder.objects.create(
        kind=kind,
        object_id=number,
        unit=unit.unit,
        due_on=date(2026, 11, 20),
        stage=stage,
        person=person or unit.clerk,
        told_on=date(2026, 11, 20),
        text="" if kind == "talk_answer" else f"今日到期：第{number}件",
        url="" if kind == "talk_answer" else "/risks/register/1/",
    )


def test_the_office_sets_intervals_and_puts_them_back(unit: SmallUnit) -> None:
    client = signed_in(unit.office_clerk)
    assert "防控措施" in page(client, "/deadlines/settings/")
    assert client.post(MEASURE, POSTED).status_code == 302
    row = ReminderRule.objects.get()
    assert row.intervals == Intervals(before=(7, 2), on_day=True, after=(1,), every=0, escalate=())
    assert row.history.get().history_user == unit.office_clerk
    assert "本单位设置" in page(client, "/deadlines/settings/")
    assert client.post(f"{MEASURE}default/", {"version": "1"}).status_code == 302
    assert not ReminderRule.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="reminders.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["reminders.set", "reminders.reset"]


def test_the_preview_shows_what_is_entered_before_it_is_kept(unit: SmallUnit) -> None:
    text = page(signed_in(unit.office_clerk), f"{MEASURE}?before=5&on_day=on&after=&every=0&escalate=3&example=2026-12-10")
    for day in ("2026-12-03", "2026-12-10", "2026-12-15"):  # a Thursday; five working days before, three after
        assert f"<strong>{day}</strong>" in text
    assert text.count("<strong>2026") == 3
    assert not ReminderRule.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"before": "五"}, {"before": "0"}, {"before": "999"}, {"after": "1,2,3,4,5,6,7"}, {"every": "-1"}, {"every": ""}]
)
def test_what_makes_no_sense_is_said_and_not_kept(unit: SmallUnit, wrong: dict[str, str]) -> None:
    response = signed_in(unit.office_clerk).post(MEASURE, POSTED | wrong)
    assert response.status_code == 422
    assert not ReminderRule.objects.exists()


def test_the_service_refuses_strangers_stale_forms_and_nonsense(unit: SmallUnit) -> None:
    kind, rule = kind_of("measure"), Intervals(before=(3,), escalate=())
    facts = {"unit": unit.unit, "kind": kind, "intervals": rule}
    for person in (unit.head, unit.departments[1].head, unit.departments[0].staff[1]):  # the last: a member of the committee, not its head
        with pytest.raises(NotAllowed):
            service.change(**facts, by=person)
    service.change(**facts, by=unit.discipline_head, version=0)
    with pytest.raises(Conflict):
        service.change(**facts, by=unit.office_clerk, version=0)
    for wrong in (Intervals(before=(0,)), Intervals(after=(3, 3)), Intervals(every=251), Intervals(days=5)):
        with pytest.raises(DomainError):
            service.change(**facts | {"intervals": wrong}, by=unit.office_clerk)
    with pytest.raises(DomainError):
        service.change(unit=unit.unit, kind=kind_of("form_review"), intervals=Intervals(), by=unit.office_clerk)


def test_days_given_to_reviewers_are_a_setting(unit: SmallUnit) -> None:
    posted = POSTED | {"days": "8", "before": "1"}
    assert signed_in(unit.office_clerk).post("/deadlines/settings/form_review/", posted).status_code == 302
    assert ReminderRule.objects.get().days == 8


def test_the_ledger_tells_of_quiet_matters_neither_who_nor_what(unit: SmallUnit) -> None:
    told(unit, 1)
    quiet = told(unit, 2, kind="talk_answer", person=unit.departments[2].head)
    own = told(unit, 3, kind="talk_answer", person=unit.office_clerk)
    text = page(signed_in(unit.office_clerk), "/deadlines/ledger/")
    assert "第1件" in text
    assert unit.clerk.name in text
    assert quiet.person.name not in text
    assert own.person.name in text
    assert text.count("书面答复") >= 1


def test_the_audit_administrator_sees_that_it_was_told_and_no_content(unit: SmallUnit) -> None:
    told(unit, 1)
    told(unit, 2, kind="talk_answer", person=unit.departments[2].head)
    auditor = UserFactory(staff_number="AUDIT", admin_role=AdminRole.AUDIT)
    text = page(signed_in(auditor), "/deadlines/ledger/")
    assert unit.clerk.name in text
    assert "第1件" not in text
    assert unit.departments[2].head.name not in text
    # Of quiet kinds there is neither a row to be counted by unit and day nor a kind to filter by.
    assert set(Reminder.objects.visible_to(auditor).values_list("kind", flat=True)) == {"measure"}
    assert "书面答复" not in text
    for kind in ("talk_answer", "lead", "restriction_end"):
        assert f'value="{kind}"' not in text
    assert 'value="measure"' in text
    # Nor is a quiet matter found by whom it concerned.
    assert "尚未发出提醒" in page(signed_in(auditor), f"/deadlines/ledger/?q={unit.departments[2].head.name}")


def test_filters_of_the_ledger(unit: SmallUnit) -> None:
    told(unit, 1)
    told(unit, 2, stage="up:1", person=unit.head)
    told(unit, 3, kind="form_review")
    client = signed_in(unit.head)
    assert "第2件" not in page(client, "/deadlines/ledger/?stage=day")
    assert "第3件" in page(client, "/deadlines/ledger/?kind=form_review")
    assert "第1件" not in page(client, "/deadlines/ledger/?kind=form_review")
    assert "第1件" not in page(client, "/deadlines/ledger/?told_from=2026-11-21")


def test_queries_of_the_ledger(unit: SmallUnit, count_queries) -> None:
    numbers = iter(range(10_000))
    count_queries("deadlines:ledger", user=unit.head, make_rows=lambda n: [told(unit, next(numbers)) for _ in range(n)])
