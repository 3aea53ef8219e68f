"""Forms of `own` at every place of the review, the unit's form, a campaign, and grading schemes. Named to sort after `register`."""

from positions.models import HolderLevel
from risks.models import EntryChange, GradingScheme
from risks.services import review
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, default_scheme
from tests.matrix_world import World


def build(world: World) -> None:
    home, own = world.home, world.people["own"]
    appointment = home.appointments[own.pk]
    campaign = world.objects.get("campaign") or CampaignFactory(unit=home.unit, year=2031)

    def form(entries: int, *, to_group: bool, **fields):
        declaration = DeclarationFactory(**{"appointment": appointment, **fields})
        rows = [EntryFactory(declaration=declaration, change=EntryChange.NEW) for _n in range(entries)]
        review.start_review(declaration=declaration, by=declaration.declarant)
        while to_group and (step := review.current_step(declaration)).reviewer is not None:
            review.decide(declaration=declaration, by=step.reviewer, decision="agreed")
        return declaration, rows

    waiting, waiting_rows = form(1, to_group=False)
    graded, graded_rows = form(2, to_group=True)
    empty, _rows = form(0, to_group=True, none_found_reason="本岗位不涉及审批")
    of_unit, _rows = form(
        1, to_group=True, appointment=None, kind=HolderLevel.UNIT, unit=home.unit, department=None, position=None, declarant=home.head
    )
    rules = default_scheme().rules
    world.objects |= {
        "form_in_review": waiting,
        "entry_in_review": waiting_rows[0],
        "form_with_group": graded,
        "entry_with_group": graded_rows[0],
        "empty_form_with_group": empty,
        "unit_form_with_group": of_unit,
        "session": campaign,
        "scheme_kind": "matrix",
        "unit_scheme": GradingScheme.objects.create(
            unit=home.unit, name="本局矩阵", kind="matrix", scale=default_scheme().scale, rules=rules
        ),
        "common_scheme": default_scheme(),
    }
