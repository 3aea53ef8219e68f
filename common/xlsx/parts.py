"""Looks up the sheets of a workbook in its archive, for `scan`: calamine does not give their XML."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar
from xml.etree import ElementTree as ET

from .faults import unreadable
from .guard import MAX_UNPACKED_BYTES
from .scan import SheetScan, scan_sheet

Source = str | os.PathLike[str] | BinaryIO
T = TypeVar("T")

_SCAN_BLOCK = 1024 * 1024
_MAX_INDEX_BYTES = 5 * 1024 * 1024


def scan_of(source: Source, index: int, name: str) -> SheetScan:
    """Look through the sheet with this place and name. Raises ``ParseProblem`` when it cannot be read or is far too large."""

    def scan(archive: zipfile.ZipFile) -> SheetScan:
        node = _sheets(archive)[index]
        if node.get("name") != name:
            raise LookupError(name)
        return _scanned(archive, node)

    return _opened(source, scan)


def first_visible(source: Source) -> tuple[int, str, SheetScan]:
    """Look through the first sheet that is not hidden; returns its place and name, too. Raises as `scan_of`, also when there is none."""

    def scan(archive: zipfile.ZipFile) -> tuple[int, str, SheetScan]:
        index, node = next(one for one in enumerate(_sheets(archive)) if one[1].get("state", "visible") == "visible")
        return index, node.get("name", ""), _scanned(archive, node)

    return _opened(source, scan)


def _opened(source: Source, scan: Callable[[zipfile.ZipFile], T]) -> T:
    if not isinstance(source, (str, os.PathLike)):
        source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            return scan(archive)
    except (zipfile.BadZipFile, ET.ParseError, LookupError, StopIteration, ValueError, OSError, NotImplementedError) as error:
        raise unreadable() from error


def _scanned(archive: zipfile.ZipFile, node: ET.Element) -> SheetScan:
    part = _part_of(archive, node)
    return scan_sheet(lambda: _blocks(archive, part))


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    return {info.filename.lower(): info for info in archive.infolist()}


def _sheets(archive: zipfile.ZipFile) -> list[ET.Element]:
    """The workbook's entries of its sheets, found the way calamine finds them."""
    members = _members(archive)
    roots = {
        item.get("Target", "").lstrip("/").lower()
        for item in _index(archive, members["_rels/.rels"]).iter()
        if item.get("Type", "").endswith("/officeDocument")
    }
    if roots != {"xl/workbook.xml"}:
        raise LookupError("xl/workbook.xml")
    return [node for node in _index(archive, members["xl/workbook.xml"]).iter() if _local(node.tag) == "sheet"]


def _part_of(archive: zipfile.ZipFile, node: ET.Element) -> zipfile.ZipInfo:
    """The archive member that holds the sheet."""
    members = _members(archive)
    relation = next(value for key, value in node.attrib.items() if _local(key) == "id" and key != "id")
    targets = {item.get("Id"): item.get("Target", "") for item in _index(archive, members["xl/_rels/workbook.xml.rels"]).iter()}
    target = targets[relation]
    if target.startswith("/"):
        target = target[1:]
    elif not target.startswith("xl/"):
        target = f"xl/{target}"
    return members[target.lower()]


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    # The guard may still be at work on this file (`opened_beside`): no more than it lets pass.
    left = MAX_UNPACKED_BYTES
    with archive.open(part) as stream:
        while block := stream.read(_SCAN_BLOCK):
            left -= len(block)
            if left < 0:
                raise LookupError(part.filename)
            yield block


def _index(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> ET.Element:
    with archive.open(member) as stream:
        data = stream.read(_MAX_INDEX_BYTES + 1)
    if len(data) > _MAX_INDEX_BYTES or b"<!DOCTYPE" in data:
        raise LookupError(member.filename)
    return ET.fromstring(data)  # noqa: S314 - no document type, so no entities to expand


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
