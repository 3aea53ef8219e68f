"""What may be uploaded, under which name it is kept, and how it comes back (quality.md, files)."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from common import files
from common.files import FileNotAccepted, store
from common.models import StoredFile
from tests.factories.positions import UserFactory

PDF = b"%PDF-1.7\n%..."
PNG = b"\x89PNG\r\n\x1a\n...."
JPEG = b"\xff\xd8\xff\xe0...."


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
OFD = archive("OFD.xml", "Doc_0/Document.xml")


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [
        (PDF, "证明.pdf", "证明.pdf"),
        (PNG, "截图.PNG", "截图.png"),
        (JPEG, "照片.jpeg", "照片.jpg"),
        (DOCX, "报告.docx", "报告.docx"),
        (XLSX, "台账.xlsx", "台账.xlsx"),
        (OFD, "公文.ofd", "公文.ofd"),
        (PDF, "C:\\Users\\me\\..\\证明.pdf", "证明.pdf"),
        (PDF, "../../etc/passwd.pdf", "passwd.pdf"),
        (PDF, "a\x00b\u202egpj.pdf", "abgpj.pdf"),
        (PDF, 'x"\r\nSet-Cookie: y.pdf', "x_Set-Cookie_ y.pdf"),
        (PDF, "长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
@pytest.mark.django_db
def test_what_is_accepted_and_its_name(data, name, kept):
    person = UserFactory()
    stored = store(content=data, name=name, content_type="text/html", by=person)
    assert (stored.name, stored.size, stored.uploaded_by) == (kept, len(data), person)
    assert stored.content_type not in ("", "text/html")
    path = Path(stored.content.path)
    assert path.read_bytes() == data
    assert path.relative_to(settings.MEDIA_ROOT).parts == (stored.key.hex[:2], stored.key.hex)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "空.pdf"),
        (b"<html><script>", "页面.pdf"),
        (b"GIF89a", "图.gif"),
        (b"MZ\x90", "证明.pdf"),
        (PDF, "证明.docx"),
        (PDF, "证明"),
        (archive("a.txt"), "资料.zip"),
        (archive("a.txt"), "资料.docx"),
        (archive("word/document.xml", "word/vbaProject.bin"), "宏.docx"),
        (archive("xl/workbook.xml", "../evil"), "路径.xlsx"),
        (b"PK\x03\x04broken", "坏.xlsx"),
        (PDF + b"x" * settings.UPLOAD_MAX_BYTES, "太大.pdf"),
    ],
)
@pytest.mark.django_db
def test_what_is_refused_leaves_nothing(data, name):
    before = set(Path(settings.MEDIA_ROOT).glob("*/*"))
    with pytest.raises(FileNotAccepted):
        store(content=io.BytesIO(data), name=name, content_type="application/pdf", by=None)
    assert StoredFile.objects.count() == 0
    assert set(Path(settings.MEDIA_ROOT).glob("*/*")) == before


@pytest.mark.django_db
def test_bytes_without_a_row_are_found_when_they_are_old():
    kept, lost = (store(content=PDF, name="a.pdf", by=None) for _ in range(2))
    fresh = store(content=PDF, name="a.pdf", by=None)
    paths = [Path(f.content.path) for f in (kept, lost, fresh)]
    yesterday = timezone.now() - timedelta(days=2)
    for path in paths[:2]:
        os.utime(path, (yesterday.timestamp(), yesterday.timestamp()))
    StoredFile.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()
    files.remove_orphans(before=timezone.now() - timedelta(days=1))
    assert [path.exists() for path in paths] == [True, False, True]
