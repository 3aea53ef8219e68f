"""The public page: a report without signing in, its receipt, the follow-up in both directions, limits."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from leads.models import Lead, LeadIdentity, LeadMessage, LeadReceipt
from leads.services import messages, public
from leads.states import LeadState
from tests.factories.organisation import SmallUnit, small_unit
from tests.leads.reports import photo, report, send, token_of, upload

pytestmark = pytest.mark.django_db
FOLLOW_UP = "/leads/public/follow-up/"


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


class TestReport:
    def test_it_reaches_the_discipline_committee(self, unit):
        lead, code = report(unit.unit, title="虚报冒领补贴", content="虚报面积冒领补贴三万元。", happened="2026年9月")
        assert (lead.title, lead.content, lead.happened, lead.channel) == (
            "虚报冒领补贴",
            "虚报面积冒领补贴三万元。",
            "2026年9月",
            "public_report",
        )
        assert lead.state == LeadState.RECEIVED
        assert list(Lead.objects.visible_to(unit.discipline_head)) == [lead]
        assert public.find(code) == lead

    def test_nothing_tells_who_sent_it(self, unit):
        client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="PlantedBrowser/1")
        client.force_login(unit.clerk)
        lead, _code = report(unit.unit, client)
        assert lead.received_by is None
        assert not lead.is_named
        assert not LeadIdentity.objects.exists()
        event = AuditEvent.objects.get(action="lead.received")
        assert (event.actor_id, event.actor_label, event.address, event.request_id) == (None, "", "", "")

    def test_a_signed_in_person_is_not_recognised_and_not_seen_there(self, unit):
        client = Client()
        client.force_login(unit.clerk)
        before = dict(client.session)
        response = client.get(reverse("leads:public_report", args=[unit.unit.code]))
        assert unit.clerk.name not in response.content.decode()
        assert not response.wsgi_request.user.is_authenticated
        assert dict(client.session) == before
        assert set(response.cookies) <= {"csrftoken"}

    def test_only_a_slow_hash_of_the_code_is_kept(self, unit):
        _lead, code = report(unit.unit)
        plain = code.replace("-", "")
        assert len(plain) == 16
        kept = LeadReceipt.objects.get().code_hash
        assert plain not in kept
        assert len(kept) == 64

    @pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "blanks", "full"])
    def test_the_code_opens_however_it_is_typed(self, unit, typed):
        lead, code = report(unit.unit)
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code.replace("-", ""))
        text = {"lower": code.lower(), "blanks": code.replace("-", "  "), "full": wide}.get(typed) or typed.format(code)
        assert public.find(text) == lead

    @pytest.mark.parametrize("wrong", ["", "7KXM", "7KXM-2QPA-RT9C-HW4E", "０" * 16, "'; --", "7KXM-2QPA-RT9C-HW4E-9999", "O" * 16])
    def test_another_code_opens_nothing(self, unit, wrong):
        report(unit.unit)
        assert public.find(wrong) is None

    def test_codes_differ_and_use_no_signs_that_look_alike(self):
        codes = {public.new_code() for _n in range(200)}
        assert len(codes) == 200
        assert not set("".join(codes)) & set("01OIL")

    def test_a_name_is_kept_apart(self, unit):
        lead, _code = report(unit.unit, name="王举报", contact="13800000000")
        assert lead.is_named
        assert "王举报" not in lead.content
        assert LeadIdentity.objects.get().owner_tag == ""

    def test_a_contact_without_a_name_is_asked_about(self, unit):
        response = send(unit.unit, contact="13800000000")
        assert response.status_code == 422
        assert not Lead.objects.exists()
        assert "13800000000" in response.content.decode(), "what was typed is still there"

    @pytest.mark.parametrize("field", ["about", "title", "content"])
    def test_what_is_needed_is_asked_for_and_nothing_is_lost(self, unit, field):
        response = send(unit.unit, **{"content": "很长的内容" * 50, field: ""})
        assert response.status_code == 422
        assert not Lead.objects.exists()
        assert field == "content" or "很长的内容" * 50 in response.content.decode()

    def test_sent_twice_it_is_one_report_with_one_code(self, unit):
        client = Client()
        token = token_of(unit.unit, client)
        _first, code = report(unit.unit, client, token=token)
        _again, same = report(unit.unit, client, token=token)
        assert (code, Lead.objects.count()) == (same, 1)

    def test_another_report_from_the_same_form_is_not_lost(self, unit):
        client = Client()
        token = token_of(unit.unit, client)
        _first, code = report(unit.unit, client, token=token)
        _second, other = report(unit.unit, client, token=token, content="这是另一件事。")
        assert code != other
        assert Lead.objects.count() == 2

    @pytest.mark.parametrize("token", ["x", "gAAAAAA", "7KXM-2QPA-RT9C-HW4E"])
    def test_a_made_up_token_chooses_no_code(self, unit, token):
        _lead, code = report(unit.unit, token=token)
        assert code.replace("-", "") != token.replace("-", "")

    def test_an_unknown_unit_does_not_exist(self):
        assert Client().get("/leads/public/NOWHERE/").status_code == 404

    def test_without_a_csrf_token_nothing_is_taken(self, unit):
        client = Client(enforce_csrf_checks=True)
        assert send(unit.unit, client).status_code == 403
        assert not Lead.objects.exists()

    def test_with_a_csrf_token_from_the_page_it_is(self, unit):
        client = Client(enforce_csrf_checks=True)
        page = client.get(reverse("leads:public_report", args=[unit.unit.code])).content.decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        assert send(unit.unit, client, csrfmiddlewaretoken=token).status_code == 200


class TestFollowUp:
    def ask(self, code, client=None, **fields):
        return (client or Client()).post(FOLLOW_UP, {"code": code, **fields})

    def test_both_directions(self, unit):
        lead, code = report(unit.unit)
        messages.ask(lead=lead, by=unit.discipline_head, text="请问是哪一天？")
        page = self.ask(code).content.decode()
        assert "请问是哪一天？" in page
        assert unit.discipline_head.name not in page, "who handles it is not told"
        answer = self.ask(code, text="九月三日上午。", once="a1", documents=[upload("照片.jpg", photo())])
        assert answer.status_code == 200
        said = LeadMessage.objects.get(from_reporter=True)
        assert (said.text, said.author) == ("九月三日上午。", None)
        assert said.attachments.get().name == "照片.jpg"
        event = AuditEvent.objects.get(action="lead.answered")
        assert (event.actor_id, event.address, event.request_id) == (None, "", "")

    def test_a_reload_answers_once(self, unit):
        _lead, code = report(unit.unit)
        for _n in range(3):
            self.ask(code, text="补充一点。", once="same")
        assert LeadMessage.objects.count() == 1

    @pytest.mark.parametrize(
        ("state", "word"),
        [
            (LeadState.RECEIVED, "已收到"),
            (LeadState.STUDYING, "正在办理"),
            (LeadState.PROPOSED, "正在办理"),
            (LeadState.HANDLING, "正在办理"),
            (LeadState.CLOSED, "已办结"),
            (LeadState.CLEARED, "已办结"),
            (LeadState.HANDED_OVER, "已办结"),
        ],
    )
    def test_the_state_is_told_in_neutral_words(self, unit, state, word):
        lead, code = report(unit.unit)
        way = {
            LeadState.STUDYING: ["studying"],
            LeadState.PROPOSED: ["studying", "proposed"],
            LeadState.HANDLING: ["studying", "proposed", "handling"],
        }
        ended = [*way[LeadState.HANDLING], state]
        for step in way.get(state, ended if state != LeadState.RECEIVED else []):
            Lead.objects.filter(pk=lead.pk).update(state=step)
        page = self.ask(code).content.decode()
        assert word in page
        assert lead.number not in page
        assert "核实" not in page.split("<main")[1].split("<h2")[0]

    def test_an_ended_report_takes_no_more(self, unit):
        lead, code = report(unit.unit)
        for step in ("studying", "proposed", "handling", "closed"):
            Lead.objects.filter(pk=lead.pk).update(state=step)
        response = self.ask(code, text="还有一点。", once="b")
        assert response.status_code == 422
        assert not LeadMessage.objects.exists()

    def test_a_wrong_code_says_so(self, unit):
        response = self.ask("7KXM-2QPA-RT9C-HW4E")
        assert response.status_code == 422
        assert "没有找到" in response.content.decode()

    def test_an_empty_answer_is_refused_and_may_be_sent_again(self, unit):
        _lead, code = report(unit.unit)
        assert self.ask(code, text="  ", once="c").status_code == 422
        assert self.ask(code, text="现在有内容。", once="c").status_code == 200
        assert LeadMessage.objects.get().text == "现在有内容。"


class TestLimits:
    """Counted by a digest of the address; the address itself is kept nowhere."""

    def test_wrong_codes(self, unit):
        _lead, code = report(unit.unit)
        client = Client(REMOTE_ADDR="203.0.113.5")
        for _n in range(10):
            assert client.post(FOLLOW_UP, {"code": "7KXM-2QPA-RT9C-HW4E"}).status_code == 422
        for tried in ("7KXM-2QPA-RT9C-HW4E", code):
            response = client.post(FOLLOW_UP, {"code": tried})
            assert response.status_code == 429
            assert "15分钟" in response.content.decode()
        assert Client(REMOTE_ADDR="203.0.113.6").post(FOLLOW_UP, {"code": code}).status_code == 200, "others are not kept out"

    def test_right_codes_do_not_count(self, unit):
        _lead, code = report(unit.unit)
        client = Client()
        assert {client.post(FOLLOW_UP, {"code": code}).status_code for _n in range(12)} == {200}

    def test_reports(self, unit):
        client = Client(REMOTE_ADDR="203.0.113.5")
        for n in range(30):
            assert send(unit.unit, client, token="x", content=f"第{n}件。").status_code == 200
        response = send(unit.unit, client, token="x", content="写了很久的内容")
        assert response.status_code == 429
        assert "写了很久的内容" in response.content.decode()
        assert Lead.objects.count() == 30
        assert send(unit.unit, Client(REMOTE_ADDR="203.0.113.6"), token="x").status_code == 200

    def test_one_subscriber_of_ipv6_counts_once(self, unit):
        for n in range(10):
            Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}").post(FOLLOW_UP, {"code": "7KXM-2QPA-RT9C-HW4E"})
        assert Client(REMOTE_ADDR="2001:db8:1:2:ffff::1").post(FOLLOW_UP, {"code": "7KXM"}).status_code == 429
        assert Client(REMOTE_ADDR="2001:db8:1:3::1").post(FOLLOW_UP, {"code": "7KXM"}).status_code == 422

    def test_the_key_expires_and_with_it_every_count(self, unit):
        client = Client(REMOTE_ADDR="203.0.113.5")
        for _n in range(10):
            client.post(FOLLOW_UP, {"code": "7KXM-2QPA-RT9C-HW4E"})
        assert 0 < cache.ttl("unwatched:key") <= 86400 if hasattr(cache, "ttl") else True
        cache.delete("unwatched:key")
        assert client.post(FOLLOW_UP, {"code": "7KXM-2QPA-RT9C-HW4E"}).status_code == 422


class TestChoice:
    def test_units_of_the_tree_are_offered(self, unit):
        small_unit(code="XS", name="下属示范站", parent=unit.unit)
        page = Client().get("/leads/public/").content.decode()
        assert "/leads/public/CS/" in page
        assert "/leads/public/XS/" in page

    def test_the_language_can_be_changed_without_a_session(self, unit):
        client = Client()
        client.force_login(unit.clerk)
        response = client.post("/leads/public/language/", {"language": "en", "next": "/leads/public/"})
        assert response.status_code == 302
        assert "Report something about integrity" in client.get("/leads/public/").content.decode()
