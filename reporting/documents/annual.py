"""《年度廉政风险防控工作报告》: the committee's texts, the figures of the year beside the one before, pictures. Upright A4, Chinese."""

import io

from django.utils import timezone, translation

from reporting.annual.figures import Figures, Group
from reporting.annual.models import AnnualReport
from reporting.annual.states import ReportState
from reporting.documents import parts
from reporting.documents.charts import Series, bar_chart
from reporting.documents.parts import Paper, day_in_words

_MARKS = {ReportState.DRAFT: "（讨论稿）", ReportState.SUBMITTED: "（送审稿）", ReportState.SUPERSEDED: "（已被新版本替代）"}
_NUMBERS = "一二三四五六七八九十"


def report_file(report: AnnualReport, figures: Figures) -> io.BytesIO:
    """The report as .docx, positioned at its beginning. Who may read it is for the caller to decide."""
    with translation.override("zh-hans"):
        paper = parts.sheet(landscape=False)
        parts.title(paper, str(report.unit))
        parts.title(paper, f"{report.year}年度廉政风险防控工作报告")
        mark = _MARKS.get(ReportState(report.state), "")
        if mark:
            parts.line(paper, mark, alignment=parts.CENTRE)
        _text(paper, "一、工作开展情况", report.work_done)
        parts.line(paper, "二、主要数据", heading=True)
        parts.line(paper, f"数据截至{day_in_words(figures.on)}，与{figures.year - 1}年度比较。廉情线索不列入本报告。")
        for number, group in enumerate(figures.groups):
            _group(paper, f"（{_NUMBERS[number]}）{group.title}", group, figures.year)
        _text(paper, "三、主要成效", report.effects)
        _text(paper, "四、存在问题", report.problems)
        _text(paper, "五、下一步打算", report.plans)
        on = timezone.localdate(report.approved_at) if report.approved_at else None
        parts.closing(paper, f"{report.unit}纪委", day_in_words(on))
        return parts.finished(paper)


def report_name(report: AnnualReport) -> str:
    """The name of the file."""
    mark = _MARKS.get(ReportState(report.state), "")
    return f"{report.unit}{report.year}年度廉政风险防控工作报告-第{report.number}版{mark}"


def _text(paper: Paper, heading: str, words: str) -> None:
    parts.line(paper, heading, heading=True)
    parts.line(paper, words or "（未填写）")


def _group(paper: Paper, heading: str, group: Group, year: int) -> None:
    parts.line(paper, heading, heading=True)
    if not group.rows:
        parts.line(paper, "无。")
        return
    table = parts.table(paper, [72, 28, 28, 28], whole=parts.UPRIGHT_WIDTH)
    parts.header(table, ["项目", f"{year}年", f"{year - 1}年", "增减"])
    for row in group.rows:
        parts.values(table, [row.label, *row.shown])
    rows = group.pictured
    if rows:
        series = [Series(f"{year - 1}年", [row.before or 0 for row in rows]), Series(f"{year}年", [row.now or 0 for row in rows])]
        bar_chart(paper, group.title, [row.label for row in rows], series, percent=rows[0].is_percent)
