"""《廉政档案》 of one person to print. Upright A4, as the papers of warnings; Chinese, as its content was read."""

import io

from django.utils import timezone

from reporting.documents import parts
from reporting.documents.parts import day_in_words
from reporting.integrity.entries import Entry, IntegrityFile
from reporting.integrity.models import FileRequest

_NUMBERS = "一二三四五六七八九十"


def file_document(file: IntegrityFile, request: FileRequest | None, *, reader: str) -> io.BytesIO:
    """The file as .docx, with the approval it was read under (None: the own file). Who may read it is for the caller to decide."""
    paper = parts.sheet(landscape=False)
    parts.title(paper, "廉政档案")
    parts.line(paper, request.number if request else "本人查阅", alignment=parts.CENTRE)
    parts.line(paper, "", indent=False)
    head = parts.table(paper, [28, 50, 28, 50], whole=parts.UPRIGHT_WIDTH)
    parts.pairs(head, ("姓名", file.name), ("工号", file.staff_number))
    parts.pairs(head, ("单位", file.unit), ("职务", file.post))
    if request is not None:
        parts.pairs(head, ("查阅事由", f"{request.get_purpose_display()}：{request.matter}"))
        parts.pairs(head, ("批准人", _approved(request)), ("有效期至", day_in_words(request.granted_until)))
    parts.pairs(head, ("查阅人", reader), ("查阅日期", day_in_words(file.on)))
    for number, section in enumerate(file.sections):
        parts.line(paper, f"{_NUMBERS[number]}、{section.title}", heading=True)
        if not section.entries:
            parts.line(paper, section.nothing)
            continue
        table = parts.table(paper, [30, 52, 74], whole=parts.UPRIGHT_WIDTH)
        parts.header(table, ["日期", "事项", "内容"])
        for entry in section.entries:
            parts.values(table, [entry.on.isoformat() if entry.on else "", entry.title, _content(entry, signs=file.signs)])
    parts.line(paper, "")
    parts.line(paper, "本档案内容涉及个人信息，仅限查阅事由使用，不得复制、外传。")
    return parts.finished(paper)


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
