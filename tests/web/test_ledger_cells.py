"""Every ledger of domain §9, cell by cell: what the screen shows on all its pages stands in the file, in the columns of §11.

The texts are those that break files: formulas, tabs, new lines, ten thousand characters, emoji.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from itertools import cycle
from typing import Any

import openpyxl
import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from accounts.models import User
from common.xlsx.writing import WIDEST_A3, WIDEST_A4
from early_warnings.models import DispositionKind, RectificationMeasure, RectificationReport, Warning
from early_warnings.services import dispositions, ending, rectifying
from leads.models import Lead
from leads.services import judging
from positions.models import PowerItem
from regrading.models import Origin, Proposal
from risks.models import Measure, RiskPoint
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import committee, entered
from tests.factories import warnings as made
from tests.factories.leads import judgement_facts, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish
from tests.risks.register_helpers import imported, level

LONG = "“十八大”以来" + "长" * 10_000
HOSTILE = ("=1+1", "+86 020", "-2", "@SUM(A1:A9)", "\t制表符", "第一行\n第二行", "＝全角", "🏮廉洁🏮", LONG, "普通<b>文字</b>&amp;")
NOTHING = ("", "—", "空缺", "无风险点", "当前空缺")


@dataclass(frozen=True)
class Case:
    """A ledger; the columns of its file as domain §11 has them, and which of the screen says the same where it is called otherwise."""

    page: str
    export: str
    columns: str
    reader: Callable[[SmallUnit], User]
    screen: dict[str, str] = field(default_factory=dict)
    unlike: tuple[str, ...] = ()  # columns of which the screen shows the beginning only, or more than the file
    newest_last: bool = False


def _committee(unit: SmallUnit) -> User:
    return unit.discipline_head


CASES = [
    Case(
        "risks:register",
        "risks:register_export",
        "序号 编号 单位/科室 岗位 风险类别 职权事项 风险点 风险内容及表现形式 发生几率 危害程度 风险等级 "
        "防控措施 直接责任人 部门负责人 责任领导 登记日期 建议等级",
        lambda unit: unit.head,
        {"单位/科室": "部门", "风险等级": "当前等级"},
    ),
    Case(
        "powers:index",
        "powers:export",
        "序号 编号 职权类别 职权名称 行使依据 行使主体 行使条件 行使程序 办理时限 责任 三重一大类别 公开形式和范围 流程图编号",
        lambda unit: unit.head,
    ),
    Case(
        "risks:position_levels",
        "risks:position_levels_export",
        "序号 科室 岗位 任职人员 一级风险点 二级风险点 三级风险点 岗位风险等级 责任领导",
        lambda unit: unit.head,
        unlike=("岗位风险等级",),
    ),
    Case(
        "leads:ledger",
        "leads:ledger_export",
        "序号 编号 收集时间 信息来源 反映对象 信息摘要 风险等级 研判意见 处置方式 责任人 办理期限 处置结果 回告时间",
        _committee,
        unlike=("信息摘要", "研判意见", "办理期限"),
    ),
    Case(
        "warnings:ledger",
        "warnings:export",
        "序号 文号 被预警对象 单位职务 预警等级 预警事由 预警依据 来源 过错性质 第一责任人 签发时间 签收时间 整改期限 状态 "
        "整改措施 完成情况 核验意见 办结时间",
        _committee,
        {"预警等级": "等级"},
    ),
    Case(
        "warnings:rectification_ledger",
        "warnings:rectification_export",
        "序号 预警文号 被预警单位（个人） 预警等级 整改事项及措施 责任人 整改期限 完成情况 落实情况 "
        "完成时间 核验意见 核验人 逾期天数 纪检建议书及反馈",
        _committee,
    ),
    Case(
        "warnings:points_ledger",
        "warnings:points_export",
        "序号 姓名（科室） 记分事由 依据条款 分值 来源 记分日期 周期累计 预警颜色 处置",
        lambda unit: committee(unit)[0],
        unlike=("记分事由", "分值"),
        newest_last=True,
    ),
    Case(
        "assessments:summary",
        "assessments:summary_export",
        "序号 姓名 科室 职务 类别 监督检查 民主测评 个别谈话 廉政档案 总分 等次 季度 备注",
        _committee,
    ),
    Case(
        "risks:measures",
        "risks:measures_export",
        "序号 编号 单位/科室 风险点 类别 防线 防控措施 责任人 完成期限 状态 完成情况说明 已报完成 确认人",
        lambda unit: unit.head,
        {"编号": "风险点", "单位/科室": "部门", "类别": "类型", "防控措施": "措施"},
        unlike=("编号", "风险点", "完成期限"),
    ),
]


@pytest.fixture(scope="module")
def unit(django_db_setup: None, django_db_blocker: Any) -> Iterator[SmallUnit]:
    """One unit with rows in every ledger, in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _furnished(small_unit())
        transaction.set_rollback(True)


def _furnished(unit: SmallUnit) -> SmallUnit:
    _risks(unit)
    catalogue = CatalogueFactory(unit=unit.unit)
    for category in ("finance", "approval"):
        PowerItemFactory.create_batch(6, catalogue=catalogue, category=category)
    _hostile(PowerItem, "basis", "subject", "conditions", "procedure", "responsibility", "disclosure")
    publish(catalogue)
    _warnings(unit)
    for n in range(12):
        entered(
            unit,
            unit.departments[n % 2 + 1].staff[n % 2],
            "GZ-02",
            timezone.localdate() - timedelta(days=n),
            basis=HOSTILE[n % 10][:200],
        )
    for n in range(10):
        lead = lead_about(unit, unit.departments[2].head, title=f"线索{n}", by=unit.discipline_head)
        if n % 2:
            judging.take_up(lead=lead, by=made.fresh(unit.discipline_head))
            judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=made.fresh(unit.discipline_head))
            judging.confirm_judgement(judgement=judgement, by=made.fresh(made.starter(unit)))
    Lead.objects.update(result="=已办结", reported_back_at=timezone.now())
    found = a_round(unit)
    for department in unit.departments:
        for person in (department.head, *department.staff):
            result(unit, assessed(unit, person, found), "一般")
    return unit


def _risks(unit: SmallUnit) -> None:
    points = [imported(unit, text[:120].strip(), content=text) for text in HOSTILE]
    points.append(imported(unit, "单位层面", department=2, post="", level_of="department", label="一级"))
    _hostile(RiskPoint, "manifestation")
    _hostile(Measure, "text", "proof_note")
    Proposal.objects.create(
        risk=points[0], unit=unit.unit, origin=Origin.SCORE, direction="rise", from_level=level("三级"), to_level=level("一级"),
        opened_on=timezone.localdate(),
    )  # fmt: skip


def _warnings(unit: SmallUnit) -> None:
    closed = made.advance(unit, made.drafted(unit), "closed")
    verified = made.advance(unit, made.drafted(unit, "important", department=unit.departments[1].department), "verified")
    running = made.advance(unit, made.drafted(unit, "important", department=unit.departments[1].department), "rectifying")
    escalated = made.advance(unit, made.drafted(unit), "reported")
    ending.escalate(warning=escalated, reason="仍未整改到位", by=unit.discipline_head)
    again = made.advance(unit, made.drafted(unit), "reported")
    rectifying.re_rectify(
        warning=again, reason="退回", due_on=timezone.localdate() + timedelta(days=9), by=made.fresh(unit.discipline_head)
    )
    gone = made.advance(unit, made.drafted(unit), "rectifying")
    ending.withdraw(warning=gone, reason="情况不实", by=made.fresh(unit.discipline_head))
    made.drafted(unit, "highest", department=unit.departments[2].department)
    advice = DispositionKind.objects.get(unit=None, code="discipline-proposal")
    told = dispositions.order(warning=running, kind=advice, by=made.fresh(unit.discipline_head))
    dispositions.carry_out(disposition=told, record="=已书面反馈", by=made.fresh(unit.discipline_head))
    dispositions.order(warning=Warning.objects.get(pk=verified.pk), kind=advice, by=made.fresh(unit.discipline_head))
    measures = RectificationMeasure.objects
    measures.filter(report__warning=running).update(due_on=timezone.localdate() - timedelta(days=3))
    measures.filter(report__warning=closed).update(due_on=timezone.localdate() - timedelta(days=5))
    _hostile(Warning, "grounds", "basis")
    _hostile(RectificationReport, "results", "opinion")
    _hostile(RectificationMeasure, "text", "note")


def _hostile(model: type[models.Model], *names: str) -> None:
    """Put such a text into each of these columns of each row, where there is one already or may be."""
    texts = cycle(HOSTILE)
    for pk in model._default_manager.order_by("pk").values_list("pk", flat=True):
        values = {}
        for name in names:
            longest = getattr(model._meta.get_field(name), "max_length", None)
            values[name] = next(texts)[:longest]
        model._default_manager.filter(pk=pk).update(**values)


def _one_line(text: Any) -> str:
    if isinstance(text, datetime):
        return text.date().isoformat()
    if isinstance(text, date):
        return text.isoformat()
    if isinstance(text, float) and text == int(text):
        text = int(text)
    return "" if text is None else " ".join(str(text).split())


def _screen(client: Client, page: str, most: int) -> list[dict[str, str]]:
    """The rows of all pages, by the words over their columns."""
    rows: list[dict[str, str]] = []
    for number in range(1, most + 2):
        answer = client.get(reverse(page), {"page": number})
        [table] = html.fromstring(answer.content.decode()).xpath("//table[@data-table]")
        heads = [_one_line(head.text_content()) for head in table.xpath("./thead/tr/th")]
        found = [[_one_line(cell.text_content()) for cell in row.xpath("./td")] for row in table.xpath("./tbody/tr")]
        lines = [dict(zip(heads, row, strict=True)) for row in found]
        if rows and lines and lines[-1] == rows[-1] and len(rows) >= most:
            return rows  # beyond the last page the last is shown again
        rows += lines
    return rows


def _same(shown: str, written: str, case: Case, column: str) -> bool:
    """Whether a cell of the screen says what the cell of the file says: all of it, or the beginning before the dots."""
    if written == "":
        return shown in NOTHING or column == "岗位"  # a risk of no position says there of what level it is
    begun = shown.rstrip("…").removesuffix("...").strip()
    if column in case.unlike and ((begun and written.startswith(begun)) or written in shown):
        return True
    return shown == written or (begun != shown and written.startswith(begun))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_the_file_says_what_the_screen_says(case: Case, unit: SmallUnit, settings: Any, django_db_blocker: Any) -> None:
    settings.PAGE_SIZE = 7
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(case.reader(unit))
        xlsx = client.get(reverse(case.export)).content
        text = client.get(reverse(case.export), {"format": "csv"}).content
        page = openpyxl.load_workbook(BytesIO(xlsx)).active
        cells = list(page.iter_rows())
        assert not any(cell.data_type == "f" for row in cells for cell in row), "a formula"
        at = next(n for n, row in enumerate(cells) if row[0].value == "序号")
        columns = [cell.value for cell in cells[at]]
        assert columns == case.columns.split()
        rows = [[_one_line(cell.value) for cell in row] for row in cells[at + 1 :] if isinstance(row[0].value, int)]
        assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        shown = _screen(client, case.page, len(rows))
    _prints(page, at + 1, len(columns))

    shown = shown[::-1] if case.newest_last else shown
    assert len(shown) == len(rows) >= 5
    wrong = [
        (number, column, seen, value)
        for number, (line, row) in enumerate(zip(shown, rows, strict=True), start=1)
        for column, value in zip(columns[1:], row[1:], strict=True)
        if not _same(seen := line[case.screen.get(column, column)], value, case, column)
    ]
    assert not wrong, wrong[:5]

    assert text.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    lines = list(csv.reader(StringIO(text.decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r", "＝")) for line in lines for cell in line)
    plain = [[_one_line(cell.removeprefix("'")) for cell in line] for line in lines]
    assert plain == [columns, *rows]


def _prints(page: Any, head: int, columns: int) -> None:
    """Frozen head, filters on, the head on each sheet of paper, across, as wide as the sheet and not too small to read."""
    last = openpyxl.utils.get_column_letter(columns)
    assert page.freeze_panes == f"A{head + 1}"
    assert page.auto_filter.ref.startswith(f"A{head}:{last}")
    assert page.print_title_rows == f"$1:${head}"
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    # Neighbours of one width stand in the file once.
    widths = [int(found.width) for found in page.column_dimensions.values() for _n in range(found.min, found.max + 1)]
    assert len(widths) == columns
    assert sum(widths) <= WIDEST_A3
    assert page.page_setup.paperSize == (9 if sum(widths) <= WIDEST_A4 else 8)
    assert all(cell.alignment.wrap_text for row in page.iter_rows(min_row=head, max_row=head + 1) for cell in row)


def test_the_worst_text_is_whole(unit: SmallUnit, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(unit.head)
        page = openpyxl.load_workbook(BytesIO(client.get(reverse("risks:register_export")).content)).active
    texts = {str(row[7].value) for row in page.iter_rows()}
    assert any(text.startswith(LONG) for text in texts)
