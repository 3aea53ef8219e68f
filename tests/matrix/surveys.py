"""Surveys of the home unit in every state, a questionnaire of its own; for the public page the keys of two of them."""

from assessments.services import questionnaires
from assessments.services.questionnaires import Question, QuestionnaireFacts
from tests.factories.surveys import closed, draft, opened, with_codes
from tests.matrix_world import World


def build(world: World) -> None:
    home = world.home
    rows = [Question("gifts", "过去三个月内，您是否遇到过索要红包的情形？")]
    facts = QuestionnaireFacts("本局问卷", "external", "", rows)
    open_one, closed_one = opened(home), closed(home)
    by_code, _codes = with_codes(home)
    world.objects |= {
        "survey_draft": draft(home),
        "survey_open": open_one,
        "survey_by_code": by_code,
        "survey_closed": closed_one,
        "survey_key": open_one.key,
        "survey_key_closed": closed_one.key,
        "survey_questionnaire": questionnaires.save(unit=home.unit, facts=facts, by=home.discipline_head),
    }
