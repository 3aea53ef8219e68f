"""Leads about own in every state, on the desk of the discipline committee; one about the unit head; a sign of the common catalogue.

They stand in addresses by their public id.
"""

from typing import Any

from leads.models import Sign
from leads.services import judging
from tests.factories.leads import judgement_facts, lead_about
from tests.matrix_world import World


def build(world: World) -> None:
    org = world.home
    head, member = org.discipline_head, world.people["discipline_committee"]

    def lead(*steps: str) -> Any:
        made = lead_about(org, world.people["own"])
        if "take_up" in steps:
            judging.take_up(lead=made, by=head)
        if "propose" in steps:
            judgement = judging.propose_judgement(lead=made, facts=judgement_facts(), by=head)
            if "confirm" in steps:
                judging.confirm_judgement(judgement=judgement, by=member)
        if "result" in steps:
            judging.record_result(lead=made, result="已约谈提醒", by=head)
        if "close" in steps:
            judging.end(lead=made, step="close", by=head)
        return made.public_id

    strange = lead_about(org, "某商户负责人")
    world.objects |= {
        "lead_received": lead(),
        "lead_studying": lead("take_up"),
        "lead_proposed": lead("take_up", "propose"),
        "lead_handling": lead("take_up", "propose", "confirm"),
        "lead_resulted": lead("take_up", "propose", "confirm", "result"),
        "lead_ended": lead("take_up", "propose", "confirm", "result", "close"),
        "lead_about_head": lead_about(org, org.head).public_id,
        "lead_about_stranger": strange.public_id,
        "lead_subject": strange.subjects.get(),
        "common_sign": Sign.objects.filter(unit=None).order_by("pk").first(),
    }
