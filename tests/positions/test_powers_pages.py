"""Pages of the catalogue: lists, filters, forms, verbs, file and paper."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import AdminRole
from jobs.models import Job
from jobs.services import run
from positions import providers
from positions.models import Appointment, Catalogue, PowerItem
from tests.factories.organisation import administrators, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, published_catalogue, simple_flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


def names(response):
    """The numbers of the items in the list."""
    return re.findall(r'/powers/items/\d+/">([^<]+)</a>', response.content.decode())


def test_the_catalogue_in_force_is_filtered(client, world):
    catalogue = CatalogueFactory(unit=world.unit)
    PowerItemFactory(catalogue=catalogue, number="A-1", name="大额资金支付", category="finance", major_matter="funds")
    PowerItemFactory(catalogue=catalogue, number="A-2", name="许可", department=world.departments[1].department, basis="《种子法》")
    publish(catalogue)
    PowerItemFactory(catalogue=CatalogueFactory(unit=world.unit, number=2), number="A-3")
    client.force_login(world.clerk)
    url = reverse("powers:index")
    assert names(client.get(url)) == ["A-1", "A-2"]
    assert names(client.get(url, {"category": "finance"})) == ["A-1"]
    assert names(client.get(url, {"major_matter": "any"})) == ["A-1"]
    assert names(client.get(url, {"q": "种子法 许可"})) == ["A-2"]
    assert names(client.get(url, {"level": "department", "department": world.departments[1].department.pk})) == ["A-2"]
    assert names(client.get(url, {"q": "%_", "sort": "-nonsense", "page": "0"})) == []
    assert client.get(url, {"q": "a\0b", "category": "none", "department": "9" * 30}).status_code == 200
    assert client.get(url, {"version": "x"}).status_code == 404
    assert client.get(url, {"unit": "9" * 30}).status_code in {200, 404}


def test_nobody_elsewhere_sees_it(client, world):
    catalogue = published_catalogue(world.unit, finance=1)
    item = catalogue.items.get()
    other = small_unit(code="OT", name="另一局")
    for person in (other.head, other.office_clerk, *administrators().values()):
        client.force_login(person)
        assert client.get(reverse("powers:item", args=[item.pk])).status_code == 404, person.name
        assert names(client.get(reverse("powers:index"))) == []
        assert client.get(reverse("powers:index"), {"version": catalogue.pk}).status_code == 404
        assert client.get(reverse("powers:export"), {"version": catalogue.pk}).status_code == 404
        assert client.get(reverse("powers:catalogue", args=[catalogue.pk])).status_code == 404


def test_the_file_has_the_columns_of_the_paper(client, world):
    catalogue = CatalogueFactory(unit=world.unit)
    PowerItemFactory(catalogue=catalogue, number="A-1", name="=HYPERLINK(1)", category="finance", major_matter="funds", disclosure="局网站")
    PowerItemFactory(catalogue=catalogue, number="A-2", category="approval")
    publish(catalogue)
    client.force_login(world.clerk)
    response = client.get(reverse("powers:export"), {"category": "finance"})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(response))).get_sheet_by_index(0).to_python()
    assert "、".join(rows[1]) == (
        "序号、编号、职权类别、职权名称、行使依据、行使主体、行使条件、行使程序、办理时限、责任、三重一大类别、公开形式和范围、流程图编号"
    )
    assert [row[:4] for row in rows[2:]] == [[1.0, "A-1", "财务", "=HYPERLINK(1)"]]
    assert rows[2][10:] == ["大额资金使用", "局网站", "A-1"]
    page = client.get(reverse("powers:print")).content.decode()
    assert "流程图编号" in page
    assert "landscape" in page


def test_a_long_catalogue_is_written_by_a_job(client, world, settings):
    settings.EXPORT_INLINE_ROWS = 2
    catalogue = published_catalogue(world.unit, finance=3, approval=2)
    client.force_login(world.clerk)
    assert reverse("powers:export_later") in client.get(reverse("powers:index")).content.decode()
    assert client.get(reverse("powers:export")).status_code == 302
    assert client.post(f"{reverse('powers:export_later')}?category=finance").status_code == 302
    job = Job.objects.get()
    assert job.arguments["query"] == f"category=finance&version={catalogue.pk}", "the version that was in force when it was asked for"
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report, job.done, job.total) == ("done", {"rows": 3}, 3, 3)
    with job.file.content.open("rb") as file:
        rows = CalamineWorkbook.from_filelike(BytesIO(file.read())).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[2:]] == ["财务"] * 3


def test_the_job_writes_nothing_its_owner_may_no_longer_see(client, world):
    published_catalogue(world.unit, finance=1)
    client.force_login(world.clerk)
    client.post(reverse("powers:export_later"))
    Appointment.objects.filter(person=world.clerk).update(ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1))
    job = Job.objects.get()
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.file) == ("failed", None)


def test_a_clerk_writes_a_power_and_hands_it_in(client, world):
    CatalogueFactory(unit=world.unit)
    client.force_login(world.clerk)
    position = world.departments[1].positions["s0"]
    assert client.get(reverse("powers:new")).status_code == 200
    data = {"name": "核发许可", "category": "approval", "level": "position", "position": position.pk}
    answer = client.post(reverse("powers:new"), data)
    item = PowerItem.objects.get()
    assert answer.url == reverse("powers:flow", args=[item.pk])
    page = client.get(reverse("powers:item", args=[item.pk])).content.decode()
    assert "提交前还需补充" in page
    assert client.post(reverse("powers:hand-in", args=[item.pk])).status_code == 409
    texts = dict.fromkeys(("basis", "subject", "conditions", "procedure", "time_limit", "responsibility"), "按规定")
    saved = client.post(reverse("powers:autosave", args=[item.pk]), data | texts | {"number": item.number, "version": item.version})
    assert saved.status_code == 200, saved.content.decode()
    assert client.post(reverse("powers:autosave", args=[item.pk]), data | {"number": "x", "version": item.version}).status_code == 409
    simple_flow(item)
    assert client.post(reverse("powers:hand-in", args=[item.pk]), {"version": saved.json()["version"]}).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.basis) == ("department_review", "按规定")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "长" * 121},
        {"category": "magic"},
        {"level": "unit"},
        {"level": "department", "department": "7" * 25},
        {"position": ""},
        {"basis": "字" * 2001},
        {"basis": "a\0b"},
        {"time_limit_days": "99999999999"},
        {"requires": ["nothing"]},
        {"disclosure": "长" * 201},
    ],
)
def test_bad_input_of_an_item(client, world, change):
    CatalogueFactory(unit=world.unit)
    client.force_login(world.clerk)
    data = {"name": "许可", "category": "approval", "level": "position", "position": world.departments[1].positions["s0"].pk}
    assert client.post(reverse("powers:new"), data | change).status_code in {403, 422}
    assert not PowerItem.objects.exists()


def test_the_whole_way_through_the_pages(client, world):
    catalogue = CatalogueFactory(unit=world.unit)
    item = PowerItemFactory(catalogue=catalogue, position=world.departments[1].positions["s0"])
    simple_flow(item)

    def act(person, name, pk, **data):
        client.force_login(person)
        answer = client.post(reverse(f"powers:{name}", args=[pk]), data)
        assert answer.status_code == 302, (name, answer.status_code)

    head = world.departments[1].head
    act(world.clerk, "hand-in", item.pk)
    client.force_login(head)
    page = client.get(reverse("powers:review"), follow=True)
    assert names(page) == [item.number]
    act(head, "return-item", item.pk, reason="依据不全")
    act(world.clerk, "hand-in", item.pk)
    act(head, "agree", item.pk)
    client.force_login(world.office_clerk)
    assert f'name="chosen" value="{item.pk}"' in client.get(reverse("powers:catalogue", args=[catalogue.pk])).content.decode()
    act(world.office_clerk, "accept", catalogue.pk, chosen=[item.pk, "x", "9" * 40])
    act(world.office_clerk, "submit", catalogue.pk)
    act(world.departments[1].deputy_head, "return", catalogue.pk, reason="引用有误")
    act(world.office_clerk, "submit", catalogue.pk)
    act(world.departments[1].deputy_head, "approve", catalogue.pk, opinion="同意公布")
    act(world.head, "publish", catalogue.pk)
    catalogue.refresh_from_db()
    assert catalogue.state == "published"
    client.force_login(world.office_clerk)
    assert client.post(reverse("powers:start")).status_code == 302
    assert Catalogue.objects.unfinished().get().items.count() == 1
    assert client.post(reverse("powers:start")).status_code == 403


def test_merging_on_the_page(client, world):
    catalogue = CatalogueFactory(unit=world.unit)
    department = world.departments[1].department
    keep, duplicate = PowerItemFactory.create_batch(2, catalogue=catalogue, department=department)
    stranger = PowerItemFactory(catalogue=catalogue, department=world.departments[2].department)
    client.force_login(world.departments[1].head)
    url = reverse("powers:merge", args=[keep.pk])
    assert stranger.name not in client.get(url).content.decode()
    assert client.post(url, {"duplicate": stranger.pk, "reason": "x"}).status_code == 422
    assert client.post(url, {"duplicate": duplicate.pk, "reason": "同一事项"}).status_code == 302
    assert set(PowerItem.objects.all()) == {keep, stranger}


def test_risk_points_stand_on_the_chart_in_the_colour_of_their_level(client, world, monkeypatch):
    item = PowerItemFactory(catalogue=CatalogueFactory(unit=world.unit), position=world.departments[1].positions["s0"])
    steps = simple_flow(item)
    level = {"label": "一级", "name": "重点风险点", "colour": "red", "severity": 3}
    risk = {"id": 7, "number": "1", "title": "收受好处", "url": "/risks/7/", "level": level}
    asked = []

    def answer(**facts):
        asked.append(facts)
        return {str(steps[1].key): [risk]}

    monkeypatch.setattr(providers.risks_on_power, "_answer", answer)
    client.force_login(world.clerk)
    page = client.get(reverse("powers:item", args=[item.pk])).content.decode()
    assert "收受好处" in page
    assert "level-dot-red" in page
    assert asked == [{"user": world.clerk, "item": item}]


def test_findings_of_the_unit(client, world):
    catalogue = CatalogueFactory(unit=world.unit)
    broken = PowerItemFactory(catalogue=catalogue, department=world.departments[1].department, number="B-1")
    fine = PowerItemFactory(catalogue=catalogue, department=world.departments[1].department, number="B-2")
    simple_flow(fine)
    client.force_login(world.departments[1].head)
    page = client.get(reverse("powers:findings")).content.decode()
    assert "还没有流程图" in page
    assert broken.number in page
    assert fine.name not in page
    assert "B-1" not in client.get(reverse("powers:findings"), {"rule": "time"}).content.decode()
    client.force_login(world.departments[2].head)
    assert "B-1" not in client.get(reverse("powers:findings")).content.decode()


def test_versions_show_what_changed_and_only_to_those_who_see_it(client, world):
    first = published_catalogue(world.unit, finance=2)
    second = CatalogueFactory(unit=world.unit, number=2)
    old = first.items.first()
    new = PowerItemFactory(
        catalogue=second, lineage=old.lineage, number=old.number, name="改了名称", department=world.departments[1].department
    )
    url = reverse("powers:versions") + f"?compare={second.pk}"
    client.force_login(world.office_clerk)
    assert "改了名称" in client.get(url).content.decode()
    assert "改了名称" in client.get(reverse("powers:item-versions", args=[new.pk])).content.decode()
    client.force_login(world.departments[2].staff[0])
    assert "改了名称" not in client.get(url).content.decode()
    assert client.get(reverse("powers:item-versions", args=[new.pk])).status_code == 404


def test_empty_pages_say_what_to_do(client, world):
    client.force_login(world.clerk)
    for name in ("powers:index", "powers:findings", "powers:rules", "powers:versions"):
        assert client.get(reverse(name)).status_code == 200
    assert "尚未公布职权目录" in client.get(reverse("powers:index")).content.decode()
    assert client.get(reverse("powers:new")).status_code == 403
    client.force_login(administrators()[AdminRole.AUDIT])
    assert client.get(reverse("powers:index")).status_code == 200
