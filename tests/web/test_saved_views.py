"""Views of lists under a name, and columns as the person left them: own only, one query with the rest, without scripts."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.models import AdminRole
from tests.factories.organisation import administrators, small_unit
from web.lists import LISTS
from web.models import SavedView

pytestmark = pytest.mark.django_db
REGISTER = "/risks/register/"


@pytest.fixture
def unit():
    return small_unit()


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def save(client, address, name):
    return client.post(reverse("web:save_view"), {"address": address, "name": name})


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content)


def menu(client, address=REGISTER):
    """(name, whether it is the one that is open) of each view in the menu."""
    buttons = page(client, address).xpath("//details[contains(@class, 'saved-views')]//button[@formaction]")
    return [(button.text_content().strip(), button.get("aria-current") == "true") for button in buttons]


def test_what_is_shown_is_kept_under_a_name_and_found_again(unit):
    client = client_of(unit.head)
    answer = save(client, f"{REGISTER}?q=招标&sort=-title&page=3&department=", " 招标类 ")
    assert answer.headers["Location"] == f"{REGISTER}?q=%E6%8B%9B%E6%A0%87&sort=-title"
    assert menu(client) == [("招标类", False)]
    assert menu(client, f"{REGISTER}?sort=-title&q=招标&page=1") == [("招标类", True)], "order of parameters and page do not matter"
    view = SavedView.objects.get()
    opened = client.post(reverse("web:open_view", args=[view.pk]), {"address": REGISTER})
    assert opened.headers["Location"] == f"{REGISTER}?q=%E6%8B%9B%E6%A0%87&sort=-title"
    assert menu(client, reverse("risks:measures")) == [], "a view belongs to its list"
    assert "招标类" in client.get(reverse("web:saved_views")).content.decode()


def test_the_same_name_replaces_the_view(unit):
    client = client_of(unit.head)
    save(client, f"{REGISTER}?q=甲", "常用")
    save(client, f"{REGISTER}?q=乙", "常用")
    assert [(v.name, v.query) for v in SavedView.objects.all()] == [("常用", "q=%E4%B9%99")]


def test_nobody_sees_or_changes_the_views_of_others(unit):
    save(client_of(unit.head), f"{REGISTER}?q=甲", "局长的")
    view = SavedView.objects.get()
    other = client_of(unit.discipline_head)
    assert menu(other) == []
    assert "局长的" not in other.get(reverse("web:saved_views")).content.decode()
    for verb in ("open_view", "rename_view", "delete_view"):
        assert other.post(reverse(f"web:{verb}", args=[view.pk]), {"name": "我的", "address": REGISTER}).status_code == 404
    assert SavedView.objects.get().name == "局长的"


def test_renamed_and_deleted(unit):
    client = client_of(unit.head)
    save(client, f"{REGISTER}?q=甲", "一")
    save(client, f"{REGISTER}?q=乙", "二")
    first = SavedView.objects.get(name="一")
    assert client.post(reverse("web:rename_view", args=[first.pk]), {"name": "二"}).status_code == 422, "taken"
    assert client.post(reverse("web:rename_view", args=[first.pk]), {"name": "   "}).status_code == 422
    assert client.post(reverse("web:rename_view", args=[first.pk]), {"name": "三"}).status_code == 302
    assert sorted(menu(client)) == sorted([("三", False), ("二", False)])
    client.post(reverse("web:delete_view", args=[first.pk]))
    assert menu(client) == [("二", False)]


@pytest.mark.parametrize("address", ["", "/", "/risks/register/1/", "https://example.org/", "/nothing/", "//example.org/risks/forms/"])
def test_only_lists_have_views(unit, address):
    client = client_of(unit.head)
    assert save(client, address, "名称").status_code == 422
    assert not SavedView.objects.exists()


def test_one_is_never_sent_to_another_site(unit):
    answer = save(client_of(unit.head), "https://example.org/risks/register/?q=x", "名称")
    assert answer.headers["Location"] == f"{REGISTER}?q=x"


def test_too_much_is_refused(unit):
    client = client_of(unit.head)
    assert save(client, f"{REGISTER}?q={'x' * 3000}", "长").status_code == 422
    assert client.get(f"{REGISTER}?q={'x' * 3000}").status_code == 200
    assert save(client, REGISTER, "x" * 41).status_code == 422
    for n in range(30):
        assert save(client, f"{REGISTER}?q={n}", f"视图{n}").status_code == 302
    assert save(client, REGISTER, "再一个").status_code == 409
    assert save(client, f"{REGISTER}?q=0", "视图0").status_code == 302, "one that is there may be replaced"


def shown(client, address="/organisation/people/"):
    tree = page(client, address)
    hidden = {int(n) for n in re.findall(r"hide-(\d+)", tree.xpath("//div[starts-with(@class, 'table-scroll')]/@class")[0])}
    heads = [head.get("data-column") for head in tree.xpath("//thead//th")]
    boxes = {box.get("value"): box.get("checked") is not None for box in tree.xpath("//*[@data-columns-panel]//input[@name='shown']")}
    visible = [name for place, name in enumerate(heads, 1) if place not in hidden]
    assert [name for name in heads if boxes.get(name, True)] == visible, "the boxes say what is shown"
    return visible


def choose(client, known, wanted, address="/organisation/people/", **headers):
    return client.post(reverse("web:choose_columns"), {"address": address, "known": known, "shown": wanted}, headers=headers)


def test_columns_stay_as_they_were_left_without_scripts(unit):
    client = client_of(unit.head)
    first = shown(client)
    assert len(first) > 2
    answer = choose(client, first, first[:-1], "/organisation/people/?q=x")
    assert answer.headers["Location"] == "/organisation/people/?q=x"
    assert shown(client) == first[:-1]
    assert shown(client_of(unit.discipline_head)) == first, "only for this person"
    assert choose(client, first, first, **{"X-Autosave": "1"}).status_code == 204
    assert shown(client) == first
    assert choose(client, ["a b"], []).status_code == 422


def test_a_view_brings_its_columns(unit):
    client = client_of(unit.head)
    all_of_them = shown(client)
    choose(client, all_of_them, all_of_them[:2])
    save(client, "/organisation/people/?q=x", "两列")
    choose(client, all_of_them, all_of_them)
    assert shown(client) == all_of_them
    client.post(reverse("web:open_view", args=[SavedView.objects.get(name="两列").pk]), {"address": "/organisation/people/"})
    assert shown(client) == all_of_them[:2]


def test_views_and_columns_take_no_query_of_their_own(unit):
    client = client_of(unit.head)
    for _warm in range(2):
        client.get(REGISTER)
    with CaptureQueriesContext(connection) as captured:
        client.get(REGISTER)
    assert sum("web_savedview" in query["sql"] for query in captured) == 1
    with CaptureQueriesContext(connection) as on_start:
        client.get("/")
    assert not any("web_savedview" in query["sql"] for query in on_start)


@pytest.mark.parametrize(
    "route",
    [
        "risks:register",
        "risks:measures",
        "risks:position_levels",
        "powers:rules",
        "leads:ledger",
        "talks:index",
        "warnings:ledger",
        "warnings:rectification_ledger",
        "assessments:summary",
        "assessments:rounds",
        "assessments:surveys",
        "assessments:eligibility",
        "assessments:restrictions",
        "organisation:people",
        "accounts:index",
        "audit:index",
        "web:deliveries",
        "api:tokens",
    ],
)
def test_the_menu_is_on_the_lists(unit, route):
    assert route in LISTS
    role = {
        "accounts:index": AdminRole.SYSTEM,
        "audit:index": AdminRole.AUDIT,
        "web:deliveries": AdminRole.SYSTEM,
        "api:tokens": AdminRole.SYSTEM,
    }.get(route)
    client = client_of(administrators()[role] if role else unit.discipline_head)
    address = reverse(route)
    assert save(client, address, "常用").status_code == 302
    assert menu(client, address) == [("常用", True)]
    assert page(client, address).xpath("//form[@id='list-columns']")


def test_a_menu_is_on_no_other_page(unit):
    assert not page(client_of(unit.head), "/").xpath("//details[contains(@class, 'saved-views')]")
