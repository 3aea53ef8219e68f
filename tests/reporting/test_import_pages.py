"""The pages of an import, and large files in the worker."""

import io

import openpyxl
import pytest
from django.urls import reverse

from jobs import services as jobs
from jobs.models import Job
from reporting.models import RegisterImport
from reporting.services import imports
from risks.models import RiskPoint
from tests.factories.organisation import small_unit
from tests.query_counts import count_queries  # noqa: F401
from tests.reporting.import_files import HEADER, register, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return small_unit()


@pytest.fixture
def clerk(client, unit):
    client.force_login(unit.office_clerk)
    return client


def upload(client, unit, file):
    return client.post(reverse("reporting:import_new"), {"unit": unit.unit.pk, "file": file})


def mapping_of(created, **changes):
    data = {f"column_{index}": field for index, field in created.columns.items()}
    data |= {f"level_{n}": created.levels.get(text, "") for n, text in enumerate(created.layout["level_texts"])}
    return data | changes


def test_from_the_upload_to_the_register(clerk, unit):
    answer = upload(clerk, unit, register("用印管理", row("接待", level="高")))
    created = RegisterImport.objects.get()
    assert answer.url == reverse("reporting:import", args=[created.pk])
    page = clerk.get(answer.url).content.decode()
    assert "用印管理" in page
    assert "风险内容及表现形式" in page
    answer = clerk.post(reverse("reporting:import_mapping", args=[created.pk]), mapping_of(created))
    assert answer.status_code == 302
    page = clerk.get(answer.url)
    assert not RiskPoint.objects.exists()
    created.refresh_from_db()
    answer = clerk.post(reverse("reporting:import_confirm", args=[created.pk]), {"version": created.version})
    assert RiskPoint.objects.filter(import_batch=created.pk).count() == 2
    assert f"?batch={created.pk}" in clerk.get(answer.url).content.decode()
    register_page = clerk.get(reverse("risks:register"), {"batch": created.pk}).content.decode()
    assert "用印管理" in register_page
    of_another = clerk.get(reverse("risks:register"), {"batch": created.pk + 1}).content.decode()
    assert "用印管理" not in of_another


def test_what_is_no_register_is_refused_on_the_page(clerk, unit):
    fake = io.BytesIO("不是表格".encode())
    fake.name = "登记册.xlsx"
    answer = upload(clerk, unit, fake)
    assert (answer.status_code, RegisterImport.objects.count()) == (422, 0)
    assert "xlsx" in answer.content.decode()
    assert clerk.post(reverse("reporting:import_new"), {"unit": unit.unit.pk}).status_code == 422


def test_a_unit_whose_register_one_does_not_keep_is_no_choice(clerk, unit):
    other = small_unit(code="QT")
    assert upload(clerk, other, register("一")).status_code == 422
    assert not RegisterImport.objects.exists()


def test_every_change_of_the_mapping_is_kept_at_once(clerk, unit):
    upload(clerk, unit, register(row("一", level="甲")))
    created = RegisterImport.objects.get()
    url = reverse("reporting:import_mapping", args=[created.pk])
    answer = clerk.post(url, mapping_of(created, level_0="2", create_missing="on"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    created.refresh_from_db()
    assert (created.levels, created.create_missing, created.state) == ({"甲": 2}, True, "uploaded")


def test_an_incomplete_mapping_is_not_tried(clerk, unit):
    upload(clerk, unit, register("一"))
    created = RegisterImport.objects.get()
    answer = clerk.post(reverse("reporting:import_mapping", args=[created.pk]), mapping_of(created, column_1="", column_2="title"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请指定对应列" in page
    assert "只能选一列" in page
    created.refresh_from_db()
    assert created.state == "uploaded"


def test_findings_by_kind_and_as_a_file(clerk, unit):
    upload(clerk, unit, register(row("一", department="没有的科"), row("二", direct_person="没有此人")))
    created = imports.check(register_import=RegisterImport.objects.get(), by=unit.office_clerk)
    address = reverse("reporting:import", args=[created.pk])
    page = clerk.get(address).content.decode()
    assert "没有的科" in page
    assert "没有此人" in page
    filtered = clerk.get(address, {"kind": "unknown_department"}, headers={"HX-Request": "true"}).content.decode()
    assert "没有的科" in filtered
    assert "没有此人" not in filtered
    answer = clerk.get(reverse("reporting:import_findings", args=[created.pk]))
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    assert [(line[0], line[1], line[3], line[6]) for line in rows] == [(2, "B", "错误", "没有的科"), (3, "I", "提示", "没有此人")]


def test_a_hostile_text_of_the_file_is_shown_as_text(clerk, unit):
    header = [*HEADER[:-1], "<script>alert(1)</script>"]
    upload(clerk, unit, register(row("<img src=x onerror=alert(1)>", department="<b>科"), header=header))
    created = RegisterImport.objects.get()
    address = reverse("reporting:import", args=[created.pk])
    assert "<script>alert" not in clerk.get(address).content.decode()
    imports.check(register_import=created, by=unit.office_clerk)
    page = clerk.get(address).content.decode()
    assert "<b>科" not in page
    assert "&lt;b&gt;科" in page


def test_a_table_of_more_than_five_hundred_rows_goes_to_the_worker(clerk, unit, monkeypatch):
    # monkeypatch lowers our own limit only: the file is read as a large one would be.
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 1000)
    rows = [row(f"风险点{n}") for n in range(imports.AT_ONCE_ROWS + 1)]
    answer = upload(clerk, unit, register(*rows))
    created = RegisterImport.objects.get()
    assert created.layout == {}
    page = clerk.get(answer.url)
    assert "hx-get" in page.content.decode()
    for step in ("register_analyse", "register_check", "register_import"):
        job = Job.objects.get(kind=step)
        assert job.state == "waiting"
        jobs.run(job_id=job.pk)
        job.refresh_from_db()
        assert (job.state, job.message) == ("done", job.message), job.message
        created.refresh_from_db()
        poll = clerk.get(answer.url, headers={"HX-Request": "true", "X-Poll": "1"})
        assert poll["HX-Refresh"] == "true"
        if step == "register_analyse":
            clerk.post(reverse("reporting:import_mapping", args=[created.pk]), mapping_of(created))
        elif step == "register_check":
            assert (created.state, created.report["points"]) == ("checked", 501)
            assert not RiskPoint.objects.exists()
            clerk.post(reverse("reporting:import_confirm", args=[created.pk]), {"version": created.version})
            again = clerk.post(reverse("reporting:import_confirm", args=[created.pk]))
            assert again.status_code == 409
    assert created.state == "imported"
    assert RiskPoint.objects.filter(import_batch=created.pk).count() == 501


def test_a_large_file_that_is_no_register_says_so(clerk, unit, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 1000)
    answer = upload(clerk, unit, register(header=["甲", "乙"]))
    jobs.run(job_id=Job.objects.get().pk)
    assert "表头" in clerk.get(answer.url).content.decode()
    assert clerk.post(reverse("reporting:import_mapping", args=[RegisterImport.objects.get().pk])).status_code == 404


def test_rights_that_ended_meanwhile_stop_the_worker(clerk, unit, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 1000)
    upload(clerk, unit, register("一"))
    unit.bodies["leading_group_office"].memberships.update(ends_on="2021-01-01")
    jobs.run(job_id=Job.objects.get().pk)
    assert Job.objects.get().state == "failed"
    assert RegisterImport.objects.get().layout == {}


def test_queries_of_the_list(count_queries, unit):  # noqa: F811
    def more(count):
        for n in range(count):
            imports.start_import(unit=unit.unit, content=register("一"), name=f"{n}.xlsx", by=unit.office_clerk)

    count_queries("reporting:imports", user=unit.office_clerk, make_rows=more)
