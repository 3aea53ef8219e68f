"""Pages of deliveries, robots and wishes: what they show, and above all what they do not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from notifications.models import Delivery, DeliveryItem, Notice, Preference, Robot
from tests.factories.organisation import administrators
from tests.factories.positions import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "PLANTEDMARK"


@pytest.fixture
def admins():
    return administrators()


def delivery(person=None, **more):
    now = timezone.now()
    facts = {"channel": "email", "person": person or UserFactory(), "due_at": now, "next_try_at": now, **more}
    if facts.get("robot"):
        facts |= {"channel": "robot", "person": None}
    made = Delivery.objects.create(**facts)
    if made.person:
        notice = Notice.objects.create(person=made.person, kind=f"lead.{SECRET}", text=SECRET, url=f"/{SECRET}", sensitive=True)
        DeliveryItem.objects.create(delivery=made, notice=notice)
    return made


class TestDeliveries:
    def test_who_when_whether_and_never_what(self, client, admins):
        client.force_login(admins["system"])
        robot = Robot.objects.create(unit_id=UnitFactory(name="某某局").pk, service="gateway", address=f"jsons://{SECRET}")
        delivery(UserFactory(name="王五"))
        delivery(UserFactory(name="李四"), state="failed", attempts=6, last_error="recipient:550")
        delivery(robot=robot, state="sent", sent_at=timezone.now())
        text = client.get(reverse("web:deliveries")).content.decode()
        for shown in ("王五", "李四", "某某局", "邮件服务器拒绝了收件人地址（应答代码 550）", "重新发送", "尚未配置邮件服务器"):
            assert shown in text, shown
        assert SECRET not in text

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("state=failed", {"李四"}),
            ("who=王", {"王五"}),
            ("channel=robot", set()),
            ("until=2020-01-01", set()),
            ("state=waiting&who=李", set()),
        ],
    )
    def test_filters(self, client, admins, query, names):
        client.force_login(admins["system"])
        delivery(UserFactory(name="王五"))
        delivery(UserFactory(name="李四"), state="failed")
        text = client.get(f"{reverse('web:deliveries')}?{query}", headers={"HX-Request": "true"}).content.decode()
        assert {name for name in ("王五", "李四") if name in text} == names

    def test_one_is_sent_again_by_its_button(self, client, admins):
        client.force_login(admins["system"])
        one, two = delivery(state="failed", attempts=6), delivery(state="failed", attempts=6)
        assert client.post(reverse("web:deliveries_again"), {"only": one.pk, "chosen": two.pk}).status_code == 302
        assert list(Delivery.objects.filter(state="waiting").values_list("pk", flat=True)) == [one.pk]
        assert AuditEvent.objects.get(action="delivery.sent_again").actor_id == admins["system"].pk

    @pytest.mark.parametrize("data", [{}, {"chosen": "x"}, {"only": "9" * 30}, {"only": "-1"}, {"chosen": "²"}])
    def test_nonsense_sends_nothing(self, client, admins, data):
        client.force_login(admins["system"])
        delivery(state="failed")
        assert client.post(reverse("web:deliveries_again"), data).status_code in (409, 422)
        assert not Delivery.objects.filter(state="waiting").exists()

    def test_what_should_have_left_is_told_here_and_to_the_watch(self, client, admins, settings):
        settings.NOTICES_BY_EMAIL = True
        client.force_login(admins["system"])
        an_hour_ago = timezone.now() - timedelta(minutes=61)
        waiting = delivery(due_at=an_hour_ago)
        assert "消息发送延误" in client.get(reverse("web:deliveries")).content.decode()
        assert client.get("/healthz").json()["deliveries"] == "late"
        Delivery.objects.filter(pk=waiting.pk).update(due_at=an_hour_ago + timedelta(minutes=2))
        assert client.get("/healthz").json()["deliveries"] == "ok"
        Delivery.objects.filter(pk=waiting.pk).update(due_at=an_hour_ago)
        settings.NOTICES_BY_EMAIL = False  # what was written before no longer counts
        assert client.get("/healthz").json()["deliveries"] == "ok"

    def test_queries_of_the_list(self, count_queries, admins):
        count_queries("web:deliveries", user=admins["system"], make_rows=lambda n: [delivery(state="failed") for _ in range(n)])


class TestRobots:
    FORM = {
        "service": "dingtalk",
        "address": f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}",
        "secret": "SEC1",
        "kinds": ["measure"],
    }

    def test_entered_once_and_never_shown_again(self, client, admins):
        unit = UnitFactory()
        client.force_login(admins["security"])
        page = reverse("web:robot", args=[unit.pk])
        assert client.post(page, {**self.FORM, "is_on": "on"}).status_code == 302
        robot = Robot.objects.get()
        assert (robot.unit_id, robot.is_on, SECRET in robot.address, "SEC1@" in robot.address) == (unit.pk, True, True, True)
        for address in (page, reverse("web:robots")):
            assert SECRET not in client.get(address).content.decode()
        assert SECRET not in str(AuditEvent.objects.filter(action="robot.entered").values())
        assert client.post(page, {"service": "dingtalk", "kinds": [], "version": 1}).status_code == 302
        changed = Robot.objects.get()
        assert (changed.is_on, changed.kinds, changed.address) == (False, [], robot.address)
        assert client.post(page, {"service": "dingtalk", "version": 1}).status_code == 409

    def test_another_service_needs_its_own_address(self, client, admins):
        unit = UnitFactory()
        client.force_login(admins["security"])
        page = reverse("web:robot", args=[unit.pk])
        client.post(page, self.FORM)
        for data in ({**self.FORM, "service": "wecom"}, {"service": "wecom"}):
            response = client.post(page, data)
            assert response.status_code in (409, 422)
            assert Robot.objects.get().service == "dingtalk"

    def test_a_try_waits_for_the_worker_and_is_not_doubled(self, client, admins):
        unit = UnitFactory()
        robot = Robot.objects.create(unit_id=unit.pk, service="gateway", address="jsons://x")
        client.force_login(admins["security"])
        assert client.post(reverse("web:robot_try", args=[unit.pk])).status_code == 302
        assert Delivery.objects.get(robot=robot).is_test
        assert client.post(reverse("web:robot_try", args=[unit.pk])).status_code in (409, 422)
        assert client.post(reverse("web:robot_remove", args=[unit.pk])).status_code == 302
        assert not Delivery.objects.exists()


class TestPreferences:
    FORM = {"email": "digest", "digest_hour": "9", "quiet_from": "22:00", "quiet_until": "08:00"}

    def test_kept_for_oneself_and_on_record(self, client):
        me, other = UserFactory(email="me@example.gov.cn"), UserFactory()
        client.force_login(me)
        page = reverse("notifications:preferences")
        assert "me@example.gov.cn" in client.get(page).content.decode()
        assert client.post(page, {**self.FORM, "person": other.pk}).status_code == 302
        kept = Preference.objects.get()
        assert (kept.person, kept.email, kept.digest_hour, f"{kept.quiet_from:%H:%M}", kept.quiet_days_off) == (
            me,
            "digest",
            9,
            "22:00",
            False,
        )
        assert AuditEvent.objects.get(action="notices.preferences_changed").actor_id == me.pk
        assert client.post(page, {**self.FORM, "email": "none", "version": 1}).status_code == 409

    @pytest.mark.parametrize("wrong", [{"email": "fax"}, {"digest_hour": "25"}, {"quiet_from": "26:00"}, {"quiet_until": ""}])
    def test_nonsense_is_sent_back(self, client, wrong):
        client.force_login(UserFactory())
        assert client.post(reverse("notifications:preferences"), {**self.FORM, **wrong}).status_code == 422
        assert not Preference.objects.exists()
