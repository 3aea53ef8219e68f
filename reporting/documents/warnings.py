"""What stands on the papers of warnings and talks (domain §11). Who may read one is for the caller to decide.

They are Chinese whatever language the page is in; what they look like is in `paper_templates.kinds.warnings`.
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from early_warnings.models import Disposition, LimitedStep, RectificationReport, ResponsibleHow, Tier, Verification, Warning
from early_warnings.services.settings import settings_of
from positions.models import Body
from reporting.documents.parts import day_in_words
from reporting.paper_templates.rendering import PaperFile, paper
from talks.models import Talk, TalkKind

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
NONE = "无。"
BLANK_SIGNATURE = "签名：                    年    月    日"


def notice_file(warning: Warning) -> PaperFile:
    """《廉政风险预警通知书》 with its receipt (送达回执)."""
    with translation.override("zh-hans"):
        place = _PLACES[ResponsibleHow(warning.responsible_how)] if warning.responsible_how else ""
        received = warning.acknowledged_at
        at = timezone.localtime(received) if received else None
        values = {
            "文号": warning.number,
            "被预警对象": _subject(warning),
            "预警等级": _level(warning),
            "预警事由及依据": _told(warning.grounds, warning.basis),
            "整改纠偏要求": _told(warning.requirements),
            "第一责任人": f"{warning.responsible.name}（{place}）" if warning.responsible else NONE,
            "整改期限": f"{day_in_words(warning.due_on)}前" if warning.due_on else NONE,
            "回告要求": _answer_due(warning),
            "签发单位": _committee(warning.discipline_body, warning),
            "日期": day_in_words(_day(warning.issued_at)),
            "签收人": warning.acknowledged_by.name if warning.acknowledged_by else "",
            "签收时间": f"{day_in_words(at.date())}{at:%H:%M}" if at else day_in_words(None),
        }
        return paper("warning_notice", unit_id=warning.unit_id, values=values)


def advice_file(disposition: Disposition) -> PaperFile:
    """《纪检建议书》: what the discipline committee recommends to a department or unit; numbered by hand in the committee's own series."""
    warning = disposition.warning
    with translation.override("zh-hans"):
        committee = _committee(warning.discipline_body, warning)
        values = {
            "文号": f"纪建〔{disposition.ordered_on.year}〕    号",
            "主送": disposition.person.name if disposition.person else str(disposition.department or warning.unit),
            "存在的问题": _told(warning.grounds, warning.basis),
            "建议": _told(disposition.content or warning.requirements),
            "反馈期限": f"请于{day_in_words(disposition.due_on)}前将办理情况书面反馈{committee}。",
            "落款单位": committee,
            "日期": day_in_words(disposition.ordered_on),
        }
        return paper("disciplinary_advice", unit_id=warning.unit_id, values=values)


def report_file(report: RectificationReport) -> PaperFile:
    """《整改情况报告》 of one round, with the opinion of who verified it."""
    warning = report.warning
    with translation.override("zh-hans"):
        rules = [f"《{rule.title.strip('《》')}》" for rule in report.rules.all()]
        decision = _DECISIONS[Verification(report.decision)] if report.decision else ""
        values = {
            "预警文号": warning.number,
            "报告单位": _subject(warning),
            "成因分析": _told(report.causes),
            "整改情况": _told(report.results),
            "措施清单": [_measure(number, measure) for number, measure in enumerate(report.measures.all(), start=1)],
            "建章立制情况": _told(report.rules_text, "、".join(rules)),
            "今后打算": _told(report.plans),
            "报告人": report.submitted_by.name if report.submitted_by else "               ",
            "日期": day_in_words(_day(report.submitted_at)),
            "核验意见": f"{decision}{report.opinion}",
            "核验签名": _signature(report.verified_by, report.verified_at),
        }
        return paper("rectification_report", unit_id=warning.unit_id, values=values)


def _measure(number: int, measure: Any) -> dict[str, str]:
    state = "已完成" if measure.is_done else "未完成"
    told = f"{state}。{measure.note}" if measure.note else state
    return {"序号": str(number), "措施": measure.text, "完成时限": day_in_words(measure.due_on), "完成情况": told}


def talk_file(talk: Talk) -> PaperFile:
    """《约谈（诫勉谈话）记录》, for an inquiry 《函询记录》."""
    word = "函询" if talk.is_inquiry else "谈话"
    with translation.override("zh-hans"):
        at = timezone.localtime(talk.held_at) if talk.held_at else None
        when = f"{day_in_words(at.date())}{at:%H:%M}" if at else ""
        asked = f"{word}对象"
        values: dict[str, Any] = {
            "标题": record_title(talk),
            f"{word}人": talk.talker_name,
            f"{word}人职务": f"{talk.talker_unit}{talk.talker_post}",
            "事由": talk.reason,
            f"{asked}意见": "\n".join(filter(None, [talk.person_opinion, talk.unsigned_reason])),
            f"{asked}签名": _signed(talk.person_name if talk.confirmed_at else "", talk.confirmed_at),
            f"{word}人意见": talk.talker_opinion,
            f"{word}人签名": _signed(talk.talker_name if talk.finished_at else "", talk.finished_at),
        }
        if talk.is_inquiry:
            values |= {"发函时间": when, "函询事项": talk.content, "书面回复": talk.reply}
        else:
            recorder = f"{talk.recorder_unit}{talk.recorder_post}"
            values |= {"时间": when, "地点": talk.place, "记录人": talk.recorder_name, "记录人职务": recorder}
            values |= {"谈话内容": talk.content, "书面检查": talk.reply}
        if talk.kind == TalkKind.COLLECTIVE:
            values[asked] = "\n".join(f"{one.name}（{one.unit}{one.post}）" for one in talk.attendees.all())
        else:
            values |= {asked: talk.person_name, f"{asked}职务": f"{talk.person_unit}{talk.person_post}"}
        return paper(_record_kind(talk), unit_id=talk.unit_id, values=values)


def _record_kind(talk: Talk) -> str:
    """Which template a record takes."""
    if talk.is_inquiry:
        return "inquiry_record"
    return "collective_talk" if talk.kind == TalkKind.COLLECTIVE else "talk_record"


def record_title(talk: Talk) -> str:
    """What the record is called on paper."""
    return {TalkKind.INQUIRY: "函询记录", TalkKind.ADMONITION: "诫勉谈话记录", TalkKind.COLLECTIVE: "集体谈话记录"}.get(
        TalkKind(talk.kind), "约谈记录"
    )


def _told(*texts: str) -> str:
    """What was written, or that there is nothing."""
    return "\n".join(filter(None, texts)) or NONE


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


def _signature(who: Any, at: datetime | None) -> str:
    return _signed(who.name if who else "", at)


def _signed(name: str, at: datetime | None) -> str:
    return f"签名：{name}    {day_in_words(_day(at))}" if name else BLANK_SIGNATURE


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None
