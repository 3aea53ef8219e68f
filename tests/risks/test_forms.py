"""The three forms: beginning, writing, quality, adjustment; who sees which."""

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, NotAllowed, NotPossible
from positions.models import Department, HolderLevel, Position, Rule
from positions.states import RuleState
from risks.form_selectors import hints_by_entry, item_views, items_for
from risks.models import Declaration, EntryChange, Examination, RiskEntry, RiskPoint
from risks.policies import problems_of_form
from risks.services import forms
from tests.factories.organisation import administrators, small_unit
from tests.risks.finding import GOOD, MEASURE, Stage, add_good, level, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Stage:
    return stage()


def point(world: Stage, **fields: object) -> RiskPoint:
    defaults = {
        "unit": world.unit,
        "department": world.org.departments[1].department,
        "position": world.org.departments[1].positions["s0"],
        "direct_holder": world.clerk,
        "level_of": HolderLevel.POSITION,
        "number": "FX-CS-2025-0001",
        "title": "受理环节吃拿卡要",
        "content": "去年登记的风险内容",
        "probability": 3,
        "harm": 4,
        "initial_level": level(2),
        "current_level": level(2),
        "registered_on": timezone.localdate(),
    }
    found: RiskPoint = RiskPoint.objects.create(**defaults | fields)
    found.measures.create(text="双人核对受理材料", order=1)
    return found


# ---- beginning -------------------------------------------------------------------------------------------------------
def test_beginning_takes_over_the_register_once(world: Stage) -> None:
    own = point(world)
    point(world, number="FX-2", direct_holder=world.org.departments[1].staff[1])  # left by somebody who holds the post no more
    point(world, number="FX-3", position=world.org.departments[1].positions["s1"], direct_holder=world.org.departments[1].staff[1])
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    form = forms.begin(declaration=form, by=world.clerk)
    entries = list(form.entries.order_by("order"))
    assert [entry.risk_point.number for entry in entries] == ["FX-2", "FX-CS-2025-0001"]
    kept = form.entries.get(risk_point=own)
    assert (kept.change, kept.self_level, kept.computed_level) == (EntryChange.KEEP, level(2), level(2))
    assert [measure.text for measure in kept.measures.all()] == ["双人核对受理材料"]
    assert form.version == 2
    assert not forms.is_untouched(form)


def test_without_a_register_last_years_form_is_taken_over(world: Stage) -> None:
    from risks.services import campaigns

    world.signed(world.clerk)
    for one in Declaration.objects.filter(campaign=world.campaign).exclude(declarant=world.clerk):
        forms.cancel(declaration=one, by=world.office, reason="测试")
    forms.withdraw(declaration=world.form(world.clerk), by=world.clerk)
    campaigns.close(campaign=world.campaign, by=world.office)
    following = campaigns.create(unit=world.unit, by=world.office, year=2027)
    campaigns.start(campaign=following, by=world.office)
    form = forms.begin(declaration=Declaration.objects.get(campaign=following, declarant=world.clerk), by=world.clerk)
    assert [(entry.title, entry.change) for entry in form.entries.all()] == [(GOOD["title"], EntryChange.NEW)]


# ---- writing ---------------------------------------------------------------------------------------------------------
def test_a_risk_added_from_a_step_knows_where_it_sits(world: Stage) -> None:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = add_good(form, world.clerk, item=world.item, step=world.steps[0])
    assert (entry.power_item, entry.flow_step, entry.power_category) == (world.item, world.steps[0], "approval")
    assert (entry.computed_level, entry.level_of, entry.unit) == (level(2), "position", world.unit)
    views = item_views(form, items_for(form, world.clerk), [entry])
    assert [(view.item, view.done, len(view.asked)) for view in views] == [(world.item, 1, 1), (world.shared, 0, 0)]


def test_clicking_twice_makes_one_risk(world: Stage) -> None:
    form = world.form(world.clerk)
    one = forms.add_entry(declaration=form, by=world.clerk, item=world.item, step=world.steps[0])
    two = forms.add_entry(declaration=form, by=world.clerk, item=world.item, step=world.steps[0])
    assert one == two
    assert form.entries.count() == 1


def test_places_of_another_unit_and_of_another_power_are_refused(world: Stage) -> None:
    elsewhere = stage("YZ")
    form = world.form(world.clerk)
    with pytest.raises(NotPossible):
        forms.add_entry(declaration=form, by=world.clerk, item=elsewhere.item)
    with pytest.raises(NotPossible):
        forms.add_entry(declaration=form, by=world.clerk, item=world.shared, step=world.steps[0])
    entry = forms.add_entry(declaration=form, by=world.clerk)
    rule = Rule.objects.create(unit=elsewhere.unit, title="外单位制度")
    for fields, measures in [
        ({"power_item": elsewhere.item}, None),
        ({"power_item": world.shared, "flow_step": world.steps[0]}, None),
        ({}, [MEASURE | {"rule_id": rule.pk}]),
    ]:
        with pytest.raises(NotPossible), transaction.atomic():
            forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=None, fields=GOOD | fields, measures=measures)
    entry.refresh_from_db()
    assert (entry.title, entry.power_item) == ("", None)


def test_a_stale_page_never_overwrites(world: Stage) -> None:
    form = world.form(world.clerk)
    entry = forms.add_entry(declaration=form, by=world.clerk)
    seen = entry.version
    forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=seen, fields={"title": "先写的"})
    with pytest.raises(Conflict):
        forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=seen, fields={"title": "后写的"})
    entry.refresh_from_db()
    assert entry.title == "先写的"
    with pytest.raises(Conflict):
        forms.save_form(declaration=form, by=world.clerk, version=77, fields={"duties": "x"})


def test_saving_the_same_again_changes_nothing(world: Stage) -> None:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = add_good(form, world.clerk)
    events = AuditEvent.objects.count()
    again = forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=entry.version, fields=GOOD, measures=[MEASURE])
    assert again.version == entry.version
    assert AuditEvent.objects.count() == events


def test_a_kept_risk_becomes_changed_by_a_change_only(world: Stage) -> None:
    point(world)
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = form.entries.get()
    same = {"title": entry.title, "content": entry.content, "self_level": None}  # “as computed”, which is what it is
    assert forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=None, fields=same).change == "keep"
    assert forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=None, fields={"harm": 5}).change == "change"


def test_taking_off_needs_a_reason_and_can_be_undone(world: Stage) -> None:
    point(world)
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = form.entries.get()
    with pytest.raises(NotPossible):
        forms.change_entry(declaration=form, entry=entry, by=world.clerk, change="retire", reason=" ")
    with pytest.raises(NotPossible):
        forms.delete_entry(declaration=form, entry=entry, by=world.clerk)
    gone = forms.change_entry(declaration=form, entry=entry, by=world.clerk, change="retire", reason="业务已划转")
    assert (gone.change, gone.answers) == ("retire", {"change_reason": "业务已划转"})
    assert problems_of_form(form, forms.entries_of(form)) == []
    back = forms.change_entry(declaration=form, entry=entry, by=world.clerk, change="keep")
    assert (back.change, back.answers) == ("keep", {})


def test_a_new_risk_is_neither_kept_nor_taken_off(world: Stage) -> None:
    form = world.form(world.clerk)
    entry = add_good(form, world.clerk)
    with pytest.raises(NotPossible):
        forms.change_entry(declaration=form, entry=entry, by=world.clerk, change="retire", reason="x")
    forms.delete_entry(declaration=form, entry=entry, by=world.clerk)
    with pytest.raises(RiskEntry.DoesNotExist):
        forms.delete_entry(declaration=form, entry=entry, by=world.clerk)


def test_asking_for_a_rule_enters_it_as_to_be_made_once(world: Stage) -> None:
    form = world.form(world.clerk)
    entry = add_good(form, world.clerk)
    for _click in range(2):
        rule = forms.wish_rule(declaration=form, entry=entry, by=world.clerk, title="《窗口人员轮岗办法》")
    assert rule.state == RuleState.TO_MAKE
    assert Rule.objects.filter(unit=world.unit).count() == 1
    assert [(measure.kind, measure.rule) for measure in entry.measures.filter(rule=rule)] == [("rule", rule)]


def test_none_found_is_the_persons_own_answer(world: Stage) -> None:
    form = world.form(world.clerk)
    given = forms.examine(declaration=form, by=world.clerk, item=world.item, step=world.steps[0], reason="全程网办")
    forms.examine(declaration=form, by=world.clerk, item=world.item, step=world.steps[0], reason="全程网办,无裁量")
    assert Examination.objects.get().reason == "全程网办,无裁量"
    for reason in ("", "  "):
        with pytest.raises(NotPossible):
            forms.examine(declaration=form, by=world.clerk, item=world.item, step=None, reason=reason)
    colleague = world.org.departments[1].staff[1]
    with pytest.raises(NotPossible):
        forms.unexamine(declaration=world.form(colleague), by=colleague, examination=given)
    forms.unexamine(declaration=form, by=world.clerk, examination=given)
    assert not Examination.objects.exists()


# ---- hints -----------------------------------------------------------------------------------------------------------
def test_a_copy_of_a_colleague_is_told_without_naming_them_to_the_clerk(world: Stage) -> None:
    colleague = world.org.departments[1].staff[1]
    world.signed(colleague, item=world.shared)
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = add_good(form, world.clerk, item=world.item, step=world.steps[0])
    hint = next(one for one in hints_by_entry(form, forms.entries_of(form))[entry.pk] if one.code == "copy")
    assert colleague.name not in hint.text
    head = world.org.departments[1].head
    told = hints_by_entry(form, forms.entries_of(form), viewer=head)[entry.pk]
    assert any(colleague.name in one.text for one in told)


def test_other_departments_and_drafts_are_not_compared(world: Stage) -> None:
    world.signed(world.org.departments[0].staff[0])
    world.ready(world.org.departments[1].staff[1])
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = add_good(form, world.clerk, item=world.item, step=world.steps[0])
    assert hints_by_entry(form, forms.entries_of(form))[entry.pk] == []


def test_hints_take_the_same_queries_for_one_risk_and_for_twenty(world: Stage, django_assert_num_queries) -> None:
    form = world.form(world.clerk)
    for n in range(20):
        add_good(form, world.clerk, title=f"第{n}种放宽条件的做法")
    entries = forms.entries_of(form)
    with django_assert_num_queries(1):
        hints_by_entry(form, entries)


# ---- adjustment ------------------------------------------------------------------------------------------------------
def test_an_adjustment_takes_the_chosen_points_and_opens_once(world: Stage) -> None:
    own = point(world)
    other = point(world, number="FX-9", position=world.org.departments[1].positions["s1"], direct_holder=None)
    position = world.org.departments[1].positions["s0"]
    one = forms.open_adjustment(by=world.clerk, position=position, points=[own.pk, other.pk])
    two = forms.open_adjustment(by=world.clerk, position=position, points=[own.pk])
    assert one == two
    assert [entry.risk_point for entry in one.entries.all()] == [own]
    assert one.campaign is None
    with pytest.raises(NotPossible):
        forms.examine(declaration=one, by=world.clerk, item=world.item, step=None, reason="x")


def test_adjustments_are_for_posts_one_holds(world: Stage) -> None:
    other = Position.objects.get(pk=world.org.departments[1].positions["s1"].pk)
    department = Department.objects.get(pk=world.org.departments[1].department.pk)
    for holder in ({"position": other}, {"department": department}, {"unit": world.unit}):
        with pytest.raises(NotAllowed):
            forms.open_adjustment(by=world.clerk, **holder)
    assert forms.open_adjustment(by=world.org.departments[1].head, department=department).kind == "department"


def test_one_cancels_an_own_adjustment_and_the_office_any_form(world: Stage) -> None:
    position = world.org.departments[1].positions["s0"]
    adjustment = forms.open_adjustment(by=world.clerk, position=position)
    assert forms.cancel(declaration=adjustment, by=world.clerk, reason="不需要了").state == "cancelled"
    form = world.form(world.clerk)
    with pytest.raises(NotAllowed):
        forms.cancel(declaration=form, by=world.clerk, reason="x")
    with pytest.raises(NotPossible):
        forms.cancel(declaration=form, by=world.office, reason="")
    assert forms.cancel(declaration=form, by=world.office, reason="长期病假").state == "cancelled"


# ---- who sees which --------------------------------------------------------------------------------------------------
def test_a_draft_is_seen_by_its_writer_alone_and_a_signed_form_by_those_above(world: Stage) -> None:
    form = world.ready(world.clerk)
    elsewhere = small_unit(code="YZ")
    department = world.org.departments[1]
    above = [department.head, world.org.deputies[0], world.org.head, world.office, world.org.discipline_head]
    never = [
        department.staff[1],
        department.deputy_head,
        world.org.departments[2].head,
        elsewhere.head,
        elsewhere.office_clerk,
        *administrators().values(),
    ]

    def seen(person) -> bool:
        return Declaration.objects.visible_to(person).filter(pk=form.pk).exists()

    assert seen(world.clerk)
    assert not [person.name for person in [*above, *never] if seen(person)]
    forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    assert [person.name for person in above if not seen(person)] == []
    assert [person.name for person in never if seen(person)] == []


def test_the_unit_draft_is_seen_by_the_leadership(world: Stage) -> None:
    form = world.form(world.org.head, HolderLevel.UNIT)
    for person in (world.org.head, *world.org.deputies, world.org.discipline_head):
        assert Declaration.objects.visible_to(person).filter(pk=form.pk).exists()
    for person in (world.clerk, world.office, world.org.departments[1].head):
        assert not Declaration.objects.visible_to(person).filter(pk=form.pk).exists()
