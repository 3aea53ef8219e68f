"""A round of the present quarter being set up, one of an earlier year whose appraisal is open; a scale and indicators of the unit."""

from decimal import Decimal

from django.utils import timezone

from assessments.models import Group
from assessments.rules import GradeRule
from assessments.services import settings
from tests.factories.assessments import assessed_in, round_open, round_set_up, secretary
from tests.matrix_world import World


def build(world: World) -> None:
    home, by = world.home, secretary(world.home)
    found = round_set_up(home)
    grades = [GradeRule("合格", Decimal(60), 0, "green", False, 0), GradeRule("不合格", Decimal(0), 1, "red", True, 6)]
    indicators = [settings.IndicatorFacts("moral", "廉洁自律", "不收受礼品礼金。", Decimal(100))]
    world.objects |= {
        "round": found,
        "round_open": round_open(home, year=timezone.localdate().year - 2, quarter=3),
        "assessed": assessed_in(found, world.people["own"]),
        "assessed_member": assessed_in(found, world.people["discipline_committee"]),
        "assessment_scale": settings.save_scale(unit=home.unit, name="合格制", grades=grades, by=by),
        "indicator_set": settings.save_set(unit=home.unit, group=Group.STAFF, name="窗口人员指标", indicators=indicators, by=by),
        "assessment_group": "staff",
    }
