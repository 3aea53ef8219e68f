"""Integrity files: who asks, who approves, what stands in them and what never does; every look on record (domain §9, ADR 0024)."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.protections import Remedy
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from early_warnings.models import Tier
from notifications.models import Notice
from positions.models import BodyKind, BodyMembership
from reporting.deadlines import file_requests_due
from reporting.integrity import permissions, services
from reporting.integrity.effects import Standing, of_warning
from reporting.integrity.entries import Entry
from reporting.integrity.models import FileLook, FileRequest, FileSettings, FileSignature
from tests.early_warnings.points import entered
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.warnings import advance, drafted, fresh, starter
from tests.reporting.file_requests import approved, asked, day, read

WORKED, NOT_YET = True, False


# ---- 001, without database


@pytest.mark.parametrize(
    ("is_mistake", "remedies", "standing"),
    [
        (False, [], Standing.ENTERED),
        (False, [(WORKED, "not_on_file")], Standing.LEFT_OUT),
        (False, [(WORKED, "not_on_file"), (WORKED, "not_on_file")], Standing.LEFT_OUT),
        (False, [(NOT_YET, "not_on_file")], Standing.ENTERED),
        (False, [(WORKED, "not_on_file"), (NOT_YET, "not_on_file")], Standing.ENTERED),
        (False, [(WORKED, "not_on_file"), (WORKED, "no_effect_on_appointment")], Standing.PROTECTED),
        (False, [(WORKED, "no_effect_on_appointment")], Standing.PROTECTED),
        (False, [(WORKED, "no_discipline")], Standing.ENTERED),
        (False, [(WORKED, "none")], Standing.ENTERED),
        (True, [], Standing.MISTAKE),
        (True, [(WORKED, "none")], Standing.MISTAKE),
        (True, [(WORKED, "not_on_file")], Standing.LEFT_OUT),
    ],
)
def test_how_a_warning_stands_in_the_file(is_mistake: bool, remedies: list[tuple[bool, str]], standing: str) -> None:
    assert of_warning(is_mistake=is_mistake, remedies=[Remedy(*one) for one in remedies]) == standing


def test_a_signature_is_bound_to_the_facts_and_not_to_the_words() -> None:
    entry = Entry("points:4", date(2026, 3, 2), "迟报", "记 2 分", facts=("2", date(2026, 3, 2)))
    assert entry.digest == Entry("points:4", None, "Late", "2 points", facts=("2", date(2026, 3, 2))).digest
    assert entry.digest != Entry("points:4", None, "迟报", facts=("3", date(2026, 3, 2))).digest


# ---- with it


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def test_who_may_ask_for_whose_file(bureau: SmallUnit) -> None:
    office, other = bureau.departments[0], bureau.departments[2]
    may = {
        "discipline member": (starter(bureau), bureau.clerk),
        "personnel office": (office.deputy_head, bureau.clerk),
        "unit head": (bureau.head, bureau.discipline_head),
        "deputy in charge": (bureau.deputies[0], bureau.clerk),
        "department head": (bureau.departments[1].head, bureau.clerk),
    }
    for who, (user, person) in may.items():
        assert permissions.may_ask(fresh(user), person), who
    may_not = {
        "oneself": (office.deputy_head, office.deputy_head),
        "own department head": (office.deputy_head, office.head),
        "leader in charge": (office.deputy_head, bureau.deputies[0]),
        "unit head from below": (bureau.discipline_head, bureau.head),
        "colleague": (bureau.departments[1].staff[1], bureau.clerk),
        "office of the leading group": (bureau.office_clerk, bureau.clerk),
        "head of another department": (other.head, bureau.clerk),
        "another unit": (small_unit(code="QT").discipline_head, bureau.clerk),
    }
    for who, (user, person) in may_not.items():
        assert not permissions.may_ask(fresh(user), person), who
        with pytest.raises(NotAllowed):
            asked(bureau, person, by=user)
    assert not FileRequest.objects.exists()


def test_the_head_of_the_discipline_committee_decides_and_nobody_else(bureau: SmallUnit) -> None:
    found = asked(bureau)
    assert found.body == bureau.bodies[BodyKind.DISCIPLINE_COMMITTEE]
    assert [due.people for due in file_requests_due(day(0), day(60))] == [(bureau.discipline_head.pk,)]
    for person in (found.requested_by, bureau.clerk, starter(bureau), bureau.head, bureau.departments[1].head):
        with pytest.raises(NotAllowed):
            services.approve(request=found, by=fresh(person))
    made = services.approve(request=found, by=fresh(bureau.discipline_head), until=day(3), note="仅限考察使用")
    assert (made.state, made.granted_until, made.decided_by) == ("approved", day(3), bureau.discipline_head)
    with pytest.raises(NotAllowed):
        services.reject(request=made, by=fresh(bureau.discipline_head), reason="再议")


def test_who_decides_when_the_head_asks_or_depends_on_the_person(db: None) -> None:
    upper = small_unit(code="SJ", name="测试省农业农村厅")
    lower = small_unit(code="XJ", name="测试县农业农村局", parent=upper.unit)
    discipline, party = BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE

    def decides(person, requester):
        unit = permissions.main_post(person).position.unit
        found = permissions.approver_for(unit=unit, person_id=person.pk, requester_id=requester.pk)
        return found and (found.body, found.heads)

    # The head of the committee asks: the committee above decides; in the highest unit the party committee.
    assert decides(lower.clerk, lower.discipline_head) == (upper.bodies[discipline], (upper.discipline_head,))
    assert decides(upper.clerk, upper.discipline_head) == (upper.bodies[party], (upper.head,))
    # The file of the unit head, on whom the own committee depends.
    assert decides(lower.head, upper.departments[0].staff[1]) == (upper.bodies[discipline], (upper.discipline_head,))
    assert decides(lower.head, upper.discipline_head) == (upper.bodies[party], (upper.head,))
    # The highest unit's head, of whom everybody depends: nobody.
    assert decides(upper.head, upper.discipline_head) is None


def test_a_committee_above_reads_the_leadership_of_the_unit_below_and_nobody_else_there(db: None) -> None:
    upper = small_unit(code="SJ", name="测试省农业农村厅")
    lower = small_unit(code="XJ", name="测试县农业农村局", parent=upper.unit)
    assert permissions.may_ask(fresh(upper.discipline_head), lower.head)
    assert not permissions.may_ask(fresh(upper.discipline_head), lower.clerk)


@pytest.mark.parametrize(
    ("facts", "what"),
    [({"matter": "  "}, "事由"), ({"until": date(2020, 1, 1)}, "已过"), ({"until": date(2099, 1, 1)}, "最长为 30 天")],
)
def test_a_request_says_what_for_and_until_when(bureau: SmallUnit, facts: dict, what: str) -> None:
    with pytest.raises(DomainError, match=what):
        asked(bureau, **facts)
    assert not FileRequest.objects.exists()


def test_one_waiting_request_for_each_file_and_a_decision_that_stays_within_what_was_asked(bureau: SmallUnit) -> None:
    found = asked(bureau)
    with pytest.raises(DomainError, match="尚未审批"):
        asked(bureau)
    for last in (day(8), day(-1)):
        with pytest.raises(DomainError):
            services.approve(request=found, by=fresh(bureau.discipline_head), until=last)
    with pytest.raises(DomainError):
        services.reject(request=found, by=fresh(bureau.discipline_head), reason=" ")
    with pytest.raises(Conflict):
        services.approve(request=found, by=fresh(bureau.discipline_head), version=found.version + 1)
    services.withdraw(request=found, by=fresh(found.requested_by))
    with pytest.raises((NotPossible, NotAllowed)):
        services.approve(request=found, by=fresh(bureau.discipline_head))


def test_reading_needs_a_running_approval_of_ones_own_and_leaves_a_row_each_time(bureau: SmallUnit) -> None:
    found = asked(bureau)
    with pytest.raises(NotAllowed):
        read(bureau, found)
    services.approve(request=found, by=fresh(bureau.discipline_head))
    for person in (bureau.discipline_head, starter(bureau), bureau.clerk, bureau.head):
        with pytest.raises(NotAllowed):
            services.look(request=found, by=fresh(person), how="page")
    assert not FileLook.objects.exists()
    read(bureau, found)
    services.look(request=found, by=fresh(found.requested_by), how="document")
    looks = list(FileLook.objects.order_by("pk").values_list("request", "person", "by", "how"))
    assert looks == [(found.pk, bureau.clerk.pk, found.requested_by_id, how) for how in ("page", "document")]
    actions = AuditEvent.objects.filter(object_id=str(found.pk), object_type="reporting.filerequest").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        f"integrity_file.{what}" for what in ("asked", "approved", "read_page", "read_document")
    ]
    services.end(request=found, by=fresh(bureau.discipline_head), reason="考察结束")
    with pytest.raises(NotAllowed):
        read(bureau, found)
    assert FileLook.objects.count() == 2


def test_an_approval_runs_out_and_ends_with_the_office_it_was_asked_from(bureau: SmallUnit) -> None:
    found = approved(bureau, until=day(2))
    user = fresh(found.requested_by)
    assert permissions.may_read(user, found, day(2))
    assert not permissions.may_read(user, found, day(3))
    BodyMembership.objects.filter(body=bureau.bodies[BodyKind.PERSONNEL_OFFICE]).update(ends_on=day(-1), starts_on=day(-9))
    with pytest.raises(NotAllowed):
        read(bureau, found)


def test_who_sees_requests_and_looks(bureau: SmallUnit) -> None:
    found = approved(bureau)
    read(bureau, found)
    FileSettings.objects.filter(unit=None).update(own_file="read")
    services.look_at_own(by=fresh(bureau.clerk), how="page")

    def seen(user) -> tuple[int, int]:
        one = fresh(user)
        return FileRequest.objects.visible_to(one).count(), FileLook.objects.visible_to(one).count()

    assert seen(found.requested_by) == (1, 1)
    assert seen(bureau.discipline_head) == (1, 2)
    assert seen(bureau.clerk) == (0, 1)
    for stranger in (starter(bureau), bureau.head, bureau.departments[1].head, small_unit(code="QT").discipline_head):
        assert seen(stranger) == (0, 0)


def test_notices_name_nobody_and_are_sensitive(bureau: SmallUnit) -> None:
    found = approved(bureau)
    notices = Notice.objects.filter(kind="integrity_file")
    assert {notice.person_id for notice in notices} == {bureau.discipline_head.pk, found.requested_by_id}
    for notice in notices:
        assert notice.sensitive
        assert bureau.clerk.name not in notice.text
        assert found.matter not in notice.text
    for event in AuditEvent.objects.filter(action__startswith="integrity_file."):
        assert bureau.clerk.name not in f"{event.object_label}{event.detail}{event.changes}{event.reason}"


# ---- the own file


def test_the_own_file_follows_the_setting_of_the_unit(bureau: SmallUnit) -> None:
    entered(bureau, bureau.clerk, "GZ-01")

    def choose(mode: str) -> None:
        services.save_settings(unit=bureau.unit, own_file=mode, longest_days=30, by=fresh(bureau.discipline_head))

    choose("no")
    with pytest.raises(NotAllowed):
        services.look_at_own(by=fresh(bureau.clerk), how="page")
    choose("read")
    file = services.look_at_own(by=fresh(bureau.clerk), how="page")
    assert (file.signs, file.to_sign) == (False, [])
    with pytest.raises(NotAllowed):
        services.sign(by=fresh(bureau.clerk), digests=["x"])
    choose("sign")
    assert len(services.look_at_own(by=fresh(bureau.clerk), how="page").to_sign) == 1
    assert list(FileLook.objects.values_list("request", "by")) == [(None, bureau.clerk.pk)] * 2
    with pytest.raises(NotAllowed):
        services.save_settings(unit=bureau.unit, own_file="no", longest_days=30, by=fresh(bureau.head))


def test_signing_binds_what_was_read(bureau: SmallUnit) -> None:
    services.save_settings(unit=bureau.unit, own_file="sign", longest_days=30, by=fresh(bureau.discipline_head))
    clerk = fresh(bureau.clerk)
    entered(bureau, clerk, "GZ-01")
    warning = advance(bureau, drafted(bureau, Tier.GENERAL), "issued")
    digests = [entry.digest for entry in services.look_at_own(by=clerk, how="page").to_sign]
    assert len(digests) == 2
    with pytest.raises(DomainError, match="发生了变化"):
        services.sign(by=clerk, digests=[*digests, "0" * 64])
    assert services.sign(by=clerk, digests=digests, remark="对扣分依据有异议") == 2
    with pytest.raises(DomainError):
        services.sign(by=clerk, digests=digests)
    advance(bureau, warning, "acknowledged")
    [again] = services.look_at_own(by=clerk, how="page").to_sign
    assert again.key == f"warning:{warning.pk}"
    file = read(bureau, approved(bureau))
    [entry] = [entry for section in file.sections for entry in section.entries if entry.signed]
    assert (entry.key.split(":")[0], entry.signed.remark) == ("points", "对扣分依据有异议")


# ---- the database keeps it, whatever a service forgets


def test_looks_and_signatures_are_never_changed_and_nobody_approves_for_themselves(bureau: SmallUnit) -> None:
    found = approved(bureau)
    read(bureau, found)
    FileSignature.objects.create(person=bureau.clerk, entry="points:1", digest="0" * 64, text="x")
    statements = [
        "UPDATE reporting_filelook SET by_id = person_id",
        "DELETE FROM reporting_filelook",
        "UPDATE reporting_filesignature SET remark = 'y'",
        "DELETE FROM reporting_filesignature",
        "DELETE FROM reporting_filerequest",
        "UPDATE reporting_filerequest SET matter = '其他'",
        "UPDATE reporting_filerequest SET decided_by_id = requested_by_id",
        "UPDATE reporting_filerequest SET granted_until = until + 1",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
