"""Signs of the catalogue of leads (腐败迹象、苗头性问题, domain §4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import Verdict
from leads.models import LeadLevel, Sign, SignField
from leads.permissions import signs as permissions
from leads.services import signs
from positions.models import BodyKind, Unit
from positions.scopes import Scope
from reporting.list_imports.cells import NOT_KNOWN, Cells, plain, words
from reporting.list_imports.fields import ListField
from reporting.list_imports.kinds.base import Entering, RowKind

FIELDS = {
    SignField.DECISIONS: "决策用权 决策和用权 权力运行 决策",
    SignField.PERSONNEL: "选人用人 干部人事 人事",
    SignField.FUNDS: "资金财务 财务资金 资金 财务",
    SignField.PROJECTS: "工程建设 工程项目 工程",
    SignField.PURCHASING: "采购资产 政府采购 采购 资产管理",
    SignField.ENFORCEMENT: "执法审批监管 执法监管 行政执法 审批监管 执法 审批",
    SignField.CONDUCT: "工作作风 作风 履职作风",
    SignField.LIFE: "生活交往 生活作风 社会交往 生活",
}


class Signs(RowKind):
    code = "signs"
    title = _("Catalogue of signs")
    about = _("Signs to look out for, with field, default level and advice, as rows of the unit's own beside the common ones.")
    icon = "eye"
    main = "text"
    file_name = "苗头性迹象导入模板"
    foreign = ("编号", "迹象编号")
    fields = (
        ListField(
            "field",
            _("field of the sign"),
            "领域",
            "类别 迹象领域 所属领域 分类 类型 工作领域",
            required=True,
            width=16,
            note="必填：决策用权、选人用人、资金财务、工程建设、采购资产、执法审批监管、工作作风、生活交往之一。",
        ),
        ListField(
            "text",
            _("sign"),
            "迹象",
            "苗头性问题 苗头性迹象 腐败迹象 迹象表现 表现 表现形式 苗头性倾向性问题 廉情迹象 预警信号",
            "内容 情形",
            required=True,
            limit=300,
            lines=True,
            width=60,
            note="必填，最多300字。",
        ),
        ListField(
            "level",
            _("default level"),
            "默认等级",
            "等级 预警等级 廉情等级 级别 研判等级",
            required=True,
            width=12,
            note="必填，本单位廉情等级之一，如 一级、二级、三级。",
        ),
        ListField("advice", _("advice"), "处置建议", "建议 处置方式 处置措施 工作建议 应对建议", limit=500, lines=True, width=44),
    )
    examples = (
        ("采购资产", "同一供应商在一年内多次以接近预算价中标", "二级", "调阅采购文件，核对供应商关系。"),
        ("生活交往", "与管理服务对象频繁聚餐、出游", "三级", "由科室负责人谈话提醒。"),
    )
    notes = ("编号由系统给出。已有的迹象保持不变，导入不修改、不删除任何内容。",)

    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())

    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())

    def may(self, user: User, unit: Unit) -> Verdict:
        return permissions.may_edit(user, unit.pk)

    def list_url(self, unit: Unit) -> str:
        return reverse("leads:signs")

    def entering(self, unit: Unit, by: User) -> Entering:
        return _Entering(unit, by)

    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        for sign, _before in objects:
            assert isinstance(sign, Sign)
            signs.remove(sign=sign, by=by, reason=reason)


class _Entering(Entering):
    def __init__(self, unit: Unit, by: User) -> None:
        super().__init__(unit, by)
        self.fields = words(FIELDS)
        self.levels: dict[str, int] = {}
        self.shown: list[str] = []
        # By label and name only: which number is the gravest differs from unit to unit.
        for level in LeadLevel.objects.of_unit(unit.pk):
            self.shown.append(level.label)
            for word in (level.label, level.name, f"{level.label}{level.name}"):
                if plain(word):
                    self.levels.setdefault(plain(word), level.severity)
        self.known: dict[str, Sign] = {plain(sign.text): sign for sign in Sign.objects.of_unit(unit.pk)}

    def read(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {code: cells.text(code) for code in ("text", "advice")}
        values["field"] = cells.choice("field", self.fields, [several.split()[0] for several in FIELDS.values()])
        written = cells.text("level")
        values["level"] = self.levels.get(plain(written))
        if written and values["level"] is None:
            cells.fault("level", "unknown_level", format_lazy(NOT_KNOWN, words="、".join(self.shown)), written)
        return values

    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [("text", plain(values["text"]))]

    def existing(self, values: Mapping[str, Any]) -> Sign | None:
        return self.known.get(plain(values["text"]))

    def said(self, obj: Sign) -> Mapping[str, Any]:
        return {"field": obj.field, "level": obj.severity, "advice": obj.advice}

    def create(self, values: Mapping[str, Any]) -> Sign:
        facts = signs.SignFacts(values["field"], values["text"], values["level"], values["advice"])
        made = signs.add(unit=self.unit, facts=facts, by=self.by)
        self.known[plain(made.text)] = made
        return made
