"""Files of a lead: checked by content and name, pictures without metadata, sealed on the disk, read only by the desk."""

import io
import zipfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.models import AuditEvent
from common.encrypted import SEALED_TYPE
from common.models import StoredFile
from leads.models import Lead, LeadAttachment
from tests.factories.organisation import SmallUnit, small_unit
from tests.leads.reports import photo, report, send, upload

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 PLANTED-PAPER"


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def docx() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return data.getvalue()


def archive(name: str = "a.txt") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr(name, "x")
    return data.getvalue()


def bytes_on_disk(stored: StoredFile) -> bytes:
    with stored.content.open("rb") as file:
        return file.read()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("现场.jpg", photo()),
        ("现场.JPEG", photo()),
        ("截图.png", photo("PNG")),
        ("票据.pdf", PDF),
        ("说明.docx", docx()),
        ("说明.txt", "证据说明".encode()),
        ("旧说明.txt", "证据说明".encode("gb18030")),
    ],
)
def test_what_is_taken(unit, name, data):
    lead, _code = report(unit.unit, files=[upload(name, data)])
    kept = lead.attachments.get()
    assert kept.name.rsplit(".")[0] == name.rsplit(".")[0]
    assert kept.file.content_type == SEALED_TYPE


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("包.zip", archive(), "不接受"),
        ("包.txt", archive(), "不接受"),
        ("程序.pdf", b"MZ\x90\x00", "不接受"),
        ("程序.txt", b"MZ\x90\x00\x03", "不接受"),
        ("网页.html", b"<script>alert(1)</script>", "不接受"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不接受"),
        ("票据.jpg", PDF, "另存"),
        ("无类型", PDF, "另存"),
        ("空.pdf", b"", "空"),
        ("坏图.jpg", photo()[:60], "图片无法读取"),
        ("坏图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "图片无法读取"),
        ("太大.pdf", b"%PDF-" + b"0" * settings.UPLOAD_MAX_BYTES, "10 MB"),
    ],
)
def test_what_is_refused_leaves_nothing_and_loses_no_text(unit, name, data, said):
    response = send(unit.unit, content="写好的内容", files=[upload(name, data)])
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "写好的内容" in page
    assert not Lead.objects.exists()
    assert not StoredFile.objects.exists()


def test_at_most_five_at_once(unit):
    response = send(unit.unit, files=[upload(f"{n}.pdf", PDF) for n in range(6)])
    assert response.status_code == 422
    assert "5" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_a_bomb_of_pixels_is_refused(unit):
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert send(unit.unit, files=[upload("大.png", bomb.getvalue())]).status_code == 422


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_pictures_lose_what_cameras_write(unit, kind):
    original = photo(kind)
    assert b"PLANTED-DEVICE" in original
    lead, _code = report(unit.unit, files=[upload(f"a.{kind.lower()}", original)])
    client = Client()
    client.force_login(unit.discipline_head)
    given = client.get(reverse("leads:attachment", args=[lead.public_id, lead.attachments.get().pk])).getvalue()
    assert b"PLANTED-DEVICE" not in given
    picture = Image.open(io.BytesIO(given))
    assert not picture.getexif()
    assert picture.size == (40, 30)
    red, green, blue = picture.convert("RGB").getpixel((20, 15))
    assert red > 180
    assert green < 60
    assert blue < 60


def test_a_picture_lies_as_it_was_held(unit):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG", exif=exif)
    lead, _code = report(unit.unit, files=[upload("a.jpg", data.getvalue())])
    client = Client()
    client.force_login(unit.discipline_head)
    given = client.get(reverse("leads:attachment", args=[lead.public_id, lead.attachments.get().pk])).getvalue()
    assert Image.open(io.BytesIO(given)).size == (30, 40)


def test_the_disk_and_the_database_hold_neither_name_nor_content(unit):
    lead, _code = report(unit.unit, files=[upload("采购科张某.pdf", PDF)])
    stored = lead.attachments.get().file
    assert b"PLANTED-PAPER" not in bytes_on_disk(stored)
    assert (stored.name, stored.uploaded_by_id) == ("sealed", None)
    assert "采购科" not in stored.content.name


class TestDownload:
    def address(self, unit, lead=None):
        lead = lead or report(unit.unit, files=[upload("票据.pdf", PDF)])[0]
        return lead, reverse("leads:attachment", args=[lead.public_id, lead.attachments.get().pk])

    def test_the_desk_gets_it_as_a_download_and_every_look_is_recorded(self, unit):
        _lead, address = self.address(unit)
        client = Client()
        client.force_login(unit.discipline_head)
        response = client.get(address)
        assert response.getvalue() == PDF
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        event = AuditEvent.objects.get(action="lead.file_opened")
        assert event.actor_id == unit.discipline_head.pk
        assert "票据" not in str((event.changes, event.detail, event.reason, event.object_label))

    def test_for_everybody_else_it_does_not_exist(self, unit):
        _lead, address = self.address(unit)
        for person in (unit.clerk, unit.departments[1].head, unit.office_clerk, unit.head):
            client = Client()
            client.force_login(person)
            assert client.get(address).status_code == 404
        assert Client().get(address).status_code == 302

    def test_a_file_of_one_lead_is_not_found_under_another(self, unit):
        mine, _code = report(unit.unit, files=[upload("a.pdf", PDF)])
        other, _code = report(unit.unit, content="另一件", files=[upload("b.pdf", PDF)])
        client = Client()
        client.force_login(unit.discipline_head)
        assert client.get(reverse("leads:attachment", args=[mine.public_id, other.attachments.get().pk])).status_code == 404

    def test_a_hostile_name_cannot_break_the_header(self, unit):
        lead, _code = report(unit.unit, files=[upload("..\\..\\evil; x=\u202efdp.pdf", PDF)])
        _lead, address = self.address(unit, lead)
        client = Client()
        client.force_login(unit.discipline_head)
        response = client.get(address)
        assert response.headers["Content-Disposition"] == 'attachment; filename="evil; x=fdp.pdf"'
        assert lead.attachments.get().name == "evil; x=fdp.pdf"


def test_the_desk_adds_files(unit):
    lead, _code = report(unit.unit)
    client = Client()
    client.force_login(unit.discipline_head)
    response = client.post(reverse("leads:add_files", args=[lead.public_id]), {"documents": [upload("核查.pdf", PDF)]})
    assert response.status_code == 302
    added = LeadAttachment.objects.get()
    assert (added.from_reporter, added.file.uploaded_by_id) == (False, None)
    outsider = Client()
    outsider.force_login(unit.clerk)
    assert outsider.post(reverse("leads:add_files", args=[lead.public_id]), {"documents": [upload("x.pdf", PDF)]}).status_code == 404


def test_a_lead_takes_so_many_files_and_no_more(unit):
    lead, code = report(unit.unit, files=[upload(f"{n}.pdf", PDF) for n in range(5)])
    client = Client()
    for n in range(4):
        response = client.post(
            "/leads/public/follow-up/",
            {"code": code, "text": "补充", "once": f"o{n}", "documents": [upload(f"{n}{m}.pdf", PDF) for m in range(5)]},
        )
        assert response.status_code == (200 if n < 3 else 422)
    assert lead.attachments.count() == 20
    assert lead.messages.count() == 3, "the message of the refused files was not kept either"
