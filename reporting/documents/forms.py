"""The three forms (承诺表) as Word documents that print like the paper forms, filled from what the database holds (domain §11)."""

from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from reporting.documents.parts import day_in_words
from reporting.paper_templates.kinds.forms import FORMS
from reporting.paper_templates.rendering import PaperFile, paper
from risks.form_selectors import paper_rows
from risks.models import Declaration, EntryChange, RiskEntry, StepKindReview
from risks.services.forms import entries_of
from risks.states import FormState

BLANK_SIGNATURE = "签名：                    年    月    日"
_UNSIGNED = (FormState.DRAFT, FormState.RETURNED)


def form_file(declaration: Declaration) -> PaperFile:
    """The form as .docx, positioned at its beginning. Who may read it is for the caller to decide."""
    with translation.override("zh-hans"):
        return paper(f"form_{declaration.kind}", unit_id=declaration.unit_id, values=content(declaration))


def form_file_name(declaration: Declaration) -> str:
    """《岗位廉政风险和自我防控承诺表》-张三.docx."""
    whose = declaration.declarant.name if declaration.kind == "position" else str(declaration.department or declaration.unit)
    return f"{FORMS[declaration.kind].title}-{whose}.docx"


def content(declaration: Declaration) -> dict[str, Any]:
    """What stands on the form, in words; a form takes from it what it has room for."""
    entries = [entry for entry in entries_of(declaration) if entry.title or entry.content or entry.manifestation]
    signed = declaration.signed_at is not None and declaration.state not in _UNSIGNED
    return {
        "年度说明": f"（{declaration.campaign.year}年度）" if declaration.campaign else "（动态调整）",
        "单位": declaration.unit,
        "科室": declaration.department or declaration.unit,
        "岗位": declaration.position or "",
        "姓名": declaration.declarant.name,
        "职责": declaration.duties,
        "参加人员": declaration.participants,
        "风险清单": [_risk(entry) for entry in entries],
        "未发现理由": "" if entries else declaration.none_found_reason,
        "承诺内容": declaration.commitment,
        "承诺签名": _signature(declaration.declarant.name, declaration.signed_at) if signed else BLANK_SIGNATURE,
        "讨论时间": day_in_words(declaration.discussed_on),
        "讨论参加人": declaration.discussed_by,
        "讨论结论": declaration.discussion,
        "意见清单": [_opinion(row, entries) for row in paper_rows(declaration)],
    }


def _risk(entry: RiskEntry) -> dict[str, Any]:
    retired = entry.change == EntryChange.RETIRE
    level = entry.self_level or entry.computed_level
    measures = [f"{number}.{measure.text}" for number, measure in enumerate(entry.measures.all(), start=1)]
    return {
        "职权事项": entry.power_item.name if entry.power_item else "",
        "流程环节": entry.flow_step.name if entry.flow_step else "",
        "风险点": f"{entry.title}：{entry.content}" if entry.content else entry.title,
        "表现形式": entry.manifestation,
        "风险来源": entry.get_aspect_display(),
        "三重一大类别": entry.get_major_matter_display(),
        "涉及岗位": entry.involved_positions,
        "协作部门": entry.cooperating,
        "自评等级": "建议销号" if retired else level.label if level else "",
        "防控措施": (entry.answers or {}).get("change_reason", "") if retired else "\n".join(measures),
    }


def _opinion(row: dict[str, Any], entries: list[RiskEntry]) -> dict[str, str]:
    opinion = row["opinion"]
    if opinion is None:
        return {"名称": str(row["label"]), "意见": "", "签名": BLANK_SIGNATURE}
    lines = [opinion.text] if opinion.text else []
    if opinion.kind == StepKindReview.GROUP:
        lines += [f"{n}.{entry.title}：{entry.final_level.label}" for n, entry in enumerate(entries, start=1) if entry.final_level]
    return {"名称": str(row["label"]), "意见": "\n".join(lines), "签名": _signature(opinion.name, opinion.at)}


def _signature(name: str, at: datetime | None) -> str:
    return f"签名：{name}    {day_in_words(timezone.localtime(at).date() if at else None)}"
