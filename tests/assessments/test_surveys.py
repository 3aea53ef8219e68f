"""Surveys through their services: the life, the codes, what is refused, who sees what, and the rates others use."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Questionnaire, Survey, SurveyAccess, SurveyKind
from assessments.quarters import quarter_of
from assessments.services import questionnaires, survey_answers, surveys
from assessments.services.questionnaires import Question, QuestionnaireFacts
from assessments.services.survey_answers import Answer, CodeRefused
from assessments.survey_selectors import comparisons, contact_rate, result_of
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.surveys import answered, closed, common, draft, facts, opened, said, with_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


class TestQuestionnaires:
    def test_the_common_ones(self):
        assert {row.kind: row.questions.count() for row in Questionnaire.objects.filter(unit=None)} == {"external": 10, "internal": 9}

    def test_built_and_changed(self, unit):
        rows = [Question("gifts", "是否遇到过索要红包？"), Question("banquets", "是否安排过宴请？")]
        made = questionnaires.save(unit=unit.unit, facts=QuestionnaireFacts("办事问卷", "external", "", rows), by=unit.discipline_head)
        changed = QuestionnaireFacts("办事问卷", "external", "说明", rows[::-1])
        questionnaires.save(unit=unit.unit, facts=changed, by=unit.discipline_head, questionnaire=made, version=1)
        assert [row.category for row in made.questions.all()] == ["banquets", "gifts"]
        with pytest.raises(Conflict):
            questionnaires.save(unit=unit.unit, facts=changed, by=unit.discipline_head, questionnaire=made, version=1)

    @pytest.mark.parametrize(
        "wrong",
        [
            QuestionnaireFacts("", "external", "", [Question("gifts", "有吗？")]),
            QuestionnaireFacts("甲", "external", "", []),
            QuestionnaireFacts("甲", "external", "", [Question("gifts", " ")]),
            QuestionnaireFacts("甲", "external", "", [Question("nonsense", "有吗？")]),
            QuestionnaireFacts("甲", "external", "", [Question("gifts", "有吗？")] * 2),
            QuestionnaireFacts("甲", "external", "", [Question("gifts", f"有{n}吗？") for n in range(31)]),
        ],
    )
    def test_what_is_refused(self, unit, wrong):
        with pytest.raises(DomainError):
            questionnaires.save(unit=unit.unit, facts=wrong, by=unit.discipline_head)
        assert not Questionnaire.objects.filter(unit=unit.unit).exists()

    def test_a_common_one_is_not_changed(self, unit):
        same = QuestionnaireFacts("甲", "external", "", [Question("gifts", "有吗？")])
        with pytest.raises(NotAllowed):
            questionnaires.save(unit=unit.unit, facts=same, by=unit.discipline_head, questionnaire=common())


class TestLife:
    def test_drafted_opened_answered_closed(self, unit):
        survey = opened(unit)
        answered(survey, contacts=4, n=15)
        survey = surveys.close(survey=survey, by=unit.discipline_head)
        result = result_of(survey)
        assert (result.n, result.rate.contacts, result.questions[0].rate.contacts, result.questions[1].rate.contacts) == (15, 4, 4, 0)
        assert {notice.person for notice in Notice.objects.filter(kind="survey")} == {unit.head, *unit.deputies}

    def test_the_questions_are_those_of_the_opening(self, unit):
        rows = [Question("gifts", "原来的题目？")]
        own = questionnaires.save(unit=unit.unit, facts=QuestionnaireFacts("甲", "external", "", rows), by=unit.discipline_head)
        survey = opened(unit, questionnaire=own)
        later = QuestionnaireFacts("甲", "external", "", [Question("gifts", "后来的题目？")])
        questionnaires.save(unit=unit.unit, facts=later, by=unit.discipline_head, questionnaire=own)
        assert Survey.objects.get(pk=survey.pk).questions == [{"category": "gifts", "text": "原来的题目？"}]
        with pytest.raises(DatabaseError), transaction.atomic():
            Survey.objects.filter(pk=survey.pk).update(questions=[{"category": "gifts", "text": "换掉"}])
        with pytest.raises(NotAllowed):
            surveys.update(survey=survey, facts=facts(minimum=20), by=unit.discipline_head)

    def test_given_up_it_never_shows_a_result(self, unit):
        survey = opened(unit)
        answered(survey, 2, 12)
        with pytest.raises(DomainError):
            surveys.cancel(survey=survey, reason=" ", by=unit.discipline_head)
        survey = surveys.cancel(survey=survey, reason="题目有误", by=unit.discipline_head)
        assert survey.tally.n == 0
        assert contact_rate(unit.unit, "external", timezone.localdate()) is None

    def test_only_the_committee(self, unit):
        for person in (unit.head, unit.clerk, small_unit(code="QT", name="其他局").discipline_head):
            with pytest.raises(NotAllowed):
                surveys.create(unit=unit.unit, facts=facts(), by=person)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": " "},
            {"minimum": 4},
            {"confidence": 30},
            {"open_until": timezone.localdate() - timedelta(days=1)},
            {"period_start": timezone.localdate() + timedelta(days=1), "period_end": timezone.localdate() + timedelta(days=9)},
        ],
    )
    def test_what_is_refused(self, unit, wrong):
        with pytest.raises(DomainError):
            draft(unit, **wrong)
        assert not Survey.objects.exists()

    def test_one_department_alone_is_refused(self, unit):
        with pytest.raises(DomainError):
            draft(unit, places=[unit.departments[0].department])

    def test_too_late_to_open(self, unit):
        day = timezone.localdate() - timedelta(days=1)
        survey = draft(unit, open_from=day, open_until=day)
        with pytest.raises(DomainError):
            surveys.open_survey(survey=survey, by=unit.discipline_head)


class TestAnswers:
    def test_incomplete_ones_change_nothing(self, unit):
        places = [row.department for row in unit.departments]
        survey = opened(unit, places=places)
        whole = said(survey).given
        for wrong in (
            Answer([]),
            Answer([*whole[:-1], None], places[0].pk),
            Answer(whole),
            Answer(whole, 0),
            Answer([*whole, True], places[0].pk),
        ):
            with pytest.raises(DomainError):
                survey_answers.answer(survey=survey, said=wrong)
        survey.tally.refresh_from_db()
        assert (survey.tally.n, survey.tally.places) == (0, {})

    def test_a_code_takes_one_answer(self, unit):
        survey, codes = with_codes(unit)
        survey_answers.answer(survey=survey, said=said(survey, 1), code=codes[0].lower().replace("-", " "))
        for wrong in (codes[0], "", "KE2TX-E5AFZ", "'; --"):
            with pytest.raises(CodeRefused):
                survey_answers.answer(survey=survey, said=said(survey, 2), code=wrong)
        survey.tally.refresh_from_db()
        assert (survey.tally.n, survey.tally.contacts, survey.tally.yes[:2]) == (1, 1, [1, 0])

    def test_a_refused_answer_keeps_its_code(self, unit):
        survey, codes = with_codes(unit)
        with pytest.raises(DomainError):
            survey_answers.answer(survey=survey, said=Answer([None]), code=codes[0])
        survey_answers.answer(survey=survey, said=said(survey), code=codes[0])

    def test_not_before_not_after(self, unit):
        today = timezone.localdate()
        for changes in ({"open_from": today + timedelta(days=1)},):
            survey = opened(unit, **changes)
            with pytest.raises(NotPossible):
                survey_answers.answer(survey=survey, said=said(survey))
        over = opened(unit)
        Survey.objects.filter(pk=over.pk).update(open_from=today - timedelta(days=9), open_until=today - timedelta(days=1))
        with pytest.raises(NotPossible):
            survey_answers.answer(survey=over, said=said(over))
        ended = closed(unit)
        with pytest.raises(NotPossible):
            survey_answers.answer(survey=ended, said=said(ended))

    def test_lost_slips_are_withdrawn(self, unit):
        survey, codes = with_codes(unit)
        survey_answers.answer(survey=survey, said=said(survey), code=codes[0])
        assert surveys.withdraw_codes(survey=survey, by=unit.discipline_head) == 2
        with pytest.raises(CodeRefused):
            survey_answers.answer(survey=survey, said=said(survey), code=codes[1])
        assert Survey.objects.get(pk=survey.pk).codes_made == 1

    def test_without_codes_a_survey_by_code_does_not_open(self, unit):
        with pytest.raises(DomainError):
            surveys.open_survey(survey=draft(unit, access=SurveyAccess.CODES), by=unit.discipline_head)


class TestRates:
    def test_the_latest_that_reached_its_minimum(self, unit):
        quarter = quarter_of(timezone.localdate()).before()
        before = {"period_start": quarter.before().start, "period_end": quarter.before().end}
        first = closed(unit, contacts=6, n=20, **before)
        closed(unit, contacts=2, n=9)
        found = contact_rate(unit.unit, SurveyKind.EXTERNAL, timezone.localdate())
        # 6 of 20: (0.3 + 0.09604 ± 1.96·√(0.0105 + 0.0024010)) / 1.19208, worked by hand.
        assert found is not None
        assert (found.survey, found.n, found.share) == (first, 20, 0.3)
        assert (found.low, found.high) == (pytest.approx(0.1455, abs=0.0001), pytest.approx(0.5190, abs=0.0001))
        assert contact_rate(unit.unit, SurveyKind.INTERNAL, timezone.localdate()) is None
        assert contact_rate(unit.unit, SurveyKind.EXTERNAL, timezone.localdate() - timedelta(days=1)) is None

    def test_departments_with_few_answers_are_not_shown(self, unit):
        places = [row.department for row in unit.departments]
        survey = opened(unit, places=places)
        for place, n in zip(places, (14, 11, 2), strict=True):
            answered(survey, 1, n, places=[place.pk])
        survey = surveys.close(survey=survey, by=unit.discipline_head)
        result = result_of(survey)
        # The third has 2, so the second is hidden with it: 27 − 14 = 13 says nothing about the 2.
        assert [(row.name, row.rate.n if row.rate else None) for row in result.places] == [
            ("办公室", 14),
            ("行政审批科", None),
            ("执法大队", None),
        ]
        assert contact_rate(unit.unit, "external", timezone.localdate(), places[2]) is None
        assert contact_rate(unit.unit, "external", timezone.localdate(), places[0]).n == 14
        [found] = comparisons(Survey.objects.filter(pk=survey.pk))
        assert [name for name, _rates in found.departments] == ["办公室"]

    def test_below_the_minimum_nothing_is_shown(self, unit):
        result = result_of(closed(unit, contacts=3, n=9))
        assert (result.n, result.rate, result.questions, result.places) == (9, None, [], [])


def test_who_sees_what(unit):
    opened(unit)
    done = closed(unit)
    assert Survey.objects.visible_to(unit.discipline_head).count() == 2
    for reader in (unit.head, unit.deputies[0]):
        assert list(Survey.objects.visible_to(reader)) == [done]
    for other in (unit.clerk, unit.departments[1].head, unit.office_clerk):
        assert not Survey.objects.visible_to(other).exists()
        assert not Questionnaire.objects.visible_to(other).exists()
    assert not Questionnaire.objects.visible_to(unit.head).exists()
