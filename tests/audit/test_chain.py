"""The audit trail survives rollbacks, and edit, removal, reordering, addition and a cut tail are found (quality.md, audit)."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from audit import chain
from audit.models import AuditEvent, AuditLink
from audit.services import record
from tests.factories.positions import UserFactory

FORGED = (
    "INSERT INTO audit_auditevent (at, actor_label, action, outcome, object_type, object_id, object_label, changes, reason, detail,"
    " address, request_id) VALUES (now(), '', 'test.forged', 'done', '', '', '', '{}', '', '{}', '', '')"
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _anchors_of_the_test(settings, tmp_path):
    settings.AUDIT_ANCHOR_DIR = tmp_path


def write(n: int) -> None:
    user = UserFactory()
    for i in range(n):
        record("test.done", by=user, changes={"level": ["二级", "一级"]}, reason=f"原因{i}")


def tamper(sql: str) -> None:
    """As somebody who owns the database: triggers are switched off first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_auditlink DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_auditlink ENABLE TRIGGER USER")


def test_events_are_chained_in_commit_order_without_gaps():
    write(5)
    report = chain.verify()
    assert report.ok
    assert report.events == 5
    assert list(AuditLink.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET reason = 'x'", "DELETE FROM audit_auditevent", "DELETE FROM audit_auditlink"]
)
def test_the_applications_own_account_cannot_change_the_trail(statement):
    write(2)
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.verify().ok


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_auditevent SET reason = '没有原因' WHERE id = (SELECT min(id) + 1 FROM audit_auditevent)",
        "DELETE FROM audit_auditevent WHERE id = (SELECT min(id) + 1 FROM audit_auditevent)",
        "DELETE FROM audit_auditlink WHERE position = 2",
        "UPDATE audit_auditlink SET event_id = -event_id WHERE position IN (2, 3)",
        FORGED,
        "UPDATE audit_auditevent SET at = at - interval '1 day' WHERE id = (SELECT max(id) FROM audit_auditevent)",
    ],
    ids=["edited", "removed", "link removed", "reordered", "added", "backdated"],
)
def test_tampering_is_found(deed):
    write(4)
    tamper(deed)
    assert not chain.verify().ok


def test_a_cut_tail_is_found_by_the_anchor_alone():
    write(4)
    chain.write_anchor()
    tamper(
        "DELETE FROM audit_auditevent WHERE id > (SELECT min(id) + 1 FROM audit_auditevent);DELETE FROM audit_auditlink WHERE position > 2"
    )
    report = chain.verify()
    assert report.faults == ["position 4: anchored outside, but the chain ends before it"]


def test_a_rewritten_chain_is_found_by_the_anchor():
    write(3)
    chain.write_anchor()
    kept = chain.anchor_path().read_text()
    chain.anchor_path().write_text(kept.replace('"hash": "', '"hash": "0', 1))
    assert chain.verify().faults == ["position 3: differs from the anchor kept outside"]


def test_what_was_rolled_back_leaves_no_row():
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert chain.verify().ok


def test_the_command_prints_json_and_fails_on_a_fault():
    write(2)
    out = StringIO()
    call_command("verify_audit", "--write-anchor", stdout=out)
    printed = json.loads(out.getvalue())
    assert (printed["ok"], printed["events"], printed["anchor"]["position"]) == (True, 2, 2)
    tamper("UPDATE audit_auditevent SET action = 'test.other'")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", stdout=StringIO())
    assert stopped.value.code == 1


def test_the_anchor_is_mailed_to_the_audit_administrators(mailoutbox):
    UserFactory(admin_role="audit", email="audit@example.org")
    write(1)
    anchor = chain.write_anchor()
    assert [m.to for m in mailoutbox] == [["audit@example.org"]]
    assert anchor["hash"] in mailoutbox[0].body
