"""A campaign that is over, with one form of own that was handed in."""

from django.utils import timezone

from tests.factories.risks import CampaignFactory, DeclarationFactory
from tests.matrix_world import World


def build(world: World) -> None:
    now = timezone.now()
    campaign = CampaignFactory(unit=world.home.unit, year=2021, state="closed", started_at=now, closed_at=now)
    DeclarationFactory(appointment=world.home.appointments[world.people["own"].pk], campaign=campaign, state="in_review", submitted_at=now)
    world.objects["packed_campaign"] = campaign
