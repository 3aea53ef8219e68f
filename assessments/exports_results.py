"""季度廉政考核结果表 as a table file, with the columns of domain §11."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessments import line_words
from assessments.deciding_page import method_scores
from assessments.models import Method, Result
from assessments.models.result import ENTERED
from common.xlsx.writing import Column, Sheet

CHUNK = 500
_METHODS = [ENTERED[0], Method.APPRAISAL, *ENTERED[1:]]


def columns() -> list[Column]:
    """序号, 姓名, 科室, 职务, 类别, 监督检查, 民主测评, 个别谈话, 廉政档案, 总分, 等次, 备注; the quarter in front of the remark."""
    return [
        Column(_("No."), 6, "int"),
        Column(_("name"), 12),
        Column(pgettext("result sheet", "Department"), 18),
        Column(pgettext("result sheet", "Post"), 22),
        Column(pgettext("result sheet", "Group"), 12),
        *(Column(str(method.label), 10, "int") for method in _METHODS),
        Column(_("Total"), 9, "int"),
        Column(_("Grade"), 9),
        Column(_("Quarter"), 14),
        Column(pgettext("result sheet", "Remark"), 36),
    ]


def rows_of(user: User, results: QuerySet[Result]) -> Iterator[list[Any]]:
    """In their order, a chunk at a time; the methods only where the reader may see the calculation."""
    serial = 0
    rows = results.select_related("assessed__round", "assessed__department").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        detailed = set(Result.objects.in_detail(user).filter(pk__in=[row.pk for row in chunk]).values_list("pk", flat=True))
        for row in chunk:
            serial += 1
            yield [serial, *_cells(row, row.pk in detailed)]


def _cells(row: Result, is_detailed: bool) -> list[Any]:
    person = row.assessed
    scores = method_scores(row) if is_detailed else {}
    return [
        person.name,
        person.department.name if person.department else "",
        person.post,
        person.get_group_display(),
        *(float(scores[m]) if m in scores else "" for m in _METHODS),
        float(row.score),
        row.grade_label,
        str(_("quarter %(number)d of %(year)d") % {"number": person.round.quarter, "year": person.round.year}),
        "\n".join(remarks(row) if is_detailed else []),
    ]


def remarks(row: Result) -> list[str]:
    """Why a method does not count; that it is a correction."""
    found = [
        f"{Method(n['method']).label}：{line_words.absent(n)}" for n in (x["names"] for x in row.lines if x["kind"] == "method.absent")
    ]
    return [_("Corrected after an appeal"), *found] if row.corrects_id else found


def title() -> str:
    """The heading of the file."""
    return _("Results of the quarterly integrity assessment")


def summary_sheet(user: User, results: QuerySet[Result]) -> Sheet:
    """Of results that the person sees, in their order."""
    made = _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
    return Sheet(_("Assessment results"), columns(), rows_of(user, results), title(), [made])
