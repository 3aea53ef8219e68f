"""The public page and its limits, the builder, codes on paper and as files, the list."""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from assessments.models import Questionnaire, Survey, SurveyTally
from assessments.services import surveys
from assessments.views import survey_public
from audit.models import AuditEvent
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.surveys import closed, common, draft, facts, opened, with_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


@pytest.fixture
def committee(unit) -> Client:
    client = Client()
    client.force_login(unit.discipline_head)
    return client


def filled(survey: Survey, client: Client, **changes: str) -> dict[str, str]:
    """The form as a browser opens it, answered with no throughout."""
    page = client.get(survey.get_answer_url()).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once
    return {"once": once[1], **{f"q{number}": "no" for number in range(1, len(survey.questions) + 1)}, **changes}


def counted(survey: Survey) -> tuple[int, int]:
    tally = SurveyTally.objects.get(survey=survey)
    return tally.n, tally.contacts


class TestAnswering:
    def test_by_link(self, unit):
        survey, client = opened(unit), Client()
        answer = client.post(survey.get_answer_url(), filled(survey, client, q1="yes"))
        assert "感谢参与，答卷已提交" in answer.content.decode()
        assert counted(survey) == (1, 1)

    def test_a_form_sent_twice_counts_once_and_another_form_counts(self, unit):
        survey, client = opened(unit), Client()
        form = filled(survey, client)
        for _n in range(2):
            assert client.post(survey.get_answer_url(), form).status_code == 200
        assert counted(survey) == (1, 0)
        client.post(survey.get_answer_url(), filled(survey, client))
        assert counted(survey) == (2, 0)

    @pytest.mark.parametrize("wrong", [{"q3": ""}, {"q3": "maybe"}, {"once": ""}, {"place": ""}, {"place": "999999"}])
    def test_what_is_missing_is_said_and_what_was_chosen_stays(self, unit, wrong):
        survey, client = opened(unit, places=[row.department for row in unit.departments]), Client()
        form = filled(survey, client, place=str(unit.departments[0].department.pk), q1="yes") | wrong
        answer = client.post(survey.get_answer_url(), form)
        assert answer.status_code == 422
        assert re.search(r'name="q1"[^>]*value="yes"[^>]*checked', re.sub(r"\s+", " ", answer.content.decode()))
        assert counted(survey) == (0, 0)

    def test_a_code_once_and_a_wrong_one_never(self, unit):
        survey, codes = with_codes(unit)
        client = Client()
        assert client.post(survey.get_answer_url(), filled(survey, client, code=codes[0])).status_code == 200
        again = client.post(survey.get_answer_url(), filled(survey, client, code=codes[0]))
        assert (again.status_code, "该作答码已使用过" in again.content.decode()) == (422, True)
        for _n in range(survey_public.WRONG_CODES):
            answer = client.post(survey.get_answer_url(), filled(survey, client, code="22222-22222"))
        assert answer.status_code == 429
        assert client.post(survey.get_answer_url(), filled(survey, client, code=codes[1])).status_code == 429
        assert counted(survey) == (1, 0)

    def test_too_many_from_one_network(self, unit, monkeypatch):
        monkeypatch.setattr(survey_public, "ANSWERS", 2)
        survey, client = opened(unit), Client()
        answers = [client.post(survey.get_answer_url(), filled(survey, client)).status_code for _n in range(3)]
        assert answers == [200, 200, 429]
        assert counted(survey) == (2, 0)

    def test_after_the_end_and_where_there_is_none(self, unit):
        survey, client = opened(unit), Client()
        form = filled(survey, client)
        surveys.close(survey=survey, by=unit.discipline_head)
        answer = client.post(survey.get_answer_url(), form)
        assert (answer.status_code, "本次调查已结束" in answer.content.decode()) == (410, True)
        assert client.get(reverse("assessments:answer", args=["2345678923"])).status_code == 404
        assert client.get(draft(unit).get_answer_url()).status_code == 404

    def test_a_signed_in_person_is_not_recognised(self, unit):
        survey, client = opened(unit), Client()
        client.force_login(unit.clerk)
        before = dict(client.session)
        answer = client.post(survey.get_answer_url(), filled(survey, client))
        assert not answer.wsgi_request.user.is_authenticated
        assert unit.clerk.name not in answer.content.decode()
        assert (dict(client.session), set(answer.cookies) <= {"csrftoken"}) == (before, True)


class TestMaking:
    def posted(self, **changes):
        said = facts()
        values = {
            "questionnaire": said.questionnaire.pk,
            "period": f"{said.period_start.year}-{(said.period_start.month + 2) // 3}",
            "title": "",
            "open_from": said.open_from,
            "open_until": said.open_until,
            "access": "link",
            "minimum": 10,
            "confidence": 95,
        }
        return values | changes

    def test_drafted_with_a_title_of_its_own(self, unit, committee):
        answer = committee.post(reverse("assessments:survey_new"), self.posted())
        survey = Survey.objects.get()
        said = facts()
        assert answer.headers["Location"] == survey.get_absolute_url()
        number = (said.period_start.month + 2) // 3
        assert survey.title == f"{said.period_start.year}年第{number}季度外部腐败接触率调查"
        assert (survey.period_start, survey.period_end) == (said.period_start, said.period_end)

    def test_a_stale_form_overwrites_nothing(self, unit, committee):
        survey = draft(unit)
        address = reverse("assessments:survey_edit", args=[survey.pk])
        assert committee.post(address, self.posted(title="新标题", version=survey.version + 1)).status_code == 409
        assert committee.post(address, self.posted(title="新标题", version=survey.version)).status_code == 302
        assert Survey.objects.get().title == "新标题"

    @pytest.mark.parametrize("wrong", [{"minimum": 3}, {"open_until": "2020-01-01"}, {"questionnaire": 0}, {"period": "1999-5"}])
    def test_faults_are_said(self, unit, committee, wrong):
        assert committee.post(reverse("assessments:survey_new"), self.posted(**wrong)).status_code == 422
        assert not Survey.objects.exists()

    def test_a_questionnaire_copied_reordered_and_cut(self, unit, committee):
        address = f"{reverse('assessments:questionnaire_new')}?from={common().pk}"
        page = committee.get(address).content.decode()
        assert page.count('name="questions-') > 20
        rows = {"questions-TOTAL_FORMS": 3, "questions-INITIAL_FORMS": 0, "name": "本局问卷", "kind": "external", "introduction": ""}
        for at, (text, order, gone) in enumerate([("第一题？", 3, ""), ("第二题？", 2, "on"), ("第三题？", 1, "")]):
            rows |= {f"questions-{at}-category": "gifts", f"questions-{at}-text": text, f"questions-{at}-ORDER": order}
            rows |= {f"questions-{at}-DELETE": gone} if gone else {}
        assert committee.post(address, rows).status_code == 302
        assert [row.text for row in Questionnaire.objects.get(unit=unit.unit).questions.all()] == ["第三题？", "第一题？"]

    def test_codes_as_slips_and_files(self, unit, committee):
        survey, _codes = with_codes(unit, 1)
        address = reverse("assessments:survey_codes", args=[survey.pk])
        page = committee.post(address, {"number": 6, "form": "paper"}).content.decode()
        assert page.count('<svg class="qr"') == 6
        assert f"{survey.key}/#" not in page, "a code stands in the picture only, never in a link that a click would send"
        book = committee.post(address, {"number": 5, "form": "xlsx"})
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert len([row for row in rows if re.fullmatch(r"\w{5}-\w{5}", str(row[1]))]) == 5
        text = committee.post(address, {"number": 4, "form": "csv"}).content.decode("utf-8-sig")
        codes = re.findall(r"^(\w{5}-\w{5}),", text, re.M)
        assert (len(codes), survey.codes.count()) == (4, 16)
        stored = " ".join(survey.codes.values_list("code_hash", flat=True)) + str(list(AuditEvent.objects.values_list("detail", "changes")))
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)

    def test_the_result_as_a_file_shows_what_the_page_shows(self, unit, committee):
        survey = closed(unit, contacts=3, n=9)
        answer = committee.get(reverse("assessments:survey_export", args=[survey.pk]))
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        assert len(book.sheet_names) == 1
        assert "样本不足，不予显示" in str(book.get_sheet_by_index(0).to_python())


def test_queries_of_the_list(unit, count_queries):
    count_queries("assessments:surveys", user=unit.discipline_head, make_rows=lambda n: [draft(unit) for _n in range(n)])


def test_an_internal_survey_stands_on_the_start_page(unit):
    opened(unit)
    survey = opened(unit, questionnaire=common("internal"), title="内部腐败接触率调查")
    client = Client()
    client.force_login(unit.clerk)
    page = client.get("/").content.decode()
    assert "匿名作答：内部腐败接触率调查" in page
    assert survey.get_answer_url() in page
    assert "外部腐败接触率调查" not in page
