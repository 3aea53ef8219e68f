"""Names for an eligibility check from an .xlsx file, the empty file to fill in, and the answers as a file."""

import io
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.eligibility import Wanted
from assessments.eligibility.wording import in_words
from assessments.models import EligibilityCheck, EligibilityLine
from assessments.services.eligibility import MOST_PEOPLE
from common.xlsx.faults import ParseProblem
from common.xlsx.reading import Row, open_book, to_text
from common.xlsx.writing import Column, Sheet, write_workbook

_SEARCHED_ROWS = 20
_HEADERS = {
    "name": {"姓名", "名字", "人员", "人员姓名"},
    "number": {"工号", "职工号", "人员编号", "员工编号"},
    "department": {"部门", "科室", "科室单位", "部门科室", "单位", "所在部门"},
}
_COLOURS = {"同意": "#087443", "需说明": "#854A0E", "不同意": "#B42318"}


def read_people(source: BinaryIO) -> list[Wanted]:
    """Everybody on the first visible sheet below a header with 姓名 or 工号; the file has passed the guard. Raises ParseProblem."""
    with open_book(source) as book:
        visible = [info.name for info in book.sheets if not info.hidden]
        if not visible:
            raise _without_names()
        rows = book.sheet(visible[0]).rows()
        for row in islice(rows, _SEARCHED_ROWS):
            places = _columns(row)
            if "name" in places or "number" in places:
                people = (wanted for row in rows if (wanted := _wanted(row, places)))
                return list(islice(people, MOST_PEOPLE + 1))  # one too many: the service says so
    raise _without_names()


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        word = re.sub(r"[\s()（）*、/]+", "", to_text(cell))
        for field, words in _HEADERS.items():
            if word in words:
                found.setdefault(field, index)
    return found


def _wanted(row: Row, places: dict[str, int]) -> Wanted | None:
    said = {field: to_text(row[index]).replace("\n", "") for field, index in places.items() if index < len(row)}
    name, number = said.get("name", ""), said.get("number", "")
    if number:
        # The name beside a number has to be the one of that person: a slip in the number must not answer for somebody else.
        return Wanted(name, number) if name else Wanted(number)
    return Wanted(name, said.get("department", "")) if name else None


def _without_names() -> ParseProblem:
    return ParseProblem("no_names", gettext_lazy("No column “姓名” or “工号” was found on the first sheet. Use the template."))


def as_text(wanted: Iterable[Wanted]) -> str:
    """One a line, as it is typed."""
    return "\n".join(str(one) for one in wanted)


def template_file() -> io.BytesIO:
    """The empty sheet with an example."""
    target = io.BytesIO()
    columns = [Column("姓名", 14), Column("工号", 14), Column("部门", 20)]
    names = Sheet("审查名单", columns, [["张三", "B010", "办公室"]])
    # Below the names it would be read as one.
    notes = [["姓名、工号填写一项即可；同名的填写工号或部门。"], ["审查前请删去示例行。"]]
    write_workbook(target, [names, Sheet("填写说明", [Column("说明", 90)], notes)])
    target.seek(0)
    return target


def write_answers(target: Any, check: EligibilityCheck, lines: Iterable[EligibilityLine]) -> int:
    """序号, 姓名, 工号, 部门, 职务, 结论, 依据; returns the number of rows."""
    columns = [
        Column(_("No."), 6, "int"),
        Column(_("Name"), 12),
        Column(_("Staff number"), 12),
        Column(_("Department"), 20),
        Column(_("Post"), 18),
        Column(_("Conclusion"), 10, "level", colours=_COLOURS),
        Column(pgettext("eligibility", "grounds"), 70),
    ]
    rows = (
        [
            number,
            line.name,
            line.staff_number,
            line.department,
            line.post,
            line.get_outcome_display(),
            "\n".join(in_words(reason) for reason in line.reasons),
        ]
        for number, line in enumerate(lines, start=1)
    )
    words = {"matter": check.matter, "purpose": check.get_purpose_display(), "day": check.as_of.isoformat(), "number": check.number}
    notes = [
        _("For: %(matter)s (%(purpose)s); as of %(day)s; number %(number)s") % words,
        _("Made on %(date)s") % {"date": timezone.localdate().isoformat()},
    ]
    return write_workbook(target, [Sheet(pgettext("eligibility", "Answers"), columns, rows, _("Integrity opinions"), notes)])
