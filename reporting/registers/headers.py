"""Which field a column header means: a table of synonyms, then likeness, each field and column at most once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .fields import Field

CERTAIN = 0.9
"""From here on a header counts as recognised when a header row is looked for."""
ACCEPTED = 0.62
"""Below this a likeness is not even proposed."""

_EXACT = 1.0
_NO_PARENTHESES = 0.98
_NO_NOISE = 0.96
_ENDING = 0.9
_BEGINNING = 0.72
_LIKENESS = 0.85
_KEPT_HEADERS = 4096

_PARENTHESES = re.compile(r"[(\[【〔<《].*?[)\]】〕>》]")
_NOT_WORD = re.compile(r"[^\w%]+|_")
_NOISE = re.compile(r"廉政|廉洁|岗位廉|主要|相关|有关|具体|单位内|所在|所属|名称|情况|描述|内容及")

# Header words by field; the weight says how surely the word alone means the field.
_SYNONYMS: dict[Field, dict[float, str]] = {
    Field.SEQUENCE: {1.0: "序号 序 顺序号 项次 No"},
    Field.NUMBER: {1.0: "编号 风险编号 风险点编号 登记编号 代码", 0.9: "风险序号"},
    Field.DEPARTMENT: {
        1.0: "部门 科室 处室 股室 部门名称 所在部门 单位科室 科室单位 部门单位 单位部门 部门科室"
        " 处室单位 所属部门 责任部门 责任科室 责任处室",
        0.95: "单位 单位名称 责任单位 所属单位 内设机构 机构 所属科室 业务科室 部室 中心",
        0.9: "涉及部门 防控责任部门 牵头部门",
    },
    Field.POSITION: {
        1.0: "岗位 岗位名称 风险岗位 涉及岗位 风险点涉及的岗位 涉及的岗位 职务岗位 岗位职务 所在岗位 责任岗位",
        0.95: "职务 职位 工作岗位",
    },
    Field.ASPECT: {
        1.0: "风险来源 风险类别 风险类型",
        0.95: "风险领域 岗位类别 风险种类 风险方面 风险分类 来源",
        0.9: "类别 类型 领域 风险成因",
    },
    Field.POWER: {
        1.0: "职权事项 权力事项 职权名称 职权 权力名称 职权项目 行使职权 权力项目",
        0.95: "重要环节 业务事项 工作事项 权力类别 职责权力 权责事项 工作项目 业务工作 工作内容 关键环节 重点环节 权力运行环节",
        0.93: "业务环节 工作环节 风险环节",
    },
    Field.STEP: {1.0: "流程环节 流程步骤 环节 步骤 风险所在环节", 0.9: "业务环节 工作环节 业务流程 工作流程 风险环节"},
    Field.TITLE: {
        1.0: "风险点 风险名称 廉政风险点 风险点名称 风险 廉政风险 风险事项 风险项目",
        0.95: "廉政风险点名称 风险要点 隐患 风险隐患",
    },
    Field.CONTENT: {
        1.0: "风险内容 风险点内容 风险内容及表现形式 廉政风险主要内容及表现形式 廉政风险内容 风险描述 风险点描述 风险表现"
        " 风险内容和表现形式"
        " 风险主要内容 风险具体内容 风险内容表现形式",
        0.97: "廉政风险点表现形式 风险点表现形式 风险表现形式 风险点及表现形式 风险点具体表现 廉政风险点及表现形式",
        0.95: "表现形式 主要表现 具体表现 主要表现形式 表现",
    },
    Field.MANIFESTATION: {
        0.93: "表现形式 具体表现形式 主要表现 具体表现 主要表现形式 风险表现形式 风险点表现形式 表现 风险表现 可能的表现",
    },
    Field.PROBABILITY: {1.0: "发生几率 几率 可能性 发生概率 概率 发生可能性 风险发生几率 发生机率 机率 风险概率"},
    Field.HARM: {1.0: "危害程度 危害 影响程度 危害性 严重程度 损害程度 危害后果 危害损失程度 后果严重性"},
    Field.LEVEL: {
        1.0: "风险等级 等级 级别 风险级别 风险点等级 评定等级 最终等级 廉政风险等级 岗位风险等级 确定等级 风险程度 评估等级"
        " 审定等级 核定等级 认定等级 领导小组评定等级 领导小组审定等级 最终评定等级",
        0.95: "风险评级 定级 评级 风险点级别 风险等次 风险定级",
        0.94: "审核等级 复核等级 复评等级",
        0.92: "自评等级 初评等级 预警等级",
    },
    Field.MEASURES: {
        1.0: "防控措施 防范措施 防控要点及防控措施 措施 防范控制措施 风险防控措施 防控办法 廉政风险防控措施 预防措施 防控要点"
        " 制度措施 控制措施"
        " 防控对策 防范对策 自我防控措施 整改措施",
    },
    Field.DUE: {
        1.0: "完成时限 整改时限 责任时限 措施时限 落实时限 防控时限 完成期限 整改期限 措施完成时限 完成日期",
        0.95: "完成时间 整改时间 落实时间 时限 期限",
    },
    Field.INDICATOR: {1.0: "监测指标 监控指标 预警指标 指标 风险监测指标 监测点"},
    Field.DIRECT_PERSON: {
        1.0: "直接责任人 责任人 岗位责任人 具体责任人 风险责任人 经办人 防控责任人 直接责任",
        0.9: "责任人员 责任人姓名 姓名 任职人员",
    },
    Field.DEPARTMENT_HEAD: {
        1.0: "部门负责人 部门责任人 科室负责人 科室责任人 处室负责人 部门领导 科室领导 部门主要负责人 单位负责人",
        0.95: "负责人 科长 监管责任人",
    },
    Field.LEADER: {
        1.0: "责任领导 主管领导 分管领导 分管负责人 领导责任人 分管局领导 主管局领导 防控责任领导 责任领导姓名",
        0.95: "领导 局领导 包抓领导 主管责任人 分管责任人",
    },
    Field.REGISTERED_ON: {1.0: "登记日期 登记时间 登记造册日期", 0.95: "日期 时间 排查时间 填报日期 评定时间"},
    Field.REMARK: {1.0: "备注 说明 备考"},
}

# Columns that look like a field and are not one of ours.
_FOREIGN_WORDS = (
    "岗位职责 主要职责 工作职责 部门职责 职责 联系电话 电话 办理时限 法定时限 承诺时限 落实情况 措施落实情况 完成情况 "
    "风险点数 风险点数量 岗位人数 风险个数 行使依据 职权依据 法律依据 政策依据 权力依据 工号 身份证号 签名 签字 党派 政治面貌 "
    "等级评定依据 评定依据 定级依据 制度依据 公开形式 公开范围 流程图编号 社会影响 协作部门"
)
_FOREIGN = frozenset(_FOREIGN_WORDS.split())


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column probably means; ``field`` is None when nothing fits. ``index`` counts from 0 (column A)."""

    index: int
    header: str
    field: Any
    confidence: float


def normalise(header: str) -> str:
    """A header without spaces, line breaks, punctuation and differences of width; parentheses keep their words."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", header)).lower()


class HeaderWords:
    """The header words of one kind of table: a table of synonyms, field → how surely the words mean it → the words."""

    def __init__(self, synonyms: Mapping[Any, Mapping[float, str]], foreign: Collection[str] = ()) -> None:
        self._foreign = frozenset(foreign)
        self._kept: dict[str, dict[Any, float]] = {}
        self._words: dict[str, dict[Any, float]] = {}
        for field, weighted in synonyms.items():
            for weight, words in weighted.items():
                for word in words.split():
                    known = self._words.setdefault(word.lower(), {})
                    known[field] = max(known.get(field, 0.0), weight)

    def scores(self, header: str) -> dict[Any, float]:
        """How well a header fits each field, 0 to 1; fields that do not fit at all are left out."""
        known = self._kept.get(header)
        if known is None:
            if len(self._kept) >= _KEPT_HEADERS:
                self._kept.clear()
            known = self._kept[header] = self._scores(header)
        return known

    def _scores(self, header: str) -> dict[Any, float]:
        full = normalise(header)
        bare = normalise(_PARENTHESES.sub("", unicodedata.normalize("NFKC", header)))
        if not full or len(full) > 40:
            return {}
        if full in self._foreign or bare in self._foreign:
            return {}
        for text, certainty in ((full, _EXACT), (bare, _NO_PARENTHESES), (_NOISE.sub("", bare or full), _NO_NOISE)):
            if text in self._words:
                return {field: weight * certainty for field, weight in self._words[text].items()}
        return self._alike(bare or full)

    def _alike(self, text: str) -> dict[Any, float]:
        """Likeness to the synonyms. In Chinese the last word carries the meaning, so a common ending counts most."""
        if any(text.endswith(word) for word in self._foreign):
            return {}
        found: dict[Any, float] = {}
        longest = 0
        for word, fields in self._words.items():
            if len(word) < 2:
                continue
            if text.endswith(word) and len(word) >= longest:
                if len(word) > longest:
                    found, longest = {}, len(word)
                certainty = _ENDING * (0.8 + 0.2 * len(word) / len(text))
                _raise_to(found, fields, certainty)
        if found:
            return found
        letters = set(text)
        for word, fields in self._words.items():
            if letters.isdisjoint(word):
                continue
            certainty = _likeness(text, word)
            if certainty >= ACCEPTED:
                _raise_to(found, fields, certainty)
        return found

    def header_scores(self, levels: Sequence[str]) -> dict[Any, float]:
        """The scores of a header of one or more levels, top first (风险等级 over 几率): the lowest level says most."""
        parts = [part for position, part in enumerate(levels) if part and part not in levels[:position]]
        if len(parts) <= 1:
            return self.scores(parts[0]) if parts else {}
        found: dict[Any, float] = {}
        for text, certainty in ((parts[-1], 1.0), ("".join(parts), 0.97), (parts[0], 0.75)):
            for field, score in self.scores(text).items():
                found[field] = max(found.get(field, 0.0), score * certainty)
        return found

    def assign(self, headers: Sequence[tuple[int, Sequence[str]]]) -> tuple[ColumnGuess, ...]:
        """Guess the field of each column (index, header levels); the best pairs win, no field is given twice."""
        candidates = sorted(
            (
                (score, index, field)
                for index, levels in headers
                for field, score in self.header_scores(levels).items()
                if score >= ACCEPTED
            ),
            key=lambda item: (-item[0], item[1], str(item[2])),
        )
        chosen: dict[int, tuple[Any, float]] = {}
        taken: set[Any] = set()
        for score, index, field in candidates:
            if index not in chosen and field not in taken:
                chosen[index] = (field, round(score, 3))
                taken.add(field)
        return tuple(ColumnGuess(index, header_text(levels), *chosen.get(index, (None, 0.0))) for index, levels in headers)


def _likeness(text: str, word: str) -> float:
    """How sure a text means a word it is like, or begins with."""
    begins = len(word) >= 2 and text.startswith(word)
    # Letters in common bound the likeness; most words share too few with a text of the table to be compared in full.
    common = sum(min(text.count(letter), word.count(letter)) for letter in set(word))
    if not begins and _LIKENESS * 2 * common / (len(text) + len(word)) < ACCEPTED:
        return 0.0
    certainty = _LIKENESS * SequenceMatcher(None, text, word, autojunk=False).ratio()
    return max(certainty, _BEGINNING * (0.8 + 0.2 * len(word) / len(text))) if begins else certainty


def _raise_to(found: dict[Any, float], fields: Mapping[Any, float], certainty: float) -> None:
    for field, weight in fields.items():
        found[field] = max(found.get(field, 0.0), weight * certainty)


REGISTER = HeaderWords(_SYNONYMS, _FOREIGN)
"""The header words of risk registers."""
scores = REGISTER.scores
header_scores = REGISTER.header_scores
assign = REGISTER.assign


def header_text(levels: Sequence[str]) -> str:
    """The header as one line for people: levels joined with a slash, line breaks and repeated words removed."""
    parts: list[str] = []
    for level in levels:
        text = "".join(level.split())
        if text and text not in parts:
            parts.append(text)
    return "/".join(parts)
