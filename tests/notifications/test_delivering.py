"""Mail and robots, by a real mail server and a real web server."""

import logging
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation

from common.errors import DomainError, NotAllowed, NotPossible
from notifications import kinds, wording
from notifications.channels import robot as robots_channel
from notifications.models import Delivery, DeliveryItem, EmailMode, Notice, Preference, Robot, RobotEvent
from notifications.services import delivering, gathering, notify, upkeep
from notifications.services.preferences import Wishes, set_preference
from notifications.services.robots import RobotFacts, remove_robot, set_robot, try_robot
from tests.factories.organisation import administrators
from tests.factories.positions import UserFactory
from tests.notifications.servers import mail_server, mailing, web_hook
from tests.notifications.test_telling import person

pytestmark = pytest.mark.django_db
MARK = "PLANTEDMARK"


@pytest.fixture
def box():
    with mail_server() as (box, url), mailing(url):
        yield box


@pytest.fixture
def group():
    with web_hook() as (hook, url):
        yield hook, url


WEDNESDAY = timezone.make_aware(datetime(2024, 11, 20, 10))  # by day: robots have the quiet hours of everybody


def state(delivery=None):
    found = Delivery.objects.get(pk=delivery.pk) if delivery else Delivery.objects.get()
    return found.state, found.attempts, found.last_error


class TestMail:
    def test_a_notice_arrives_as_text_with_its_address(self, box):
        notify([person(email="li@example.gov.cn")], kind="measure", text="“公车私用”的措施\n今日到期", url="/risks/measures/")
        assert delivering.deliver() == {"sent": 1, "failed": 0}
        [(to, subject, body)] = box.texts()
        assert (to, subject) == ("li@example.gov.cn", "【廉防】“公车私用”的措施 今日到期")
        assert body.startswith("“公车私用”的措施 今日到期\n\n请登录廉防查看：https://lianfang.example.gov.cn/risks/measures/\n")
        assert state() == ("sent", 1, "")
        assert delivering.deliver() == {"sent": 0, "failed": 0}

    def test_of_what_is_sensitive_only_that_something_waits(self, box):
        reader = person()
        notify([reader], kind=f"lead.{MARK}", text=f"{MARK} 信访举报", url=f"/leads/{MARK}/", key=MARK, sensitive=True)
        delivering.deliver()
        [(_to, subject, body)] = box.texts()
        assert subject == "【廉防】您有事项待查看"
        assert body.splitlines()[0] == "有 1 项内容待您查看，按保密要求邮件中不予显示。"
        assert "请登录廉防查看：https://lianfang.example.gov.cn\n" in body
        assert MARK not in box.raw()

    def test_many_over_one_connection(self, box):
        notify([person(email=f"p{n}@example.gov.cn") for n in range(5)], kind="measure", text="到期")
        delivering.deliver()
        assert (len(box.taken), box.connections, len(set(box.ids()))) == (5, 1, 5)

    def test_refused_for_good_is_not_tried_again_and_holds_up_nobody(self, box):
        box.refuses = {"a@example.gov.cn": "550 no such person", "b@example.gov.cn": "450 later"}
        people = [person(email=f"{name}@example.gov.cn") for name in "abc"]
        notify(people, kind="measure", text="到期")
        before = timezone.now()
        assert delivering.deliver() == {"sent": 1, "failed": 2}
        found = {d.person_id: d for d in Delivery.objects.all()}
        a, b, c = (found[p.pk] for p in people)
        assert [(d.state, d.last_error) for d in (a, b, c)] == [("failed", "recipient:550"), ("waiting", "recipient:450"), ("sent", "")]
        assert timedelta(seconds=59) < b.next_try_at - before < timedelta(seconds=90)

    def test_five_pauses_and_then_given_up(self, box):
        box.refuses = {"one@example.gov.cn": "451 busy"}
        notify([person()], kind="measure", text="到期")
        pauses = []
        for _attempt in range(6):
            Delivery.objects.update(next_try_at=timezone.now(), due_at=timezone.now() - timedelta(hours=9))
            before = timezone.now()
            delivering.deliver()
            pauses.append(round((Delivery.objects.get().next_try_at - before).total_seconds() / 60))
        assert pauses[:5] == [1, 5, 30, 120, 360]
        assert state() == ("failed", 6, "recipient:451")

    def test_a_server_that_is_not_there_is_asked_once_a_run(self, settings):
        with mail_server() as (_box, url), mailing(url):
            pass
        with mailing(url):
            notify([person() for _n in range(30)], kind="measure", text="到期")
            assert delivering.deliver() == {"sent": 0, "failed": delivering.BATCH}
        assert set(Delivery.objects.values_list("state", "last_error")) == {("waiting", "unreachable"), ("waiting", "")}

    def test_who_was_shut_out_meanwhile_gets_nothing(self, box):
        gone = person()
        notify([gone], kind="measure", text="到期")
        type(gone).objects.update(is_active=False)
        delivering.deliver()
        assert (state(), box.taken) == (("failed", 1, "no_address"), [])

    def test_quiet_hours_hold_it_back(self, box):
        notify([person(quiet_from=time(0), quiet_until=time(23, 59, 59))], kind="measure", text="到期")
        assert (delivering.deliver(), box.taken) == ({"sent": 0, "failed": 0}, [])

    def test_what_has_become_quiet_since_it_was_due_waits(self, box):
        """A long queue, a server that was away: due on Friday at 20:55, looked at after nine; nobody else waits for it."""
        asleep, awake = person(email="s@example.gov.cn"), person(email="w@example.gov.cn")
        notify([asleep], kind="measure", text="一")
        notify([awake], kind="measure", text="二")
        friday = timezone.make_aware(datetime(2026, 11, 20, 20, 55))
        Delivery.objects.update(due_at=friday, next_try_at=friday)
        Preference.objects.filter(person=asleep).update(quiet_from=time(21), quiet_until=time(7, 30), quiet_days_off=True)
        late = friday + timedelta(minutes=6)
        [first] = delivering.claim(channel="email", now=late, most=1)
        assert first.person == awake
        held = Delivery.objects.get(person=asleep)
        assert (held.state, held.attempts, held.due_at) == ("waiting", 0, friday)
        assert held.next_try_at == timezone.make_aware(datetime(2026, 11, 23, 7, 30))
        assert delivering.deliver(now=held.next_try_at - timedelta(seconds=1)) == {"sent": 0, "failed": 0}
        assert delivering.deliver(now=held.next_try_at) == {"sent": 1, "failed": 0}
        assert [to for to, _subject, _body in box.texts()] == ["s@example.gov.cn"]

    def test_nor_is_a_group_woken_by_what_waited_for_its_service(self, group):
        _hook, url = group
        robot = Robot.objects.create(unit_id=7, service="gateway", address=f"json://{url.removeprefix('http://')}/")
        night = WEDNESDAY + timedelta(hours=12)
        said, test = (
            Delivery.objects.create(channel="robot", robot=robot, is_test=is_test, due_at=WEDNESDAY, next_try_at=WEDNESDAY)
            for is_test in (False, True)
        )
        assert [one.pk for one in delivering.claim(channel="robot", now=night)] == [test.pk], "somebody waits for the test"
        said.refresh_from_db()
        assert (said.state, said.next_try_at) == ("waiting", timezone.make_aware(datetime(2024, 11, 21, 7, 30)))


class TestDigest:
    @pytest.fixture
    def reader(self):
        return person(EmailMode.DIGEST, digest_hour=8)

    def at(self, hour, day=18):
        return timezone.make_aware(datetime(2026, 11, day, hour, 2))

    def test_one_a_day_with_everything_since_the_last(self, box, reader):
        for n in range(3):
            notify([reader], kind="measure", text=f"第{n}项")
        notify([reader], kind="lead.waiting", text=MARK, sensitive=True)
        assert gathering.make_digests(now=self.at(7)) == 0
        assert [gathering.make_digests(now=self.at(hour)) for hour in (8, 8, 9)] == [1, 0, 0]
        notify([reader], kind="measure", text="当天又一项")
        assert gathering.make_digests(now=self.at(20)) == 0
        delivering.deliver()
        [(_to, subject, body)] = box.texts()
        assert subject == "【廉防】消息汇总（4 条）"
        assert body.splitlines()[:4] == ["1. 第0项", "2. 第1项", "3. 第2项", "有 1 项内容待您查看，按保密要求邮件中不予显示。"]
        assert MARK not in box.raw()
        assert gathering.make_digests(now=self.at(8, day=19)) == 1
        assert DeliveryItem.objects.count() == Notice.objects.count() == 5, "each in one digest, none lost"

    def test_not_on_days_off_when_they_are_quiet(self, box, reader):
        Preference.objects.update(quiet_days_off=True)
        notify([reader], kind="measure", text="到期")
        assert [gathering.make_digests(now=self.at(9, day=day)) for day in (21, 22, 23)] == [0, 0, 1]

    def test_an_hour_inside_the_quiet_hours_is_moved_to_their_end(self, box, reader):
        """21:00 with the quiet hours of everybody: each working morning, Monday's with what came since Friday's."""
        Preference.objects.update(digest_hour=21, quiet_from=time(21), quiet_until=time(7, 30), quiet_days_off=True)
        notify([reader], kind="measure", text="一")
        made = []
        for hour in range(6 * 24):  # from Thursday
            now = self.at(0, day=19) + timedelta(hours=hour)
            if gathering.make_digests(now=now):
                made.append(f"{timezone.localtime(now):%d %H:%M}")
                notify([reader], kind="measure", text="又一项")
        assert made == ["19 08:02", "20 08:02", "23 08:02", "24 08:02"]
        assert delivering.deliver(now=self.at(9, day=24)) == {"sent": 4, "failed": 0}

    def test_made_as_the_quiet_begins_it_leaves_afterwards(self, box, reader):
        Preference.objects.update(digest_hour=21, quiet_from=time(21, 1), quiet_until=time(7, 30), quiet_days_off=True)
        notify([reader], kind="measure", text="一")
        assert gathering.make_digests(now=self.at(21, day=20)) == 1
        assert Delivery.objects.get().due_at == timezone.make_aware(datetime(2026, 11, 23, 7, 30))

    def test_who_changes_their_mind_loses_nothing_and_gets_no_more(self, reader, settings):
        settings.NOTICES_BY_EMAIL = True
        notify([reader], kind="measure", text="一")
        set_preference(by=reader, wishes=Wishes("single", 8, time(0), time(0), False))
        assert gathering.make_digests(now=self.at(9)) == 1
        notify([reader], kind="measure", text="二")
        set_preference(by=reader, wishes=Wishes("none", 8, time(0), time(0), False))
        assert not Delivery.objects.filter(state="waiting").exists()
        assert Notice.objects.filter(for_digest=True).count() == 0


class TestRobot:
    FACTS = {"service": "gateway", "secret": "", "kinds": ["measure", "declaration", kinds.UNNAMED], "is_on": True}

    @pytest.fixture
    def admins(self):
        return administrators()

    @pytest.fixture
    def set_up(self, admins, group):
        _hook, url = group
        facts = RobotFacts(address=f"{url}/hook?key={MARK}", **self.FACTS)
        return set_robot(by=admins["security"], unit_id=7, unit_name="某局", facts=facts)

    def gather(self):
        """Five minutes later."""
        RobotEvent.objects.filter(delivery=None).update(created_at=WEDNESDAY - gathering.GATHERED)
        return gathering.gather(now=WEDNESDAY)

    def test_says_kinds_and_numbers_and_nothing_else(self, set_up, group, settings):
        settings.SITE_URL = "https://lianfang.example.gov.cn"
        hook, _url = group
        for n in range(3):
            notify([UserFactory()], kind="measure", text=f"{MARK}{n}", url=f"/risks/{n}/", unit_id=7)
        notify([UserFactory()], kind="declaration.to_review", text=MARK, unit_id=7)
        notify([UserFactory()], kind="lead.waiting", text=MARK, unit_id=7, sensitive=True)
        assert delivering.deliver(now=WEDNESDAY) == {"sent": 0, "failed": 0}, "gathered for five minutes"
        self.gather()
        assert delivering.deliver(now=WEDNESDAY) == {"sent": 1, "failed": 0}
        [(path, said)] = hook.asked
        assert path == f"/hook?key={MARK}"
        assert said["message"] == (
            "廉防提醒：廉政风险承诺表 1 项、防控措施 3 项、其他待查看事项，请登录廉防查看：https://lianfang.example.gov.cn"
        )
        assert MARK not in str(said)
        assert delivering.deliver(now=WEDNESDAY) == {"sent": 0, "failed": 0}

    def test_of_what_is_sensitive_not_even_how_many(self, set_up, group):
        for _n in range(2):
            notify([UserFactory()], kind="lead.waiting", text=MARK, unit_id=7, sensitive=True)
        self.gather()
        delivering.deliver(now=WEDNESDAY)
        assert group[0].asked[0][1]["message"].startswith("廉防提醒：有事项待查看，请登录廉防查看：http")

    def test_a_group_is_not_woken_at_night(self, set_up):
        notify([UserFactory()], kind="measure", text="一", unit_id=7)
        RobotEvent.objects.update(created_at=WEDNESDAY)
        assert gathering.gather(now=WEDNESDAY + timedelta(hours=12)) == 0
        assert gathering.gather(now=WEDNESDAY + timedelta(days=3)) == 0, "a Saturday"
        assert gathering.gather(now=WEDNESDAY + timedelta(days=1)) == 1

    def test_a_refusal_is_tried_again_and_what_comes_meanwhile_waits(self, set_up, group):
        hook, _url = group
        hook.answer = (500, {})
        notify([UserFactory()], kind="measure", text="一", unit_id=7)
        self.gather()
        assert delivering.deliver(now=WEDNESDAY) == {"sent": 0, "failed": 1}
        assert state() == ("waiting", 1, "robot")
        notify([UserFactory()], kind="measure", text="二", unit_id=7)
        self.gather()
        delivering.deliver(now=WEDNESDAY)
        assert Delivery.objects.count() == 1
        hook.answer = (200, {})
        Delivery.objects.update(next_try_at=WEDNESDAY)
        delivering.deliver(now=WEDNESDAY)
        assert self.gather() == 1
        delivering.deliver(now=WEDNESDAY)
        assert [said["message"].split("，")[0] for _path, said in hook.asked[1:]] == ["廉防提醒：防控措施 1 项"] * 2

    @pytest.mark.parametrize(
        ("service", "pasted", "where"),
        [
            ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abc123", "dingtalk.NotifyDingTalk.notify_url"),
            ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=ab-c_1", "wecombot.NotifyWeComBot.notify_url"),
        ],
    )
    def test_an_answer_that_names_an_error_is_a_failure(self, admins, group, monkeypatch, service, pasted, where):
        """Both answer 200 to a robot that is gone or to a message without its keyword."""
        hook, url = group
        module, name, attribute = where.split(".")
        monkeypatch.setattr(
            getattr(getattr(robots_channel, module), name), attribute, url + ("/{token}" if service == "dingtalk" else "/{key}")
        )
        facts = RobotFacts(service=service, address=pasted, secret="", kinds=[], is_on=True)
        robot = set_robot(by=admins["security"], unit_id=7, unit_name="某局", facts=facts)
        test = try_robot(by=admins["security"], robot=robot, unit_name="某局")
        hook.answer = (200, {"errcode": 310000, "errmsg": "keywords not in content"})
        delivering.deliver()
        assert state(test) == ("waiting", 1, "robot:310000")
        hook.answer = (200, {"errcode": 0, "errmsg": "ok"})
        Delivery.objects.update(next_try_at=timezone.now())
        delivering.deliver()
        assert state(test)[0] == "sent"
        with translation.override(settings.LANGUAGE_CODE):  # whatever the tests before this one have left
            assert wording.test_of_robot() in str(hook.asked[-1][1])

    def test_its_address_is_sealed_and_in_no_log(self, set_up, admins, caplog, django_capture_on_commit_callbacks):
        caplog.set_level(logging.DEBUG)
        from django.db import connection

        try_robot(by=admins["security"], robot=set_up, unit_name="某局")
        delivering.deliver()
        with connection.cursor() as cursor:
            for table in ("notifications_robot", "notifications_historicalrobot", "audit_auditevent", "notifications_delivery"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                assert MARK not in str(cursor.fetchall()), table
        assert MARK in Robot.objects.get().address
        assert MARK not in caplog.text

    @pytest.mark.parametrize(
        "pasted",
        [
            "https://evil.example/robot/send?access_token=abc",
            "http://oapi.dingtalk.com/robot/send?access_token=abc",
            "https://oapi.dingtalk.com/robot/send",
            "https://oapi.dingtalk.com/robot/send?access_token=a/b",
            "file:///etc/passwd",
            "dingtalk://abc",
        ],
    )
    def test_no_other_address_of_a_service(self, pasted):
        with pytest.raises(DomainError):
            robots_channel.address_of("dingtalk", pasted)

    @pytest.mark.parametrize("pasted", ["mailto://a:b@c.example", "syslog://", "//host/x", "https://", "http://[bad", "windows://x"])
    def test_a_gateway_is_an_address_of_the_web(self, pasted):
        with pytest.raises(DomainError):
            robots_channel.address_of("gateway", pasted)

    def test_options_of_the_library_are_words_to_the_gateway(self, group):
        hook, url = group
        made = robots_channel.address_of("gateway", f"{url}/a?method=get&verify=no&+X-Admin=1&format=html")
        assert robots_channel._service(made).notify(body="正文", title="")
        [(path, said)] = hook.asked
        assert path.startswith("/a?")
        assert "method=get" in path
        assert said["message"] == "正文"

    def test_switched_off_it_forgets_what_it_had_not_told(self, set_up, admins):
        notify([UserFactory()], kind="measure", text="一", unit_id=7)
        set_robot(by=admins["security"], unit_id=7, unit_name="某局", facts=RobotFacts(address="", **{**self.FACTS, "is_on": False}))
        assert not RobotEvent.objects.exists()

    def test_only_the_security_administrator_keeps_them(self, set_up, admins):
        for role in ("system", "audit"):
            with pytest.raises(NotAllowed):
                set_robot(by=admins[role], unit_id=7, unit_name="某局", facts=RobotFacts(address="", **self.FACTS))
            with pytest.raises(NotAllowed):
                remove_robot(by=admins[role], robot=set_up, unit_name="某局")
        remove_robot(by=admins["security"], robot=set_up, unit_name="某局")
        assert not Robot.objects.exists()


class TestSendAgain:
    def failed(self, **more):
        now = timezone.now()
        facts = {"channel": "email", "state": "failed", "attempts": 6, "due_at": now, "next_try_at": now, "last_error": "unreachable"}
        return Delivery.objects.create(person=person(), **{**facts, **more})

    def test_chosen_ones_or_all_and_on_record(self):
        from audit.models import AuditEvent

        system = administrators()["system"]
        one, two, three = self.failed(), self.failed(), self.failed()
        assert upkeep.send_again(by=system, ids=[one.pk]) == 1
        assert (state(one), state(two)) == (("waiting", 0, ""), ("failed", 6, "unreachable"))
        assert upkeep.send_again(by=system) == 2
        with pytest.raises(NotPossible):
            upkeep.send_again(by=system, ids=[three.pk])
        events = AuditEvent.objects.filter(action="delivery.sent_again").order_by("pk")
        assert [event.detail["ids"] for event in events] == [[one.pk], [two.pk, three.pk]]

    def test_not_by_others(self):
        self.failed()
        with pytest.raises(NotAllowed):
            upkeep.send_again(by=administrators()["security"])

    def test_old_ones_are_removed_and_the_inbox_stays(self, settings):
        settings.NOTICES_BY_EMAIL = True
        notify([person()], kind="measure", text="旧")
        old = self.failed()
        Delivery.objects.update(created_at=timezone.now() - timedelta(days=91))
        assert upkeep.clean_up(now=timezone.now()) == 1
        assert not Delivery.objects.filter(pk=old.pk).exists()
        assert (Delivery.objects.get().state, Notice.objects.count()) == ("waiting", 1)
