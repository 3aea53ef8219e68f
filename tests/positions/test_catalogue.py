"""Versions of the catalogue: compiled, reviewed by four eyes, published, fixed by the database (domain §2)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions import hooks
from positions.models import BodyKind, BodyRole, Catalogue, FlowLink, FlowStep, PowerItem
from positions.scopes import forget
from positions.selectors.powers import compare
from positions.services import catalogue as services
from positions.services.flow import StepRow, save_flow
from positions.services.powers import merge_items, reopen_item
from tests.factories.organisation import small_unit
from tests.factories.positions import MembershipFactory
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


def legal(world):
    return world.departments[1].deputy_head


def accepted_catalogue(world, count=2):
    catalogue = CatalogueFactory(unit=world.unit)
    for n in range(count):
        department = world.departments[n % 3].department
        item = PowerItemFactory(catalogue=catalogue, department=department)
        simple_flow(item, holder=department)
        for state in ("department_review", "unit_review", "accepted"):
            item.state = state
            item.save()
    return catalogue


def test_from_submission_to_publication(world, monkeypatch):
    catalogue = accepted_catalogue(world)
    heard = []
    monkeypatch.setattr(hooks.catalogue_published, "_bound", [lambda **facts: heard.append(facts)])
    catalogue = services.submit_catalogue(catalogue=catalogue, by=world.office_clerk)
    assert catalogue.state == "legal_review"
    catalogue = services.approve_catalogue(catalogue=catalogue, by=legal(world), opinion="符合法定职权,同意公布。")
    catalogue = services.publish(catalogue=catalogue, by=world.head)
    assert (catalogue.state, catalogue.published_by, catalogue.legal_by) == ("published", world.head, legal(world))
    assert heard == [{"catalogue": catalogue, "by": world.head}]
    actions = list(AuditEvent.objects.filter(object_id=str(catalogue.pk)).order_by("id").values_list("action", flat=True))
    assert actions == ["catalogue.submitted", "catalogue.approved", "catalogue.published"]
    assert Notice.objects.filter(kind="catalogue.published").exclude(person=world.head).count() > 5


def test_who_submitted_does_not_approve(world):
    catalogue = accepted_catalogue(world)
    both = world.office_clerk
    MembershipFactory(body=world.bodies[BodyKind.LEGAL_OFFICE], person=both, role=BodyRole.MEMBER)
    forget(both)
    catalogue = services.submit_catalogue(catalogue=catalogue, by=both)
    with pytest.raises(NotAllowed):
        services.approve_catalogue(catalogue=catalogue, by=both, opinion="同意")
    assert services.approve_catalogue(catalogue=catalogue, by=legal(world), opinion="同意").state == "approved"


def test_an_opinion_and_a_reason_are_needed(world):
    catalogue = services.submit_catalogue(catalogue=accepted_catalogue(world), by=world.office_clerk)
    with pytest.raises(DomainError):
        services.approve_catalogue(catalogue=catalogue, by=legal(world), opinion="  ")
    with pytest.raises(DomainError):
        services.return_catalogue(catalogue=catalogue, by=legal(world), reason="")
    catalogue = services.return_catalogue(catalogue=catalogue, by=legal(world), reason="依据引用有误")
    assert (catalogue.state, catalogue.legal_opinion) == ("compiling", "依据引用有误")


@pytest.mark.parametrize("who", ["clerk", "head", "deputy", "discipline"])
def test_only_the_office_submits_and_only_the_legal_office_approves(world, who):
    person = {"clerk": world.clerk, "head": world.head, "deputy": world.deputies[0], "discipline": world.discipline_head}[who]
    catalogue = accepted_catalogue(world)
    with pytest.raises(NotAllowed):
        services.submit_catalogue(catalogue=catalogue, by=person)
    catalogue = services.submit_catalogue(catalogue=catalogue, by=world.office_clerk)
    with pytest.raises(NotAllowed):
        services.approve_catalogue(catalogue=catalogue, by=person, opinion="同意")


def test_what_keeps_a_version_from_being_submitted(world):
    catalogue = CatalogueFactory(unit=world.unit)
    with pytest.raises(NotPossible):
        services.submit_catalogue(catalogue=catalogue, by=world.office_clerk)
    item = PowerItemFactory(catalogue=catalogue, department=world.departments[0].department)
    assert len(services.obstacles(catalogue)) == 2  # not accepted, no flowchart
    simple_flow(item)
    assert len(services.obstacles(catalogue)) == 1
    with pytest.raises(NotPossible):
        services.submit_catalogue(catalogue=catalogue, by=world.office_clerk)


def test_a_stale_form_gets_a_conflict(world):
    catalogue = accepted_catalogue(world)
    catalogue.save()
    with pytest.raises(Conflict):
        services.submit_catalogue(catalogue=catalogue, by=world.office_clerk, version=catalogue.version - 1)


def test_a_new_version_copies_everything_with_the_same_lineage_and_keys(world):
    former = publish(accepted_catalogue(world, 3), world.head)
    before = list(former.items.order_by("number"))
    new = services.start_version(unit=world.unit, by=world.office_clerk)
    after = list(new.items.order_by("number"))
    assert new.number == 2
    assert [i.lineage for i in after] == [i.lineage for i in before]
    assert {i.state for i in after} == {"accepted"}
    for old, copied in zip(before, after, strict=True):
        assert old.pk != copied.pk
        assert [(s.key, s.name, s.days, s.department_id) for s in old.steps.all()] == [
            (s.key, s.name, s.days, s.department_id) for s in copied.steps.all()
        ]
        assert [(x.source.key, x.target.key, x.condition) for x in old.links.all()] == [
            (x.source.key, x.target.key, x.condition) for x in copied.links.all()
        ]
        assert all(x.source.item_id == x.target.item_id == copied.pk for x in copied.links.all())
        assert copied.history.count() == 1
        assert copied.history.get().history_user_id == world.office_clerk.pk
    assert FlowStep.history.filter(item_id__in=[i.pk for i in after]).count() == 9
    assert FlowLink.history.filter(item_id__in=[i.pk for i in after]).count() == 9
    assert compare(former, new) == []
    with pytest.raises(NotAllowed):
        services.start_version(unit=world.unit, by=world.office_clerk)
    with pytest.raises(NotAllowed):
        services.start_version(unit=world.unit, by=world.clerk)


def test_copying_takes_the_same_number_of_queries_for_any_number_of_items(world):
    other = small_unit(code="OT", name="另一局")
    publish(accepted_catalogue(world, 2))
    publish(accepted_catalogue(other, 12))
    with CaptureQueriesContext(
        connection,
    ) as few:
        services.start_version(unit=world.unit, by=world.office_clerk)
    with CaptureQueriesContext(connection) as many:
        services.start_version(unit=other.unit, by=other.office_clerk)
    assert len(many) == len(few)


def test_publishing_the_next_version_supersedes_the_former(world):
    former = publish(accepted_catalogue(world), world.head)
    new = services.start_version(unit=world.unit, by=world.office_clerk)
    new = services.submit_catalogue(catalogue=new, by=world.office_clerk)
    new = services.approve_catalogue(catalogue=new, by=legal(world), opinion="同意")
    services.publish(catalogue=new, by=world.office_clerk)
    former.refresh_from_db()
    assert former.state == "superseded"
    assert Catalogue.objects.published().get(unit=world.unit) == new


STATEMENTS = [
    "UPDATE positions_poweritem SET name = 'x' WHERE id = {item}",
    "DELETE FROM positions_flowlink WHERE item_id = {item}",
    "DELETE FROM positions_flowstep WHERE item_id = {item}",
    "UPDATE positions_flowstep SET days = 99 WHERE item_id = {item}",
    "UPDATE positions_flowlink SET condition = 'x' WHERE item_id = {item}",
    "UPDATE positions_poweritem SET catalogue_id = {open} WHERE id = {item}",
    "UPDATE positions_poweritem SET catalogue_id = {fixed} WHERE id = {draft}",
    "UPDATE positions_flowstep SET item_id = {item} WHERE item_id = {draft}",
    (
        'INSERT INTO positions_flowstep (item_id, key, "order", kind, name, role, documents, hand, function, mode, panel, head_last)'
        " VALUES ({item}, gen_random_uuid(), 9, 'action', 'x', '', '', '', '', 'individual', '{{}}', false)"
    ),
]


@pytest.mark.parametrize("superseded", [False, True])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_every_change_of_a_published_catalogue(world, statement, superseded):
    fixed = publish(accepted_catalogue(world, 1))
    if superseded:
        fixed.state = "superseded"
        fixed.save()
    opened = CatalogueFactory(unit=world.unit, number=7)
    draft = PowerItemFactory(catalogue=opened)
    simple_flow(draft)
    item = fixed.items.get()
    with pytest.raises(DatabaseError, match="catalogue is published"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(item=item.pk, draft=draft.pk, open=opened.pk, fixed=fixed.pk))
    assert item.steps.count() == 3


def test_services_refuse_it_too(world):
    fixed = publish(accepted_catalogue(world, 1))
    item = fixed.items.get()
    office = world.office_clerk
    with pytest.raises(NotAllowed):
        save_flow(item=item, by=office, rows=[])
    with pytest.raises(NotAllowed):
        reopen_item(item=item, by=office, reason="修改")


def test_comparing_two_versions(world):
    former = publish(accepted_catalogue(world, 4))
    new = services.start_version(unit=world.unit, by=world.office_clerk)
    first, second, third, fourth = new.items.order_by("number")
    office = world.office_clerk
    first = reopen_item(item=first, by=office, reason="时限缩短")
    steps = list(first.steps.order_by("order"))
    rows = [
        StepRow(key=steps[0].key, kind="start", name="受理申请", department_id=steps[0].department_id, days=1, exits=((steps[2].key, ""),)),
        StepRow(key=steps[2].key, kind="end", name="办结归档"),
    ]
    save_flow(item=first, by=office, rows=rows)
    PowerItem.objects.filter(pk=first.pk).update(time_limit="五个工作日")
    merge_items(keep=second, duplicate=third, by=office, reason="同一事项")
    fourth.delete()
    added = PowerItemFactory(catalogue=new, number="ZZ-1")
    found = {d.kind: d for d in compare(former, new)}
    assert set(found) == {"added", "changed", "merged", "removed"}
    assert found["added"].item == added
    assert [(old, now) for _label, old, now in found["changed"].fields] == [("十个工作日", "五个工作日")]
    assert {name for name, _old, _now in found["changed"].steps} == {"受理申请", "审核决定"}
    assert found["merged"].into == second
    assert services.lineages_of(new)[third.lineage] == second.pk
