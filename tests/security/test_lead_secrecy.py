"""Leads and their reporters are found nowhere (quality.md: reports). Marks are planted by everyday use, and then looked for everywhere."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from common.encrypted import encrypted_fields, open_sealed
from common.unwatched import UnwatchedMiddleware, is_unwatched
from config import web_server
from leads.models import Channel, Judgement, Lead, LeadAttachment, LeadLevel, LeadMessage
from leads.services import desks, judging, messages, reporting
from leads.services.identity import open_identity
from leads.services.judging import JudgementFacts
from leads.services.receiving import LeadFacts, SubjectFacts
from tests.factories.organisation import SmallUnit, small_unit
from tests.leads.reports import photo, report, send, upload

pytestmark = pytest.mark.django_db
MARK = "PLANTEDMARK"
ADDRESS, BROWSER, FORWARDED = "203.0.113.77", "PLANTEDBROWSER", "198.51.100.88"


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def citizen() -> Client:
    """A stranger's browser, with what it sends of itself."""
    return Client(
        REMOTE_ADDR=ADDRESS,
        HTTP_USER_AGENT=BROWSER,
        HTTP_X_FORWARDED_FOR=FORWARDED,
        HTTP_X_REAL_IP=ADDRESS,
        HTTP_REFERER=f"http://{BROWSER}.example/diary?who={BROWSER}",
        HTTP_ACCEPT_LANGUAGE="zh-CN",
    )


def marked(what: str) -> str:
    return f"{MARK}-{what}"


def whole_life(unit: SmallUnit) -> tuple[Lead, str]:
    """One lead through every hand, with a mark in every text."""
    member = unit.departments[0].staff[1]
    lead, code = report(
        unit.unit,
        citizen(),
        about=marked("ABOUT"),
        title=marked("TITLE"),
        content=marked("CONTENT"),
        happened=marked("HAPPENED"),
        name=marked("NAME"),
        contact=marked("CONTACT"),
        files=[
            upload(f"{marked('FILE')}.txt", marked("TEXT").encode()),
            upload("a.jpg", photo(mark=marked("DEVICE"))),
            upload("b.pdf", b"%PDF-1.4 " + marked("PAPER").encode()),
        ],
    )
    judging.take_up(lead=lead, by=member)
    messages.ask(lead=lead, by=member, text=marked("QUESTION"))
    citizen().post(reverse("leads:follow_up"), {"code": code, "text": marked("ANSWER"), "once": "x"})
    citizen().post(reverse("leads:follow_up"), {"code": f"{code[:-1]}{'2' if code[-1] != '2' else '3'}"})
    open_identity(lead=lead, by=unit.discipline_head, reason=marked("WHY-OPENED"))
    facts = JudgementFacts(
        level=LeadLevel.objects.filter(unit=None).first(),
        effects=marked("EFFECTS"),
        measures=marked("MEASURES"),
        responsibility=marked("RESPONSIBILITY"),
        opinion=marked("OPINION"),
        outcome="watch",
        due_on=timezone.localdate() + timedelta(days=30),
    )
    first = judging.propose_judgement(lead=lead, facts=facts, by=member)
    judging.return_judgement(judgement=first, reason=marked("RETURNED"), by=unit.discipline_head)
    second = judging.propose_judgement(lead=lead, facts=facts, by=member)
    judging.confirm_judgement(judgement=second, by=unit.discipline_head)
    judging.record_result(lead=lead, result=marked("RESULT"), by=member)
    judging.end(lead=lead, step="close", by=member)
    judging.reopen(lead=lead, reason=marked("REOPENED"), by=unit.discipline_head)
    staff = LeadFacts(
        unit=unit.unit,
        channel=Channel.STAFF_REPORT,
        title=marked("STAFF-TITLE"),
        content=marked("STAFF-CONTENT"),
        subjects=[SubjectFacts(person=unit.departments[2].head)],
        is_named=True,
    )
    named = reporting.report(facts=staff, reporter=unit.clerk, files=[upload(f"{marked('STAFF-FILE')}.pdf", b"%PDF-1.4")])
    desks.recuse(lead=named, person=member, reason=marked("RECUSED"), by=unit.discipline_head)
    return lead, code


def tables() -> dict[str, str]:
    """Every row of every table, as PostgreSQL prints it."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {}
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found[name] = "\n".join(row[0] for row in cursor.fetchall())
    return found


def in_redis() -> bytes:
    """Every key and value of broker and cache."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    found = []
    for key in server.scan_iter(count=1000):
        kind = server.type(key)
        read = {
            b"string": lambda k: server.get(k),
            b"list": lambda k: server.lrange(k, 0, -1),
            b"hash": lambda k: server.hgetall(k),
            b"set": lambda k: server.smembers(k),
            b"zset": lambda k: server.zrange(k, 0, -1, withscores=True),
        }[kind]
        found.append(key + b" " + repr(read(key)).encode() + b" " + (read(key) if kind == b"string" else b""))
    return b"\n".join(found)


class TestPlantedMarks:
    def test_they_stand_nowhere(self, unit, files, caplog, django_capture_on_commit_callbacks):
        caplog.set_level("DEBUG")
        with django_capture_on_commit_callbacks(execute=True):
            lead, code = whole_life(unit)
        # The people of the desk look at it, list it and take it home.
        desk = Client()
        desk.force_login(unit.discipline_head)
        for address in (lead.get_absolute_url(), reverse("leads:board"), reverse("leads:ledger"), reverse("leads:ledger_export")):
            response = desk.get(address)
            assert response.status_code == 200, address
            assert b"".join(response.streaming_content) if response.streaming else response.content
        assert marked("TITLE") in desk.get(lead.get_absolute_url()).content.decode(), "the marks are there for those who may read them"

        everywhere = {
            **{f"table {name}": text.encode() for name, text in tables().items()},
            "redis": in_redis(),
            "log": caplog.text.encode(),
            "mail": repr([(m.subject, m.body, m.to) for m in mail.outbox]).encode(),
            **{f"file {path.name}": path.name.encode() + path.read_bytes() for path in files.rglob("*") if path.is_file()},
        }
        assert sum(place.startswith("file") for place in everywhere) == 4
        for secret in (MARK, code, code.replace("-", ""), ADDRESS, BROWSER, FORWARDED):
            assert [place for place, text in everywhere.items() if secret.encode() in text] == [], secret

    def test_and_every_one_of_them_is_kept(self, unit, files):
        """Else the test above would pass with a product that loses everything."""
        whole_life(unit)
        kept: Counter[str] = Counter()
        for model in (m for m in apps.get_app_config("leads").get_models() if encrypted_fields(m)):
            for row in model._base_manager.all():
                for field in encrypted_fields(model):
                    kept.update(re.findall(rf"{MARK}-[A-Z-]+[A-Z]", getattr(row, field.name)))
        for attachment in LeadAttachment.objects.all():
            kept.update(re.findall(rf"{MARK}-[A-Z]+", open_sealed(attachment.file).decode("latin-1")))
        words = (
            "ABOUT TITLE CONTENT HAPPENED NAME CONTACT FILE TEXT PAPER QUESTION ANSWER WHY-OPENED EFFECTS MEASURES RESPONSIBILITY OPINION "
            "RETURNED RESULT STAFF-TITLE STAFF-CONTENT STAFF-FILE RECUSED"
        )
        assert {marked(word) for word in words.split()} <= set(kept)
        assert marked("DEVICE") not in kept, "what the camera wrote is gone for good"
        assert LeadMessage.objects.count() == 2
        assert Judgement.objects.count() == 2


def rows_that_name(user: User) -> dict[str, int]:
    """How many rows of each table lead to the person, by foreign key or by what they say."""
    found: dict[str, int] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if (field.is_relation and field.related_model is User) or field.name in ("actor_id", "history_user_id"):
                found[f"{model._meta.label}.{field.name}"] = model._base_manager.filter(**{field.attname: user.pk}).count()
    for table, text in tables().items():
        found[table] = text.count(user.staff_number) + text.count(user.name)
    return found


class TestAnonymousStaff:
    """A signed-in member of staff who uses the public page leaves no trace of it."""

    def test_no_row_and_no_session_knows(self, unit, files):
        browser = citizen()
        browser.force_login(unit.clerk)
        browser.get(reverse("leads:mine"))
        before, sessions = rows_that_name(unit.clerk), tables()["django_session"]
        _lead, code = report(unit.unit, browser, about="某人", files=[upload("a.jpg", photo())])
        browser.post(reverse("leads:follow_up"), {"code": code, "text": "补充", "once": "y"})
        assert rows_that_name(unit.clerk) == before
        assert tables()["django_session"] == sessions
        assert len(Lead.objects.all()) == 1

    def test_and_the_page_sets_no_cookie_but_that_of_the_form(self, unit):
        browser = citizen()
        for address in (reverse("leads:public_choose"), reverse("leads:public_report", args=["CS"]), reverse("leads:follow_up")):
            response = browser.get(address)
            assert set(response.cookies) <= {"csrftoken"}
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Referrer-Policy"] == "strict-origin"

    def test_an_error_there_names_nobody(self, unit, monkeypatch, caplog):
        """Not our own part is broken here but the machine: the disk is full."""
        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", _full_disk)
        browser = citizen()
        browser.raise_request_exception = False
        browser.force_login(unit.clerk)
        response = send(unit.unit, browser, content=marked("LOST"), files=[upload("a.pdf", b"%PDF-1.4")])
        assert response.status_code == 500
        assert not Lead.objects.exists()
        event = AuditEvent.objects.get(action="request.failed")
        assert (event.actor_id, event.actor_label, event.address) == (None, "", "")
        for secret in (MARK, ADDRESS, BROWSER, FORWARDED, unit.clerk.staff_number):
            assert secret not in caplog.text + str(tables()["audit_auditevent"])


class TestNamedStaff:
    """Who reports under their name stands in one encrypted row, and nowhere else."""

    FORM = {"title": "标题", "content": "内容", "name": "某供应商"}

    def test_the_page_leaves_no_row_that_names_them(self, unit, files):
        browser = citizen()
        browser.force_login(unit.clerk)
        before = rows_that_name(unit.clerk)
        response = browser.post(reverse("leads:report"), {**self.FORM, "documents": [upload("a.jpg", photo())]})
        assert response.status_code == 302
        answer = browser.post(response["Location"], {"text": "补充", "once": "z"})
        assert answer.status_code == 302
        assert Lead.objects.get().is_named
        assert rows_that_name(unit.clerk) == before
        assert Lead.objects.get().identity.owner_tag

    def test_nor_when_it_fails_or_is_refused(self, unit, files, monkeypatch):
        browser = citizen()
        browser.raise_request_exception = False
        browser.force_login(unit.clerk)
        before = rows_that_name(unit.clerk)
        browser.get(reverse("leads:my_report", args=["00000000-0000-4000-8000-000000000000"]))
        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", _full_disk)
        assert browser.post(reverse("leads:report"), {**self.FORM, "documents": [upload("a.jpg", photo())]}).status_code == 500
        assert rows_that_name(unit.clerk) == before
        assert [(e.address, e.request_id) for e in AuditEvent.objects.filter(action__startswith="request.")] == [("", ""), ("", "")]


def _full_disk(*_args: Any, **_kwargs: Any) -> str:
    raise OSError(28, "No space left on device")


class TestUnwatched:
    def test_every_page_without_sign_in_of_leads_lies_there(self):
        found = []

        def walk(patterns: list[Any], prefix: str) -> None:
            for entry in patterns:
                where = prefix + str(entry.pattern).lstrip("^")
                if isinstance(entry, URLResolver):
                    walk(entry.url_patterns, where)
                elif isinstance(entry, URLPattern) and not getattr(entry.callback, "login_required", True):
                    found.append(where)

        walk(get_resolver().url_patterns, "/")
        of_leads = [where for where in found if where.startswith("/leads/")]
        assert len(of_leads) == 4
        assert all(is_unwatched(where) for where in of_leads)

    def test_nothing_of_the_sender_is_left_in_the_request(self, rf):
        seen: list[HttpRequest] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(request)
            return HttpResponse()

        request = rf.post(
            "/leads/public/CS/",
            {"a": "b"},
            REMOTE_ADDR=ADDRESS,
            REMOTE_HOST="desk-17.intranet",
            HTTP_X_FORWARDED_FOR=ADDRESS,
            HTTP_FORWARDED=f"for={ADDRESS}",
            HTTP_USER_AGENT=BROWSER,
            HTTP_REFERER="https://wiki.intranet/people/zhang?page=3",
            HTTP_COOKIE="sessionid=s3ss1on; csrftoken=c5rf; django_language=en; other=o7her",
            HTTP_AUTHORIZATION="Basic c2VjcmV0",
            HTTP_X_SOMETHING_NEW=BROWSER,
        )
        UnwatchedMiddleware(view)(request)
        left = repr(sorted((k, v) for k, v in seen[0].META.items() if isinstance(v, str)))
        for secret in (ADDRESS, "desk-17", BROWSER, "zhang", "s3ss1on", "o7her", "c2VjcmV0"):
            assert secret not in left, secret
        assert seen[0].COOKIES == {"csrftoken": "c5rf", "django_language": "en"}
        assert dict(seen[0].POST.lists()) == {"a": ["b"]}

    def test_elsewhere_nothing_is_taken_away(self, rf):
        request = rf.get("/leads/", REMOTE_ADDR=ADDRESS)
        UnwatchedMiddleware(lambda _request: HttpResponse())(request)
        assert request.META["REMOTE_ADDR"] == ADDRESS

    def test_what_is_counted_does_not_lead_back(self, unit):
        browser = Client(REMOTE_ADDR=ADDRESS)
        browser.post(reverse("leads:follow_up"), {"code": "7KXM-2QPA-RT9C-HW4E"})
        kept = in_redis()
        assert b"unwatched" in kept
        assert ADDRESS.encode() not in kept
        server = redis.Redis.from_url(settings.REDIS_URL)
        lives = [server.ttl(key) for key in server.scan_iter("*unwatched*")]
        assert lives
        assert all(0 < seconds <= 86_400 for seconds in lives), "each of them ends by itself"


class TestAccessLog:
    """What the web server itself writes: when what was asked for, never from where."""

    def test_it_names_no_address_no_browser_and_no_page(self):
        atoms = set(re.findall(r"%\((.+?)\)s", web_server.access_log_format))
        assert atoms == {"t", "m", "U", "s", "B", "M"}, "time, method, path without query, status, bytes, milliseconds"

    def test_every_way_to_start_uses_it(self):
        root = settings.BASE_DIR
        for place in ("config/run.py", "Dockerfile"):
            text = (root / place).read_text("utf-8")
            assert "python:config.web_server" in text, place
            assert "access-logfile" not in text, place
