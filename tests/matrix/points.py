"""Points of own: a proposal of the head of the committee, one of the committee's member, a confirmed entry; a scheme, a closed year."""

from datetime import date

from early_warnings.services import point_closing
from tests.early_warnings.points import behaviour, entered, own_scheme, proposed
from tests.matrix_world import World


def build(world: World) -> None:
    unit, own = world.home, world.people["own"]
    confirmed = entered(unit, own, "GZ-01")
    counted = entered(unit, own, "FK-01")
    waiting = proposed(unit, own, "GZ-02")
    of_member = proposed(unit, own, "LJ-05", by=world.people["discipline_committee"])
    year = date.today().year
    closing = point_closing.close_year(unit=unit.unit, year=year - 1, by=unit.discipline_head)
    world.objects |= {
        "points": confirmed,
        "points_countable": counted,
        "points_waiting": waiting,
        "points_of_member": of_member,
        "points_kind": "person",
        "points_behaviour": behaviour("GZ-01"),
        "points_scheme": own_scheme(unit, since=date(year + 1, 1, 1)),
        "points_closing": closing,
    }
