"""Proposals about own's points, by score and of the committee; findings by leads about own, one of them hidden from the member of the
committee, whose own head it is about."""

from typing import Any

from leads.models import Lead
from positions.models import HolderLevel
from regrading.models import ConfidentialFinding
from risks.models import RiskPoint
from tests.factories.leads import lead_about
from tests.factories.risks import level
from tests.matrix_world import World
from tests.regrading.proposals_world import TODAY, common_rules, proposed, put_forward
from tests.risks.register_helpers import imported


def build(world: World) -> None:
    unit = world.home

    def finding(risk: RiskPoint, lead: Lead) -> ConfidentialFinding:
        facts = {"level": level(2), "score": 41, "contributions": [["base", 39, {"floor": 0, "factors": 2}]], "opened_on": TODAY}
        made = ConfidentialFinding.objects.create(risk=risk, unit=risk.unit, rule_set=common_rules(), **facts)
        made.sources.create(kind="lead", lead=lead, weight=2)
        return made

    def point(title: str, **place: Any) -> RiskPoint:
        return imported(unit, title, **place)

    seen = Lead.objects.get(public_id=world.objects["lead_received"])
    hidden = lead_about(unit, unit.departments[0].head)
    world.objects |= {
        "proposal": proposed(unit, title="受理时限随意"),
        "proposal_of_committee": put_forward(point("现场勘验走过场"), unit.discipline_head),
        "finding": finding(point("违规减免费用"), seen),
        "finding_hidden": finding(point("公章管理不严", department=0, post=None, level_of=HolderLevel.DEPARTMENT), hidden),
    }
