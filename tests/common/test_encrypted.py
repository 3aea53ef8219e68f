"""Sealed text and bytes: what stands in the table, what may be asked, what happens with other keys."""

import base64

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from common import encrypted
from config.checks import lead_keys
from leads.models import Lead, LeadReceipt
from leads.services import public
from leads.services.identity import keep_identity
from leads.services.receiving import LeadFacts, SubjectFacts, receive
from tests.factories.organisation import small_unit
from tests.leads.reports import report, upload

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text())
def test_text_comes_back(text):
    assert encrypted.decrypt_text(encrypted.encrypt_text(text)) == text


@given(st.binary())
def test_bytes_come_back(data):
    assert encrypted.decrypt_bytes(encrypted.encrypt_bytes(data)) == data


def test_the_same_text_looks_different_each_time_and_tells_no_time():
    first, second = encrypted.encrypt_bytes(b"x"), encrypted.encrypt_bytes(b"x")
    assert first != second
    assert base64.urlsafe_b64decode(first)[1:9] == bytes(8)


@pytest.mark.parametrize("token", ["x", "gAAAAAA", "明文"])
def test_what_was_changed_does_not_open_and_says_nothing_of_itself(token):
    with pytest.raises(encrypted.Undecryptable) as error:
        encrypted.decrypt_text(token)
    assert token not in str(error.value)


@override_settings(LEADS_KEYS=[])
def test_without_keys_the_check_stops():
    assert [message.id for message in lead_keys()] == ["lianfang.E001"]


@override_settings(LEADS_KEYS=["much-too-short"])
def test_a_malformed_key_is_not_repeated():
    [message] = lead_keys()
    assert "much-too-short" not in message.msg
    with pytest.raises(ImproperlyConfigured):
        encrypted.encrypt_text("x")


@pytest.mark.django_db
class TestField:
    def test_the_table_and_its_history_hold_tokens(self):
        lead, _code = report(small_unit().unit, title="植入标记甲乙丙")
        with connection.cursor() as cursor:
            for table in ("leads_lead", "leads_historicallead"):
                cursor.execute(f"SELECT title FROM {table}")
                tokens = [row[0] for row in cursor.fetchall()]
                assert tokens
                assert all(token.startswith("gAAAA") for token in tokens)
        lead.refresh_from_db()
        assert lead.title == "植入标记甲乙丙"
        assert list(Lead.objects.values_list("title", flat=True)) == ["植入标记甲乙丙"]

    @pytest.mark.parametrize("lookup", [{"title": "x"}, {"title__contains": "x"}, {"title__in": ["x"]}, {"title__gt": "x"}])
    def test_it_cannot_be_searched(self, lookup):
        with pytest.raises(FieldError):
            list(Lead.objects.filter(**lookup))

    def test_it_can_be_asked_whether_it_is_empty(self):
        report(small_unit().unit)
        assert Lead.objects.filter(result="").count() == 1
        assert Lead.objects.exclude(title="").count() == 1


@pytest.mark.django_db
class TestNewKey:
    @pytest.fixture(autouse=True)
    def _no_keys_of_others(self, settings, tmp_path):
        settings.BALLOT_KEY_DIR = tmp_path

    def test_everything_is_sealed_anew_and_the_old_key_can_go(self):
        unit = small_unit()
        with override_settings(LEADS_KEYS=[OLD]):
            lead, code = report(unit.unit, title="旧密钥的标题", files=[upload("证据.pdf", b"%PDF-1.4 paper")])
            named = receive(
                facts=LeadFacts(
                    unit=unit.unit,
                    channel="staff_report",
                    title="实名",
                    content="内容",
                    subjects=[SubjectFacts(name="某人")],
                    is_named=True,
                )
            )
            keep_identity(lead=named, user=unit.clerk)
        history = lead.history.count()
        with override_settings(LEADS_KEYS=[NEW, OLD]):
            call_command("rotate_lead_keys")
        with override_settings(LEADS_KEYS=[NEW]):
            from leads.reporter_page import own_leads

            lead = Lead.objects.get(pk=lead.pk)
            attachment = lead.attachments.get()
            assert lead.title == "旧密钥的标题"
            assert [h.title for h in lead.history.all()] == ["旧密钥的标题"] * history
            assert attachment.name == "证据.pdf"
            assert encrypted.open_sealed(attachment.file) == b"%PDF-1.4 paper"
            assert list(own_leads(unit.clerk)) == [named]
            assert public.find(code) == lead
        assert LeadReceipt.objects.count() == 1

    def test_run_again_it_has_nothing_to_do(self, capsys):
        report(small_unit().unit)
        call_command("rotate_lead_keys")
        assert capsys.readouterr().out.strip() == '{"texts": 0, "files": 0, "marks": 0, "keys": 0}'

    @pytest.mark.usefixtures("capsys")
    def test_with_a_key_missing_it_says_so(self):
        with override_settings(LEADS_KEYS=[OLD]):
            report(small_unit().unit)
        with override_settings(LEADS_KEYS=[NEW]), pytest.raises(Exception, match="LEADS_KEYS"):
            call_command("rotate_lead_keys")

    def test_a_key_can_be_made(self, capsys):
        call_command("rotate_lead_keys", "--new-key")
        Fernet(capsys.readouterr().out.strip())
