"""Who sees which part of a warning when (ADR 0011), against a table by hand; and both forms of the rule of shutting out agree."""

from io import BytesIO

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from early_warnings import committees
from early_warnings.models import (
    ApprovalVote,
    ControlMeeting,
    Disposition,
    DispositionKind,
    MonitoringEntry,
    Statement,
    Warning,
    WarningReport,
)
from early_warnings.secrecy import not_shut_out
from early_warnings.services import dispositions, highest, recusing, statements
from early_warnings.states import WarningState
from notifications.models import Notice
from tests.early_warnings.test_warning_steps import actors
from tests.factories.organisation import administrators, small_unit
from tests.factories.warnings import advance, drafted, fresh, starter

pytestmark = pytest.mark.django_db

COMMITTEE = {"starter", "discipline head"}
PARTY = {"unit head", "first deputy", "second deputy"}
# (tier, subject) → state reached → who sees that there is a warning. The unit head is shut out of one about the unit.
SEEN = {
    ("general", "person"): {
        "draft": COMMITTEE,
        "submitted": COMMITTEE | PARTY,
        "approved": COMMITTEE | PARTY,
        "issued": COMMITTEE | PARTY | {"clerk", "department head"},
        "closed": COMMITTEE | PARTY | {"clerk", "department head"},
    },
    ("important", "department"): {
        "draft": COMMITTEE,
        "submitted": COMMITTEE | PARTY,
        "issued": COMMITTEE | PARTY | {"department head"},
    },
    ("highest", "unit"): {
        "draft": COMMITTEE,
        "submitted": COMMITTEE | {"first deputy", "second deputy"},
        "approved": COMMITTEE | {"first deputy", "second deputy"},
        "issued": COMMITTEE | PARTY,
    },
}


def who_sees(bureau, queryset_of) -> set[str]:
    return {name for name, user in actors(bureau).items() if queryset_of(fresh(user)).exists()}


@pytest.mark.parametrize(("tier", "subject"), SEEN)
def test_who_sees_it_when(tier, subject):
    bureau = small_unit()
    more = {"person": {}, "department": {"department": bureau.departments[1].department}, "unit": {"unit_wide": True}}[subject]
    warning = drafted(bureau, tier, **more)
    for state, expected in SEEN[tier, subject].items():
        warning = advance(bureau, warning, state)
        assert who_sees(bureau, Warning.objects.visible_to) == expected, state
    other = small_unit(code="OT", name="另一个局")
    for user in [*actors(other).values(), *administrators().values()]:
        assert not Warning.objects.visible_to(fresh(user)).exists()


@pytest.mark.parametrize("subject", ["person", "department head", "leader", "department", "unit"])
def test_both_forms_of_the_rule_agree_for_everybody(subject):
    bureau = small_unit()
    more = {
        "person": {},
        "department head": {"person": bureau.departments[1].head},
        "leader": {"person": bureau.deputies[1]},
        "department": {"department": bureau.departments[0].department},
        "unit": {"unit_wide": True},
    }[subject]
    warning = drafted(bureau, by=bureau.discipline_head, **more)
    recusing.recuse(warning=warning, person=bureau.office_clerk, reason="回避", by=bureau.discipline_head)
    people = list(User.objects.filter(appointments__isnull=False))
    out = committees.shut_out(committees.subject_of(warning), [p.pk for p in people])
    for person in people:
        takes_part = Warning.objects.filter(not_shut_out(person), pk=warning.pk).exists()
        assert takes_part == (person.pk not in out), person.name
    assert 0 < len(out) < len(people)


def test_people_below_the_person_see_nothing():
    """The second deputy is in charge of the third department: its people take no part, its member of the committee would not either."""
    bureau = small_unit()
    warning = drafted(bureau, person=bureau.deputies[1], tier="important")
    below = [bureau.departments[2].head, bureau.departments[2].deputy_head, *bureau.departments[2].staff]
    assert {p.pk for p in below} | {bureau.deputies[1].pk} == committees.shut_out(
        committees.subject_of(warning), User.objects.values_list("pk", flat=True)
    )


def test_inside_and_outside():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "highest"), "reported")
    kind = DispositionKind.objects.get(unit=None, code="rotation")
    order = dispositions.order(warning=warning, kind=kind, by=bureau.discipline_head)
    statements.state_case(warning=warning, text="本人认为情况与事实有出入。", by=fresh(bureau.clerk))
    inside = COMMITTEE | PARTY
    assert who_sees(bureau, ApprovalVote.objects.visible_to) == inside
    assert who_sees(bureau, MonitoringEntry.objects.visible_to) == inside
    assert who_sees(bureau, ControlMeeting.objects.visible_to) == inside
    assert who_sees(bureau, WarningReport.objects.visible_to) == inside
    assert who_sees(bureau, Statement.objects.visible_to) == inside | {"clerk"}
    assert order.ordered_for == "personnel"
    assert who_sees(bureau, Disposition.objects.visible_to) == inside | {"clerk", "personnel office"}
    assert who_sees(bureau, Warning.objects.visible_to) == inside | {"clerk", "personnel office"}


def test_the_head_of_a_unit_that_is_warned_reads_no_log():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "highest", unit_wide=True), "rectifying")
    highest.monitor(warning=warning, text="现场核查。", by=bureau.discipline_head)
    head = fresh(bureau.head)
    assert Warning.objects.visible_to(head).get() == warning
    assert not MonitoringEntry.objects.visible_to(head).exists()
    assert not ApprovalVote.objects.visible_to(head).exists()


def test_notices_name_nobody_and_reach_nobody_shut_out():
    bureau = small_unit()
    advance(bureau, drafted(bureau, person=bureau.departments[1].head), "submitted")
    told = Notice.objects.filter(kind="warning")
    assert told.exists()
    assert not told.filter(sensitive=False).exists()
    names = [bureau.departments[1].head.name, "行政审批科"]
    assert not any(name in notice.text for notice in told for name in names)
    assert not told.filter(person__in=[bureau.departments[1].head, bureau.clerk]).exists()


def test_audit_rows_hold_no_case():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "highest"), "closed")
    rows = AuditEvent.objects.filter(object_type="warnings.warning", object_id=str(warning.pk))
    assert rows.count() > 15
    for row in rows:
        told = f"{row.object_label} {row.changes} {row.reason} {row.detail}"
        assert not any(word in told for word in (bureau.clerk.name, warning.grounds, "超时限", "现场核查", "原因"))


@pytest.mark.parametrize("state", ["closed", "approved", "verified", "issued"])
def test_raw_sql_cannot_skip_the_table(state):
    bureau = small_unit()
    warning = drafted(bureau)
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE warnings_warning SET state = %s WHERE id = %s", [state, warning.pk])
    warning.refresh_from_db()
    assert warning.state == WarningState.DRAFT


def test_raw_sql_cannot_change_a_vote_or_the_log():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "highest"), "reported")
    for table, column in [
        ("warnings_approvalvote", "opinion"),
        ("warnings_monitoringentry", "text"),
        ("warnings_controlmeeting", "decisions"),
    ]:
        for statement in (f"UPDATE {table} SET {column} = 'x' WHERE warning_id = %s", f"DELETE FROM {table} WHERE warning_id = %s"):
            with pytest.raises(Exception, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [warning.pk])


def test_the_database_wants_numbers_once_and_ends_with_somebody():
    bureau = small_unit()
    first = advance(bureau, drafted(bureau), "issued")
    second = advance(bureau, drafted(bureau), "issued")
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"测试市农业农村局廉预〔{year}〕1号", f"测试市农业农村局廉预〔{year}〕2号"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Warning.objects.filter(pk=second.pk).update(number=first.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        Warning.objects.filter(pk=second.pk).update(state="withdrawn")


def test_a_member_works_elsewhere_than_the_starter():
    assert starter(small_unit()).name == "CS办公室乙"


@pytest.mark.parametrize(("who", "told"), [("clerk", False), ("department head", False), ("starter", True), ("first deputy", True)])
def test_the_source_is_told_inside_alone(who, told):
    """That it came from a lead would tell who is warned that somebody reported them."""
    bureau = small_unit()
    advance(bureau, drafted(bureau, source_kind="lead", source_text="信访举报"), "issued")
    client = Client()
    client.force_login(actors(bureau)[who])
    ledger = reverse("warnings:ledger")
    found = client.get(ledger, {"source_kind": "lead"}).context["table"].data
    assert len(found) == int(told)
    assert len(client.get(ledger).context["table"].data) == 1
    sheet = openpyxl.load_workbook(BytesIO(client.get(reverse("warnings:export")).content)).active
    [line] = [row for row in sheet.iter_rows(values_only=True) if bureau.clerk.name in row]
    assert ("廉情" in line) == told
