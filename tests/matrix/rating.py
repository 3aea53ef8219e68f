"""An open appraisal of an earlier quarter in which own is rated by five people: whoever is not asked finds nothing, heads included."""

from django.utils import timezone

from assessments.services import rounds
from tests.factories.assessments import assessed_in, only_raters, round_set_up, secretary
from tests.matrix_world import World


def build(world: World) -> None:
    people = world.people
    found = round_set_up(world.home, year=timezone.localdate().year - 1, quarter=1)
    asked = {
        people["department_head"]: ("superior", "first"),
        people["deputy_in_charge"]: ("superior", "first"),
        people["same_department"]: ("peer", "second"),
        people["leading_group_office"]: ("partner", "third"),
        people["discipline_committee"]: ("partner", "third"),
    }
    only_raters(assessed_in(found, people["own"]), asked, by=secretary(world.home))
    found = rounds.open_rating(found=found, by=secretary(world.home))
    world.objects["rated_own"] = assessed_in(found, people["own"])
