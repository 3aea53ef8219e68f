"""Rules of the library (制度库, domain §2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import Verdict
from positions.models import BodyKind, Department, Rule, Unit
from positions.permissions import rules as permissions
from positions.scopes import Scope
from positions.services import rules
from positions.states import RuleState
from reporting.list_imports.cells import Cells, plain, words
from reporting.list_imports.fields import ListField
from reporting.list_imports.kinds.base import Entering, RowKind

STATES = {
    RuleState.IN_FORCE: "现行有效 有效 现行 执行中 已施行 已印发 在用 已制定",
    RuleState.TO_MAKE: "待制定 拟制定 未制定 制定中 待建立 修订中",
    RuleState.REPEALED: "已废止 废止 失效 已失效 停止执行",
}
UNKNOWN_DEPARTMENT = _("The unit has no department of this name. Write one of: {names}.")
REPEALED = _("Repealed rules are not entered in the library. Delete the row.")
NO_NUMBER = _("A rule in force needs its document number.")
NO_DATE = _("A rule in force needs the date since which it is in force.")
DATE_OF_NONE = _("A rule that is still to be made has no such date. Clear the cell, or correct the state.")
SHOWN = 12


class Rules(RowKind):
    code = "rules"
    title = _("Rules library")
    about = _("Rules in force and rules that are still to be made, with number, date and the department in charge.")
    icon = "book"
    main = "title"
    file_name = "制度库导入模板"
    named = ("positions", "risks")
    fields = (
        ListField(
            "number",
            _("document number"),
            "文号",
            "制度文号 发文字号 发文号 文件编号 编号 制度编号",
            limit=60,
            width=20,
            note="现行有效的必填。",
        ),
        ListField(
            "title",
            _("name of the rule"),
            "制度名称",
            "名称 标题 文件名称 制度标题 规章制度名称 规章制度 制度",
            required=True,
            limit=160,
            width=34,
            note="必填，同一单位内不能重复。",
        ),
        ListField(
            "department",
            _("department in charge"),
            "责任部门",
            "责任科室 主管科室 主管部门 牵头科室 牵头部门 部门 科室 处室 制定部门",
            "单位 责任单位",
            width=16,
            note="须与组织机构中的名称一致；可不填。",
        ),
        ListField(
            "key_points", _("key points"), "制度要点", "主要内容 内容 要点 内容摘要 主要内容摘要 防控要点", lines=True, limit=5000, width=44
        ),
        ListField(
            "state",
            _("state"),
            "状态",
            "效力 制度状态 有效性 效力状态 是否有效",
            width=12,
            note="现行有效、待制定；不填时，有文号和施行日期的为现行有效，其余为待制定。",
        ),
        ListField(
            "since",
            _("in force since"),
            "施行日期",
            "生效日期 实施日期 印发日期 发布日期 执行日期 施行时间 实施时间 印发时间",
            "日期 时间",
            width=14,
            note="现行有效的必填，如 2026-11-21。",
        ),
    )
    examples = (
        (
            "测农发〔2024〕12号",
            "大额资金支付管理办法",
            "计划财务科",
            "三十万元以上由班子集体研究；支付经五级审批。",
            "现行有效",
            "2024-05-01",
        ),
        ("", "采购需求论证规程", "办公室", "采购需求由使用科室、财务、纪检共同论证。", "待制定", ""),
    )
    notes = ("已有的制度保持不变，导入不修改、不删除任何内容；制度文件在制度页面上传。",)

    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        return scope.unit_ids | self.keeper_ids(scope)

    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        return scope.headed_unit_ids | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())

    def may(self, user: User, unit: Unit) -> Verdict:
        return permissions.may_add(user, unit)

    def list_url(self, unit: Unit) -> str:
        return reverse("powers:rules")

    def entering(self, unit: Unit, by: User) -> Entering:
        return _Entering(unit, by)

    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        for rule, _before in objects:
            assert isinstance(rule, Rule)
            rules.remove_rule(rule=rule, by=by, reason=reason)


class _Entering(Entering):
    def __init__(self, unit: Unit, by: User) -> None:
        super().__init__(unit, by)
        self.states = words(STATES)
        self.departments: dict[str, Department] = {plain(d.name): d for d in Department.objects.open().filter(unit=unit)}
        self.rules: dict[str, Rule] = {rule.title: rule for rule in Rule.objects.filter(unit=unit).select_related("department")}

    def read(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {code: cells.text(code) for code in ("number", "title", "key_points")}
        values["since"] = cells.date("since")
        values["department"] = self._department(cells)
        state = cells.choice("state", self.states, [several.split()[0] for several in STATES.values()][:2])
        values["state"] = state or (RuleState.IN_FORCE if values["number"] and values["since"] else RuleState.TO_MAKE)
        if state == RuleState.REPEALED:
            cells.fault("state", "repealed", REPEALED)
        elif state == RuleState.IN_FORCE:
            if not values["number"]:
                cells.fault("number", "missing", NO_NUMBER)
            if values["since"] is None and not cells.failed:
                cells.fault("since", "missing", NO_DATE)
        elif state == RuleState.TO_MAKE and values["since"] is not None:
            cells.fault("since", "contradiction", DATE_OF_NONE, str(values["since"]))
        return values

    def _department(self, cells: Cells) -> Department | None:
        named = cells.text("department")
        department = self.departments.get(plain(named))
        if plain(named) and department is None:
            names = "、".join([one.name for one in self.departments.values()][:SHOWN])
            cells.fault("department", "unknown_department", format_lazy(UNKNOWN_DEPARTMENT, names=names), named)
        return department

    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [("title", values["title"])]

    def existing(self, values: Mapping[str, Any]) -> Rule | None:
        return self.rules.get(values["title"])

    def said(self, obj: Rule) -> Mapping[str, Any]:
        return {code: getattr(obj, code) for code in ("number", "title", "department", "key_points", "state", "since")}

    def create(self, values: Mapping[str, Any]) -> Rule:
        fields = {code: values[code] for code in ("title", "department", "key_points", "number", "since")}
        rule = rules.add_rule(unit=self.unit, by=self.by, fields=fields, in_force=values["state"] == RuleState.IN_FORCE)
        self.rules[rule.title] = rule
        return rule
