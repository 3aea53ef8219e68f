"""/healthz: what stands under the product, and no word of what is in it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from jobs.models import ScheduledWork
from web import health

pytestmark = pytest.mark.django_db


def test_all_is_well(client):
    health.beat()
    parts = {"database": "ok", "redis": "ok", "worker": "ok", "deliveries": "ok", "schedule": "not heard of"}
    assert client.get("/healthz").json() == {"status": "ok", **parts}


def test_a_worker_nobody_heard_of_is_told_but_pages_are_served(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (200, "not heard of")


def test_a_worker_that_fell_silent(client):
    cache.set(health.HEARTBEAT, 1.0)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (200, "down")


def test_without_redis_it_does_not_serve(client, settings):
    caches = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    settings.CACHES = caches
    response = client.get("/healthz")
    assert (response.status_code, response.json()["redis"]) == (503, "down")


def test_work_of_the_clock_that_was_not_done_in_time(client):
    ScheduledWork.objects.create(name="web.heartbeat", known_since=timezone.now())
    assert client.get("/healthz").json()["schedule"] == "ok"
    ScheduledWork.objects.update(known_since=timezone.now() - timedelta(minutes=10))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["schedule"]) == (200, "late")
