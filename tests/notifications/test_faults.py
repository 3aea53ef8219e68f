"""Workers killed, doubled and robbed of their broker: no notice lost, none doubled to the person (quality.md, jobs)."""

import os
import signal
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu import Connection

from jobs.models import ScheduledWork
from notifications import tasks
from notifications.models import Delivery, DeliveryItem, EmailMode, Notice
from notifications.services import delivering, gathering, notify
from tests.jobs.processes import PATIENCE, Site
from tests.notifications.servers import Mailbox, mail_server, mailing
from tests.notifications.test_telling import person
from tests.risks.test_review_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "PLANTEDMARK"


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def in_broker(site):
    """Keys and values, whatever they are."""
    return b"".join(key + (site.redis.dump(key) or b"") for key in site.redis.scan_iter())


def test_killed_after_the_server_took_it_and_the_broker_emptied(process_environment):
    """The first worker dies between sending and marking; the queue is gone; the minute's sweep finds both from the database."""
    ScheduledWork.objects.create(name="notifications.deliver", known_since=datetime(2000, 1, 1, tzinfo=UTC))
    with mail_server() as (box, url), mailing(url), tempfile.TemporaryDirectory(prefix="lianfang-test-", dir="/var/tmp") as folder:
        site = Site(process_environment | {"EMAIL_URL": url, "LOG_LEVEL": "DEBUG"}, Path(folder) / "site", "config.celery")
        try:
            _killed_and_robbed(site, box)
        finally:
            site.stop()


def _killed_and_robbed(site: Site, box: Mailbox) -> None:
    box.hold = held = threading.Event()
    with transaction.atomic():
        notify([person(email="a@example.gov.cn")], kind="measure", text="措施到期")
        notify([person(email="b@example.gov.cn")], kind=f"lead.{MARK}", text=MARK, url=f"/leads/{MARK}", key=MARK, sensitive=True)
    first = site.worker()
    with Connection(site.broker.url()) as connection:
        tasks.wake.apply_async(connection=connection)  # type: ignore[call-arg]
        site.until(lambda: len(box.taken) == 1)
        assert MARK.encode() not in in_broker(site)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=PATIENCE)
        held.set()
        assert states() == ["sending", "sending"]
        site.redis.flushall()
        assert delivering.LEASE + timedelta(seconds=60) <= timedelta(minutes=3)  # lease, then the next minute's work
        Delivery.objects.update(claimed_until=F("claimed_until") - delivering.LEASE)  # as if that time had passed
        site.worker()
        tasks.deliver.apply_async(connection=connection)  # type: ignore[call-arg]
        site.until(lambda: states() == ["sent", "sent"])
    a, again, b = box.ids()
    assert (a, [to for to, _subject, _body in box.texts()]) == (again, ["a@example.gov.cn", "a@example.gov.cn", "b@example.gov.cn"])
    assert b != a
    assert (Notice.objects.count(), DeliveryItem.objects.count()) == (2, 2)
    assert MARK not in site.all_said() + box.raw()


def test_four_runs_at_once_send_each_once():
    with mail_server() as (box, url), mailing(url):
        people = [person(email=f"p{n}@example.gov.cn") for n in range(50)]
        notify(people, kind="measure", text="到期")
        assert at_once(*[delivering.deliver] * 4) == ["done"] * 4
        assert sorted(to for to, _subject, _body in box.texts()) == sorted(one.email for one in people)
        assert set(states()) == {"sent"}


def test_digests_made_at_once_are_one_each():
    with mailing("smtp://127.0.0.1:9"):
        readers = [person(EmailMode.DIGEST, digest_hour=0) for _n in range(5)]
        for _n in range(3):
            notify(readers, kind="measure", text="到期")
        now = timezone.now()
        assert at_once(*[lambda: gathering.make_digests(now=now)] * 4) == ["done"] * 4
        assert sorted(Delivery.objects.values_list("person", flat=True)) == sorted(one.pk for one in readers)
        assert DeliveryItem.objects.count() == 15


def test_a_lost_worker_marks_nothing_after_its_lease():
    """It comes back to life when another one has taken its delivery."""
    with mail_server() as (box, url), mailing(url):
        notify([person()], kind="measure", text="到期")
        [slow] = delivering.claim(channel="email", now=timezone.now())
        Delivery.objects.update(claimed_until=F("claimed_until") - delivering.LEASE)
        delivering.deliver()
        assert states() == ["sent"]
        assert delivering._mark(slow, "put_back", last_error="unreachable") == 0
        assert (states(), Delivery.objects.get().attempts, len(box.taken)) == (["sent"], 2, 1)


def test_the_claim_of_a_batch_is_said_anew_before_each_message():
    """Each answer takes nearly as long as the claim holds."""
    claims = []

    def slow_answer():
        sending = Delivery.objects.filter(state="sending")
        claims.append(sorted(sending.values_list("claimed_until", flat=True)))
        sending.update(claimed_until=F("claimed_until") - delivering.LEASE * 0.9)

    with mail_server() as (box, url), mailing(url):
        notify([person(email=f"{name}@example.gov.cn") for name in "abc"], kind="measure", text="到期")
        box.meanwhile = slow_answer
        begun = timezone.now()
        assert delivering.deliver() == {"sent": 3, "failed": 0}
    assert [len(found) for found in claims] == [3, 2, 1]
    assert min(min(found) for found in claims) > begun + delivering.LEASE


def test_what_another_worker_took_over_is_not_sent_by_the_first():
    with mail_server() as (box, url), mailing(url):
        a, b = person(email="a@example.gov.cn"), person(email="b@example.gov.cn")
        notify([a, b], kind="measure", text="到期")

        def taken_over():
            box.meanwhile = None
            Delivery.objects.filter(person=b).update(claimed_until=F("claimed_until") - delivering.LEASE)
            assert delivering.deliver() == {"sent": 1, "failed": 0}

        box.meanwhile = taken_over
        assert delivering.deliver() == {"sent": 1, "failed": 0}
        assert [to for to, _subject, _body in box.texts()] == ["a@example.gov.cn", "b@example.gov.cn"]
        assert dict(Delivery.objects.values_list("person", "attempts")) == {a.pk: 1, b.pk: 2}
