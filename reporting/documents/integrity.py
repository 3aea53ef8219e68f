"""What stands on 《廉政档案》 of one person; Chinese, as its content was read."""

from typing import Any

from django.utils import timezone

from reporting.documents.parts import day_in_words
from reporting.integrity.entries import Entry, IntegrityFile
from reporting.integrity.models import FileRequest
from reporting.paper_templates.rendering import PaperFile, paper

_NUMBERS = "一二三四五六七八九十"


def file_document(file: IntegrityFile, request: FileRequest | None, *, reader: str) -> PaperFile:
    """The file as .docx, with the approval it was read under (None: the own file). Who may read it is for the caller to decide."""
    values: dict[str, Any] = {
        "编号": request.number if request else "本人查阅",
        "姓名": file.name,
        "工号": file.staff_number,
        "单位": file.unit,
        "职务": file.post,
        "查阅事由": f"{request.get_purpose_display()}：{request.matter}" if request else "",
        "批准人": _approved(request) if request else "",
        "有效期至": day_in_words(request.granted_until) if request else "",
        "查阅人": reader,
        "查阅日期": day_in_words(file.on),
        "档案内容": [
            {
                "标题": f"{_NUMBERS[number]}、{section.title}",
                "记录": [_entry(entry, signs=file.signs) for entry in section.entries],
                "无记录说明": section.nothing,
            }
            for number, section in enumerate(file.sections)
        ],
    }
    return paper("integrity_file", unit_id=file.unit_id, values=values)


def _entry(entry: Entry, *, signs: bool) -> dict[str, str]:
    return {"日期": entry.on.isoformat() if entry.on else "", "事项": str(entry.title), "内容": _content(entry, signs=signs)}


def file_name(file: IntegrityFile) -> str:
    """The name of the file."""
    return f"廉政档案-{file.name}-{file.on.isoformat()}"


def _approved(request: FileRequest) -> str:
    assert request.decided_by is not None
    assert request.decided_at is not None
    return f"{request.decided_by.name} {day_in_words(timezone.localdate(request.decided_at))}"


def _content(entry: Entry, *, signs: bool) -> str:
    lines = [entry.text, f"（{entry.mark}）" if entry.mark else ""]
    if signs and entry.to_sign:
        if entry.signed is None:
            lines.append("本人未签字。")
        else:
            said = f"，本人意见：{entry.signed.remark}" if entry.signed.remark else ""
            lines.append(f"本人于{day_in_words(timezone.localdate(entry.signed.at))}签字{said}。")
    return "\n".join(line for line in lines if line)
