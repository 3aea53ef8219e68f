"""Pages of forms and campaigns: the way of a clerk, autosave, bad input, what others find, queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from risks.models import Campaign, Declaration, Examination, RiskEntry
from risks.services import forms
from tests.factories.positions import AppointmentFactory, PositionFactory, UserFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory
from tests.risks.finding import Stage, add_good, stage

pytestmark = pytest.mark.django_db

AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def world() -> Stage:
    return stage()


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"risks:{name}", args=args)


def text(response: Any) -> str:
    return response.content.decode()


def entry_data(entry: RiskEntry, **more: Any) -> dict[str, Any]:
    """What the page of a risk sends."""
    return {
        "version": entry.version,
        "place": f"step-{entry.flow_step_id}" if entry.flow_step_id else "",
        "title": "放宽受理条件收受好处",
        "content": "窗口受理人员可以对熟人的申请降低材料要求，换取吃请或者红包",
        "manifestation": "卷宗中缺少场所证明而系统显示材料齐全",
        "aspect": "process",
        "found_by": "self",
        "method": "process",
        "probability": "3",
        "harm": "5",
        "self_level": "",
        "self_reason": "",
        "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0",
        "measures-0-text": "受理材料由两人当场核对并签名",
        "measures-0-kind": "position",
        "measures-0-line": "before",
    } | more


def begun(world: Stage) -> tuple[Declaration, RiskEntry]:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    entry = forms.add_entry(declaration=form, by=world.clerk, item=world.item, step=world.steps[0])
    return form, entry


# ---- the way of a clerk ----------------------------------------------------------------------------------------------
def test_a_clerk_goes_from_the_list_to_the_signature(world: Stage) -> None:
    client = as_(world.clerk)
    form = world.form(world.clerk)
    assert "未开始" in text(client.get(url("forms")))
    assert "开始填写" in text(client.get(url("form", form.pk)))
    assert client.post(url("form_begin", form.pk)).url == url("form_duties", form.pk)
    form.refresh_from_db()
    answer = client.post(url("form_duties", form.pk), {"version": form.version, "duties": "负责种子经营许可申请的受理"})
    assert answer.url == url("form_risks", form.pk)
    page = text(client.get(url("form_risks", form.pk)))
    assert world.item.name in page
    assert "已排查 0/1 个环节" in page
    assert "未排查" in text(client.get(url("form_power", form.pk, world.item.pk)))
    answer = client.post(url("entry_add", form.pk), {"step": world.steps[0].pk})
    entry = form.entries.get()
    assert answer.url == url("entry", form.pk, entry.pk)
    assert client.post(answer.url, entry_data(entry)).status_code == 302
    page = text(client.get(url("form_check", form.pk)))
    assert "放宽受理条件收受好处" in page
    assert world.org.departments[1].head.name in page
    form.refresh_from_db()
    assert client.post(url("form_sign", form.pk), {"version": form.version}).url == url("form", form.pk)
    form.refresh_from_db()
    assert form.state == "in_review"
    assert "审核中" in text(client.get(url("forms")))
    assert world.clerk.name in text(client.get(url("form_paper", form.pk)))


def test_a_second_click_on_sign_does_nothing_twice(world: Stage) -> None:
    form = world.ready(world.clerk)
    client = as_(world.clerk)
    data = {"version": form.version}
    assert client.post(url("form_sign", form.pk), data).status_code == 302
    assert client.post(url("form_sign", form.pk), data).status_code in (403, 409)
    assert form.signatures.count() == 1


# ---- autosave --------------------------------------------------------------------------------------------------------
def test_autosave_answers_with_time_and_version(world: Stage) -> None:
    form, entry = begun(world)
    client = as_(world.clerk)
    answer = client.post(url("entry", form.pk, entry.pk), entry_data(entry, title="写到一半"), headers=AUTOSAVE)
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert answer.json() == {"saved_at": timezone.localtime().strftime("%H:%M"), "version": entry.version}
    assert entry.title == "写到一半"
    answer = client.post(url("form_duties", form.pk), {"version": form.version, "duties": "新的职责"}, headers=AUTOSAVE)
    form.refresh_from_db()
    assert answer.json()["version"] == form.version


def test_autosave_of_a_stale_page_conflicts_and_overwrites_nothing(world: Stage) -> None:
    form, entry = begun(world)
    client = as_(world.clerk)
    data = entry_data(entry)
    client.post(url("entry", form.pk, entry.pk), data, headers=AUTOSAVE)
    answer = client.post(url("entry", form.pk, entry.pk), data | {"title": "另一个窗口"}, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json()["message"]
    entry.refresh_from_db()
    assert entry.title == "放宽受理条件收受好处"
    answer = client.post(url("entry", form.pk, entry.pk), data | {"title": "另一个窗口", "version": "x"})
    assert answer.status_code == 409


def test_level_and_hints_are_answered_at_once_and_nothing_is_stored(world: Stage) -> None:
    form, entry = begun(world)
    client = as_(world.clerk)
    page = text(client.post(url("entry_assess", form.pk, entry.pk), entry_data(entry, title="吃请")))
    assert "一级" in page  # 3 × 5 = 15
    assert "风险点名称过短" in page
    entry.refresh_from_db()
    assert entry.title == ""


# ---- bad input -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "bad",
    [
        {"title": "长" * 40_000},
        {"content": "长" * 40_000},
        {"content": "有\x00空字符"},
        {"place": "step-999999999"},
        {"place": "item-99999999999999999999999"},
        {"aspect": "nonsense"},
        {"probability": "9"},
        {"self_level": "123456789"},
        {"measures-0-text": "长" * 40_000},
        {"measures-0-due_on": "2026-02-31"},
        {"measures-0-who": "999999999"},
        {"measures-0-rule": "x"},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_input_is_named_and_changes_nothing(world: Stage, bad: dict[str, str]) -> None:
    form, entry = begun(world)
    client = as_(world.clerk)
    answer = client.post(url("entry", form.pk, entry.pk), entry_data(entry, **bad))
    assert answer.status_code == 422
    answer = client.post(url("entry", form.pk, entry.pk), entry_data(entry, **bad), headers=AUTOSAVE)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert client.post(url("entry_assess", form.pk, entry.pk), entry_data(entry, **bad)).status_code == 200
    fresh = RiskEntry.objects.get(pk=entry.pk)
    assert (fresh.title, fresh.version) == ("", entry.version)


def test_a_broken_formset_is_refused(world: Stage) -> None:
    form, entry = begun(world)
    data = entry_data(entry)
    del data["measures-TOTAL_FORMS"]
    assert as_(world.clerk).post(url("entry", form.pk, entry.pk), data).status_code == 422
    data["measures-TOTAL_FORMS"] = "100000"
    assert as_(world.clerk).post(url("entry", form.pk, entry.pk), data).status_code == 422


def test_places_of_another_unit_do_not_exist(world: Stage) -> None:
    elsewhere = stage("YZ")
    form, entry = begun(world)
    client = as_(world.clerk)
    before = form.entries.count()
    assert client.post(url("entry_add", form.pk), {"item": elsewhere.item.pk}).status_code == 404
    assert client.post(url("entry_add", form.pk), {"step": elsewhere.steps[0].pk}).status_code == 404
    assert client.post(url("entry_add", form.pk), {"step": "abc"}).status_code == 409
    assert client.post(url("entry_add", form.pk), {"item": world.shared.pk, "step": world.steps[0].pk}).status_code == 409
    assert client.post(url("form_examined", form.pk), {"item": elsewhere.item.pk, "reason": "x"}).status_code == 404
    assert client.get(url("form_power", form.pk, elsewhere.item.pk)).status_code == 404
    answer = client.post(url("entry", form.pk, entry.pk), entry_data(entry, place=f"item-{elsewhere.item.pk}"))
    assert answer.status_code == 422
    assert form.entries.count() == before
    assert not Examination.objects.exists()


def test_numbers_beyond_the_database_do_not_exist(world: Stage) -> None:
    client = as_(world.clerk)
    form, _entry = begun(world)
    big = 10**30
    for address in (url("form", big), url("entry", form.pk, big), url("form_power", form.pk, big), url("campaign", big)):
        assert client.get(address).status_code == 404
    assert client.post(url("form_unexamined", form.pk, big)).status_code == 404


def test_a_risk_of_another_form_does_not_exist(world: Stage) -> None:
    form, _entry = begun(world)
    colleague = world.org.departments[1].staff[1]
    other = world.ready(colleague)
    foreign = other.entries.get()
    client = as_(world.clerk)
    assert client.get(url("entry", form.pk, foreign.pk)).status_code == 404
    assert client.post(url("entry_delete", form.pk, foreign.pk)).status_code == 404
    assert client.get(url("entry", other.pk, foreign.pk)).status_code == 404


def test_none_found_is_said_and_taken_back(world: Stage) -> None:
    form, entry = begun(world)
    forms.delete_entry(declaration=form, entry=entry, by=world.clerk)
    client = as_(world.clerk)
    assert client.post(url("form_examined", form.pk), {"step": world.steps[0].pk, "reason": ""}).status_code == 409
    answer = client.post(url("form_examined", form.pk), {"step": world.steps[0].pk, "reason": "全程网办"})
    assert answer.url == url("form_power", form.pk, world.item.pk)
    assert "全程网办" in text(client.get(answer.url))
    given = Examination.objects.get()
    assert client.post(url("form_unexamined", form.pk, given.pk)).status_code == 302
    assert not Examination.objects.exists()


def test_asking_for_a_rule_keeps_what_was_typed(world: Stage) -> None:
    form, entry = begun(world)
    answer = as_(world.clerk).post(url("entry_rule", form.pk, entry.pk), entry_data(entry, rule_title="窗口人员轮岗办法"))
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert entry.title == "放宽受理条件收受好处"
    assert entry.measures.count() == 2
    assert entry.measures.get(kind="rule").rule.title == "窗口人员轮岗办法"


def test_an_adjustment_through_the_pages(world: Stage) -> None:
    client = as_(world.clerk)
    position = world.org.departments[1].positions["s0"]
    assert client.post(url("adjustment"), {"holder": "unit-1"}).status_code == 422
    answer = client.post(url("adjustment"), {"holder": f"position-{position.pk}"})
    form = Declaration.objects.get(campaign=None)
    assert answer.url == url("form_risks", form.pk)
    assert client.get(answer.url).status_code == 200
    assert "已排查，未发现风险" not in text(client.get(url("form_power", form.pk, world.item.pk)))


def test_the_unit_form_is_offered_to_the_leadership(world: Stage) -> None:
    form = world.form(world.org.head, "unit")
    deputy = as_(world.org.deputies[0])
    assert url("form", form.pk) in text(deputy.get(url("forms")))
    deputy.post(url("form_begin", form.pk))
    for name in ("form_duties", "form_risks", "form_commitment", "form_check", "form_paper"):
        assert deputy.get(url(name, form.pk)).status_code == 200
    form.refresh_from_db()
    answer = deputy.post(
        url("form_commitment", form.pk),
        {"version": form.version, "commitment": form.commitment, "discussed_on": "2026-13-01", "discussion": "同意"},
    )
    assert answer.status_code == 422


def test_a_returned_form_shows_reasons_and_remarks(world: Stage) -> None:
    from risks.services import review

    form = world.signed(world.clerk, item=world.item, step=world.steps[0])
    head = world.org.departments[1].head
    review.comment(entry=form.entries.get(), by=head, text="抽查由谁来做")
    review.decide(declaration=form, by=head, decision="returned", opinion="措施要具体到人", levels={}, version=None)
    client = as_(world.clerk)
    for name in ("form", "form_risks"):
        page = text(client.get(url(name, form.pk)))
        assert "措施要具体到人" in page
        assert "抽查由谁来做" in page
    assert "已退回" in text(client.get(url("forms")))


# ---- campaigns -------------------------------------------------------------------------------------------------------
def test_a_campaign_through_the_pages() -> None:
    world = stage(start=False)
    client = as_(world.office)
    assert client.post(url("campaign_new"), {"unit": world.unit.pk, "year": 2027, "title": ""}).status_code == 302
    campaign = Campaign.objects.get(year=2027)
    page = client.get(url("campaign_edit", campaign.pk))
    assert "2028-02-29" in text(page)
    data = {field.html_name: field.value() for field in page.context["form"]} | {"version": campaign.version}
    assert client.post(url("campaign_edit", campaign.pk), data | {"finding_until": "2027-01-01"}).status_code == 422
    assert client.post(url("campaign_edit", campaign.pk), data | {"title": "2027年排查"}).status_code == 302
    campaign.refresh_from_db()
    assert client.post(url("campaign_start", campaign.pk), {"version": campaign.version}).status_code == 302
    page = text(client.get(url("campaign", campaign.pk)))
    assert "2027年排查" in page
    assert "已上报 0/20 份" in page
    assert client.post(url("campaign_remind", campaign.pk)).status_code == 302
    assert client.post(url("campaign_remind", campaign.pk)).status_code == 409


def test_progress_agrees_with_the_list_and_is_narrowed(world: Stage) -> None:
    world.signed(world.clerk)
    department = world.org.departments[1]
    client = as_(world.office)
    address = url("campaign", world.campaign.pk)
    for query, count in [("", 20), ("bucket=outstanding", 19), ("bucket=in_review", 1), (f"department={department.department.pk}", 5)]:
        page = client.get(f"{address}?{query}")
        assert page.context["table"].paginator.count == count
    assert client.get(f"{address}?department=null").context["table"].paginator.count == 5
    assert client.get(f"{address}?q=%00&bucket=zzz&page=99999").status_code == 200
    assert as_(department.head).get(address).context["total"] == 5
    assert as_(world.clerk).get(address).context["total"] == 1


def test_coverage_shows_what_is_missing(world: Stage) -> None:
    page = text(as_(world.office).get(url("coverage", world.campaign.pk)))
    assert world.item.name in page
    assert "重大决策" in page
    own = text(as_(world.org.departments[1].head).get(url("coverage", world.campaign.pk)))
    assert world.item.name in own
    assert world.major.name not in own


# ---- queries ---------------------------------------------------------------------------------------------------------
def test_queries_of_my_forms(count_queries, world: Stage) -> None:
    def more(n: int) -> None:
        for _n in range(n):
            DeclarationFactory(appointment=world.org.appointments[world.clerk.pk])

    count_queries("risks:forms", user=world.clerk, make_rows=more)


def test_queries_of_the_campaigns(count_queries, world: Stage) -> None:
    years = iter(range(1990, 2090))

    def more(n: int) -> None:
        for _n in range(n):
            CampaignFactory(unit=world.unit, year=3000 + next(years), state="closed")

    count_queries("risks:campaigns", user=world.office, make_rows=more)


def test_queries_of_progress(count_queries, world: Stage) -> None:
    def more(n: int) -> None:
        for _n in range(n):
            person = UserFactory()
            position = PositionFactory(department=world.org.departments[0].department, unit=world.unit)
            appointment = AppointmentFactory(person=person, position=position)
            DeclarationFactory(appointment=appointment, campaign=world.campaign, state="in_review")

    count_queries("risks:campaign", user=world.office, make_rows=more, args=[world.campaign.pk])


def test_queries_of_the_risks_of_a_form(count_queries, world: Stage) -> None:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    titles = iter(range(100))

    def more(n: int) -> None:
        for _n in range(n):
            add_good(form, world.clerk, item=world.item, step=world.steps[0], title=f"第{next(titles)}种做法")

    count_queries("risks:form_risks", user=world.clerk, make_rows=more, args=[form.pk])
