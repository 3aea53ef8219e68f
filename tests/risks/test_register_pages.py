"""The register's pages: what is listed, filtered, sorted, paged, counted and written to files."""

from datetime import date
from io import BytesIO
from itertools import chain

import openpyxl
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from jobs.models import Job
from jobs.services import run
from positions.models import HolderLevel
from risks.models import RiskPoint
from risks.services import register
from risks.services.register import ImportedMeasure
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported, level, register_row


@pytest.fixture
def unit(db):
    return small_unit()


def many(unit, n, *, department=1, **fields) -> None:
    place = unit.departments[department]
    rows = [
        register_row(
            title=f"违规情形{i}",
            level_id=level(["一级", "二级", "三级"][i % 3]).pk,
            department_id=place.department.pk,
            position_id=place.positions["s0"].pk,
            measures=[ImportedMeasure(f"措施{i}")],
            **fields,
        )
        for i in range(n)
    ]
    register.bulk_enter_imported(unit=unit.unit, rows=rows, by=unit.head, batch=7)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed(person, **query) -> list[str]:
    response = client_of(person).get(reverse("risks:register"), query)
    assert response.status_code == 200
    return [point.number for point in response.context["table"].points]


def sheet(response) -> list[tuple]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


def test_everybody_lists_what_they_see(unit):
    own, shared = imported(unit, "本人"), imported(unit, "共享", post="s1")
    register.share(risk=shared, shared=True, by=unit.departments[1].staff[1])
    hidden = imported(unit, "不共享", post="s1")
    elsewhere = imported(unit, "别科", department=2)
    clerk = unit.departments[1].staff[0]
    assert listed(clerk) == sorted([own.number, shared.number])
    assert listed(unit.departments[1].head) == sorted([own.number, shared.number, hidden.number])
    assert listed(unit.departments[2].head) == [elsewhere.number]
    assert len(listed(unit.head)) == len(listed(unit.discipline_head)) == 4
    assert listed(small_unit(code="QT").head) == []
    page = client_of(clerk).get(reverse("risks:register")).content.decode()
    assert hidden.number not in page
    assert client_of(clerk).get(hidden.get_absolute_url()).status_code == 404


def test_who_brings_registers_in_finds_the_way_to_it_here(unit):
    address = reverse("reporting:imports")
    assert f'href="{address}"' in client_of(unit.head).get(reverse("risks:register")).content.decode()
    clerk = unit.departments[1].staff[0]
    assert address not in client_of(clerk).get(reverse("risks:register")).content.decode()


def test_filters_alone_and_together(unit):
    a = imported(unit, "甲风险", label="一级", aspect="duty", power_category="approval", major_matter="funds")
    b = imported(unit, "乙风险", label="三级", department=2, aspect="system", power_category="finance")
    c = imported(unit, "丙风险", label="三级", level_of=HolderLevel.UNIT, post="", department_id=None)
    gone = register.retire(risk=imported(unit, "丁风险"), by=unit.head, reason="职权取消")
    place = unit.departments[1]
    for query, found in [
        ({"level": level("一级").pk}, [a]),
        ({"department": unit.departments[2].department.pk}, [b]),
        ({"department": place.department.pk, "position": place.positions["s0"].pk}, [a]),
        ({"aspect": "system"}, [b]),
        ({"power_category": "approval"}, [a]),
        ({"major_matter": "funds"}, [a]),
        ({"leader": unit.head.pk}, [a, c]),
        ({"level_of": "unit"}, [c]),
        ({"source": "campaign"}, []),
        ({"state": "retired"}, [gone]),
        ({"state": "all"}, [a, b, c, gone]),
        ({"q": "乙风"}, [b]),
        ({"q": b.number}, [b]),
        ({"q": "风险", "level": level("三级").pk, "aspect": "system"}, [b]),
    ]:
        assert listed(unit.head, **query) == sorted(point.number for point in found), query


@pytest.mark.parametrize(
    "query", [{"level": "999999999999999999999"}, {"department": "x"}, {"q": "\x00"}, {"page": "-1"}, {"sort": "title;--"}]
)
def test_odd_input_is_no_error(unit, query):
    imported(unit)
    assert len(listed(unit.head, **query)) == 1


def test_sort_and_pages_forwards_and_backwards(unit):
    many(unit, 120)
    numbers = list(RiskPoint.objects.order_by("number").values_list("number", flat=True))
    pages = [listed(unit.head, page=page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [*chain(*pages)] == numbers
    assert [*chain(*(listed(unit.head, page=page, sort="-number") for page in (1, 2, 3)))] == numbers[::-1]
    assert listed(unit.head, page=99) == pages[2]
    by_level = [*chain(*(listed(unit.head, page=page, sort="-level") for page in (1, 2, 3)))]
    severity = dict(RiskPoint.objects.values_list("number", "current_level__severity"))
    assert [severity[number] for number in by_level] == [3] * 40 + [2] * 40 + [1] * 40
    by_level = [*chain(*(listed(unit.head, page=page, sort="level") for page in (1, 2, 3)))]
    assert [severity[number] for number in by_level] == [1] * 40 + [2] * 40 + [3] * 40


@pytest.mark.parametrize("sort", ["level", "-level", "registered_on", "-registered_on"])
def test_points_of_several_units_are_sorted_together(unit, sort, monkeypatch):
    """Whoever sees a whole unit and one below it gets one list, merged page by page or sorted at once."""
    below = small_unit(code="XJ", parent=unit.unit, open_to_higher=True)
    for place, first in ((unit, 3), (below, 2)):
        many(place, 40, registered_on=date(2026, 1, first))
        many(place, 40, registered_on=date(2026, 1, first + 2))
    pages = [listed(unit.head, sort=sort, page=page) for page in (1, 2, 3, 4)]
    points = {point.number: point for point in RiskPoint.objects.select_related("current_level")}
    assert sorted(chain(*pages)) == sorted(points)
    by = {"level": lambda point: point.current_level.severity, "registered_on": lambda point: point.registered_on}[sort.lstrip("-")]
    seen = [by(points[number]) for number in chain(*pages)]
    assert seen == sorted(seen, reverse=sort.startswith("-"))
    monkeypatch.setattr("risks.pages.MERGED", 0)
    cache.clear()  # else the keys found before would be read again
    assert [listed(unit.head, sort=sort, page=page) for page in (1, 2, 3, 4)] == pages


def test_a_search_that_finds_many_gives_the_same_pages_however_it_is_done(unit, monkeypatch):
    many(unit, 120)
    found = [listed(unit.head, q="违规情形 1", page=page) for page in (1, 2)]
    titles = RiskPoint.objects.filter(title__contains="违规情形1").order_by("number").values_list("number", flat=True)
    assert set(titles) <= set(chain(*found))
    monkeypatch.setattr("risks.pages.WALK", 0)
    cache.clear()  # else the keys found before would be read again
    assert [listed(unit.head, q="违规情形 1", page=page) for page in (1, 2)] == found


def test_the_count_is_never_older_than_the_last_change(unit, django_capture_on_commit_callbacks):
    risk = imported(unit)
    assert client_of(unit.head).get(reverse("risks:register")).context["count"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        register.retire(risk=risk, by=unit.head, reason="职权取消")
    assert client_of(unit.head).get(reverse("risks:register")).context["count"] == 0


def test_what_stands_in_the_row_is_escaped(unit):
    imported(unit, "<script>alert(1)</script>")
    page = client_of(unit.head).get(reverse("risks:register")).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


COLUMNS = [
    "序号", "编号", "单位/科室", "岗位", "风险类别", "职权事项", "风险点", "风险内容及表现形式", "发生几率", "危害程度",
    "风险等级", "防控措施",
    "直接责任人", "部门负责人", "责任领导", "登记日期", "建议等级",
]  # fmt: skip


def test_the_file_says_what_the_screen_says_and_runs_nothing(unit):
    place = unit.departments[1]
    titles = ["=1+1", "+86", "-2", "@SUM(A1)", "普通"]
    for title in titles:
        two = [ImportedMeasure("甲"), ImportedMeasure("乙")]
        imported(
            unit, title, label="二级", content="内容", manifestation="表现", probability=3, harm=4, category_text="审批类", measures=two
        )
    imported(unit, "别科", department=2)
    query = {"department": place.department.pk, "sort": "-number"}
    response = client_of(unit.head).get(reverse("risks:register_export"), query)
    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = sheet(response)
    assert list(rows[1]) == COLUMNS
    body = rows[2 : 2 + len(titles)]
    assert [row[6] for row in body] == titles[::-1]
    assert [row[1] for row in body] == listed(unit.head, **query)
    first = dict(zip(COLUMNS, body[0], strict=True))
    assert first["单位/科室"] == "行政审批科"
    assert (first["风险类别"], first["风险内容及表现形式"], first["发生几率"], first["危害程度"]) == ("审批类", "内容\n表现", 3, 4)
    assert (first["风险等级"], first["防控措施"]) == ("二级", "1. 甲\n2. 乙")
    assert (first["直接责任人"], first["部门负责人"], first["责任领导"]) == (place.staff[0].name, place.head.name, place.leader.name)
    assert AuditEvent.objects.filter(action="register.exported", actor_id=unit.head.pk).count() == 1


def test_a_file_holds_only_what_its_reader_sees(unit):
    imported(unit, "本人")
    imported(unit, "别科", department=2)
    rows = sheet(client_of(unit.clerk).get(reverse("risks:register_export")))
    assert [row[6] for row in rows[2:-1]] == ["本人"]


def test_a_long_file_is_a_job_with_the_same_rows(unit, settings, django_capture_on_commit_callbacks):
    settings.EXPORT_INLINE_ROWS = 5
    many(unit, 7)
    client = client_of(unit.head)
    assert client.get(reverse("risks:register_export")).status_code == 302
    assert not Job.objects.exists()
    client.post(f"{reverse('risks:register_export_later')}?level={level('一级').pk}")
    job = Job.objects.get()
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report) == ("done", {"rows": 3})
    with job.file.content.open("rb") as file:
        rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert [row[10] for row in rows[2:5]] == ["一级"] * 3


def test_long_exports_of_measures_run_as_a_job(unit, settings):
    settings.EXPORT_INLINE_ROWS = 5
    many(unit, 7)
    client = client_of(unit.head)
    assert reverse("risks:measures_export_later") in client.get(reverse("risks:measures")).content.decode()
    assert client.get(reverse("risks:measures_export")).status_code == 302
    assert len(sheet(client.get(reverse("risks:measures_export"), {"department": unit.departments[2].department.pk}))) == 3, "no rows"
    client.post(f"{reverse('risks:measures_export_later')}?state=planned")
    job = Job.objects.get()
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report, job.done, job.total) == ("done", {"rows": 7}, 7, 7)
    with job.file.content.open("rb") as file:
        rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert sorted(row[6] for row in rows[2:9]) == sorted(f"措施{i}" for i in range(7))


def test_the_job_exports_what_its_owner_may_see_when_it_runs(unit, settings):
    many(unit, 3)
    clerk = unit.departments[1].staff[0]
    client_of(clerk).post(reverse("risks:measures_export_later"))
    many(unit, 2, department=2)
    job = Job.objects.get()
    run(job_id=job.pk)
    job.refresh_from_db()
    assert job.report == {"rows": 3}


def test_the_operators_command(unit, tmp_path, capsys):
    many(unit, 6)
    call_command("export_register", str(tmp_path / "a.xlsx"), unit="CS", level=["一级"])
    assert '"rows": 2' in capsys.readouterr().out
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))
    assert list(rows[1]) == COLUMNS
    assert AuditEvent.objects.filter(action="register.exported", actor_id=None).exists()
    for bad in ({"unit": "NO"}, {"unit": "CS", "level": ["十级"]}):
        with pytest.raises(CommandError):
            call_command("export_register", str(tmp_path / "b.xlsx"), **bad)


def test_the_levels_of_positions(unit):
    imported(unit, label="三级")
    imported(unit, label="一级")
    response = client_of(unit.head).get(reverse("risks:position_levels"), {"department": unit.departments[1].department.pk})
    rows = {row.position.pk: row for row in response.context["table"].data}
    mine = rows[unit.departments[1].positions["s0"].pk]
    assert (mine.counts, mine.level, mine.leader, mine.total) == ([1, 0, 1], level("一级"), unit.head.name, 2)
    assert rows[unit.departments[1].positions["s1"].pk].level is None
    file = sheet(client_of(unit.head).get(reverse("risks:position_levels_export")))
    assert list(file[1]) == ["序号", "科室", "岗位", "任职人员", "一级风险点", "二级风险点", "三级风险点", "岗位风险等级", "责任领导"]
    line = next(row for row in file if row[2] == "经办" and row[1] == "行政审批科")
    assert line[3:] == (unit.clerk.name, 1, 0, 1, "一级", unit.head.name)
    clerks = list(client_of(unit.clerk).get(reverse("risks:position_levels")).context["table"].data)
    assert [row.position.pk for row in clerks] == [unit.departments[1].positions["s0"].pk]


def test_the_page_of_a_point_and_its_steps(unit):
    risk = imported(unit, label="二级")
    client = client_of(unit.head)
    page = client.get(risk.get_absolute_url())
    assert page.status_code == 200
    assert {step["label"] for step in page.context["steps"] if step["allowed"]} >= {"调整等级", "销号"}
    assert client.post(reverse("risks:risk_level", args=[risk.pk]), {"level": level("一级").pk, "reason": ""}).status_code == 422
    done = client.post(
        reverse("risks:risk_level", args=[risk.pk]), {"level": level("一级").pk, "reason": "多次预警", "version": risk.version}
    )
    assert done.status_code == 302
    stale = client.post(reverse("risks:risk_level", args=[risk.pk]), {"level": level("三级").pk, "reason": "再改", "version": risk.version})
    assert stale.status_code == 409
    page = client.get(risk.get_absolute_url()).content.decode()
    assert "将风险等级由二级调整为一级" in page
    assert "多次预警" in page
    assert client.get("/risks/register/99999999999999999999/").status_code == 404


def test_measures_list_filters(unit):
    risk = imported(unit)
    place = unit.departments[1]
    risk.measures.update(due_on="2026-11-02", who=place.staff[1])
    imported(unit, department=2)
    url = reverse("risks:measures")
    assert client_of(unit.head).get(url).context["count"] == 2
    assert client_of(unit.head).get(url, {"department": place.department.pk}).context["count"] == 1
    assert client_of(unit.head).get(url, {"which": "overdue"}).context["count"] == 1
    assert client_of(place.staff[1]).get(url, {"which": "mine"}).context["count"] == 1
    assert client_of(place.staff[1]).get(risk.get_absolute_url()).status_code == 404
    rows = sheet(client_of(unit.head).get(reverse("risks:measures_export"), {"which": "overdue"}))
    assert rows[2][6] == "双人复核"


@pytest.mark.parametrize("url_name", ["risks:register", "risks:measures", "risks:position_levels"])
def test_queries_of_the_lists(unit, count_queries, url_name, settings):
    """Without what is kept between requests: the most a page ever asks."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    count_queries(url_name, user=unit.head, make_rows=lambda n: many(unit, n))


def test_the_register_asks_at_most_twelve(unit):
    import json
    from pathlib import Path

    known = json.loads((Path(settings.BASE_DIR) / "tests" / "query_counts.json").read_text())
    assert known["risks:register"] <= 12
