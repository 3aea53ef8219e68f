"""“My files”: what one sees there and may fetch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.files import store_result
from jobs.models import Job
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = UserFactory()
    client.force_login(person)
    return person


def finished(owner, name="登记册 2026.xlsx"):
    file = store_result(content=b"PK rows", name=name, content_type="application/x-test", by=owner)
    later = timezone.now() + timedelta(days=7)
    return Job.objects.create(
        kind="k", title="导出登记册", owner=owner, state="done", file=file, finished_at=timezone.now(), expires_at=later
    )


def test_it_lists_only_ones_own(client, owner):
    finished(owner)
    Job.objects.create(kind="k", title="别人的任务", owner=UserFactory())
    text = client.get("/files/").content.decode()
    assert "导出登记册" in text
    assert "别人的任务" not in text


def test_a_finished_file_comes_as_attachment_under_its_name(client, owner):
    response = client.get(f"/files/{finished(owner).pk}/download")
    assert b"".join(response.streaming_content) == b"PK rows"
    assert response["Content-Type"] == "application/x-test"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%99%BB")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_page_asks_again_only_while_something_is_unfinished(client, owner):
    finished(owner)
    assert "every 2s" not in client.get("/files/").content.decode()
    Job.objects.create(kind="k", title="导入", owner=owner, state="running", done=3, total=10)
    part = client.get("/files/", headers={"HX-Request": "true"})
    assert "every 2s" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_cancelling_from_the_page(client, owner):
    job = Job.objects.create(kind="k", title="导入", owner=owner)
    assert client.post(f"/files/{job.pk}/cancel").status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_queries_of_my_files(count_queries, owner):
    count_queries("jobs:index", user=owner, make_rows=lambda n: [finished(owner) for _ in range(n)])
