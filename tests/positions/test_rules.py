"""The rules library: entered, put in force, repealed; who may; its pages."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import AuditEvent
from common.errors import DomainError, NotAllowed
from positions import providers
from positions.models import Rule
from positions.services import rules as services
from tests.factories.organisation import administrators, small_unit
from tests.factories.powers import RuleFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def world():
    return small_unit()


@pytest.fixture
def rule(world):
    return RuleFactory(unit=world.unit, department=world.departments[1].department, title="《许可证管理办法》")


def test_from_to_be_made_to_in_force_to_repealed(world, rule):
    head = world.departments[1].head
    with pytest.raises(NotAllowed):
        services.enact_rule(rule=rule, by=world.clerk, number="农发〔2026〕3号", since=dt.date(2026, 3, 1))
    with pytest.raises(DomainError):
        services.enact_rule(rule=rule, by=head, number=" ", since=dt.date(2026, 3, 1))
    rule = services.enact_rule(rule=rule, by=head, number="农发〔2026〕3号", since=dt.date(2026, 3, 1))
    assert (rule.state, rule.number, rule.since) == ("in_force", "农发〔2026〕3号", dt.date(2026, 3, 1))
    with pytest.raises(DomainError):
        services.repeal_rule(rule=rule, by=head, reason="")
    rule = services.repeal_rule(rule=rule, by=head, reason="由新办法代替")
    assert rule.state == "repealed"
    assert rule.repealed_on
    with pytest.raises(NotAllowed):
        services.save_rule(rule=rule, by=head, fields={"title": "x"})
    assert list(AuditEvent.objects.order_by("id").values_list("action", "reason")) == [
        ("rule.enacted", ""),
        ("rule.repealed", "由新办法代替"),
    ]


def test_the_database_refuses_a_state_the_table_does_not_have(world, rule):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE positions_rule SET state = 'repealed' WHERE id = %s", [rule.pk])


def test_a_title_stands_once_and_departments_are_of_the_unit(world, rule):
    department = world.departments[1].department
    with pytest.raises(DomainError):
        services.add_rule(unit=world.unit, by=world.clerk, fields={"title": rule.title, "department": department})
    other = small_unit(code="OT", name="另一局")
    with pytest.raises(DomainError):
        services.add_rule(unit=world.unit, by=world.office_clerk, fields={"title": "《新》", "department": other.departments[0].department})
    with pytest.raises(NotAllowed):
        services.add_rule(unit=world.unit, by=world.clerk, fields={"title": "《新》", "department": world.departments[2].department})
    with pytest.raises(NotAllowed):
        services.add_rule(unit=world.unit, by=other.clerk, fields={"title": "《新》", "department": None})
    assert Rule.objects.count() == 1


def test_the_pages(client, world, monkeypatch):
    client.force_login(world.clerk)
    department = world.departments[1].department
    data = {"title": "《窗口服务规范》", "department": department.pk, "key_points": "一次性告知", "number": "", "since": ""}
    data["upload"] = SimpleUploadedFile("规范.pdf", PDF, "application/pdf")
    answer = client.post(reverse("powers:rule-new"), data)
    rule = Rule.objects.get()
    assert answer.url == reverse("powers:rule", args=[rule.pk])
    monkeypatch.setattr(providers.measures_asking_for, "_answer", lambda user, rule_ids: dict.fromkeys(rule_ids, 3))
    page = client.get(reverse("powers:rules")).content.decode()
    assert "3 条防控措施需要" in page
    assert "《窗口服务规范》" in client.get(reverse("powers:rule", args=[rule.pk])).content.decode()
    download = client.get(reverse("powers:rule-file", args=[rule.pk]))
    assert download["Content-Disposition"].startswith("attachment")
    assert b"".join(download) == PDF
    client.force_login(world.departments[1].head)
    answer = client.post(reverse("powers:rule-enact", args=[rule.pk]), {"number": "1号", "since": "2026-05-01", "version": rule.version})
    assert answer.status_code == 302
    stale = client.post(
        reverse("powers:rule-edit", args=[rule.pk]), {"title": "x", "number": "1", "since": "2026-05-01", "version": rule.version}
    )
    assert stale.status_code == 409
    assert client.post(reverse("powers:rule-repeal", args=[rule.pk]), {"reason": "不再适用"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.state, rule.title) == ("repealed", "《窗口服务规范》")


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "长" * 161},
        {"title": "A\0B"},
        {"since": "2026-13-40", "in_force": "on"},
        {"in_force": "on", "number": ""},
        {"department": "99999999999999999999"},
        {"upload": SimpleUploadedFile("x.pdf", b"MZ this is a program", "application/pdf")},
    ],
)
def test_bad_input(client, world, change):
    client.force_login(world.clerk)
    data = {"title": "《规定》", "department": world.departments[1].department.pk, "key_points": "", "number": "", "since": ""} | change
    assert client.post(reverse("powers:rule-new"), data).status_code == 422
    assert not Rule.objects.exists()


def test_filter_and_scope(client, world, rule):
    RuleFactory(unit=small_unit(code="OT", name="另一局").unit, title="《别处的规定》")
    RuleFactory(unit=world.unit, title="《财务制度》", state="in_force", since=dt.date(2024, 1, 1))
    client.force_login(world.departments[2].staff[0])
    page = client.get(reverse("powers:rules"), {"state": "in_force", "q": "财务"}).content.decode()
    assert "《财务制度》" in page
    assert "许可证" not in page
    assert "别处" not in client.get(reverse("powers:rules")).content.decode()
    client.force_login(administrators()["system"])
    assert client.get(reverse("powers:rule", args=[rule.pk])).status_code == 404
