"""A running and a prepared campaign; a draft and a form under review of `own`, with a risk, a power and an answer “none found”."""

from positions.models import HolderLevel
from risks.models import Campaign, Examination, ReviewStep
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory
from tests.matrix_world import World


def build(world: World) -> None:
    unit, own = world.home.unit, world.people["own"]
    appointment = world.home.appointments[own.pk]
    campaign = Campaign.objects.filter(unit=unit).running().first() or CampaignFactory(unit=unit)
    form = DeclarationFactory(appointment=appointment, campaign=campaign, signed_at=None, version=2)
    signed = DeclarationFactory(appointment=appointment, state="in_review")
    ReviewStep.objects.create(
        declaration=signed, order=1, kind="rate", reviewer=world.department.head, is_current=True, waiting_since=signed.signed_at
    )
    ReviewStep.objects.create(declaration=signed, order=2, kind="group")
    entry = EntryFactory(declaration=form)
    EntryMeasureFactory(entry=entry)
    EntryFactory(declaration=signed)
    catalogue = unit.catalogues.published().first()
    if catalogue is None:
        catalogue = CatalogueFactory(unit=unit)
        item = PowerItemFactory(catalogue=catalogue, position=appointment.position, number="FX-CS-01", level=HolderLevel.POSITION)
        simple_flow(item, holder=appointment.position)
        publish(catalogue)
    else:
        item = catalogue.items.filter(position=appointment.position).first()
    world.objects |= {
        "campaign": campaign,
        "prepared_campaign": CampaignFactory(unit=unit, year=2030, state="preparing", started_at=None),
        "form": form,
        "signed_form": signed,
        "form_entry": entry,
        "form_item": item,
        "examination": Examination.objects.create(campaign=campaign, power_item=item, reason="全程网办，无裁量", by=own),
    }
