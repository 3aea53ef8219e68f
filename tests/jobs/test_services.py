"""The life of a job (quality.md, jobs)."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import NotPossible
from jobs import services
from jobs.models import Job
from jobs.registry import Cancelled
from notifications.models import Notice
from tests.factories.positions import UserFactory
from tests.jobs.kinds import taken

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def queue():
    """The broker's queue, empty at the beginning."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    server.delete("celery")
    yield lambda: server.llen("celery")
    server.delete("celery")
    server.close()


def begin(owner, kind="test_write"):
    return services.start(kind=kind, title="导出登记册", arguments={"unit": 1}, by=owner)


def test_the_worker_is_woken_after_the_commit_only(owner, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = begin(owner)
        assert queue() == 0
    assert (job.state, queue()) == ("waiting", 1)


def start_and_break(owner):
    with transaction.atomic():
        begin(owner)
        raise ZeroDivisionError


def test_a_rolled_back_start_leaves_nothing(owner, queue):
    with pytest.raises(ZeroDivisionError):
        start_and_break(owner)
    assert (Job.objects.count(), queue()) == (0, 0)


def test_a_kind_nobody_registered_is_refused(owner):
    with pytest.raises(KeyError):
        begin(owner, "nothing")


def test_nobody_fills_the_queue(owner):
    for _ in range(services.MAX_UNFINISHED):
        begin(owner)
    with pytest.raises(NotPossible):
        begin(owner)


def test_it_is_done_once_and_whole(owner):
    job = begin(owner)
    services.run(job_id=job.pk)
    services.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.total, job.report) == ("done", 1, 2, 2, {"rows": 2})
    assert taken("test_write") == 1
    assert job.file.content.read() == b"result"
    job.file.content.close()
    assert timedelta(days=6, hours=23) < job.expires_at - NOW() <= timedelta(days=7)
    assert [n.text for n in Notice.objects.filter(person=owner)] == ["“导出登记册”已完成。"]
    actions = AuditEvent.objects.filter(object_type="jobs.job").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["job.requested", "job.started", "job.finished"]


def test_a_refusal_fails_it_with_its_words_and_changes_nothing(owner):
    job = begin(owner, "test_refuse")
    services.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "第3行缺少单位编码。")
    assert taken("test_refuse") == 0


def test_an_unexpected_error_fails_it_without_telling_content(owner):
    job = begin(owner, "test_break")
    services.run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "secret" not in job.message
    assert taken("test_break") == 0


def lose_worker(job):
    """A worker took the job and was never heard of again."""
    claimed = services.claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(claimed_until=NOW() - timedelta(seconds=1))
    return claimed


def test_a_lost_workers_job_is_put_back_and_done(owner, queue, django_capture_on_commit_callbacks):
    job = begin(owner)
    lose_worker(job)
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep()
    job.refresh_from_db()
    assert (job.state, queue()) == ("waiting", 1)
    services.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, taken("test_write")) == ("done", 2, 1)


def test_a_worker_that_is_alive_keeps_its_job(owner):
    job = begin(owner)
    services.claim(job_id=job.pk)
    services.sweep()
    job.refresh_from_db()
    assert job.state == "running"


def test_after_three_lost_workers_it_is_given_up(owner):
    job = begin(owner)
    for _ in range(services.MAX_ATTEMPTS):
        lose_worker(job)
        services.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)


def test_a_worker_that_lost_the_job_can_no_longer_end_it(owner):
    job = begin(owner)
    first = lose_worker(job)
    services.sweep()
    second = services.claim(job_id=job.pk)
    with pytest.raises(Cancelled):
        services.finish(job=first, file=None)
    services.fail(job=first, message="too late")
    services.cancelled(job=first)
    job.refresh_from_db()
    assert (job.state, job.message, second.attempts) == ("running", "", 2)


def test_what_waits_is_found_in_the_database_when_redis_was_emptied(owner, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = begin(owner)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    Job.objects.filter(pk=job.pk).update(created_at=NOW() - timedelta(minutes=1))
    assert queue() == 0
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep()
    assert queue() == 1


def test_a_waiting_job_is_cancelled_at_once(owner):
    job = begin(owner)
    services.cancel(job=job, by=owner)
    services.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, taken("test_write")) == ("cancelled", 0)


def test_only_the_owner_cancels_and_only_once(owner):
    job = begin(owner)
    with pytest.raises(Job.DoesNotExist):
        services.cancel(job=job, by=UserFactory())
    services.cancel(job=job, by=owner)
    with pytest.raises(NotPossible):
        services.cancel(job=job, by=owner)


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_at_its_next_step_and_leaves_nothing():
    owner = UserFactory()
    job = begin(owner, "test_endless")

    def work():
        services.run(job_id=job.pk)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(1000):
        job.refresh_from_db()
        if job.done:  # the pulse wrote how far it is while the transaction of the work is open
            break
        threading.Event().wait(0.02)
    assert (job.state, job.done, job.total) == ("running", 1, 100)
    assert taken("test_endless") == 0
    services.cancel(job=job, by=owner)
    worker.join(timeout=20)
    job.refresh_from_db()
    assert (job.state, taken("test_endless")) == ("cancelled", 0)


def test_files_are_removed_when_their_time_is_over(owner, django_capture_on_commit_callbacks):
    job = begin(owner)
    services.run(job_id=job.pk)
    job.refresh_from_db()
    path = Path(job.file.content.path)
    Job.objects.filter(pk=job.pk).update(expires_at=NOW() - timedelta(seconds=1))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep()
    job.refresh_from_db()
    assert (job.file, job.state, path.exists()) == (None, "done", False)


@pytest.mark.django_db(transaction=True)
def test_woken_many_times_at_once_it_is_done_once():
    job = begin(UserFactory())
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        services.run(job_id=job.pk)
        services.sweep()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    job.refresh_from_db()
    assert (job.state, job.attempts, taken("test_write")) == ("done", 1, 1)
    assert Notice.objects.count() == 1
