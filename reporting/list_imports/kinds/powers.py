"""Power items for the catalogue version being compiled (职权目录, domain §2 and §11)."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import Verdict, no
from common.xlsx.reading import to_text
from positions.models import (
    BodyKind,
    Catalogue,
    Department,
    HolderLevel,
    MajorMatter,
    Position,
    PowerCategory,
    PowerItem,
    Requirement,
    Unit,
)
from positions.permissions import powers as permissions
from positions.scopes import Scope
from positions.services import powers
from reporting.list_imports.cells import Cells, plain, words
from reporting.list_imports.fields import ListField
from reporting.list_imports.kinds.base import Entering, RowKind
from reporting.list_imports.table import Lines

CATEGORIES = {
    PowerCategory.DECISION: "决策 决策类 决策权 重大决策",
    PowerCategory.APPROVAL: "审批 审批类 审批权 行政审批 行政许可 许可 审核审批 审核",
    PowerCategory.SUPERVISION: "监管 监管类 监管权 监督 监督检查 监督管理 行政监管 行政检查",
    PowerCategory.ENFORCEMENT: "执法 执法类 执法权 行政执法 行政处罚 处罚 行政强制",
    PowerCategory.PERSONNEL: "人事 人事类 人事权 人事管理 干部人事",
    PowerCategory.FINANCE: "财务 财务类 财务权 财务管理 资金管理 财经",
}
MATTERS = {
    "": "无 否 不涉及 非三重一大",
    MajorMatter.DECISIONS: "重大决策 重大事项决策 重大问题决策 重大事项",
    MajorMatter.APPOINTMENTS: "重要干部任免 重要人事任免 干部任免",
    MajorMatter.PROJECTS: "重大项目安排 重大项目 重大项目投资",
    MajorMatter.FUNDS: "大额资金使用 大额度资金使用 大额资金 大额度资金 大额度资金运作",
}
CHECKS = {
    Requirement.FIVE_HANDS: "财务五级复合审批 五级复合审批 五级审批",
    Requirement.PANEL: "集体合议并由纪检参加 集体合议 合议",
    Requirement.COLLECTIVE: "集体议事、“一把手”末位表态 集体议事末位表态 末位表态 集体决策",
    Requirement.SEPARATION: "决策、执行、监督相分离 决策执行监督相分离 三权分离 相互分离",
}
LEADERSHIP = frozenset({"领导班子", "单位", "班子", "局领导", "单位领导班子", "党组", "党委"})
_NUMBER = 40
_DAYS = re.compile(r"(\d{1,4})个?工作日")
# Several checks in one cell stand in lines or after these marks; the comma within a name is none.
_BETWEEN = re.compile(r"[;\uff1b\n/|]+")
_MOST_DAYS = 3650

NO_DEPARTMENT = _("Say who holds the power: a department of the unit, or 领导班子.")
UNKNOWN_DEPARTMENT = _("The unit has no department of this name. Write one of: {names}, or 领导班子.")
UNKNOWN_POSITION = _("The department has no position of this name. Write one of: {names}, or leave the cell empty.")
NO_POSITIONS = _("The department has no positions. Leave the cell empty.")
SHOWN = 12


class Powers(RowKind):
    code = "powers"
    title = _("Power catalogue")
    about = _("Powers with basis, procedure and time limit, as drafts of the version being compiled. Flowcharts are drawn afterwards.")
    icon = "scale"
    main = "name"
    file_name = "职权目录导入模板"
    named = ("positions", "risks")
    foreign = ("流程图编号", "流程图", "联系电话", "岗位职责")
    fields = (
        ListField(
            "number",
            _("number"),
            "编号",
            "职权编号 权力编号 事项编号 职权代码 编码",
            limit=_NUMBER,
            width=12,
            note="可不填，不填的自动编号；同一版本内不能重复。",
        ),
        ListField(
            "category",
            _("power category"),
            "职权类别",
            "类别 权力类别 职权类型 权力类型 职权分类 类型",
            required=True,
            width=10,
            note="必填：决策、审批、监管、执法、人事、财务之一。相同类别可以合并单元格。",
        ),
        ListField(
            "name",
            _("name of the power"),
            "职权名称",
            "职权事项 权力名称 权力事项 职权项目 权力项目 事项名称 职权",
            "名称 事项 项目",
            required=True,
            limit=120,
            width=24,
            note="必填，最多120字。",
        ),
        ListField(
            "department",
            _("department"),
            "科室",
            "部门 处室 责任科室 责任部门 承办科室 承办机构 实施部门 所属科室 行使部门 权力归属",
            "单位 责任单位",
            width=16,
            note="由哪个科室行使，须与组织机构中的名称一致；由领导班子行使的填“领导班子”。没有此列时看“行使主体”。",
        ),
        ListField(
            "position",
            _("position"),
            "岗位",
            "岗位名称 行使岗位 责任岗位 职权岗位",
            width=14,
            note="由某一岗位行使时填写，须与组织机构中的名称一致；不填的为科室职权。",
        ),
        ListField(
            "basis",
            _("basis of its exercise"),
            "行使依据",
            "职权依据 法律依据 设定依据 政策依据 权力依据 依据 法定依据",
            lines=True,
            limit=5000,
            width=30,
            note="法律法规或文件名称及条款。",
        ),
        ListField(
            "subject", _("subject of its exercise"), "行使主体", "职权主体 实施主体 权力主体", "主体", lines=True, limit=5000, width=18
        ),
        ListField(
            "conditions", _("conditions of its exercise"), "行使条件", "办理条件 实施条件 申请条件 条件", lines=True, limit=5000, width=26
        ),
        ListField(
            "procedure",
            _("procedure of its exercise"),
            "行使程序",
            "办理程序 工作程序 运行程序 办理流程 工作流程 程序 流程",
            lines=True,
            limit=5000,
            width=30,
        ),
        ListField(
            "time_limit",
            _("time limit for handling"),
            "办理时限",
            "时限 法定时限 承诺时限 办结时限 办理期限",
            limit=120,
            width=14,
            note="如“15个工作日”，工作日数用于核对流程图。",
        ),
        ListField(
            "responsibility", _("responsibility"), "责任", "职权责任 责任事项 追责情形 责任追究 承担责任", lines=True, limit=5000, width=26
        ),
        ListField(
            "major_matter",
            _("category of major matter"),
            "三重一大类别",
            "三重一大 三重一大事项 是否三重一大",
            width=14,
            note="重大决策、重要干部任免、重大项目安排、大额资金使用之一；不属于的不填。",
        ),
        ListField(
            "requires",
            _("required checks"),
            "制衡要求",
            "权力制衡 制衡措施 制衡要求",
            lines=True,
            width=18,
            note="财务五级复合审批、集体合议并由纪检参加、集体议事末位表态、决策执行监督相分离；多项用分号隔开。",
        ),
        ListField(
            "disclosure",
            _("form and scope of disclosure"),
            "公开形式和范围",
            "公开形式 公开范围 公开方式 公开形式及范围",
            limit=200,
            width=18,
        ),
    )
    examples = (
        (
            "ZQ-01",
            "财务",
            "大额资金支付审批",
            "计划财务科",
            "",
            "《预算法》第五十七条",
            "计划财务科",
            "预算内、手续齐全",
            "经办人申请—科室负责人审核—财务审核—分管领导审批—主要领导审批",
            "5个工作日",
            "审核不严造成损失的，追究审核人责任",
            "大额资金使用",
            "财务五级复合审批",
            "内网公示",
        ),
        (
            "",
            "审批",
            "用印审批",
            "办公室",
            "文秘",
            "本单位印章管理办法",
            "办公室",
            "材料齐全",
            "申请—审核—用印登记",
            "1个工作日",
            "违规用印的，追究经办人责任",
            "",
            "",
            "单位内公开",
        ),
    )
    notes = ("导入的职权作为正在编制的版本中的草稿，随后绘制流程图并逐级提交审核。", "已有的职权保持不变，导入不修改、不删除任何内容。")

    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        return scope.unit_ids

    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        return scope.headed_unit_ids | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())

    def may(self, user: User, unit: Unit) -> Verdict:
        catalogue = _open(unit)
        if catalogue is None:
            return no(_("No version of the power catalogue is being compiled. The office of the leading group starts one first."))
        return permissions.may_create_item(user, catalogue)

    def list_url(self, unit: Unit) -> str:
        catalogue = _open(unit)
        return reverse("powers:catalogue", args=[catalogue.pk]) if catalogue else reverse("powers:index")

    def entering(self, unit: Unit, by: User) -> Entering:
        return _Entering(unit, by)

    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        for item, _before in objects:
            assert isinstance(item, PowerItem)
            powers.remove_item(item=item, by=by, reason=reason)


def _open(unit: Unit) -> Catalogue | None:
    found: Catalogue | None = Catalogue.objects.filter(unit=unit).unfinished().first()
    return found


class _Entering(Entering):
    def __init__(self, unit: Unit, by: User) -> None:
        super().__init__(unit, by)
        self.catalogue = _open(unit)
        self.categories, self.matters, self.checks = words(CATEGORIES), words(MATTERS), words(CHECKS)
        self.departments: dict[str, Department] = {d.name: d for d in Department.objects.open().filter(unit=unit)}
        self.by_name = {plain(name): department for name, department in self.departments.items()}
        self.leadership = {plain(name) for name in (unit.name, unit.short_name, *LEADERSHIP) if name}
        self.positions: dict[int | None, dict[str, Position]] = {}
        for position in Position.objects.open().filter(unit=unit):
            self.positions.setdefault(position.department_id, {})[plain(position.name)] = position
        self.written: set[str] = set()
        self.items: dict[Any, PowerItem] = {}
        for item in PowerItem.objects.filter(catalogue=self.catalogue):
            self._know(item)

    def look_ahead(self, lines: Lines) -> None:
        # A row without a number must not get one that a later row of the file has.
        column = lines.columns.get("number")
        if column is not None:
            rows = islice(lines.sheet.rows(), lines.first_row - 1, None)
            self.written |= {"".join(to_text(row[column]).split("\n")) for row in rows if column < len(row)}

    def _know(self, item: PowerItem) -> None:
        self.items["number", item.number] = item
        self.items["name", item.name, item.department_id, item.position_id] = item

    def read(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {
            code: cells.text(code)
            for code in ("number", "name", "basis", "subject", "conditions", "procedure", "time_limit", "responsibility", "disclosure")
        }
        values["category"] = cells.choice("category", self.categories, [several.split()[0] for several in CATEGORIES.values()])
        values["major_matter"] = cells.choice("major_matter", self.matters, [several.split()[0] for several in MATTERS.values()][1:])
        values["requires"] = self._requires(cells)
        values["department"], values["position"], values["level"] = self._holder(cells, values["subject"])
        found = _DAYS.search(plain(values["time_limit"]))
        values["time_limit_days"] = int(found[1]) if found and int(found[1]) <= _MOST_DAYS else None
        return values

    def _requires(self, cells: Cells) -> list[str]:
        chosen = []
        for part in _BETWEEN.split(cells.text("requires")):
            if not plain(part):
                continue
            code = self.checks.get(plain(part))
            if code is None:
                names = "\uff1b".join(several.split()[0] for several in CHECKS.values())
                cells.fault("requires", "unknown_choice", format_lazy(_("Not known. Write one of: {words}."), words=names), part)
            elif code not in chosen:
                chosen.append(code)
        return chosen

    def _holder(self, cells: Cells, subject: str) -> tuple[Department | None, Position | None, str]:
        code = "department" if cells.mapped("department") else "subject"
        named = cells.text("department") or (subject if code == "subject" or cells.mapped("subject") else "")
        key = plain(named)
        department = self.by_name.get(key)
        if not key:
            cells.fault(code, "missing", NO_DEPARTMENT)
        elif department is None and key not in self.leadership:
            names = "、".join(list(self.departments)[:SHOWN])
            cells.fault(code, "unknown_department", format_lazy(UNKNOWN_DEPARTMENT, names=names), named)
        post = cells.text("position")
        if not post or cells.failed:
            return department, None, HolderLevel.DEPARTMENT if department else HolderLevel.UNIT
        known = self.positions.get(department.pk if department else None, {})
        position = known.get(plain(post))
        if position is None:
            names = "、".join(one.name for one in list(known.values())[:SHOWN])
            cells.fault("position", "unknown_position", format_lazy(UNKNOWN_POSITION, names=names) if names else NO_POSITIONS, post)
        return department, position, HolderLevel.POSITION

    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        holder = values["position"] or values["department"]
        return [("number", values["number"]), ("name", (values["name"], holder) if values["name"] else None)]

    def existing(self, values: Mapping[str, Any]) -> PowerItem | None:
        department, position = values["department"], values["position"]
        named = ("name", values["name"], department.pk if department else None, position.pk if position else None)
        return self.items.get(("number", values["number"])) or self.items.get(named)

    def said(self, obj: PowerItem) -> Mapping[str, Any]:
        told = {code: getattr(obj, code) for code in powers.FIELDS if code not in ("department", "position", "level", "time_limit_days")}
        return told | {"department": obj.department, "position": obj.position}

    def create(self, values: Mapping[str, Any]) -> PowerItem:
        assert self.catalogue is not None
        item = powers.create_item(catalogue=self.catalogue, by=self.by, fields=dict(values), reserved=self.written)
        self._know(item)
        return item
