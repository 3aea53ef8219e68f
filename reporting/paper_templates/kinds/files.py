"""《廉政档案》 of one person and 《年度廉政风险防控工作报告》. Upright A4."""

from docx.shared import Pt

from reporting.documents import parts
from reporting.paper_templates.schema import Field, Kind, must

_GROUP = "档案与报告"


def build_integrity() -> bytes:
    """《廉政档案》: who it is about, the approval it is read under (none for the own file), what is in it."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "廉政档案", "{{ 编号 }}")
    table = parts.table(paper, [26, 54, 26, 50], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(table, ("姓名", "{{ 姓名 }}"), ("工号", "{{ 工号 }}"))
    parts.pairs(table, ("单位", "{{ 单位 }}"), ("职务", "{{ 职务 }}"))
    parts.control(table, "if 查阅事由")
    parts.pairs(table, ("查阅事由", "{{ 查阅事由 }}"))
    parts.pairs(table, ("批准人", "{{ 批准人 }}"), ("有效期至", "{{ 有效期至 }}"))
    parts.control(table, "endif")
    parts.pairs(table, ("查阅人", "{{ 查阅人 }}"), ("查阅日期", "{{ 查阅日期 }}"))
    parts.steer(paper, "for 部分 in 档案内容")
    parts.line(paper, "{{ 部分.标题 }}", heading=True)
    parts.room(paper)
    parts.steer(paper, "if 部分.记录")
    entries = parts.table(paper, [30, 52, 74], whole=parts.UPRIGHT_WIDTH)
    columns = ["日期", "事项", "内容"]
    parts.header(entries, columns)
    parts.control(entries, "for 行 in 部分.记录")
    parts.values(entries, ["{{ 行." + name + " }}" for name in columns], centred=(0,))
    parts.control(entries, "endfor")
    parts.steer(paper, "else")
    parts.line(paper, "{{ 部分.无记录说明 }}")
    parts.steer(paper, "endif")
    parts.steer(paper, "endfor")
    parts.line(paper, "")
    parts.line(paper, "本档案内容涉及个人信息，仅限查阅事由使用，不得复制、外传。")
    return parts.finished(paper).getvalue()


def build_annual() -> bytes:
    """The committee's texts, the figures of the year beside the one before, pictures."""
    paper = parts.sheet(landscape=False)
    parts.title(paper, "{{ 单位 }}")
    parts.title(paper, "{{ 年度 }}年度廉政风险防控工作报告")
    parts.steer(paper, "if 稿次")
    parts.line(paper, "{{ 稿次 }}", alignment=parts.CENTRE)
    parts.steer(paper, "endif")
    _text(paper, "一、工作开展情况", "工作开展情况")
    parts.line(paper, "二、主要数据", heading=True)
    parts.line(paper, "{{ 数据说明 }}")
    parts.steer(paper, "for 组 in 主要数据")
    parts.line(paper, "{{ 组.标题 }}", heading=True)
    parts.room(paper)
    parts.steer(paper, "if 组.数据")
    table = parts.table(paper, [72, 28, 28, 28], whole=parts.UPRIGHT_WIDTH)
    parts.header(table, ["项目", "{{ 年度 }}年", "{{ 上年度 }}年", "增减"])
    parts.control(table, "for 行 in 组.数据")
    parts.values(table, ["{{ 行.项目 }}", "{{ 行.本年 }}", "{{ 行.上年 }}", "{{ 行.增减 }}"], centred=(1, 2, 3))
    parts.control(table, "endfor")
    parts.steer(paper, "else")
    parts.line(paper, "无。")
    parts.steer(paper, "endif")
    parts.steer(paper, "if 组.统计图")
    picture = paper.add_paragraph()
    picture.paragraph_format.space_before = Pt(10)
    parts.write(picture, "{{ 组.统计图 }}", parts.BODY_FONT, parts.XIAOSI, parts.CENTRE)
    parts.steer(paper, "endif")
    parts.steer(paper, "endfor")
    _text(paper, "三、主要成效", "主要成效")
    _text(paper, "四、存在问题", "存在问题")
    _text(paper, "五、下一步打算", "下一步打算")
    parts.closing(paper, "{{ 落款单位 }}", "{{ 日期 }}")
    return parts.finished(paper).getvalue()


def _text(paper: parts.Paper, heading: str, name: str) -> None:
    parts.line(paper, heading, heading=True)
    parts.line(paper, "{{ " + name + " }}")


_ENTRY = (
    must("日期", "日期", "2026-05-08"),
    must("事项", "事项", "季度廉政考核"),
    must("内容", "内容、标注和本人签字情况", "等次：良好"),
)
_SECTION = (
    must("标题", "带序号的标题", "一、任职情况"),
    must("记录", "本部分的记录，逐行列出", rows=_ENTRY),
    must("无记录说明", "没有记录时的说明", "任职记录：无。"),
)
_FIGURE = (
    must("项目", "统计项目", "一级风险点"),
    must("本年", "本年数", "18项"),
    must("上年", "上年数", "21项"),
    must("增减", "增减", "减少3项"),
)
_FIGURES = (
    must("标题", "带序号的标题", "（一）风险排查"),
    must("数据", "本组数据，逐行列出", rows=_FIGURE),
    Field("统计图", "本组的统计图，由系统绘制；没有图的为空", is_picture=True),
)

KINDS = (
    Kind(
        "integrity_file",
        _GROUP,
        "廉政档案",
        (
            must("编号", "查阅申请编号；查阅本人档案的为“本人查阅”", "廉档〔2026〕5号"),
            must("姓名", "档案所属人", "孙丽"),
            must("工号", "工号", "B016"),
            must("单位", "单位", "临江市工程局"),
            must("职务", "职务", "财务科科长"),
            must("查阅事由", "查阅事由；查阅本人档案的为空", "干部考察：拟任副局长"),
            must("批准人", "批准人和日期", "陈刚 2026年11月10日"),
            must("有效期至", "批准的截止日期", "2026年11月30日"),
            must("查阅人", "查阅人", "周宁"),
            must("查阅日期", "查阅日期", "2026年11月21日"),
            must("档案内容", "档案各部分", rows=_SECTION),
        ),
        build_integrity,
    ),
    Kind(
        "annual_report",
        _GROUP,
        "年度廉政风险防控工作报告",
        (
            must("单位", "单位名称", "临江市工程局"),
            must("年度", "报告年度", "2026"),
            must("上年度", "对比年度", "2025"),
            must("稿次", "“（讨论稿）”“（送审稿）”等；定稿为空", "（送审稿）"),
            must("工作开展情况", "纪委填写的文字", "组织开展全员排查"),
            must("数据说明", "数据的截止日期和范围", "数据截至2026年12月31日，与2025年度比较。"),
            must("主要数据", "各组数据", rows=_FIGURES),
            must("主要成效", "纪委填写的文字", "重点岗位风险明显下降"),
            must("存在问题", "纪委填写的文字", "少数科室措施落实不及时"),
            must("下一步打算", "纪委填写的文字", "强化季度督查"),
            must("落款单位", "落款的纪委", "临江市工程局纪委"),
            must("日期", "批准日期；未批准的留手写处", "2027年1月15日"),
        ),
        build_annual,
    ),
)
