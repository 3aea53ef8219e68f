"""The three forms (承诺表) as Word documents that print like the paper forms, filled from what the database holds (domain §11)."""

import io
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from docxtpl import DocxTemplate

from reporting.documents.parts import clean, day_in_words
from reporting.documents.templates import FORMS, template
from risks.form_selectors import paper_rows
from risks.models import Declaration, EntryChange, RiskEntry, StepKindReview
from risks.services.forms import entries_of
from risks.states import FormState

BLANK_SIGNATURE = "签名：                    年    月    日"
_UNSIGNED = (FormState.DRAFT, FormState.RETURNED)


def form_file(declaration: Declaration) -> io.BytesIO:
    """The form as .docx, positioned at its beginning. Who may read it is for the caller to decide."""
    document = DocxTemplate(io.BytesIO(template(declaration.kind)))
    with translation.override("zh-hans"):
        context = content(declaration)
    document.render(context, autoescape=True)
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return target


def form_file_name(declaration: Declaration) -> str:
    """《岗位廉政风险和自我防控承诺表》-张三.docx."""
    whose = declaration.declarant.name if declaration.kind == "position" else str(declaration.department or declaration.unit)
    return f"{FORMS[declaration.kind].title}-{whose}.docx"


def content(declaration: Declaration) -> dict[str, Any]:
    """What the template asks for, in words."""
    entries = [entry for entry in entries_of(declaration) if entry.title or entry.content or entry.manifestation]
    signed = declaration.signed_at is not None and declaration.state not in _UNSIGNED
    return {
        "caption": f"（{declaration.campaign.year}年度）" if declaration.campaign else "（动态调整）",
        "unit": clean(declaration.unit),
        "department": clean(declaration.department or declaration.unit),
        "position": clean(declaration.position or ""),
        "name": clean(declaration.declarant.name),
        "duties": clean(declaration.duties),
        "participants": clean(declaration.participants),
        "risks": [_risk(entry) for entry in entries],
        "none_found": "" if entries else clean(declaration.none_found_reason),
        "commitment": clean(declaration.commitment),
        "signature": _signature(declaration.declarant.name, declaration.signed_at) if signed else BLANK_SIGNATURE,
        "discussed_on": day_in_words(declaration.discussed_on),
        "discussed_by": clean(declaration.discussed_by),
        "discussion": clean(declaration.discussion),
        "opinions": [_opinion(row, entries) for row in paper_rows(declaration)],
    }


def _risk(entry: RiskEntry) -> dict[str, str]:
    retired = entry.change == EntryChange.RETIRE
    level = entry.self_level or entry.computed_level
    measures = [f"{number}.{measure.text}" for number, measure in enumerate(entry.measures.all(), start=1)]
    return {
        "power": clean(entry.power_item.name if entry.power_item else ""),
        "step": clean(entry.flow_step.name if entry.flow_step else ""),
        "risk": clean(f"{entry.title}：{entry.content}" if entry.content else entry.title),
        "manifestation": clean(entry.manifestation),
        "aspect": clean(entry.get_aspect_display()),
        "matter": clean(entry.get_major_matter_display()),
        "positions": clean(entry.involved_positions),
        "cooperating": clean(entry.cooperating),
        "level": "建议销号" if retired else clean(level.label if level else ""),
        "measures": clean("\n".join(measures)) if not retired else clean((entry.answers or {}).get("change_reason", "")),
    }


def _opinion(row: dict[str, Any], entries: list[RiskEntry]) -> dict[str, str]:
    opinion = row["opinion"]
    if opinion is None:
        return {"label": str(row["label"]), "text": "", "signature": BLANK_SIGNATURE}
    lines = [opinion.text] if opinion.text else []
    if opinion.kind == StepKindReview.GROUP:
        lines += [f"{n}.{entry.title}：{entry.final_level.label}" for n, entry in enumerate(entries, start=1) if entry.final_level]
    return {"label": str(row["label"]), "text": clean("\n".join(lines)), "signature": _signature(opinion.name, opinion.at)}


def _signature(name: str, at: datetime | None) -> str:
    return f"签名：{clean(name)}    {day_in_words(timezone.localtime(at).date() if at else None)}"
