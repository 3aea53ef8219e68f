"""The three forms (承诺表): labels and order as domain §11 has them. A4 across, 方正小标宋 二号 title, tables in 仿宋_GB2312 小四."""

from dataclasses import dataclass
from functools import partial

from docx.shared import Mm, Pt
from docx.table import Table

from reporting.documents import parts
from reporting.documents.parts import control
from reporting.paper_templates.schema import Field, Kind, must


@dataclass(frozen=True, slots=True)
class Form:
    """One of the three forms: title, boxes above the risks (label and placeholder), columns of the risks with their widths."""

    title: str
    head: tuple[tuple[tuple[str, str], ...], ...]
    columns: tuple[tuple[str, str, int], ...]
    commitment: str


FORMS: dict[str, Form] = {
    "position": Form(
        "岗位廉政风险和自我防控承诺表",
        ((("姓名", "姓名"), ("科室（单位）", "科室"), ("职务（岗位）", "岗位")), (("岗位职责", "职责"),)),
        (
            ("职权事项", "职权事项", 30),
            ("流程环节", "流程环节", 26),
            ("廉政风险点", "风险点", 50),
            ("表现形式", "表现形式", 44),
            ("风险来源", "风险来源", 29),
            ("自评等级", "自评等级", 20),
            ("防控措施", "防控措施", 58),
        ),
        "本人承诺",
    ),
    "department": Form(
        "科室、单位廉政风险和防控承诺表",
        ((("科室（单位）", "科室"), ("负责人", "姓名")), (("参加查找人员", "参加人员"),), (("主要职责", "职责"),)),
        (
            ("职权事项", "职权事项", 30),
            ("流程环节", "流程环节", 22),
            ("廉政风险点", "风险点", 42),
            ("表现形式", "表现形式", 36),
            ("风险来源", "风险来源", 20),
            ("涉及岗位", "涉及岗位", 22),
            ("协作部门", "协作部门", 21),
            ("自评等级", "自评等级", 15),
            ("防控措施", "防控措施", 49),
        ),
        "承诺",
    ),
    "unit": Form(
        "单位廉政风险和防控承诺表",
        ((("单位", "单位"), ("主要负责人", "姓名")), (("班子成员", "参加人员"),)),
        (
            ("职权事项", "职权事项", 28),
            ("流程环节", "流程环节", 24),
            ("廉政风险点", "风险点", 46),
            ("表现形式", "表现形式", 40),
            ("风险来源", "风险来源", 26),
            ("三重一大类别", "三重一大类别", 22),
            ("自评等级", "自评等级", 20),
            ("防控措施", "防控措施", 51),
        ),
        "承诺",
    ),
}
_CENTRED = ("风险来源", "自评等级", "三重一大类别")

_RISK = {
    "职权事项": ("风险所在的职权事项", "工程款拨付"),
    "流程环节": ("风险所在的流程环节", "资料审核"),
    "风险点": ("风险点名称和内容", "超进度拨付工程款：未按合同约定进度审核"),
    "表现形式": ("风险的表现形式", "虚报工程量、提前拨付"),
    "风险来源": ("思想道德、岗位职责、业务流程、制度机制、外部环境", "业务流程"),
    "涉及岗位": ("科室风险涉及的岗位", "拨款经办岗"),
    "协作部门": ("协作部门", "财务科"),
    "三重一大类别": ("三重一大类别", "大额度资金使用"),
    "自评等级": ("自评等级；拟销号的为“建议销号”", "二级风险"),
    "防控措施": ("防控措施，逐条编号", "1.两人现场核量"),
}
_OPINION = (
    must("名称", "意见栏名称，如“分管领导审核意见”", "分管领导审核意见"),
    must("意见", "审核或评估意见；未审核的为空", "同意上报"),
    must("签名", "审核人签名和日期；未审核的留手写处", "签名：王强    2026年11月20日"),
)


def _fields(kind: str) -> tuple[Field, ...]:
    form = FORMS[kind]
    whose = {
        "position": (
            must("姓名", "填表人", "李敏"),
            must("科室", "填表人所在科室（单位）", "工程管理科"),
            must("岗位", "职务（岗位）", "拨款审核岗"),
            must("职责", "岗位职责", "负责工程款拨付资料的审核"),
        ),
        "department": (
            must("科室", "科室（单位）名称", "工程管理科"),
            must("姓名", "科室负责人", "李敏"),
            must("参加人员", "参加查找的人员", "李敏、赵刚、孙丽"),
            must("职责", "科室主要职责", "负责工程项目的组织实施"),
        ),
        "unit": (
            must("姓名", "主要负责人", "李敏"),
            must("参加人员", "班子成员", "李敏、赵刚、孙丽"),
            must("讨论时间", "领导班子讨论的时间", "2026年11月18日"),
            must("讨论参加人", "参加讨论的人员", "班子全体成员和纪委负责人"),
            must("讨论结论", "讨论的结论", "一致通过"),
        ),
    }[kind]
    rows = tuple(must(name, *_RISK[name]) for _label, name, _width in form.columns)
    return (
        must("年度说明", "“（2026年度）”或“（动态调整）”", "（2026年度）"),
        must("单位", "单位名称", "临江市工程局") if kind == "unit" else Field("单位", "单位名称", "临江市工程局"),
        *whose,
        must("风险清单", "查找出的风险，逐行列出", rows=rows),
        must("未发现理由", "未发现风险时的理由；有风险时为空", "本岗位不经手职权事项"),
        must("承诺内容", "承诺的正文", "认真履行职责，落实各项防控措施"),
        must("承诺签名", "承诺人签名和日期；未签字的留手写处", "签名：李敏    2026年11月16日"),
        must("意见清单", "各级审核、评估意见，逐栏列出", rows=_OPINION),
    )


def build(kind: str) -> bytes:
    """The product's template of a form."""
    form = FORMS[kind]
    paper = parts.sheet(landscape=True)
    parts.write(paper.add_paragraph(), form.title, parts.TITLE_FONT, parts.ERHAO, parts.CENTRE)
    line = paper.add_paragraph()
    line.paragraph_format.space_after = Pt(6)
    parts.write(line, "{{ 年度说明 }}", parts.BODY_FONT, parts.SANHAO, parts.CENTRE)
    table = parts.table(paper, [width for _label, _field, width in form.columns], whole=parts.ACROSS_WIDTH)
    for boxes in form.head:
        _head_row(table, boxes)
    _risk_rows(table, form)
    _box(table, form.commitment, "{{ 承诺内容 }}", "{{ 承诺签名 }}")
    if kind == "unit":
        _box(table, "领导班子讨论情况", "时间：{{ 讨论时间 }}", "", "参加人：{{ 讨论参加人 }}", "结论：{{ 讨论结论 }}")
    control(table, "for 栏 in 意见清单")
    _box(table, "{{ 栏.名称 }}", "{{ 栏.意见 }}", "{{ 栏.签名 }}")
    control(table, "endfor")
    return parts.finished(paper).getvalue()


def _head_row(table: Table, boxes: tuple[tuple[str, str], ...]) -> None:
    """Label and value side by side; the values share what the labels leave of the row."""
    cells = table.add_row().cells
    count = len(cells)
    free = count - len(boxes)
    at = 0
    for number, (label, field) in enumerate(boxes):
        parts.label(cells[at], label)
        share = free // len(boxes) + (1 if number >= len(boxes) - free % len(boxes) else 0)
        value = cells[at + 1].merge(cells[at + share]) if share > 1 else cells[at + 1]
        parts.fill(value, "{{ " + field + " }}")
        at += 1 + share
    parts.keep_together(table)
    table.rows[-1].height = Mm(9)


def _risk_rows(table: Table, form: Form) -> None:
    header = table.add_row()
    for cell, (label, _field, _width) in zip(header.cells, form.columns, strict=True):
        parts.label(cell, label)
    parts.repeat(table)
    control(table, "for 行 in 风险清单")
    for cell, (_label_text, field, _width) in zip(table.add_row().cells, form.columns, strict=True):
        parts.fill(cell, "{{ 行." + field + " }}", centred=field in _CENTRED)
    control(table, "endfor")
    control(table, "if 未发现理由")
    cells = table.add_row().cells
    parts.fill(cells[0].merge(cells[-1]), "经排查，未发现廉政风险。理由：{{ 未发现理由 }}")
    control(table, "endif")


def _box(table: Table, label: str, text: str, signature: str, *more: str) -> None:
    """A row with a label and room for a text, signed at the right."""
    cells = table.add_row().cells
    parts.label(cells[0], label)
    box = cells[1].merge(cells[-1])
    parts.fill(box, text)
    for line in more:
        parts.write(box.add_paragraph(), line, parts.BODY_FONT, parts.XIAOSI)
    if signature:
        parts.signature(box, signature)
    parts.keep_together(table)
    table.rows[-1].height = Mm(22)  # room to write and sign by hand


KINDS = tuple(Kind(f"form_{code}", "承诺表", form.title, _fields(code), partial(build, code)) for code, form in FORMS.items())
