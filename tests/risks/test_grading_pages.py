"""The grading session: list, picture, filters, confirm in two steps, one risk, unit form; bad input; queries."""

import pytest
from django.test import Client
from django.urls import reverse

from risks.models import RiskEntry, RiskPoint
from risks.services import review
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, level

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


@pytest.fixture
def campaign(bureau):
    return CampaignFactory(unit=bureau.unit)


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reviewed(bureau, campaign, person=None, answers=((3, 4),), **fields):
    person = person or bureau.clerk
    declaration = DeclarationFactory(appointment=bureau.appointments[person.pk], campaign=campaign, **fields)
    for order, (probability, harm) in enumerate(answers):
        EntryFactory(declaration=declaration, order=order, probability=probability, harm=harm)
    review.start_review(declaration=declaration, by=person)
    while (step := review.current_step(declaration)).reviewer is not None:
        levels = {e.pk: level(2).pk for e in declaration.entries.filter(computed_level=None)}
        review.decide(declaration=declaration, by=step.reviewer, decision="agreed", levels=levels)
    return declaration


def session(campaign, name="grading_session"):
    return reverse(f"risks:{name}", args=[campaign.pk])


def test_the_only_running_session_opens_at_once(bureau, campaign):
    reviewed(bureau, campaign)
    response = as_user(bureau.head).get(reverse("risks:grading"))
    assert response.headers["Location"] == session(campaign)


def test_the_session_shows_levels_leaders_and_the_picture(bureau, campaign):
    reviewed(bureau, campaign, answers=((3, 4), (5, 5)))
    shown = as_user(bureau.office_clerk).get(session(campaign)).content.decode()
    for text in ["二级", "一级", bureau.deputies[0].name, "特别严重", "风险点已评定 0 / 2"]:
        assert text in shown
    assert "probability=5&amp;harm=5" in shown
    assert "确认全部" not in shown, "the office prepares, it does not decide"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("probability=5&harm=5", 1),
        ("decided=yes", 0),
        ("decided=no", 4),
        ("differs=none", 1),
        ("differs=self", 0),
        ("hints=yes", 4),
        ("change=retire", 0),
        ("aspect=process", 4),
        ("aspect=ethics", 0),
        ("major_matter=any", 0),
        ("power_category=finance", 0),
        ("q=受理环节", 4),
        ("q=没有的字", 0),
        ("q=%00", 4),
        ("page=99", 4),
        ("page=x", 4),
        ("sort=-final_level", 4),
        ("sort=nonsense", 4),
    ],
)
def test_filters(bureau, campaign, query, count):
    reviewed(bureau, campaign, answers=((3, 4), (5, 5)))
    reviewed(bureau, campaign, bureau.departments[2].staff[0], answers=((1, 1), (2, None)))
    response = as_user(bureau.head).get(f"{session(campaign)}?{query}")
    assert response.status_code == 200
    assert response.context["table"].paginator.count == count


def test_filters_by_department_and_level(bureau, campaign):
    reviewed(bureau, campaign, answers=((3, 4), (5, 5)))
    reviewed(bureau, campaign, bureau.departments[2].staff[0], answers=((1, 1),))
    client = as_user(bureau.head)

    def count(query):
        return client.get(f"{session(campaign)}?{query}").context["table"].paginator.count

    assert count(f"department={bureau.departments[2].department.pk}") == 1
    assert count(f"level={level(3).pk}") == 1
    assert count(f"level={level(1).pk}&department={bureau.departments[1].department.pk}") == 0


@pytest.mark.parametrize("query", ["department=x", "level=999999", "probability=abc", "harm=1e9", "decided=perhaps", "q=" + "x" * 500])
def test_nonsense_in_filters_is_no_error(bureau, campaign, query):
    reviewed(bureau, campaign)
    assert as_user(bureau.head).get(f"{session(campaign)}?{query}").status_code == 200


def test_a_part_for_scripts(bureau, campaign):
    reviewed(bureau, campaign)
    response = as_user(bureau.head).get(session(campaign), headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'id="results"' in response.content


def test_confirming_asks_first_and_then_fills_the_register(bureau, campaign):
    reviewed(bureau, campaign, answers=((3, 4), (5, 5)))
    own = reviewed(bureau, campaign, bureau.deputies[1])
    client = as_user(bureau.deputies[1])
    address = session(campaign, "grading_confirm")
    first = client.post(address, {"at": "computed", "all": "1", "query": "decided=no"})
    text = first.content.decode()
    assert first.status_code == 200
    assert "确认 2 个风险点" in text
    assert "本人的承诺表须由领导小组其他成员评定" in text
    assert not RiskPoint.objects.exists()
    second = client.post(address, {"at": "computed", "ids": first.context["ids"], "sure": "1", "query": "decided=no"}, follow=True)
    assert second.redirect_chain == [(f"{session(campaign)}?decided=no", 302)]
    assert "已评定 2 个风险点" in second.content.decode()
    assert RiskPoint.objects.count() == 2
    assert own.entries.get().decided_at is None


def test_only_what_is_filtered_is_confirmed(bureau, campaign):
    declaration = reviewed(bureau, campaign, answers=((3, 4), (5, 5)))
    client = as_user(bureau.head)
    shown = client.post(session(campaign, "grading_confirm"), {"at": "computed", "all": "1", "query": f"level={level(3).pk}"})
    assert shown.context["ids"] == str(declaration.entries.get(harm=5).pk)


def test_entries_of_other_sessions_cannot_be_slipped_in(bureau, campaign):
    elsewhere = small_unit(code="QT", name="其他局")
    foreign = reviewed(elsewhere, CampaignFactory(unit=elsewhere.unit))
    ids = ",".join(map(str, foreign.entries.values_list("pk", flat=True)))
    as_user(bureau.head).post(session(campaign, "grading_confirm"), {"at": "computed", "ids": ids, "sure": "1"})
    assert not RiskEntry.objects.exclude(decided_at=None).exists()


@pytest.mark.parametrize(
    "data", [{}, {"at": "x"}, {"at": "computed", "ids": "1,,x,9" * 50}, {"at": "computed", "reason": "长" * 1001, "all": "1"}]
)
def test_bad_bulk_input_changes_nothing(bureau, campaign, data):
    reviewed(bureau, campaign)
    response = as_user(bureau.head).post(session(campaign, "grading_confirm"), {**data, "sure": "1"})
    assert response.status_code == 302
    assert not RiskPoint.objects.exists()


def test_one_risk_at_another_level(bureau, campaign):
    declaration = reviewed(bureau, campaign)
    entry = declaration.entries.get()
    client = as_user(bureau.head)
    shown = client.get(reverse("risks:grading_entry", args=[entry.pk])).content.decode()
    assert entry.content in shown
    assert bureau.deputies[0].name in shown
    decide = reverse("risks:grading_decide", args=[entry.pk])
    refused = client.post(decide, {"level": level(3).pk, "reason": "", "version": RiskEntry.objects.get().version})
    assert refused.status_code == 422
    assert "请填写理由" in refused.content.decode()
    done = client.post(decide, {"level": level(3).pk, "reason": "同类案件高发", "query": "decided=no"})
    assert done.headers["Location"] == f"{session(campaign)}?decided=no"
    assert RiskPoint.objects.get().current_level == level(3)
    assert client.get(reverse("risks:grading_entry", args=[entry.pk])).status_code == 200


@pytest.mark.parametrize("data", [{}, {"level": "x"}, {"level": "0"}, {"level": "999999"}, {"level": "9" * 40}])
def test_bad_levels(bureau, campaign, data):
    entry = reviewed(bureau, campaign).entries.get()
    response = as_user(bureau.head).post(reverse("risks:grading_decide", args=[entry.pk]), {**data, "reason": "x"})
    assert response.status_code == 422
    assert not RiskPoint.objects.exists()


def test_reject_needs_a_reason(bureau, campaign):
    entry = reviewed(bureau, campaign).entries.get()
    client = as_user(bureau.head)
    address = reverse("risks:grading_reject", args=[entry.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "与其他风险点重复"}).status_code == 302
    entry.refresh_from_db()
    assert entry.is_rejected


def test_return_from_the_reading_page(bureau, campaign):
    declaration = reviewed(bureau, campaign)
    client = as_user(bureau.office_clerk)
    assert "退回该表" in client.get(reverse("risks:review_form", args=[declaration.pk])).content.decode()
    assert client.post(reverse("risks:grading_return", args=[declaration.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("risks:grading_return", args=[declaration.pk]), {"reason": "不具体"}).status_code == 302
    declaration.refresh_from_db()
    assert declaration.state == "returned"


def test_none_found_is_accepted_by_a_member(bureau, campaign):
    declaration = reviewed(bureau, campaign, answers=(), none_found_reason="本岗位不涉及审批")
    client = as_user(bureau.head)
    assert "本岗位不涉及审批" in client.get(session(campaign)).content.decode()
    assert client.post(reverse("risks:grading_none_found", args=[declaration.pk])).status_code == 302
    declaration.refresh_from_db()
    assert declaration.state == "graded"


def test_adjustments_have_a_session_of_their_own(bureau, campaign):
    reviewed(bureau, None)
    client = as_user(bureau.head)
    home = client.get(reverse("risks:grading"))
    assert "动态调整" in home.content.decode()
    address = reverse("risks:grading_adjustments", args=[bureau.unit.pk])
    assert client.get(address).context["table"].paginator.count == 1
    done = client.post(f"{address}confirm/", {"at": "computed", "all": "1", "sure": "1"})
    assert done.status_code == 302
    assert RiskPoint.objects.get().source == "adjustment"


@pytest.mark.parametrize("pk", [0, 2**63, 10**30])
def test_addresses_of_nothing(bureau, pk):
    client = as_user(bureau.head)
    for path in ["campaigns/{}/", "adjustments/{}/", "entries/{}/"]:
        assert client.get("/risks/grading/" + path.format(pk)).status_code == 404
    for path in ["campaigns/{}/confirm/", "adjustments/{}/confirm/", "entries/{}/decide/", "entries/{}/reject/", "forms/{}/return/"]:
        assert client.post("/risks/grading/" + path.format(pk)).status_code == 404


def test_queries_of_the_session(bureau, campaign, count_queries):
    def make(count):
        for _n in range(count):
            position = PositionFactory(department=bureau.departments[1].department)
            declaration = DeclarationFactory(appointment=AppointmentFactory(position=position), campaign=campaign, state="reviewed")
            EntryFactory(declaration=declaration, computed_level=level(2))

    count_queries("risks:grading_session", user=bureau.head, make_rows=make, args=[campaign.pk])
