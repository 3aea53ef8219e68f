"""What stands on 《年度廉政风险防控工作报告》: the committee's texts, the figures of the year beside the one before, pictures."""

from typing import Any

from django.utils import timezone, translation

from reporting.annual.figures import Figures, Group
from reporting.annual.models import AnnualReport
from reporting.annual.states import ReportState
from reporting.documents.charts import Picture, Series
from reporting.documents.parts import day_in_words
from reporting.paper_templates.rendering import PaperFile, paper

_MARKS = {ReportState.DRAFT: "（讨论稿）", ReportState.SUBMITTED: "（送审稿）", ReportState.SUPERSEDED: "（已被新版本替代）"}
_COLUMNS = ("项目", "本年", "上年", "增减")
_UNWRITTEN = "（未填写）"
_NUMBERS = "一二三四五六七八九十"


def report_file(report: AnnualReport, figures: Figures) -> PaperFile:
    """The report as .docx, positioned at its beginning. Who may read it is for the caller to decide."""
    with translation.override("zh-hans"):
        on = timezone.localdate(report.approved_at) if report.approved_at else None
        values = {
            "单位": report.unit,
            "年度": report.year,
            "上年度": report.year - 1,
            "稿次": _MARKS.get(ReportState(report.state), ""),
            "工作开展情况": report.work_done or _UNWRITTEN,
            "数据说明": f"数据截至{day_in_words(figures.on)}，与{figures.year - 1}年度比较。廉情线索不列入本报告。",
            "主要数据": [
                _group(f"（{_NUMBERS[number]}）{group.title}", group, figures.year) for number, group in enumerate(figures.groups)
            ],
            "主要成效": report.effects or _UNWRITTEN,
            "存在问题": report.problems or _UNWRITTEN,
            "下一步打算": report.plans or _UNWRITTEN,
            "落款单位": f"{report.unit}纪委",
            "日期": day_in_words(on),
        }
        return paper("annual_report", unit_id=report.unit_id, values=values)


def report_name(report: AnnualReport) -> str:
    """The name of the file."""
    mark = _MARKS.get(ReportState(report.state), "")
    return f"{report.unit}{report.year}年度廉政风险防控工作报告-第{report.number}版{mark}"


def _group(heading: str, group: Group, year: int) -> dict[str, Any]:
    rows = group.pictured
    series = [Series(f"{year - 1}年", [row.before or 0 for row in rows]), Series(f"{year}年", [row.now or 0 for row in rows])]
    drawn = Picture(group.title, [row.label for row in rows], series, percent=rows[0].is_percent) if rows else ""
    return {"标题": heading, "数据": [dict(zip(_COLUMNS, [row.label, *row.shown], strict=True)) for row in group.rows], "统计图": drawn}
