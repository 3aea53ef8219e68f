"""The papers of warnings and talks as Word documents, fields in the order of domain §11. Who may read one is for the caller to decide.

Letters are upright A4 with 仿宋 三号 and numbered headings (一、二、…); tables 小四. They are Chinese whatever language the page is in.
"""

import io
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from docx.shared import Pt

from early_warnings.models import Disposition, LimitedStep, RectificationReport, ResponsibleHow, Tier, Verification, Warning
from early_warnings.services.settings import settings_of
from positions.models import Body
from reporting.documents import parts
from reporting.documents.parts import clean, day_in_words
from talks.models import Talk, TalkKind

_NUMBERS = "一二三四五六七八九十"
_TIERS = {Tier.GENERAL: "一般预警", Tier.IMPORTANT: "重要预警", Tier.HIGHEST: "最高预警"}
_PLACES = {
    ResponsibleHow.DEPARTMENT_HEAD: "科室负责人",
    ResponsibleHow.DEPUTY: "分管领导",
    ResponsibleHow.UNIT_HEAD: "主要领导",
    ResponsibleHow.HIGHER_HEAD: "上级单位主要领导",
    ResponsibleHow.DISCIPLINE_HEAD: "纪委主要负责人",
}
_DECISIONS = {
    Verification.ACCEPTED: "整改到位。",
    Verification.RE_RECTIFY: "整改不到位，重新整改。",
    Verification.ESCALATE: "整改不到位，提升预警等级。",
}
BLANK_SIGNATURE = "签名：                    年    月    日"


def notice_file(warning: Warning) -> io.BytesIO:
    """《廉政风险预警通知书》 with its receipt (送达回执)."""
    with translation.override("zh-hans"):
        paper = parts.sheet(landscape=False)
        _head(paper, "廉政风险预警通知书", warning.number)
        parts.line(paper, f"{_subject(warning)}：", indent=False)
        place = _PLACES[ResponsibleHow(warning.responsible_how)] if warning.responsible_how else ""
        responsible = f"{warning.responsible.name}（{place}）" if warning.responsible else ""
        _sections(
            paper,
            ("预警等级", _level(warning)),
            ("预警事由及依据", "\n".join(filter(None, [warning.grounds, warning.basis]))),
            ("整改纠偏要求", warning.requirements),
            ("第一责任人", responsible),
            ("整改期限", f"{day_in_words(warning.due_on)}前" if warning.due_on else ""),
            ("回告要求", _answer_due(warning)),
        )
        parts.closing(paper, f"{_committee(warning.discipline_body, warning)}（盖章处）", day_in_words(_day(warning.issued_at)))
        _receipt(paper, warning)
        return parts.finished(paper)


def advice_file(disposition: Disposition) -> io.BytesIO:
    """《纪检建议书》: what the discipline committee recommends to a department or unit; numbered by hand in the committee's own series."""
    warning = disposition.warning
    with translation.override("zh-hans"):
        paper = parts.sheet(landscape=False)
        _head(paper, "纪检建议书", f"纪建〔{disposition.ordered_on.year}〕    号")
        addressee = disposition.person.name if disposition.person else str(disposition.department or warning.unit)
        parts.line(paper, f"{addressee}：", indent=False)
        _sections(
            paper,
            ("存在的问题", "\n".join(filter(None, [warning.grounds, warning.basis]))),
            ("建议", disposition.content or warning.requirements),
            ("反馈期限", f"请于{day_in_words(disposition.due_on)}前将办理情况书面反馈{_committee(warning.discipline_body, warning)}。"),
        )
        parts.closing(paper, f"{_committee(warning.discipline_body, warning)}（盖章处）", day_in_words(disposition.ordered_on))
        return parts.finished(paper)


def report_file(report: RectificationReport) -> io.BytesIO:
    """《整改情况报告》 of one round, with the opinion of who verified it."""
    warning = report.warning
    measures = list(report.measures.all())
    with translation.override("zh-hans"):
        paper = parts.sheet(landscape=False)
        _head(paper, "整改情况报告", f"预警文号：{warning.number}")
        parts.line(paper, f"报告单位（个人）：{_subject(warning)}", indent=False)
        _section(paper, 1, "成因分析", report.causes)
        _section(paper, 2, "整改措施及完成情况", report.results)
        table = parts.table(paper, [12, 64, 34, 46], whole=parts.UPRIGHT_WIDTH)
        parts.header(table, ["序号", "整改措施", "完成时限", "完成情况"])
        for number, measure in enumerate(measures, start=1):
            state = "已完成" if measure.is_done else "未完成"
            told = f"{state}。{measure.note}" if measure.note else state
            parts.values(table, [str(number), measure.text, day_in_words(measure.due_on), told])
        rules = [f"《{rule.title}》" for rule in report.rules.all()]
        _section(paper, 3, "建章立制情况", "\n".join(filter(None, [report.rules_text, "、".join(rules)])))
        _section(paper, 4, "今后打算", report.plans)
        signed = report.submitted_by.name if report.submitted_by else "               "
        parts.closing(paper, f"签名：{signed}", day_in_words(_day(report.submitted_at)))
        parts.line(paper, "", indent=False)
        opinion = parts.table(paper, [30, 126], whole=parts.UPRIGHT_WIDTH)
        decision = _DECISIONS[Verification(report.decision)] if report.decision else ""
        parts.box(opinion, "核验意见", f"{decision}{report.opinion}", _signature(report.verified_by, report.verified_at), height=40)
        parts.keep_together(opinion)
        return parts.finished(paper)


def talk_file(talk: Talk) -> io.BytesIO:
    """《约谈（诫勉谈话）记录》, for an inquiry 《函询记录》."""
    asker, asked, text, said = (
        ("函询人", "函询对象", "函询事项", "发函时间") if talk.is_inquiry else ("谈话人", "谈话对象", "谈话内容", "时间")
    )
    with translation.override("zh-hans"):
        paper = parts.sheet(landscape=False)
        parts.title(paper, record_title(talk))
        table = parts.table(paper, [26, 44, 26, 60], whole=parts.UPRIGHT_WIDTH)
        at = timezone.localtime(talk.held_at) if talk.held_at else None
        when = (said, f"{day_in_words(at.date())}{at:%H:%M}" if at else "")
        parts.pairs(table, *([when] if talk.is_inquiry else [when, ("地点", talk.place)]))
        parts.pairs(table, (asker, talk.talker_name), ("单位职务", f"{talk.talker_unit}{talk.talker_post}"))
        if not talk.is_inquiry:
            parts.pairs(table, ("记录人", talk.recorder_name), ("单位职务", f"{talk.recorder_unit}{talk.recorder_post}"))
        if talk.kind == TalkKind.COLLECTIVE:
            parts.pairs(table, (asked, "\n".join(f"{one.name}（{one.unit}{one.post}）" for one in talk.attendees.all())))
        else:
            parts.pairs(table, (asked, talk.person_name), ("单位职务", f"{talk.person_unit}{talk.person_post}"))
        parts.box(table, "事由", talk.reason, height=14)
        parts.box(table, text, talk.content, height=70)
        if talk.reply:
            parts.box(table, "书面回复" if talk.is_inquiry else "书面检查", talk.reply)
        person = talk.person_name if talk.confirmed_at and talk.person_name else ""
        opinion = "\n".join(filter(None, [talk.person_opinion, talk.unsigned_reason]))
        parts.box(table, f"{asked}意见", opinion, _signed(person, talk.confirmed_at))
        finished = talk.talker_name if talk.finished_at else ""
        parts.box(table, f"{asker}意见", talk.talker_opinion, _signed(finished, talk.finished_at))
        return parts.finished(paper)


def record_title(talk: Talk) -> str:
    """What the record is called on paper."""
    return {TalkKind.INQUIRY: "函询记录", TalkKind.ADMONITION: "诫勉谈话记录", TalkKind.COLLECTIVE: "集体谈话记录"}.get(
        TalkKind(talk.kind), "约谈记录"
    )


def _head(paper: Any, title: str, number: str) -> None:
    parts.title(paper, title)
    parts.line(paper, number, alignment=parts.CENTRE)
    parts.line(paper, "", indent=False)


def _sections(paper: Any, *sections: tuple[str, str]) -> None:
    for number, (heading, text) in enumerate(sections, start=1):
        _section(paper, number, heading, text)


def _section(paper: Any, number: int, heading: str, text: str) -> None:
    parts.line(paper, f"{_NUMBERS[number - 1]}、{heading}", heading=True)
    parts.line(paper, text or "无。")


def _subject(warning: Warning) -> str:
    where = f"（{warning.post_snapshot}）" if warning.person_id and warning.post_snapshot else ""
    return f"{warning.subject_label}{where}"


def _level(warning: Warning) -> str:
    tier = _TIERS[Tier(warning.tier)]
    return f"{warning.level.label}。" if tier in warning.level.label else f"{warning.level.label}（{tier}）。"


def _answer_due(warning: Warning) -> str:
    limit = settings_of(warning.unit_id).limit(LimitedStep.ACKNOWLEDGED)
    days = f"{limit.days}个工作日" if limit.working else f"{limit.days}日"
    committee = _committee(warning.discipline_body, warning)
    end = f"，并于{day_in_words(warning.due_on)}前" if warning.due_on else "，并在整改期限内"
    return f"请于签收后{days}内分析成因、制定整改措施{end}向{committee}书面报告整改情况。如有异议，可以陈述申辩。"


def _committee(body: Body | None, warning: Warning) -> str:
    if body is None:
        return f"{warning.unit.name}纪委"
    return body.name if body.unit.name in body.name else f"{body.unit.name}{body.name}"


def _receipt(paper: Any, warning: Warning) -> None:
    parts.line(paper, "", indent=False)
    parts.line(paper, "送达回执", alignment=parts.CENTRE, heading=True)
    paper.paragraphs[-1].paragraph_format.space_after = Pt(6)
    table = parts.table(paper, [40, 116], whole=parts.UPRIGHT_WIDTH)
    received = warning.acknowledged_at
    at = timezone.localtime(received) if received else None
    parts.pairs(table, ("文号", warning.number))
    parts.pairs(table, ("被预警单位（个人）", _subject(warning)))
    parts.pairs(table, ("签收人", warning.acknowledged_by.name if warning.acknowledged_by else ""))
    parts.pairs(table, ("签收时间", f"{day_in_words(at.date())}{at:%H:%M}" if at else day_in_words(None)))


def _signature(who: Any, at: datetime | None) -> str:
    return _signed(who.name if who else "", at)


def _signed(name: str, at: datetime | None) -> str:
    return f"签名：{clean(name)}    {day_in_words(_day(at))}" if name else BLANK_SIGNATURE


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None
