"""The pages of integrity files from asking to reading, and the paper; the start page; how many queries the lists take."""

import io
from datetime import timedelta

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from early_warnings.models import Tier
from reporting.integrity import services
from reporting.integrity.models import FileLook, FileRequest
from tests.early_warnings.points import entered
from tests.factories.leads import CONTENT, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import UserFactory
from tests.factories.warnings import advance, drafted, fresh, starter

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_asking_to_reading_and_printing(bureau: SmallUnit) -> None:
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT), "issued")
    lead_about(bureau, bureau.clerk, by=starter(bureau))
    until = timezone.localdate() + timedelta(days=5)
    office, head = signed_in(bureau.departments[0].deputy_head), signed_in(bureau.discipline_head)
    new = reverse("reporting:file_request_new")
    form = {"person": "查无此人", "purpose": "promotion", "matter": "拟任人选考察", "until": until.isoformat()}
    refused = office.post(new, form)
    assert (refused.status_code, "没有此姓名或工号" in refused.content.decode()) == (422, True)
    assert "没有此姓名或工号" in office.post(new, form | {"person": bureau.head.name}).content.decode()
    assert office.post(new, form | {"person": bureau.clerk.staff_number}).status_code == 302
    found = FileRequest.objects.get()
    page = found.get_absolute_url()

    assert found.number in head.get(reverse("web:start")).content.decode()
    assert bureau.clerk.name in head.get(reverse("reporting:file_requests")).content.decode()
    assert "批准查阅" in head.get(page).content.decode()
    assert "批准查阅</button>" not in office.get(page).content.decode()
    approve = reverse("reporting:file_approve", args=[found.pk])
    assert head.post(approve, {"until": "", "version": found.version}).status_code == 422
    assert head.post(approve, {"until": until.isoformat(), "version": found.version + 4}).status_code == 409
    assert head.post(approve, {"until": until.isoformat(), "version": found.version}).status_code == 302

    file = reverse("reporting:file", args=[found.pk])
    assert head.get(file).status_code == 404
    shown = office.get(file).content.decode()
    assert warning.number in shown
    assert CONTENT not in shown
    answer = office.get(reverse("reporting:file_document", args=[found.pk]))
    document = docx.Document(io.BytesIO(answer.content))
    assert document.paragraphs[0].text == "廉政档案"
    headings = [p.text for p in document.paragraphs if p.text[1:2] == "、"]
    assert headings == [
        "一、任职情况", "二、廉政风险申报", "三、廉政承诺", "四、季度廉政考核", "五、廉政记分", "六、预警", "七、处置情况",
    ]  # fmt: skip
    head_rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert head_rows[0][1] == bureau.clerk.name
    assert "选拔任用：拟任人选考察" in head_rows[2]
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(warning.number in text for text in texts)
    assert not any(CONTENT in text for text in texts)
    assert list(FileLook.objects.order_by("pk").values_list("how", flat=True)) == ["page", "document"]
    looks = head.get(reverse("reporting:file_looks")).content.decode()
    assert looks.count(found.number) == 2

    end = head.post(reverse("reporting:file_end", args=[found.pk]), {"reason": "考察结束", "version": FileRequest.objects.get().version})
    assert end.status_code == 302
    assert office.get(file).status_code == 403
    assert FileLook.objects.count() == 2


def test_the_own_file_is_signed_entry_by_entry(bureau: SmallUnit) -> None:
    services.save_settings(unit=bureau.unit, own_file="sign", longest_days=30, by=fresh(bureau.discipline_head))
    entered(bureau, bureau.clerk, "GZ-01")
    clerk = signed_in(bureau.clerk)
    page = clerk.get(reverse("reporting:file_requests"), follow=True).content.decode()
    assert "本人未签字" in page
    [entry] = services.look_at_own(by=fresh(bureau.clerk), how="page").to_sign
    sign = reverse("reporting:own_file_sign")
    assert clerk.post(sign, {}).status_code == 422
    assert clerk.post(sign, {"entry": "0" * 64}).status_code == 422
    assert clerk.post(sign, {"entry": entry.digest, "remark": "无异议"}).status_code == 302
    page = clerk.get(reverse("reporting:own_file")).content.decode()
    assert "无异议" in page
    assert "本人未签字" not in page
    paper = docx.Document(io.BytesIO(clerk.get(reverse("reporting:own_file_document")).content))
    assert any("本人意见：无异议" in cell.text for table in paper.tables for row in table.rows for cell in row.cells)


def test_a_unit_that_keeps_files_closed_says_so(bureau: SmallUnit) -> None:
    chair = signed_in(bureau.discipline_head)
    settings = reverse("reporting:file_settings")
    assert chair.post(settings, {"own_file": "no", "longest_days": "400"}).status_code == 422
    assert chair.post(settings, {"own_file": "no", "longest_days": "10"}).status_code == 302
    clerk = signed_in(bureau.clerk)
    assert "不得查阅自己的廉政档案" in clerk.get(reverse("reporting:file_requests")).content.decode()
    assert clerk.get(reverse("reporting:own_file")).status_code == 404


def _requests(bureau: SmallUnit, number: int) -> None:
    now = timezone.now()
    for _one in range(number):
        person = UserFactory()
        made = FileRequest.objects.create(
            unit=bureau.unit, number=f"n{person.pk}", person=person, person_label=person.name, purpose="other", matter="x",
            until=now.date(), requested_by=bureau.departments[0].deputy_head, requested_at=now, body=bureau.bodies["discipline_committee"],
        )  # fmt: skip
        FileLook.objects.create(unit=bureau.unit, request=made, person=person, by=made.requested_by, how="page")


@pytest.mark.parametrize("route", ["reporting:file_requests", "reporting:file_looks"])
def test_queries_of_the_lists(bureau: SmallUnit, count_queries, route: str) -> None:
    count_queries(route, user=bureau.discipline_head, make_rows=lambda n: _requests(bureau, n))
