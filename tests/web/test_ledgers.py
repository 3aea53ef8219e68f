"""Every ledger of the product as .xlsx and as .csv: opened again, the files hold the rows that the screen lists, and no other."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from early_warnings.models import Tier
from jobs.models import Job
from jobs.services import run
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import committee, entered
from tests.factories import warnings as made
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import published_catalogue
from tests.risks.register_helpers import imported, level
from web.lists import LISTS
from web.models import SavedView

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A ledger, its rows, a filter that leaves some of them, and what stands in a row of the screen and of the file alike."""

    page: str
    export: str
    column: str  # of the file
    make: Callable[[SmallUnit], dict[str, str]]
    reader: Callable[[SmallUnit], User] = lambda unit: unit.head


def _points(unit: SmallUnit) -> dict[str, str]:
    for title, label in (("=1+1", "一级"), ("+86", "一级"), ("普通", "二级")):
        imported(unit, title, label=label)
    return {"level": str(level("一级").pk)}


def _measures(unit: SmallUnit) -> dict[str, str]:
    for department in (1, 1, 2):
        imported(unit, f"违规{department}", department=department)
    return {"department": str(unit.departments[1].department.pk)}


def _levels(unit: SmallUnit) -> dict[str, str]:
    imported(unit)
    return {"department": str(unit.departments[1].department.pk)}


def _powers(unit: SmallUnit) -> dict[str, str]:
    published_catalogue(unit.unit, finance=2, approval=1)
    return {"category": "finance"}


def _warnings(unit: SmallUnit) -> dict[str, str]:
    made.advance(unit, made.drafted(unit), "closed")
    made.advance(unit, made.drafted(unit, person=unit.departments[1].staff[1]), "closed")
    made.drafted(unit, Tier.HIGHEST, department=unit.departments[2].department)
    return {"state": "closed"}


def _entries(unit: SmallUnit) -> dict[str, str]:
    entered(unit, unit.clerk, "GZ-01")
    entered(unit, unit.departments[1].staff[1], "GZ-02")
    entered(unit, unit.departments[2].department, "YQ-01")
    return {"whose": "person"}


def _leads(unit: SmallUnit) -> dict[str, str]:
    for n, channel in enumerate(("audit", "audit", "letters")):
        lead_about(unit, unit.departments[2].head, title=f"@线索{n}", channel=channel)
    return {"channel": "audit"}


def _results(unit: SmallUnit) -> dict[str, str]:
    for quarter, people in ((3, unit.departments[1].staff[:2]), (2, unit.departments[2].staff[:1])):
        found = a_round(unit, quarter=quarter)
        for person in people:
            result(unit, assessed(unit, person, found), "好")
    return {"department": str(unit.departments[1].department.pk)}


CASES = [
    Case("risks:register", "risks:register_export", "编号", _points),
    Case("risks:measures", "risks:measures_export", "编号", _measures),
    Case("risks:position_levels", "risks:position_levels_export", "岗位", _levels),
    Case("powers:index", "powers:export", "编号", _powers),
    Case("warnings:ledger", "warnings:export", "文号", _warnings, lambda unit: unit.discipline_head),
    Case("warnings:points_ledger", "warnings:points_export", "姓名（科室）", _entries, lambda unit: committee(unit)[0]),
    Case("leads:ledger", "leads:ledger_export", "编号", _leads, lambda unit: unit.discipline_head),
    Case("assessments:summary", "assessments:summary_export", "姓名", _results, lambda unit: unit.discipline_head),
]


def _screen(client: Client, page: str, query: dict[str, str]) -> list[str]:
    answer = client.get(reverse(page), query)
    assert answer.status_code == 200
    return [" ".join(row.text_content().split()) for row in html.fromstring(answer.content).xpath("//table[@data-table]/tbody/tr")]


def _of_xlsx(content: bytes) -> list[list[str]]:
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows())
    assert not any(cell.data_type == "f" for row in rows for cell in row), "a formula"
    head = next(n for n, row in enumerate(rows) if row[0].value == "序号")
    body = [row for row in rows[head + 1 :] if isinstance(row[0].value, int)]
    return [[_words(cell.value) for cell in row] for row in (rows[head], *body)]


def _of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    texts = [cell for row in rows for cell in row]
    assert not any(text.startswith(("=", "+", "@", "\t", "\r")) for text in texts)
    return [[text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text for text in row] for row in rows]


def _words(value: Any) -> str:
    return "" if value is None else value.date().isoformat() if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_the_files_hold_what_the_screen_lists(case: Case, settings: Any) -> None:
    unit = small_unit()
    query = case.make(unit)
    client = Client()
    client.force_login(case.reader(unit))
    everything, shown = _screen(client, case.page, {}), _screen(client, case.page, query)
    assert len(everything) > len(shown) >= 2

    answers = {kind: client.get(reverse(case.export), query | {"format": kind}) for kind in ("xlsx", "csv")}
    assert {kind: answer.headers["Content-Type"].partition(";")[0] for kind, answer in answers.items()} == {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv",
    }
    table = _of_xlsx(answers["xlsx"].content)
    assert _of_csv(answers["csv"].content) == table
    place = table[0].index(case.column)
    marks = [row[place].partition("（")[0].partition("(")[0] for row in table[1:]]
    assert len(marks) == len(shown)
    for mark in marks:
        assert sum(mark in row for row in shown) >= 1, (mark, shown)

    settings.EXPORT_INLINE_ROWS = 1
    assert client.get(reverse(case.export), query | {"format": "csv"}).status_code == 302
    later = reverse(f"{case.export}_later")
    assert f"{later}?" in client.get(reverse(case.page)).content.decode()
    assert client.post(later, query_params=query | {"format": "csv"}).status_code == 302
    job = Job.objects.get()
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report, job.file_name[-4:]) == ("done", {"rows": len(shown)}, ".csv")
    download = client.get(reverse("jobs:download", args=[job.pk]))
    assert download.headers["Content-Type"].startswith("text/csv")
    assert _of_csv(b"".join(download.streaming_content)) == table


def test_every_ledger_keeps_views_and_columns() -> None:
    assert {case.page for case in CASES} <= set(LISTS)


def test_words_searched_for_among_leads_lie_in_no_view() -> None:
    unit = small_unit()
    client = Client()
    client.force_login(unit.discipline_head)
    address = reverse("leads:ledger")
    answer = client.post(reverse("web:save_view"), {"address": f"{address}?q=张三丰&channel=audit", "name": "审计"})
    assert answer.headers["Location"] == f"{address}?channel=audit"
    assert SavedView.objects.get().query == "channel=audit"
