"""《预警信息台账》 as a sheet (domain §11). Written into the answer, or by a job into a file that is kept encrypted, never in the clear."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.xlsx.writing import Column, Sheet
from leads.models import Lead, LeadLevel
from leads.selectors import for_list, subjects_in_words
from leads.tables import judgement_of

_COLOURS = {"red": "#B42318", "orange": "#B54708", "yellow": "#854A0E", "blue": "#175CD3", "green": "#087443", "grey": "#475467"}
CHUNK = 200


def columns() -> list[Column]:
    """序号, 编号, 收集时间, 信息来源, 反映对象, 信息摘要, 风险等级, 研判意见, 处置方式, 责任人, 办理期限, 处置结果, 回告时间."""
    colours = {level.label: _COLOURS.get(level.colour, "#000000") for level in LeadLevel.objects.all()}
    return [
        Column(_("No."), 6, "int"),
        Column(_("number"), 18),
        Column(_("collected"), 11, "date"),
        Column(_("source of information"), 14),
        Column(_("whom it is about"), 22),
        Column(_("summary of the information"), 40),
        Column(_("risk level"), 8, "level", colours=colours),
        Column(_("opinion of the judgement"), 36),
        Column(_("way of handling"), 16),
        Column(_("responsible person"), 10),
        Column(_("to be handled by"), 11, "date"),
        Column(_("result of handling"), 36),
        Column(_("reported back"), 11, "date"),
    ]


def ledger_sheet(leads: QuerySet[Lead]) -> Sheet:
    """Of leads that start from `visible_to`."""
    made_on = _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
    return Sheet(_("Ledger of leads"), columns(), _rows(leads), _("Ledger of warning information"), [made_on])


def _rows(leads: QuerySet[Lead]) -> Iterator[list[Any]]:
    for serial, lead in enumerate(for_list(leads).iterator(chunk_size=CHUNK), start=1):
        judgement = judgement_of(lead)
        opinion = "\n".join(part for part in (judgement.opinion, judgement.effects) if part) if judgement else ""
        yield [
            serial, lead.number, timezone.localdate(lead.received_at), str(lead.get_channel_display()), subjects_in_words(lead),
            lead.title, judgement.level.label if judgement else "", opinion, str(judgement.get_outcome_display()) if judgement else "",
            judgement.responsible.name if judgement and judgement.responsible else "", lead.due_on, lead.result,
            timezone.localdate(lead.reported_back_at) if lead.reported_back_at else None,
        ]  # fmt: skip
