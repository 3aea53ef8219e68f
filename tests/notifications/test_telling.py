"""What is written when somebody is told: inbox and deliveries, in the causing transaction, in a fixed number of statements."""

from datetime import time

import pytest
from django.db import transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications.models import Delivery, EmailMode, Notice, Preference, Robot, RobotEvent
from notifications.services import Message, mark_read, notify, notify_many
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db
ALWAYS = {"quiet_from": time(0), "quiet_until": time(0), "quiet_days_off": False}


@pytest.fixture(autouse=True)
def _by_email(settings):
    settings.NOTICES_BY_EMAIL = True


def person(mode=EmailMode.SINGLE, **more):
    made = UserFactory(email=more.pop("email", "one@example.gov.cn"))
    Preference.objects.create(person=made, email=mode, **{**ALWAYS, **more})
    return made


def tell(*people, **more):
    notify(people, **{"kind": "measure", "text": "措施今日到期", "url": "/risks/", **more})


def test_an_email_for_who_wants_one():
    single, digest, none = person(), person(EmailMode.DIGEST), person(EmailMode.NONE)
    unset, without, gone = UserFactory(email="u@example.gov.cn"), person(email=""), UserFactory(email="g@example.gov.cn", is_active=False)
    tell(single, digest, none, unset, without, gone)
    assert set(Delivery.objects.values_list("person", flat=True)) == {single.pk, unset.pk}
    assert list(Notice.objects.filter(for_digest=True).values_list("person", flat=True)) == [digest.pk]
    assert Notice.objects.count() == 5
    assert [item.notice.person_id for item in Delivery.objects.get(person=single).items.all()] == [single.pk]


def test_the_inbox_is_not_held_back_by_quiet_hours():
    now = timezone.localtime()
    sleeper = person(quiet_from=time(0), quiet_until=time(23, 59, 59))
    tell(sleeper)
    [delivery] = Delivery.objects.all()
    assert Notice.objects.get().created_at >= now
    assert delivery.due_at == delivery.next_try_at
    assert timezone.localtime(delivery.due_at).time() == time(23, 59, 59)


def test_a_second_one_of_the_same_key_makes_no_second_email():
    one = person()
    tell(one, key="k")
    tell(one, one, key="k")
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_rollback_takes_all_of_it_back(django_capture_on_commit_callbacks):
    Robot.objects.create(unit_id=7, service="gateway", address="json://x", kinds=["measure"])
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        tell(person(), person(EmailMode.DIGEST), unit_id=7)
        assert (Delivery.objects.count(), RobotEvent.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Delivery.objects.count(), RobotEvent.objects.count(), callbacks) == (0, 0, 0, [])


def test_one_wake_for_a_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for _n in range(5):
            tell(person())
    assert len(callbacks) == 1


def test_no_statement_more_for_five_hundred_people(django_assert_num_queries):
    def queries(people):
        with CaptureQueriesContext(transaction.get_connection()) as captured:
            tell(*people)
        return len(captured)

    few = [person(), person(EmailMode.DIGEST)]
    many = User.objects.bulk_create(User(staff_number=f"M{n}", name="许多", email="many@example.gov.cn") for n in range(500))
    assert queries(few) == queries(many) <= 6
    assert Delivery.objects.count() == 501


def test_many_messages_at_once_are_as_few_statements(django_assert_max_num_queries):
    people = [person() for _n in range(3)]
    with django_assert_max_num_queries(6):
        made = notify_many(Message([people[n % 3].pk], "measure", f"第{n}项措施", key=f"m-{n}") for n in range(60))
    assert (made, Notice.objects.count(), Delivery.objects.count()) == (60, 60, 60)
    assert notify_many([Message(people, "measure", "第0项措施", key="m-0")]) == 2


@override_settings(NOTICES_BY_EMAIL=False)
def test_without_a_mail_server_nothing_piles_up():
    tell(person(), person(EmailMode.DIGEST))
    assert Notice.objects.filter(for_digest=False).count() == 2
    assert not Delivery.objects.exists()


def test_what_is_read_no_longer_waits_for_the_digest():
    reader = person(EmailMode.DIGEST)
    tell(reader)
    mark_read(by=reader)
    assert not Notice.objects.filter(for_digest=True).exists()


def test_the_robot_counts_what_it_is_to_tell_of_its_unit():
    Robot.objects.create(unit_id=7, service="gateway", address="json://x", kinds=["measure", "unnamed"])
    Robot.objects.create(unit_id=8, service="gateway", address="json://x", kinds=["measure"], is_on=False)
    Robot.objects.create(unit_id=9, service="gateway", address="json://x", kinds=["measure"])
    one, two = person(), person()
    tell(one, two, unit_id=7, key="a")  # a matter, however many are told
    tell(one, two, unit_id=7, key="a")  # known already
    tell(one, unit_id=7, kind="lead.waiting", sensitive=True)
    tell(one, unit_id=7, kind="job")  # not among the kinds
    tell(one, unit_id=8)
    tell(one, unit_id=9, kind="lead.waiting", sensitive=True)
    tell(one)
    assert sorted(RobotEvent.objects.values_list("robot__unit_id", "kind")) == [(7, "measure"), (7, "unnamed")]
