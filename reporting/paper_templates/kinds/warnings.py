"""The papers of warnings and talks, fields in the order of domain §11.

Letters are upright A4 with 仿宋 三号 and numbered headings (一、二、…); tables 小四.
"""

from docx.document import Document as Paper
from docx.shared import Pt

from reporting.documents import parts
from reporting.paper_templates.schema import Field, Kind, must

_NUMBERS = "一二三四五六七八九十"
_GROUP, _TALKS = "廉情预警", "约谈"
_SUBJECT = must("被预警对象", "被预警的单位或个人（职务）", "孙丽（财务科科长）")
_DATE = must("日期", "落款日期；未签发的留手写处", "2026年11月21日")
_NUMBER = must("文号", "预警文号；未签发的为空", "廉预〔2026〕3号")


def build_notice() -> bytes:
    """《廉政风险预警通知书》 with its receipt (送达回执)."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "廉政风险预警通知书", "{{ 文号 }}")
    parts.line(paper, "{{ 被预警对象 }}：", indent=False)
    _sections(paper, "预警等级", "预警事由及依据", "整改纠偏要求", "第一责任人", "整改期限", "回告要求")
    parts.closing(paper, "{{ 签发单位 }}（盖章处）", "{{ 日期 }}")
    parts.line(paper, "", indent=False)
    parts.line(paper, "送达回执", alignment=parts.CENTRE, heading=True)
    paper.paragraphs[-1].paragraph_format.space_after = Pt(6)
    table = parts.table(paper, [44, 112], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(table, ("文号", "{{ 文号 }}"))
    parts.pairs(table, ("被预警单位（个人）", "{{ 被预警对象 }}"))
    parts.pairs(table, ("签收人", "{{ 签收人 }}"))
    parts.pairs(table, ("签收时间", "{{ 签收时间 }}"))
    return parts.finished(paper).getvalue()


def build_advice() -> bytes:
    """《纪检建议书》."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "纪检建议书", "{{ 文号 }}")
    parts.line(paper, "{{ 主送 }}：", indent=False)
    _sections(paper, "存在的问题", "建议", "反馈期限")
    parts.closing(paper, "{{ 落款单位 }}（盖章处）", "{{ 日期 }}")
    return parts.finished(paper).getvalue()


def build_report() -> bytes:
    """《整改情况报告》 with the opinion of who verified it."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "整改情况报告", "预警文号：{{ 预警文号 }}")
    parts.line(paper, "报告单位（个人）：{{ 报告单位 }}", indent=False)
    _section(paper, 1, "成因分析")
    _section(paper, 2, "整改措施及完成情况", "整改情况")
    parts.room(paper)
    table = parts.table(paper, [14, 58, 40, 44], whole=parts.UPRIGHT_WIDTH)
    parts.header(table, ["序号", "整改措施", "完成时限", "完成情况"])
    parts.control(table, "for 行 in 措施清单")
    parts.values(table, ["{{ 行.序号 }}", "{{ 行.措施 }}", "{{ 行.完成时限 }}", "{{ 行.完成情况 }}"], centred=(0, 2))
    parts.control(table, "endfor")
    _section(paper, 3, "建章立制情况")
    _section(paper, 4, "今后打算")
    parts.closing(paper, "签名：{{ 报告人 }}", "{{ 日期 }}")
    parts.line(paper, "", indent=False)
    opinion = parts.table(paper, [30, 126], whole=parts.UPRIGHT_WIDTH)
    parts.box(opinion, "核验意见", "{{ 核验意见 }}", "{{ 核验签名 }}", height=40)
    parts.keep_together(opinion)
    return parts.finished(paper).getvalue()


def build_talk() -> bytes:
    """《约谈（诫勉谈话）记录》."""
    return _record("{{ 标题 }}", "谈话", "谈话内容", "书面检查", collective=False)


def build_collective() -> bytes:
    """《集体谈话记录》."""
    return _record("{{ 标题 }}", "谈话", "谈话内容", "书面检查", collective=True)


def build_inquiry() -> bytes:
    """《函询记录》: nobody met, so no place and nobody who took the record."""
    return _record("{{ 标题 }}", "函询", "函询事项", "书面回复", collective=False)


def _record(title: str, word: str, text: str, answer: str, *, collective: bool) -> bytes:
    paper = parts.sheet(landscape=False)
    parts.title(paper, title)
    table = parts.table(paper, [30, 50, 22, 54], whole=parts.UPRIGHT_WIDTH)
    if word == "函询":
        parts.pairs(table, ("发函时间", "{{ 发函时间 }}"))
    else:
        parts.pairs(table, ("时间", "{{ 时间 }}"), ("地点", "{{ 地点 }}"))
    parts.pairs(table, (f"{word}人", "{{ " + word + "人 }}"), ("单位职务", "{{ " + word + "人职务 }}"))
    if word != "函询":
        parts.pairs(table, ("记录人", "{{ 记录人 }}"), ("单位职务", "{{ 记录人职务 }}"))
    asked = ("{{ " + word + "对象 }}", "{{ " + word + "对象职务 }}")
    parts.pairs(table, (f"{word}对象", asked[0]), *([] if collective else [("单位职务", asked[1])]))
    parts.box(table, "事由", "{{ 事由 }}", height=14)
    parts.box(table, text, "{{ " + text + " }}", height=70)
    parts.control(table, f"if {answer}")
    parts.box(table, answer, "{{ " + answer + " }}")
    parts.control(table, "endif")
    for who in (f"{word}对象", f"{word}人"):
        parts.box(table, f"{who}意见", "{{ " + who + "意见 }}", "{{ " + who + "签名 }}")
    return parts.finished(paper).getvalue()


def _sections(paper: Paper, *names: str) -> None:
    for number, name in enumerate(names, start=1):
        _section(paper, number, name)


def _section(paper: Paper, number: int, heading: str, name: str = "") -> None:
    parts.line(paper, f"{_NUMBERS[number - 1]}、{heading}", heading=True)
    parts.line(paper, "{{ " + (name or heading) + " }}")


def _talk_fields(
    word: str, title: str, text: tuple[str, str, str], answer: tuple[str, str], *, collective: bool = False
) -> tuple[Field, ...]:
    if word == "函询":
        where: tuple[Field, ...] = (must("发函时间", "发函的时间", "2026年11月12日09:30"),)
        recorder: tuple[Field, ...] = ()
    else:
        where = (must("时间", "谈话的时间", "2026年11月12日09:30"), must("地点", "谈话的地点", "第二会议室"))
        recorder = (must("记录人", "记录人姓名", "周宁"), must("记录人职务", "记录人单位职务", "纪检监察室副主任"))
    if collective:
        asked: tuple[Field, ...] = (must(f"{word}对象", "全体谈话对象，每人一行：姓名（单位职务）", "孙丽（财务科科长）"),)
    else:
        asked = (must(f"{word}对象", f"{word}对象姓名", "孙丽"), must(f"{word}对象职务", f"{word}对象单位职务", "财务科科长"))
    return (
        must("标题", "记录的名称，按谈话种类", title),
        *where,
        must(f"{word}人", f"{word}人姓名", "陈刚"),
        must(f"{word}人职务", f"{word}人单位职务", "纪委书记"),
        *recorder,
        *asked,
        must("事由", f"{word}的事由", "报销审核把关不严"),
        must(*text),
        Field(*answer, "今后将逐票核对后再签字"),
        must(f"{word}对象意见", f"{word}对象意见；拒签的写明原因", "对记录无异议"),
        must(f"{word}对象签名", f"{word}对象签名和日期；未确认的留手写处", "签名：孙丽    2026年11月13日"),
        must(f"{word}人意见", f"{word}人意见", "认识到位，继续观察"),
        must(f"{word}人签名", f"{word}人签名和日期；未办结的留手写处", "签名：陈刚    2026年11月14日"),
    )


_MEASURE = (
    must("序号", "序号", "1"),
    must("措施", "整改措施", "重新核定报销权限"),
    must("完成时限", "完成时限", "2026年12月15日"),
    must("完成情况", "是否完成和说明", "已完成。已印发执行"),
)
_TALKED = ("谈话内容", "谈话的内容", "询问报销审核经过，提出整改要求")
_WRITTEN = ("书面检查", "本人的书面检查；没有的为空")

KINDS = (
    Kind(
        "warning_notice",
        _GROUP,
        "廉政风险预警通知书（附送达回执）",
        (
            _NUMBER,
            _SUBJECT,
            must("预警等级", "预警等级", "三级（一般预警）。"),
            must("预警事由及依据", "事由和依据", "报销单据审核流于形式"),
            must("整改纠偏要求", "整改纠偏的要求", "完善报销审核制度"),
            must("第一责任人", "第一责任人及其身份", "王强（分管领导）"),
            must("整改期限", "整改期限", "2026年12月31日前"),
            must("回告要求", "分析成因、制定措施和书面报告的期限", "请于签收后5个工作日内书面报告整改情况。"),
            must("签发单位", "签发的纪委", "临江市工程局纪委"),
            _DATE,
            must("签收人", "签收人；未签收的为空", "孙丽签收"),
            must("签收时间", "签收时间；未签收的留手写处", "2026年11月22日10:15"),
        ),
        build_notice,
    ),
    Kind(
        "disciplinary_advice",
        _GROUP,
        "纪检建议书",
        (
            must("文号", "文号，编号由纪委手写", "纪建〔2026〕    号"),
            must("主送", "主送单位、科室或个人", "财务科"),
            must("存在的问题", "存在的问题及依据", "报销单据审核流于形式"),
            must("建议", "纪检建议", "完善报销审核制度"),
            must("反馈期限", "书面反馈的期限", "请于2026年12月31日前书面反馈。"),
            must("落款单位", "落款的纪委", "临江市工程局纪委"),
            _DATE,
        ),
        build_advice,
    ),
    Kind(
        "rectification_report",
        _GROUP,
        "整改情况报告",
        (
            must("预警文号", "预警文号", "廉预〔2026〕3号"),
            must("报告单位", "报告单位或个人", "孙丽（财务科科长）"),
            must("成因分析", "成因分析", "审核职责不清"),
            must("整改情况", "整改措施及完成情况的文字说明", "已对全年单据复核一遍"),
            must("措施清单", "整改措施，逐行列出", rows=_MEASURE),
            must("建章立制情况", "建章立制情况和制度名称", "《报销审核办法》"),
            must("今后打算", "今后打算", "每季度抽查一次"),
            must("报告人", "报告人；未提交的留手写处", "刘洋"),
            _DATE,
            must("核验意见", "核验结论和意见；未核验的为空", "整改到位。"),
            must("核验签名", "核验人签名和日期；未核验的留手写处", "签名：陈刚    2026年12月28日"),
        ),
        build_report,
    ),
    Kind("talk_record", _TALKS, "约谈（诫勉谈话）记录", _talk_fields("谈话", "诫勉谈话记录", _TALKED, _WRITTEN), build_talk),
    Kind(
        "collective_talk",
        _TALKS,
        "集体谈话记录",
        _talk_fields("谈话", "集体谈话记录", _TALKED, _WRITTEN, collective=True),
        build_collective,
    ),
    Kind(
        "inquiry_record",
        _TALKS,
        "函询记录",
        _talk_fields("函询", "函询记录", ("函询事项", "函询的事项", "请说明报销审核经过"), ("书面回复", "本人的书面回复；没有的为空")),
        build_inquiry,
    ),
)
