"""Campaigns, forms and their risks for tests. The default scheme and scale come from the migrations."""

from datetime import date

import factory
import pgtrigger
from django.utils import timezone
from factory.django import DjangoModelFactory

from positions.models import HolderLevel
from risks.models import Campaign, CampaignPhase, Declaration, EntryMeasure, GradingScheme, Level, PhaseKind, RiskEntry
from risks.states import CampaignState


def default_scheme() -> GradingScheme:
    """几率 × 危害, made by a migration."""
    return GradingScheme.objects.get(unit=None, is_default=True)


def level(severity: int) -> Level:
    """A level of the default scale: 3 一级, 2 二级, 1 三级."""
    return Level.objects.get(scale__code="three-levels", severity=severity)


class CampaignFactory(DjangoModelFactory):
    """A running campaign; give `unit=`."""

    class Meta:
        model = Campaign
        skip_postgeneration_save = True

    year = 2026
    title = factory.LazyAttribute(lambda o: f"{o.year}年廉政风险排查")
    scheme = factory.LazyFunction(default_scheme)
    state = CampaignState.RUNNING
    started_at = factory.LazyFunction(timezone.now)
    commitment_position = "本人郑重承诺:依法履职,廉洁自律。"
    commitment_department = "本科室郑重承诺:依法履职,廉洁自律。"
    commitment_unit = "本单位郑重承诺:依法履职,廉洁自律。"

    @factory.post_generation
    def phases(self, create, extracted, **kwargs):
        for kind, due in [(PhaseKind.FINDING, date(2026, 11, 30)), (PhaseKind.GRADING, date(2026, 12, 10))]:
            CampaignPhase.objects.create(campaign=self, kind=kind, starts_on=date(2026, 9, 1), due_on=due)


class DeclarationFactory(DjangoModelFactory):
    """A signed draft of a person for a position: give `appointment=` (or the fields), and `campaign=` unless it is an adjustment."""

    class Meta:
        model = Declaration
        exclude = ["appointment"]

    appointment = None
    kind = HolderLevel.POSITION
    position = factory.LazyAttribute(lambda o: o.appointment.position if o.appointment else None)
    department = factory.LazyAttribute(lambda o: o.position.department if o.position else None)
    unit = factory.LazyAttribute(lambda o: o.position.unit if o.position else o.department.unit)
    declarant = factory.LazyAttribute(lambda o: o.appointment.person)
    campaign = None
    scheme = factory.LazyAttribute(lambda o: o.campaign.scheme if o.campaign else default_scheme())
    duties = "负责办理行政许可申请的受理与审查"
    commitment = "本人郑重承诺:依法履职,廉洁自律。"
    signed_at = factory.LazyFunction(timezone.now)


class EntryFactory(DjangoModelFactory):
    """A risk of a form; probability 3 × harm 4 = 12, 二级 by the default scheme."""

    class Meta:
        model = RiskEntry

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """As if it had been declared before the form was handed in, in whatever state that is made."""
        with pgtrigger.ignore("risks.RiskEntry:declared_insert"):
            return super()._create(model_class, *args, **kwargs)

    declaration = factory.SubFactory(DeclarationFactory)
    unit = factory.LazyAttribute(lambda o: o.declaration.unit)
    order = factory.Sequence(lambda n: n % 30000 + 1)
    level_of = factory.LazyAttribute(lambda o: o.declaration.kind)
    title = factory.Sequence(lambda n: f"受理环节风险{n}")
    content = "受理环节对申请材料把关不严,对熟人申请放宽条件,接受吃请后违规受理"
    manifestation = "材料不全仍予受理,或者故意拖延以谋取好处"
    aspect = "process"
    found_by = "self"
    method = "process"
    probability = 3
    harm = 4


class EntryMeasureFactory(DjangoModelFactory):
    class Meta:
        model = EntryMeasure

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with pgtrigger.ignore("risks.EntryMeasure:declared_insert"):
            return super()._create(model_class, *args, **kwargs)

    entry = factory.SubFactory(EntryFactory)
    text = "受理材料实行双人核对,每月由科长抽查一成并留存记录"
