"""All forms of a campaign as one .zip: what one may read, folders and names, the list of contents, the job (domain §9)."""

import io
import zipfile

import docx
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jobs import services as jobs
from jobs.models import Job
from jobs.registry import Cancelled
from reporting.form_pack import LIST_NAME, Names, forms_of, write_pack
from risks.models import Campaign, Declaration
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory
from tests.factories.warnings import fresh

pytestmark = pytest.mark.django_db
TITLE = "岗位廉政风险和自我防控承诺表"


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


@pytest.fixture
def campaign(bureau: SmallUnit) -> Campaign:
    """Handed in: the unit's form, a department's, of the second department two people's, one in the third; a draft and one called off."""
    made = CampaignFactory(unit=bureau.unit)

    def form(person, **values) -> Declaration:
        return DeclarationFactory(appointment=bureau.appointments[person.pk], campaign=made, **({"state": "in_review"} | values))

    second, third = bureau.departments[1], bureau.departments[2]
    EntryFactory(declaration=form(second.staff[0]), title="受理时故意刁难")
    namesake = second.staff[1]
    namesake.name = second.staff[0].name
    namesake.save()
    position = bureau.appointments[namesake.pk].position
    position.name = bureau.appointments[second.staff[0].pk].position.name + "/窗口:一"
    position.save()
    form(namesake, state="graded")
    form(third.staff[0])
    form(third.staff[1], state="draft")
    form(third.deputy_head, state="cancelled")
    form(second.head, kind="department", position=None, department=second.department)
    form(bureau.head, kind="unit", position=None, department=None, unit=bureau.unit)
    return made


def unpacked(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_archive_holds_what_the_reader_may_read(bureau: SmallUnit, campaign: Campaign, tmp_path) -> None:
    def names(user) -> list[str]:
        path = tmp_path / "forms.zip"
        write_pack(path, forms_of(fresh(user), campaign), progress=lambda done, total: None)
        return unpacked(path.read_bytes()).namelist()

    clerk, third = bureau.clerk.name, bureau.departments[2].staff[0].name
    everything = [
        f"1单位/单位廉政风险和防控承诺表-{bureau.unit.name}.docx",
        "2科室/科室、单位廉政风险和防控承诺表-行政审批科.docx",
        f"3岗位/行政审批科/{TITLE}-{clerk}（经办）.docx",
        f"3岗位/行政审批科/{TITLE}-{clerk}（经办_窗口_一）.docx",
        f"3岗位/执法大队/{TITLE}-{third}（经办）.docx",
        LIST_NAME,
    ]
    assert names(bureau.discipline_head) == everything
    assert names(bureau.departments[1].head) == [*everything[1:4], LIST_NAME]
    assert names(bureau.clerk) == [everything[2], LIST_NAME]
    assert names(bureau.departments[2].staff[1]) == [LIST_NAME]  # only a draft of one's own


def test_the_forms_open_and_the_list_says_what_is_there(bureau: SmallUnit, campaign: Campaign, tmp_path) -> None:
    path, places = tmp_path / "forms.zip", []
    assert write_pack(path, forms_of(fresh(bureau.head), campaign), progress=lambda *place: places.append(place)) == 5
    assert places == [(n, 5) for n in range(1, 6)]
    archive = unpacked(path.read_bytes())
    assert archive.testzip() is None
    paper = docx.Document(io.BytesIO(archive.read(archive.namelist()[2])))
    assert any("受理时故意刁难" in cell.text for row in paper.tables[0].rows for cell in row.cells)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(archive.read(LIST_NAME))).get_sheet_by_index(0).to_python()
    [header] = [row for row in rows if row[0] == "序号"]
    assert header == ["序号", "表名", "科室（单位）", "姓名", "岗位", "状态", "签字日期", "文件", "备注"]
    listed = rows[rows.index(header) + 1 :]
    assert [row[7] for row in listed[:5]] == archive.namelist()[:-1]
    assert listed[2][3] == bureau.clerk.name


def test_names_are_told_apart_and_hold_no_staff_number(bureau: SmallUnit, campaign: Campaign) -> None:
    forms = list(Declaration.objects.filter(campaign=campaign).select_related("declarant", "position", "department", "unit"))
    names = Names()
    given = [names.of(form) for form in [*forms, *forms]]
    assert len({name.casefold() for name in given}) == len(given)
    assert given[len(forms)] == given[0].replace(".docx", "-2.docx")
    assert not any(form.declarant.staff_number in name for form in forms for name in given)


def test_the_job_is_asked_for_on_the_page_and_waits_in_my_files(bureau: SmallUnit, campaign: Campaign) -> None:
    client = Client()
    client.force_login(bureau.discipline_head)
    address = reverse("reporting:campaign_forms", args=[campaign.pk])
    assert address in client.get(reverse("risks:campaign", args=[campaign.pk])).content.decode()
    assert client.post(address).status_code == 302
    job = Job.objects.get()
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.report) == ("done", 5, 5, {"forms": 5})
    answer = client.get(reverse("jobs:download", args=[job.pk]))
    assert answer["Content-Type"] == "application/zip"
    assert len(unpacked(b"".join(answer.streaming_content)).namelist()) == 6


def test_somebody_without_a_form_to_read_is_told_so_and_a_cancelled_job_leaves_nothing(
    bureau: SmallUnit, campaign: Campaign, tmp_path
) -> None:
    client = Client()
    client.force_login(bureau.departments[2].staff[1])
    assert client.post(reverse("reporting:campaign_forms", args=[campaign.pk])).status_code == 409
    assert not Job.objects.exists()

    def cancelled(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_pack(tmp_path / "forms.zip", forms_of(fresh(bureau.head), campaign), progress=cancelled)
