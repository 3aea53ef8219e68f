"""The papers of the quarterly assessment: 《廉政审查意见》 for one person or a list, 《季度廉政考核结果单》 (domain §11). Upright A4."""

from reporting.documents import parts
from reporting.paper_templates.schema import Field, Kind, must

_GROUP = "廉政考核与审查"
_BY_HAND = "签名：              年    月    日"

_ASKED = (
    must("编号", "审查编号", "廉审〔2026〕8号"),
    must("申请事由", "申请事由和用途", "年度评优（2026年度评先评优）"),
)
_SIGNED = (
    must("经办", "经办人", "周宁"),
    must("落款单位", "落款的纪委或组织人事部门", "临江市工程局纪委"),
    must("日期", "落款日期", "2026年11月21日"),
)


def build_certificate() -> bytes:
    """《廉政审查意见》 on one person."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "廉政审查意见", "{{ 编号 }}")
    table = parts.table(paper, [28, 50, 28, 50], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(table, ("申请事由", "{{ 申请事由 }}"))
    parts.pairs(table, ("审查对象", "{{ 审查对象 }}"), ("单位职务", "{{ 单位职务 }}"))
    parts.pairs(table, ("审查时点", "{{ 审查时点 }}"), ("结论", "{{ 结论 }}"))
    parts.box(table, "依据", "{{ 依据 }}", height=70)
    parts.pairs(table, ("经办", "{{ 经办 }}"), ("经办日期", "{{ 经办日期 }}"))
    parts.box(table, "审核", "", _BY_HAND, height=34)
    parts.keep_together(table)
    parts.closing(paper, "{{ 落款单位 }}（盖章处）", "{{ 日期 }}")
    return parts.finished(paper).getvalue()


def build_opinion() -> bytes:
    """《廉政审查意见》 on a list."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "廉政审查意见", "{{ 编号 }}")
    facts = parts.table(paper, [28, 50, 28, 50], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(facts, ("申请事由", "{{ 申请事由 }}"))
    parts.pairs(facts, ("审查时点", "{{ 审查时点 }}"), ("审查对象", "{{ 审查人数 }}"))
    parts.pairs(facts, ("结论", "{{ 结论汇总 }}"))
    parts.line(paper, "", indent=False)
    table = parts.table(paper, [14, 22, 40, 22, 58], whole=parts.UPRIGHT_WIDTH)
    columns = ["序号", "姓名", "单位职务", "结论", "依据"]
    parts.header(table, columns)
    parts.control(table, "for 行 in 人员清单")
    parts.values(table, ["{{ 行." + name + " }}" for name in columns], centred=(0, 1, 3))
    parts.control(table, "endfor")
    parts.line(paper, "", indent=False)
    signed = parts.table(paper, [28, 50, 28, 50], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(signed, ("经办", "{{ 经办 }}"), ("审核", ""))
    parts.closing(paper, "{{ 落款单位 }}（盖章处）", "{{ 日期 }}")
    return parts.finished(paper).getvalue()


def build_result() -> bytes:
    """《季度廉政考核结果单》: how the score came about, the grade and what follows from it."""
    paper = parts.sheet(landscape=False)
    parts.head(paper, "季度廉政考核结果单", "{{ 考核季度 }}")
    table = parts.table(paper, [28, 48, 32, 48], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(table, ("姓名", "{{ 姓名 }}"), ("科室（单位）", "{{ 科室 }}"))
    parts.pairs(table, ("职务", "{{ 职务 }}"), ("类别", "{{ 类别 }}"))
    parts.line(paper, "", indent=False)
    methods = parts.table(paper, [36, 24, 56, 40], whole=parts.UPRIGHT_WIDTH)
    parts.header(methods, ["考核方式", "权重", "计算", "计入得分"])
    parts.control(methods, "for 行 in 计分清单")
    parts.values(methods, ["{{ 行.考核方式 }}", "{{ 行.权重 }}", "{{ 行.计算 }}", "{{ 行.计入得分 }}"], centred=(1, 3))
    parts.control(methods, "endfor")
    parts.pairs(methods, ("总分", "{{ 总分 }}"), ("等次", "{{ 等次 }}"))
    parts.line(paper, "", indent=False)
    opinions = parts.table(paper, [28, 128], whole=parts.UPRIGHT_WIDTH)
    parts.control(opinions, "if 更正说明")
    parts.box(opinions, "更正说明", "{{ 更正说明 }}")
    parts.control(opinions, "endif")
    parts.box(opinions, "结果运用", "{{ 结果运用 }}")
    parts.box(opinions, "纪委审核", "{{ 审核意见 }}", "{{ 审核签名 }}")
    parts.box(opinions, "党委确认", "", "{{ 确认签名 }}")
    parts.box(opinions, "本人签收", "", _BY_HAND)
    return parts.finished(paper).getvalue()


_PERSON = (
    must("序号", "序号", "1"),
    must("姓名", "姓名", "孙丽"),
    must("单位职务", "单位职务", "财务科科长"),
    must("结论", "同意、不同意或需说明", "需说明"),
    must("依据", "作出结论的依据", "2026年第三季度考核等次为一般"),
)
_METHOD = (
    must("考核方式", "监督检查、民主测评、个别谈话、廉政档案", "民主测评"),
    must("权重", "权重", "40%"),
    must("计算", "计算过程；未计分的写明原因", "90.00 × 40%"),
    must("计入得分", "计入总分的得分", "36.00"),
)

KINDS = (
    Kind(
        "eligibility_certificate",
        _GROUP,
        "廉政审查意见（单人）",
        (
            *_ASKED,
            must("审查对象", "被审查人姓名", "孙丽"),
            must("单位职务", "被审查人单位职务", "财务科科长"),
            must("审查时点", "审查时点", "2026年11月20日"),
            must("结论", "同意、不同意或需说明", "需说明"),
            must("依据", "作出结论的依据，逐条列出", "2026年第三季度考核等次为一般"),
            must("经办日期", "经办日期", "2026年11月19日"),
            *_SIGNED,
        ),
        build_certificate,
    ),
    Kind(
        "eligibility_opinion",
        _GROUP,
        "廉政审查意见（名单）",
        (
            *_ASKED,
            must("审查时点", "审查时点", "2026年11月20日"),
            must("审查人数", "审查对象人数", "12人"),
            must("结论汇总", "各结论的人数", "同意10人，需说明2人"),
            must("人员清单", "审查对象，逐行列出", rows=_PERSON),
            *_SIGNED,
        ),
        build_opinion,
    ),
    Kind(
        "result_sheet",
        _GROUP,
        "季度廉政考核结果单",
        (
            must("考核季度", "年份和季度", "2026年第3季度"),
            must("姓名", "被考核人姓名", "孙丽"),
            must("科室", "科室（单位）", "财务科"),
            must("职务", "职务", "科长"),
            must("类别", "领导班子成员、部门负责人或一般干部", "部门负责人"),
            must("计分清单", "各考核方式的得分，逐行列出", rows=_METHOD),
            must("总分", "总分", "86.50"),
            must("等次", "等次", "良好"),
            Field("更正说明", "更正原结果的说明；不是更正的为空", "原民主测评得分录入有误"),
            must("结果运用", "评先评优、提拔任用、岗位调整的限制", "2026年度不得评先评优。"),
            must("审核意见", "纪委审核意见", "同意该结果"),
            must("审核签名", "纪委审核人和日期；未审核的留手写处", "陈刚    2026年10月12日"),
            must("确认签名", "党委确认人和日期；未确认的留手写处", "高远    2026年10月15日"),
        ),
        build_result,
    ),
)
