"""Whatever is uploaded, the guard either accepts a real .xlsx or raises its own error (quality: "files")."""

import contextlib
import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.xlsx.faults import FileRefused
from common.xlsx.guard import MAX_FILE_BYTES, check_xlsx
from tests.xlsx_files import PARTS, SAMPLES, book, raw_book

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = book(("S", [["a", "b"]])).getvalue()


def refused(data: bytes, name: str = "register.xlsx") -> str:
    with pytest.raises(FileRefused) as caught:
        check_xlsx(io.BytesIO(data), name)
    assert str(caught.value.message)
    return caught.value.code


@pytest.mark.parametrize("name", ["register_bureau.xlsx", "register_by_position.xlsx", "organisation_bureau.xlsx"])
def test_real_files_pass(name):
    info = check_xlsx(SAMPLES / name)
    assert info.size == (SAMPLES / name).stat().st_size
    assert info.members < 30
    assert info.unpacked > info.size


def test_a_file_object_is_left_at_its_beginning():
    handle = io.BytesIO(GOOD)
    handle.read(10)
    check_xlsx(handle, "A.XLSX")
    assert handle.tell() == 0


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "empty"),
        (b"PK\x03\x04" + b"0" * MAX_FILE_BYTES, "a.xlsx", "too_large"),
        (b"\xe9\x83\xa8,b\n1,2\n", "a.xlsx", "not_xlsx"),
        (OLE + b"0" * 600, "a.xls", "old_format"),
        (OLE + b"0" * 600, "a.xlsx", "old_format"),
        (OLE + b"0" * 64 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
        (GOOD, "a.xlsm", "extension"),
        (GOOD, "a.csv", "extension"),
        (GOOD, "", "extension"),
        (GOOD[: len(GOOD) // 2], "a.xlsx", "damaged"),
    ],
)
def test_kinds_of_files_that_are_no_xlsx(data, name, code):
    assert refused(data, name) == code


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return target.getvalue()


def test_other_archives():
    assert refused(archive(**{"word/document.xml": b"<w/>"})) == "other_content"
    assert refused(archive(**{"photo.jpg": b"x"})) == "other_content"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"../../etc/passwd": b"x"}, "unsafe_path"),
        ({"/etc/passwd": b"x"}, "unsafe_path"),
        ({"xl\\..\\..\\x": b"x"}, "unsafe_path"),
        ({"C:/x": b"x"}, "unsafe_path"),
        ({"xl/embeddings/a.zip": b"x"}, "nested"),
        ({"xl/embeddings/oleObject1.bin": OLE}, "nested"),
        ({"xl/media/image1.png": GOOD}, "nested"),
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"XL/WORKBOOK.xml": b"x"}, "damaged"),
        ({"xl/big.xml": b"0" * (50 * 1024 * 1024)}, "unpacked_too_large"),
        ({f"xl/x{n}.xml": b"" for n in range(2000)}, "too_many_members"),
    ],
)
def test_members_that_have_no_place_in_a_workbook(extra, code):
    assert refused(raw_book("", extra).getvalue()) == code


def test_just_inside_the_limits():
    info = check_xlsx(raw_book("", {f"xl/x{n}.xml": b"" for n in range(2000 - len(PARTS) - 1)}), "a.xlsx")
    assert info.members == 2000


def lying_archive(declared: int, real: int) -> bytes:
    """A member that says it has ``declared`` bytes and unpacks to ``real``."""
    data = bytearray(raw_book("", {"xl/liar.xml": b"0" * real}).getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        name_offset = 30 if signature == b"PK\x03\x04" else 46
        at = data.find(signature)
        while not data[at + name_offset :].startswith(b"xl/liar.xml"):
            at = data.find(signature, at + 4)
        struct.pack_into("<I", data, at + offset, declared)
    return bytes(data)


def test_declared_sizes_lie():
    assert refused(lying_archive(10, 60 * 1024 * 1024)) == "unpacked_too_large"
    assert refused(lying_archive(10, 1000)) == "damaged"
    assert refused(lying_archive(2_000_000_000, 1000)) == "damaged"


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", OLE, b"PK\x05\x06" + b"\0" * 18]), st.text(max_size=12))
def test_random_bytes_raise_nothing_but_its_own_error(data, magic, name):
    with pytest.raises(FileRefused):
        check_xlsx(io.BytesIO(magic + data), name + ".xlsx")


@given(st.data())
def test_bytes_changed_in_a_good_file_raise_nothing_but_its_own_error(data):
    changed = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FileRefused):
        check_xlsx(io.BytesIO(bytes(changed)), "a.xlsx")
