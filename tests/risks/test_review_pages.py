"""The reviewer's queue and page: what is shown, decided, kept after a fault; bad input; queries."""

import pytest
from django.test import Client
from django.urls import reverse

from risks.models import EntryComment, Opinion
from risks.services import review
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory, level
from tests.risks.powers_of_forms import give_power

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def started(bureau, person=None, entries=1, good=False, power=False, **fields):
    person = person or bureau.clerk
    declaration = DeclarationFactory(appointment=bureau.appointments[person.pk], **fields)
    for _n in range(entries):
        entry = EntryFactory(declaration=declaration)
        if good:
            EntryMeasureFactory(entry=entry)
    if power:
        give_power(bureau, declaration)
        declaration.entries.update(content="现场核查时与企业串通,隐瞒检查中发现的问题,收取礼品礼金后出具合格意见")
    return review.start_review(declaration=declaration, by=person)


def page(declaration, name="review_form"):
    return reverse(f"risks:{name}", args=[declaration.pk])


def test_the_queue_shows_what_waits_for_me_and_nothing_else(bureau):
    head = bureau.departments[1].head
    started(bureau, campaign=CampaignFactory(unit=bureau.unit))
    started(bureau, bureau.departments[2].staff[0])
    shown = as_user(head).get(reverse("risks:review")).content.decode()
    assert bureau.clerk.name in shown
    assert "2026-11-30" in shown
    assert bureau.departments[2].staff[0].name not in shown
    assert "没有待审核的承诺表" in as_user(bureau.deputies[0]).get(reverse("risks:review")).content.decode()


def test_the_whole_form_stands_on_one_page(bureau):
    declaration = started(bureau, good=True)
    entry = declaration.entries.get()
    shown = as_user(bureau.departments[1].head).get(page(declaration)).content.decode()
    for text in [entry.title, entry.content, entry.manifestation, declaration.commitment, entry.measures.get().text]:
        assert text in shown
    assert f'name="level-{entry.pk}"' in shown
    assert "未注明职权事项" in shown


def test_who_only_reads_has_no_buttons(bureau):
    declaration = started(bureau)
    for person in [bureau.deputies[0], bureau.head, bureau.clerk]:
        response = as_user(person).get(page(declaration))
        assert response.status_code == 200
        assert b'id="decide"' not in response.content


def test_agree_goes_on_to_the_next_form(bureau):
    first = started(bureau)
    second = started(bureau, bureau.departments[1].staff[1])
    entry = first.entries.get()
    client = as_user(bureau.departments[1].head)
    data = {"decision": "agreed", "opinion": "属实", "version": first.version, f"level-{entry.pk}": level(3).pk}
    response = client.post(page(first, "review_decide"), data)
    assert response.headers["Location"] == page(second)
    entry.refresh_from_db()
    assert entry.reviewed_level == level(3)
    assert Opinion.objects.get().text == "属实"


def test_return_without_a_reason_keeps_what_was_chosen(bureau):
    declaration = started(bureau)
    entry = declaration.entries.get()
    client = as_user(bureau.departments[1].head)
    data = {"decision": "returned", "opinion": " ", "version": declaration.version, f"level-{entry.pk}": level(1).pk}
    response = client.post(page(declaration, "review_decide"), data)
    assert response.status_code == 422
    shown = response.content.decode()
    assert "请写明退回理由" in shown
    assert _checked(shown, entry) == str(level(1).pk)
    declaration.refresh_from_db()
    assert declaration.state == "in_review"


def _checked(shown: str, entry) -> str:
    part = next(p for p in shown.split("<input")[1:] if f'name="level-{entry.pk}"' in p and "checked" in p.split(">")[0])
    return part.split('value="')[1].split('"')[0]


def test_a_stale_page_is_a_conflict(bureau):
    declaration = started(bureau)
    client = as_user(bureau.departments[1].head)
    response = client.post(page(declaration, "review_decide"), {"decision": "agreed", "version": declaration.version - 1})
    assert response.status_code == 409
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "maybe"},
        {"decision": "agreed", "version": "x"},
        {"decision": "agreed", "version": "-1"},
        {"decision": "agreed", "version": "9" * 40},
        {"decision": "agreed", "opinion": "长" * 1001},
        {"decision": "agreed", "level-x": "1"},
        {"decision": "agreed", "level-1": "٣"},
        {"decision": "agreed", "level-" + "9" * 30: "9" * 30},
        {"decision": "returned", "opinion": "\x00"},
    ],
)
def test_bad_input_changes_nothing(bureau, data):
    declaration = started(bureau)
    response = as_user(bureau.departments[1].head).post(page(declaration, "review_decide"), data)
    assert response.status_code in (409, 422)
    assert not Opinion.objects.exists()
    declaration.refresh_from_db()
    assert declaration.state == "in_review"


@pytest.mark.parametrize("pk", [0, 2**63, 10**30])
def test_addresses_of_nothing(bureau, pk):
    client = as_user(bureau.departments[1].head)
    assert client.get(f"/risks/review/{pk}/").status_code == 404
    assert client.post(f"/risks/review/{pk}/decide/").status_code == 404
    assert client.post(f"/risks/review/entries/{pk}/comment/").status_code == 404


def test_remarks_with_and_without_scripts(bureau):
    declaration = started(bureau)
    entry = declaration.entries.get()
    client = as_user(bureau.departments[1].head)
    address = reverse("risks:review_comment", args=[entry.pk])
    part = client.post(address, {"text": "请写清哪个环节"}, headers={"HX-Request": "true"})
    assert (part.status_code, "请写清哪个环节" in part.content.decode()) == (200, True)
    assert b"<html" not in part.content
    assert client.post(address, {"text": " "}, headers={"HX-Request": "true"}).status_code == 422
    assert client.post(address, {"text": "再看一遍"}).headers["Location"] == page(declaration)
    for to in ["https://example.org/", "//example.org/", "/\\example.org"]:
        assert client.post(address, {"text": "x", "next": to}).headers["Location"] == page(declaration)
    assert EntryComment.objects.count() == 5
    assert as_user(bureau.departments[2].head).post(address, {"text": "x"}).status_code == 404


def test_batch_agrees_only_to_forms_without_hints(bureau):
    vague = started(bureau)
    fine = started(bureau, bureau.departments[1].staff[1], good=True, power=True)

    client = as_user(bureau.departments[1].head)
    shown = client.get(reverse("risks:review")).content.decode()
    assert shown.count("disabled title=") == 1
    response = client.post(reverse("risks:review_batch"), {"chosen": [vague.pk, fine.pk, 999_999, "x"]}, follow=True)
    text = response.content.decode()
    assert "已同意 1 份承诺表" in text
    assert "须逐份审阅" in text
    vague.refresh_from_db()
    assert review.current_step(vague).kind == "rate"
    assert review.current_step(fine).kind == "review"


def test_batch_never_agrees_to_forms_of_others(bureau):
    declaration = started(bureau, good=True)
    as_user(bureau.deputies[1]).post(reverse("risks:review_batch"), {"chosen": [declaration.pk]})
    as_user(bureau.head).post(reverse("risks:review_batch"), {"chosen": [declaration.pk]})
    assert not Opinion.objects.exists()


def test_what_i_decided_is_listed(bureau):
    declaration = started(bureau)
    head = bureau.departments[1].head
    review.decide(declaration=declaration, by=head, decision="agreed")
    shown = as_user(head).get(reverse("risks:review") + "?tab=done").content.decode()
    assert bureau.clerk.name in shown


def test_queries_of_the_queue(bureau, count_queries):
    def make(count):
        for _n in range(count):
            position = PositionFactory(department=bureau.departments[1].department)
            declaration = DeclarationFactory(appointment=AppointmentFactory(position=position))
            EntryFactory(declaration=declaration)
            review.start_review(declaration=declaration, by=declaration.declarant)

    count_queries("risks:review", user=bureau.departments[1].head, make_rows=make)
