"""What stands on 《廉政审查意见》 for one person or a list, and on 《季度廉政考核结果单》 (domain §11).

They are Chinese whatever language the page is in. Who may read one is for the caller to decide.
"""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation

from assessments.eligibility import Barred, Outcome, Purpose
from assessments.eligibility.wording import in_words
from assessments.models import EligibilityCheck, EligibilityLine, Group, Method, Restriction, Result
from positions.models import BodyKind, BodyMembership
from reporting.documents.parts import day_in_words
from reporting.paper_templates.rendering import PaperFile, paper

_PURPOSES = {
    Purpose.AWARD: "评先评优",
    Purpose.PROMOTION: "提拔任用",
    Purpose.TRANSFER: "岗位调整",
    Purpose.OTHER: "其他",
}
_OUTCOMES = {Outcome.YES: "同意", Outcome.ASK: "需说明", Outcome.NO: "不同意"}
_GROUPS = {Group.LEADERSHIP: "领导班子成员", Group.DEPARTMENT_HEAD: "部门负责人", Group.STAFF: "一般干部"}
_METHODS = {Method.SUPERVISION: "监督检查", Method.APPRAISAL: "民主测评", Method.TALKS: "个别谈话", Method.FILE: "廉政档案"}
_BARRED = {Barred.PROMOTION: "提拔任用", Barred.TRANSFER: "岗位调整"}
_COLUMNS = ("考核方式", "权重", "计算", "计入得分")
_SIGNED = "签名：              年    月    日"


def certificate_file(line: EligibilityLine) -> PaperFile:
    """《廉政审查意见》 on one person; with its check and the check's unit."""
    check = line.eligibility_check
    with translation.override("zh-hans"):
        values = {
            **_asked(check),
            "审查对象": line.name,
            "单位职务": f"{line.department}{line.post}",
            "结论": _OUTCOMES[Outcome(line.outcome)],
            "依据": "\n".join(_grounds(line)),
            "经办日期": day_in_words(timezone.localdate(check.asked_at)),
        }
        return paper("eligibility_certificate", unit_id=check.unit_id, values=values)


def opinion_file(check: EligibilityCheck, lines: Sequence[EligibilityLine]) -> PaperFile:
    """《廉政审查意见》 on a list; one person gets the paper of one person."""
    if len(lines) == 1:
        return certificate_file(lines[0])
    with translation.override("zh-hans"):
        values = {
            **_asked(check),
            "审查人数": f"{len(lines)}人",
            "结论汇总": "，".join(f"{word}{number}人" for word, number in _numbers(lines)),
            "人员清单": [_listed(number, line) for number, line in enumerate(lines, start=1)],
        }
        return paper("eligibility_opinion", unit_id=check.unit_id, values=values)


def _asked(check: EligibilityCheck) -> dict[str, str]:
    """What both papers say of the check."""
    return {
        "编号": check.number,
        "申请事由": f"{check.matter}（{_purpose(check)}）",
        "审查时点": day_in_words(check.as_of),
        "经办": check.asked_by.name,
        "落款单位": _issuer(check),
        "日期": day_in_words(timezone.localdate(check.asked_at)),
    }


def _listed(number: int, line: EligibilityLine) -> dict[str, str]:
    return {
        "序号": str(number),
        "姓名": line.name,
        "单位职务": f"{line.department}{line.post}",
        "结论": _OUTCOMES[Outcome(line.outcome)],
        "依据": "\n".join(_grounds(line)) if line.outcome != Outcome.YES else "未发现影响情形。",
    }


def opinion_name(check: EligibilityCheck, lines: Sequence[EligibilityLine]) -> str:
    """The name of the file."""
    return f"廉政审查意见-{check.number}" + (f"-{lines[0].name}" if len(lines) == 1 else "")


def result_file(result: Result) -> PaperFile:
    """《季度廉政考核结果单》: how the score came about, the grade and what follows from it. For who may read the calculation."""
    assessed = result.assessed
    quarter = assessed.round
    with translation.override("zh-hans"):
        values = {
            "考核季度": f"{quarter.year}年第{quarter.quarter}季度",
            "姓名": assessed.name,
            "科室": assessed.department.name if assessed.department else quarter.unit.name,
            "职务": assessed.post,
            "类别": _GROUPS[Group(assessed.group)],
            "计分清单": [dict(zip(_COLUMNS, row, strict=True)) for row in method_rows(result)],
            "总分": f"{result.score:.2f}",
            "等次": result.grade_label,
            "更正说明": result.reason if result.corrects_id else "",
            "结果运用": "\n".join(_consequences(result)),
            "审核意见": result.opinion,
            "审核签名": _by(result.reviewed_by, result.reviewed_at),
            "确认签名": _by(result.confirmed_by, result.confirmed_at),
        }
        return paper("result_sheet", unit_id=quarter.unit_id, values=values)


def result_name(result: Result) -> str:
    """The name of the file."""
    quarter = result.assessed.round
    return f"季度廉政考核结果单-{quarter.year}年第{quarter.quarter}季度-{result.assessed.name}"


def method_rows(result: Result) -> list[list[str]]:
    """Method, weight, calculation and share of each method, as the kept calculation has them."""
    rows = []
    for line in result.lines:
        if line["kind"] not in ("method", "method.absent"):
            continue
        names = line["names"]
        label, weight = _METHODS[Method(names["method"])], f"{names['weight']}%"
        if line["kind"] == "method":
            rows.append([label, weight, line["formula"], line["value"]])
        else:
            rows.append([label, weight, names["grounds"] or "未计分，权重由其他考核方式按比例分担", "—"])
    return rows


def _purpose(check: EligibilityCheck) -> str:
    word = _PURPOSES[Purpose(check.purpose)]
    return f"{check.award_year}年度{word}" if check.purpose == Purpose.AWARD else word


def _grounds(line: EligibilityLine) -> list[str]:
    check = line.eligibility_check
    found = line.reasons
    if not found:
        day = day_in_words(check.as_of)
        about = "" if check.purpose == Purpose.OTHER else _PURPOSES[Purpose(check.purpose)]
        return [f"经查阅季度廉政考核结果、廉情预警和廉政记分情况，截至{day}，未发现影响{about}的情形。"]
    if len(found) == 1:
        return [f"{in_words(found[0], day_in_words)}。"]
    return [f"{number}. {in_words(reason, day_in_words)}。" for number, reason in enumerate(found, start=1)]


def _numbers(lines: Sequence[EligibilityLine]) -> list[tuple[str, int]]:
    counted = [(word, sum(line.outcome == outcome for line in lines)) for outcome, word in _OUTCOMES.items()]
    return [(word, number) for word, number in counted if number]


def _issuer(check: EligibilityCheck) -> str:
    """The committee or office of who asked; the discipline committee of the unit where the person sits in none any more."""
    kinds = [BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PERSONNEL_OFFICE]
    asked_on = timezone.localdate(check.asked_at)
    seats = BodyMembership.objects.in_force(asked_on).filter(person_id=check.asked_by_id, body__unit_id=check.unit_id, body__kind__in=kinds)
    seat = seats.select_related("body").order_by("body__kind").first()
    if seat is None:
        return f"{check.unit.name}纪委"
    return seat.body.name if check.unit.name in seat.body.name else f"{check.unit.name}{seat.body.name}"


def _consequences(result: Result) -> list[str]:
    if not result.no_award and not result.hold_months:
        return ["无。"]
    rows = list(result.restrictions.order_by("pk"))
    if not rows:
        return ["考核结果最终确定后，按规定限制评先评优、提拔任用或岗位调整。"]
    return [_restricted(row) for row in rows]


def _restricted(row: Restriction) -> str:
    if row.kind == Barred.AWARD:
        return f"{row.starts_on.year}年度不得评先评优。"
    return f"{day_in_words(row.starts_on)}至{day_in_words(row.ends_on)}不得{_BARRED[Barred(row.kind)]}。"


def _by(who: Any, at: Any) -> str:
    return f"{who.name}    {day_in_words(timezone.localdate(at))}" if who else _SIGNED
