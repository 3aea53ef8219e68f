"""Rows of the power catalogue and the rules library. A catalogue is filled first and published then: what is published is fixed."""

import uuid
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from positions.models import Catalogue, Department, FlowLink, FlowStep, HolderLevel, Position, PowerCategory, PowerItem, Rule, Unit
from positions.states import CatalogueState, ItemState, RuleState
from tests.factories.positions import UnitFactory, UserFactory


class CatalogueFactory(DjangoModelFactory):
    """A version being compiled."""

    class Meta:
        model = Catalogue

    unit = factory.SubFactory(UnitFactory)
    number = 1
    title = "职权目录"


class PowerItemFactory(DjangoModelFactory):
    """A draft of the unit; give `department=` or `position=` for the other levels."""

    class Meta:
        model = PowerItem

    catalogue = factory.SubFactory(CatalogueFactory)
    unit = factory.SelfAttribute("catalogue.unit")
    number = factory.Sequence(lambda n: f"ZQ-{n:03d}")
    name = factory.Sequence(lambda n: f"资金支付审批{n}")
    category = PowerCategory.APPROVAL
    position = None
    department = factory.LazyAttribute(lambda o: o.position.department if o.position else None)
    level = factory.LazyAttribute(
        lambda o: HolderLevel.POSITION if o.position else HolderLevel.DEPARTMENT if o.department else HolderLevel.UNIT
    )
    basis = "《行政许可法》第三十四条"
    subject = "行政审批科"
    conditions = "材料齐全、符合法定形式"
    procedure = "受理、审核、决定、办结"
    time_limit = "十个工作日"
    time_limit_days = 10
    responsibility = "经办人对材料真实性负责"


class FlowStepFactory(DjangoModelFactory):
    class Meta:
        model = FlowStep

    key = factory.LazyFunction(uuid.uuid4)
    order = factory.Sequence(lambda n: n % 1000)
    name = factory.Sequence(lambda n: f"环节{n}")
    role = "经办人"
    days = 1


class RuleFactory(DjangoModelFactory):
    class Meta:
        model = Rule

    unit = factory.SubFactory(UnitFactory)
    title = factory.Sequence(lambda n: f"《工作规则{n}》")
    state = RuleState.TO_MAKE


def simple_flow(item: PowerItem, *, holder: Position | Department | None = None) -> list[FlowStep]:
    """Start, a decision with a way back, an end: a chart without findings of its own when a holder is given or the role stands."""
    who = {"position": holder} if isinstance(holder, Position) else {"department": holder}
    start = FlowStepFactory(item=item, order=1, kind="start", name="受理申请", **who)
    decision = FlowStepFactory(item=item, order=2, kind="decision", name="审核决定", role="分管领导", days=3)
    end = FlowStepFactory(item=item, order=3, kind="end", name="办结归档", days=None, role="")
    for source, target, condition in [(start, decision, ""), (decision, end, "同意"), (decision, start, "退回补正")]:
        FlowLink.objects.create(item=item, source=source, target=target, condition=condition)
    return [start, decision, end]


def publish(catalogue: Catalogue, by: User | None = None) -> Catalogue:
    """Take a filled catalogue to “published”, past the services (which have tests of their own)."""
    PowerItem.objects.filter(catalogue=catalogue, state=ItemState.DRAFT).update(state=ItemState.DEPARTMENT_REVIEW)
    PowerItem.objects.filter(catalogue=catalogue, state=ItemState.DEPARTMENT_REVIEW).update(state=ItemState.UNIT_REVIEW)
    PowerItem.objects.filter(catalogue=catalogue, state=ItemState.UNIT_REVIEW).update(state=ItemState.ACCEPTED)
    by = by or UserFactory()
    catalogue.published_by, catalogue.published_at = by, datetime(2026, 1, 5, 9, tzinfo=UTC)
    for state in (CatalogueState.LEGAL_REVIEW, CatalogueState.APPROVED, CatalogueState.PUBLISHED):
        catalogue.state = state
        catalogue.save()
    return catalogue


def published_catalogue(unit: Unit, **items: int) -> Catalogue:
    """A published version with the given number of items of the unit's level, e.g. `finance=3`."""
    catalogue = CatalogueFactory(unit=unit)
    for category, count in items.items():
        PowerItemFactory.create_batch(count, catalogue=catalogue, category=category)
    return publish(catalogue)
