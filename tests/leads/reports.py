"""Reports as the public sends them, for the tests of everything that has to do with a reporter."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from leads.models import Lead
from positions.models import Unit

CODE = re.compile(r'<p class="public-code"[^>]*>([A-Z0-9-]+)</p>')


def report(unit: Unit, client: Client | None = None, *, files=(), **fields) -> tuple[Lead, str]:
    """Fill in the public form and send it; the lead and the receipt code."""
    response = send(unit, client, files=files, **fields)
    assert response.status_code == 200, response.content.decode()
    found = CODE.search(response.content.decode())
    assert found
    return Lead.objects.latest("id"), found[1]


def send(unit: Unit, client: Client | None = None, *, files=(), token=None, **fields):
    """Send the public form as a browser does: open it, fill it in, post it."""
    client = client or Client()
    address = reverse("leads:public_report", args=[unit.code])
    data = {
        "about": "某供应商联系人",
        "title": "采购前收受购物卡",
        "content": "评审前一天在食堂门口收下供应商的购物卡。",
        "happened": "",
        "name": "",
        "contact": "",
        "token": token if token is not None else token_of(unit, client),
        "documents": list(files),
        **fields,
    }
    return client.post(address, data)


def token_of(unit: Unit, client: Client) -> str:
    """The sealed code in the form."""
    page = client.get(reverse("leads:public_report", args=[unit.code])).content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def photo(kind: str = "JPEG", *, mark: str = "PLANTED-DEVICE", size=(40, 30)) -> bytes:
    """A picture with what cameras write: maker, place, comment."""
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = mark  # maker
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 5.0)}  # place
    output = io.BytesIO()
    extra = {"comment": mark.encode()} if kind == "JPEG" else {}
    picture.save(output, kind, exif=exif, **extra)
    return output.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
