"""Behaviours of the points catalogue (记分细则, domain §5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import Verdict
from early_warnings.models import BehaviourField, PointBehaviour
from early_warnings.permissions import points as permissions
from early_warnings.services import point_schemes
from positions.models import BodyKind, Unit
from positions.scopes import Scope
from reporting.list_imports.cells import Cells, words
from reporting.list_imports.fields import ListField
from reporting.list_imports.kinds.base import Entering, RowKind

FIELDS = {
    BehaviourField.POLITICAL: "政治纪律 违反政治纪律 政治",
    BehaviourField.ORGANISATION: "组织纪律 违反组织纪律 组织",
    BehaviourField.INTEGRITY: "廉洁纪律 违反廉洁纪律 廉洁 廉政纪律",
    BehaviourField.MASSES: "群众纪律 违反群众纪律 群众",
    BehaviourField.WORK: "工作纪律 违反工作纪律 工作",
    BehaviourField.LIFE: "生活纪律 违反生活纪律 生活",
    BehaviourField.POWER: "职权行使 权力行使 履职用权 用权",
    BehaviourField.PREVENTION: "风险防控 廉政风险防控 防控责任 预防责任",
}
USE = {"yes": "是 启用 在用 有效 使用", "no": "否 停用 不启用 无效 不用"}


class PointBehaviours(RowKind):
    code = "points"
    title = _("Catalogue of point behaviours")
    about = _("Behaviours with code, field and points, as lines of the unit's own beside the common ones.")
    icon = "list-check"
    main = "text"
    file_name = "记分细则导入模板"
    fields = (
        ListField(
            "code",
            _("code"),
            "代码",
            "编号 行为代码 记分代码 条款编号 条款 依据条款 编码",
            "序号",
            required=True,
            limit=20,
            width=10,
            note="必填，同一单位内不能重复；共用细则已用的代码不能再用。",
        ),
        ListField(
            "field",
            _("field"),
            "类别",
            "记分类别 行为类别 违纪类别 纪律类别 分类 类型 领域",
            required=True,
            width=14,
            note="必填：政治纪律、组织纪律、廉洁纪律、群众纪律、工作纪律、生活纪律、职权行使、风险防控之一。",
        ),
        ListField(
            "text",
            _("behaviour"),
            "记分行为",
            "行为 记分事由 行为表现 违规行为 记分内容 扣分行为 扣分事项 具体行为 情形 记分情形",
            "内容 事项",
            required=True,
            limit=300,
            lines=True,
            width=60,
            note="必填，最多300字。",
        ),
        ListField(
            "points",
            _("points"),
            "分值",
            "记分分值 扣分 扣分分值 记分 扣分值 分数 记分值",
            required=True,
            width=10,
            note="必填，数字；填0的只提醒、不记分。须符合本单位记分办法的最小单位和上限。",
        ),
        ListField("in_use", _("in use"), "启用", "是否启用 状态 使用状态", width=8, note="是、否；不填的为启用。"),
    )
    examples = (
        ("BD-01", "工作纪律", "无正当理由不参加廉政教育活动", "1", "是"),
        ("BD-02", "职权行使", "超过承诺时限办理审批事项，经提醒仍未办结", "2", "是"),
    )
    notes = ("已有的细则保持不变，导入不修改、不删除任何内容。",)

    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())

    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())

    def may(self, user: User, unit: Unit) -> Verdict:
        return permissions.may_keep(user, unit.pk)

    def list_url(self, unit: Unit) -> str:
        return reverse("warnings:point_behaviours")

    def entering(self, unit: Unit, by: User) -> Entering:
        return _Entering(unit, by)

    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        for behaviour, _before in objects:
            assert isinstance(behaviour, PointBehaviour)
            point_schemes.remove_behaviour(behaviour=behaviour, by=by, reason=reason)


class _Entering(Entering):
    def __init__(self, unit: Unit, by: User) -> None:
        super().__init__(unit, by)
        self.fields, self.use = words(FIELDS), words(USE)
        self.problem = point_schemes.problem_of_points(unit)
        self.known: dict[str, PointBehaviour] = {one.code: one for one in PointBehaviour.objects.of_unit(unit.pk)}

    def read(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {code: cells.text(code) for code in ("code", "text")}
        values["field"] = cells.choice("field", self.fields, [several.split()[0] for several in FIELDS.values()])
        values["points"] = points = cells.number_in("points")
        if points is not None:
            if problem := self.problem(points):
                cells.fault("points", "bad_points", problem, str(points))
            elif points * 10 % 1:
                cells.fault("points", "bad_points", _("At most one place after the point."), str(points))
        values["in_use"] = cells.choice("in_use", self.use, ["是", "否"]) or "yes"
        return values

    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [("code", values["code"])]

    def existing(self, values: Mapping[str, Any]) -> PointBehaviour | None:
        return self.known.get(values["code"])

    def said(self, obj: PointBehaviour) -> Mapping[str, Any]:
        told = {code: getattr(obj, code) for code in ("code", "field", "text", "points")}
        return told | {"in_use": "yes" if obj.is_active else "no"}

    def create(self, values: Mapping[str, Any]) -> PointBehaviour:
        facts = point_schemes.BehaviourFacts(
            values["code"], values["field"], values["text"], values["points"], is_active=values["in_use"] == "yes"
        )
        made = point_schemes.save_behaviour(unit=self.unit, facts=facts, by=self.by)
        self.known[made.code] = made
        return made
