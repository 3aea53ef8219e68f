"""A final result of own with its restrictions; a check about own, and one about the committee's member, asked by its head."""

from django.utils import timezone

from assessments.eligibility import Purpose, read_names
from assessments.forms.eligibility import WEIGHTS
from assessments.models import EligibilityCheck
from assessments.services import effects, eligibility
from tests.assessments.final_rounds import a_round, assessed, result
from tests.matrix_world import World


def build(world: World) -> None:
    home, head = world.home, world.home.discipline_head
    made = a_round(home, year=2020, quarter=2)
    final = result(home, assessed(home, world.people["own"], made))
    restrictions = effects.begin(made)

    def check(person: str) -> EligibilityCheck:
        today = timezone.localdate()
        question = eligibility.Question(Purpose.AWARD, "年度评优", today, today.year)
        return eligibility.run(unit=home.unit, question=question, wanted=read_names(world.people[person].staff_number), by=head)

    of_own, of_member = check("own"), check("discipline_committee")
    eligibility.save_settings(unit=home.unit, values=dict.fromkeys(WEIGHTS, "ask"), by=head)
    world.objects |= {
        "eligibility": of_own,
        "eligibility_line": of_own.lines.get(),
        "eligibility_of_member": of_member,
        "eligibility_line_of_member": of_member.lines.get(),
        "restriction": restrictions[1],
        "final_result": final,
    }
