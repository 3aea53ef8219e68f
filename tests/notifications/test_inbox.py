"""The inbox of notices, and how they get there."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import Notice
from notifications.services import notify
from tests.factories.positions import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    made = UserFactory()
    client.force_login(made)
    return made


def tell(*people, text="有一份承诺表待您审核", **more):
    notify(people, kind="test", text=text, **more)


def test_told_once_and_not_by_oneself(person):
    other, gone = UserFactory(), UserFactory(is_active=False)
    tell(person, person, other, gone, key="form-1", except_for=other)
    tell(person, key="form-1")
    assert list(Notice.objects.values_list("person", flat=True)) == [person.pk]


def test_a_rollback_takes_it_back(person):
    with transaction.atomic():
        tell(person)
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0


def test_unread_ones_come_first_and_are_counted(client, person):
    tell(person, text="先到未读")
    tell(person, text="后到已读")
    Notice.objects.filter(text="后到已读").update(read_at=timezone.now())
    tell(UserFactory(), text="别人的消息")
    text = client.get("/notices/").content.decode()
    assert text.index("先到未读") < text.index("后到已读")
    assert "别人的消息" not in text
    assert '<span class="bell-count" aria-hidden="true">1</span>' in text


def test_opening_marks_it_read_and_goes_there(client, person):
    tell(person, url="/files/")
    notice = Notice.objects.get()
    response = client.post(f"/notices/{notice.pk}/open")
    assert response.headers["Location"] == "/files/"
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_notice_leads_nowhere_else(client, person, url):
    tell(person, url=url)
    assert client.post(f"/notices/{Notice.objects.get().pk}/open").headers["Location"] == "/notices/"


def test_marking_all_read_touches_only_ones_own(client, person):
    other = UserFactory()
    tell(person, other)
    client.post("/notices/read")
    assert list(Notice.objects.filter(read_at=None).values_list("person", flat=True)) == [other.pk]


def test_every_notice_is_on_one_page_and_the_unread_of_all_are_counted(client, person):
    for n in range(65):
        tell(person, text=f"第{n}条")
    tell(UserFactory(), text="别人的消息")
    read = set(Notice.objects.filter(person=person).values_list("pk", flat=True)[:5])
    Notice.objects.filter(pk__in=read).update(read_at=timezone.now())
    pages = [client.get(f"/notices/?page={number}", headers={"accept-language": "zh-CN"}).content.decode() for number in (1, 2, 3)]
    shown = [re.findall(r"</span> (第\d+条)</span>|title\">(第\d+条)</span>", page) for page in pages]
    assert [len(found) for found in shown] == [30, 30, 5]
    assert {a or b for found in shown for a, b in found} == {f"第{n}条" for n in range(65)}
    assert [re.findall(r"(\d+)条未读(?!通知)", re.sub(r"\s", "", page)) for page in pages] == [[f"{65 - len(read)}"]] * 3
    # A page that is none is the nearest one.
    assert client.get("/notices/?page=99").content.count(b"notice-open") == 5
    assert client.get("/notices/?page=x").content.count(b"notice-open") == 30


def test_queries_of_the_inbox(count_queries, person):
    count_queries("notifications:index", user=person, make_rows=lambda n: [tell(person) for _ in range(n)])
