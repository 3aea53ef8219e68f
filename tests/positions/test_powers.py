"""The life of one power item, and who sees it while it is compiled (domain §2)."""

import pytest

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions.models import PowerItem
from positions.selectors.powers import own, progress_by_department, waiting_for
from positions.services import powers as services
from tests.factories.organisation import administrators, small_unit
from tests.factories.powers import CatalogueFactory, FlowStepFactory, PowerItemFactory, publish, simple_flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


@pytest.fixture
def catalogue(world):
    return CatalogueFactory(unit=world.unit)


@pytest.fixture
def item(world, catalogue):
    """A draft of the clerk's position, with a flowchart."""
    made = PowerItemFactory(catalogue=catalogue, position=world.departments[1].positions["s0"], created_by=world.clerk)
    simple_flow(made)
    return made


def fields(**more):
    return {"name": "核发许可", "category": "approval", "level": "position", "requires": [], "number": ""} | more


def test_a_clerk_lists_a_power_of_the_own_position(world, catalogue):
    position = world.departments[1].positions["s0"]
    item = services.create_item(catalogue=catalogue, by=world.clerk, fields=fields(position=position))
    assert (item.department, item.number, item.state, item.created_by) == (position.department, "CS-001", "draft", world.clerk)


@pytest.mark.parametrize("holder", ["elsewhere", "department", "unit"])
def test_but_not_one_of_somebody_else(world, catalogue, holder):
    given = {
        "elsewhere": fields(position=world.departments[2].positions["s0"]),
        "department": fields(level="department", department=world.departments[2].department),
        "unit": fields(level="unit"),
    }[holder]
    with pytest.raises(NotAllowed):
        services.create_item(catalogue=catalogue, by=world.clerk, fields=given)
    assert not PowerItem.objects.exists()


def test_holders_fit_the_level_and_the_unit(world, catalogue):
    other = small_unit(code="OT", name="另一局")
    office = world.office_clerk
    for given in [
        fields(position=None),
        fields(level="department", department=None),
        fields(position=other.departments[0].positions["s0"]),
    ]:
        with pytest.raises(DomainError):
            services.create_item(catalogue=catalogue, by=office, fields=given)


def test_a_number_is_given_once(world, catalogue, item):
    with pytest.raises(DomainError):
        services.create_item(
            catalogue=catalogue, by=world.clerk, fields=fields(number=item.number, position=world.departments[1].positions["s0"])
        )
    with pytest.raises(Conflict):
        services.save_item(item=item, by=world.clerk, fields={"name": "x"}, version=item.version + 1)


def test_from_the_position_to_the_catalogue(world, item):
    department = world.departments[1]
    item = services.submit_item(item=item, by=world.clerk)
    assert list(waiting_for(department.head, PowerItem.objects.all())) == [item]
    with pytest.raises(NotAllowed):
        services.save_item(item=item, by=world.clerk, fields={"name": "改"})
    item = services.save_item(item=item, by=department.head, fields={"name": "核发经营许可"})
    item = services.agree_item(item=item, by=department.head)
    assert list(waiting_for(world.office_clerk, PowerItem.objects.all())) == [item]
    with pytest.raises(NotAllowed):
        services.accept_items(items=[item], by=department.head)
    assert services.accept_items(items=[item], by=world.office_clerk) == 1
    item.refresh_from_db()
    assert item.state == "accepted"
    told = set(Notice.objects.values_list("person__name", "kind"))
    assert told == {
        (department.head.name, "power.submitted"),
        (world.office_clerk.name, "power.agreed"),
        (department.head.name, "power.accepted"),
    }
    actions = AuditEvent.objects.filter(object_id=str(item.pk), object_type="positions.poweritem").order_by("id")
    assert [e.action for e in actions] == ["power.submitted", "power.changed", "power.agreed", "power.accepted"]


def test_an_incomplete_item_is_not_handed_in_and_says_what_is_missing(world, catalogue):
    item = PowerItemFactory(catalogue=catalogue, position=world.departments[1].positions["s0"], basis="", procedure=" ")
    with pytest.raises(NotPossible) as caught:
        services.submit_item(item=item, by=world.clerk)
    for field in ("basis", "procedure"):
        assert str(PowerItem._meta.get_field(field).verbose_name) in str(caught.value)
    assert len(services.missing_in(item)) == 3


def test_returned_with_a_reason_and_revised_later(world, item):
    head = world.departments[1].head
    item = services.submit_item(item=item, by=world.clerk)
    with pytest.raises(DomainError):
        services.return_item(item=item, by=head, reason=" ")
    item = services.return_item(item=item, by=head, reason="依据不全")
    assert (item.state, item.returned_reason) == ("draft", "依据不全")
    item = services.agree_item(item=services.submit_item(item=item, by=world.clerk), by=head)
    assert item.returned_reason == ""
    services.accept_items(items=[item], by=world.office_clerk)
    with pytest.raises(NotAllowed):
        services.reopen_item(item=item, by=world.departments[2].staff[0], reason="x")
    assert services.reopen_item(item=item, by=world.clerk, reason="流程变了").state == "draft"


def test_accepting_many_is_all_or_none(world, catalogue, item):
    ready = PowerItemFactory(catalogue=catalogue, department=world.departments[0].department, state="unit_review")
    with pytest.raises(NotAllowed):
        services.accept_items(items=[ready, item], by=world.office_clerk)
    ready.refresh_from_db()
    assert ready.state == "unit_review"


def test_powers_of_the_leadership_are_agreed_to_by_a_member(world, catalogue):
    item = PowerItemFactory(catalogue=catalogue, level="unit")
    simple_flow(item)
    with pytest.raises(NotAllowed):
        services.agree_item(item=item, by=world.departments[0].head)
    assert services.agree_item(item=item, by=world.deputies[1]).state == "unit_review"


def test_merging_two_items_leaves_a_trace(world, catalogue, item):
    head = world.departments[1].head
    other = PowerItemFactory(
        catalogue=catalogue, position=world.departments[1].positions["s1"], basis="", requires=["panel"], disclosure="", created_by=head
    )
    item.disclosure = "局网站"
    item.save()
    kept = services.merge_items(keep=other, duplicate=item, by=head, reason="两个岗位报了同一事项", as_department=True)
    assert (kept.level, kept.position, kept.basis, kept.disclosure) == ("department", None, item.basis, "局网站")
    assert kept.absorbed == [item.lineage]
    assert [s.name for s in kept.steps.all()] == ["受理申请", "审核决定", "办结归档"]
    assert kept.links.count() == 3
    assert not PowerItem.objects.filter(pk=item.pk).exists()
    assert AuditEvent.objects.get(action="power.merged").detail["merged"] == item.number
    assert AuditEvent.objects.get(action="power.merged_away").detail["into"] == kept.number
    assert Notice.objects.filter(kind="power.merged", person=world.clerk).exists()


def test_who_may_merge_and_what(world, catalogue, item):
    elsewhere = PowerItemFactory(catalogue=catalogue, department=world.departments[2].department)
    head = world.departments[1].head
    with pytest.raises(NotAllowed):
        services.merge_items(keep=item, duplicate=elsewhere, by=head, reason="x")
    with pytest.raises(NotAllowed):
        services.merge_items(keep=item, duplicate=elsewhere, by=world.clerk, reason="x")
    with pytest.raises(DomainError):
        services.merge_items(keep=item, duplicate=item, by=head, reason="x")
    assert services.merge_items(keep=item, duplicate=elsewhere, by=world.office_clerk, reason="同一事项").absorbed == [elsewhere.lineage]


def test_removing(world, catalogue, item):
    with pytest.raises(NotAllowed):
        services.remove_item(item=item, by=world.departments[1].staff[1])
    services.remove_item(item=item, by=world.clerk)
    assert not PowerItem.objects.exists()
    assert AuditEvent.objects.get(action="power.removed").detail["lineage"] == str(item.lineage)


def test_a_power_of_a_former_version_goes_only_with_a_reason(world):
    first = CatalogueFactory(unit=world.unit)
    old = PowerItemFactory(catalogue=first, department=world.departments[1].department)
    publish(first)
    second = CatalogueFactory(unit=world.unit, number=2)
    item = PowerItemFactory(catalogue=second, department=old.department, lineage=old.lineage)
    head = world.departments[1].head
    with pytest.raises(DomainError):
        services.remove_item(item=item, by=head)
    services.remove_item(item=item, by=head, reason="职权已下放")
    assert PowerItem.objects.count() == 1


def test_who_sees_a_draft(world, item):
    other = small_unit(code="OT", name="另一局")
    seen = [world.clerk, world.departments[1].head, world.departments[1].staff[1], world.deputies[0], world.head, world.office_clerk]
    seen += [world.discipline_head, world.deputies[1], world.departments[1].deputy_head]
    unseen = [world.departments[2].head, world.departments[2].staff[0], other.head, other.office_clerk, *administrators().values()]
    for person in seen:
        assert item in PowerItem.objects.visible_to(person), person.name
    for person in unseen:
        assert item not in PowerItem.objects.visible_to(person), person.name


def test_everybody_of_the_unit_sees_what_is_published(world, catalogue, item):
    publish(catalogue)
    assert item in PowerItem.objects.visible_to(world.departments[2].staff[0])
    assert item not in PowerItem.objects.visible_to(small_unit(code="OT", name="另一局").head)


def test_progress_and_own_desk(world, catalogue, item):
    PowerItemFactory.create_batch(2, catalogue=catalogue, department=world.departments[2].department)
    PowerItemFactory(catalogue=catalogue, state="accepted")
    rows = {row.name: (row.total, row.draft, row.accepted) for row in progress_by_department(PowerItem.objects.all())}
    assert rows == {"": (1, 0, 1), "行政审批科": (1, 1, 0), "执法大队": (2, 2, 0)}
    assert list(own(world.clerk, PowerItem.objects.all())) == [item]


def test_a_power_to_which_steps_of_another_belong_stays_whole(world, catalogue, item):
    FlowStepFactory(item=PowerItemFactory(catalogue=catalogue, department=world.departments[1].department))
    services.remove_item(item=item, by=world.clerk)
    assert PowerItem.objects.get().steps.count() == 1
