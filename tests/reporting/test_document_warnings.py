"""The papers of warnings and talks: the fields of domain §11 in their order, and only for those who may read them."""

import io
from datetime import date, datetime, timedelta

import docx
import pytest
from django.urls import reverse
from django.utils import timezone
from docx.shared import Mm

from early_warnings.models import Disposition, DispositionKind, RectificationMeasure, RectificationReport, Tier, Warning
from positions.models import Rule
from reporting.documents import warnings as papers
from talks.models import TalkKind
from talks.services import talks as talk_services
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.talks import held, planned, record
from tests.factories.warnings import drafted, starter

pytestmark = pytest.mark.django_db

NOON = timezone.make_aware(datetime(2026, 11, 20, 12, 30))
DUE = timezone.localdate() + timedelta(days=70)
DUE_TEXT = f"{DUE.year}年{DUE.month}月{DUE.day}日"


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def issued(unit: SmallUnit, **facts) -> Warning:
    """A warning with what the issue writes into it."""
    warning = drafted(unit, **{"tier": Tier.IMPORTANT, "due_on": DUE, **facts})
    Warning.objects.filter(pk=warning.pk).update(number="测纪预〔2026〕3号", issued_at=NOON, issued_by=unit.discipline_head)
    return Warning.objects.get(pk=warning.pk)


def opened(file: io.BytesIO):
    return docx.Document(io.BytesIO(file.getvalue()))


def lines(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def cells(table) -> list[list[str]]:
    rows = []
    for row in table.rows:
        found, last = [], None
        for cell in row.cells:
            if cell._tc is not last:
                found.append(cell.text)
                last = cell._tc
        rows.append(found)
    return rows


def test_the_notice_of_a_warning(unit: SmallUnit) -> None:
    document = opened(papers.notice_file(issued(unit)))
    assert lines(document) == [
        "廉政风险预警通知书",
        "测纪预〔2026〕3号",
        f"{unit.clerk.name}（测试市农业农村局 行政审批科 经办）：",
        "一、预警等级",
        "重要预警。",
        "二、预警事由及依据",
        "多次超时限办理审批事项，群众反映强烈。",
        "《廉政风险预警办法》第八条",
        "三、整改纠偏要求",
        "十五日内查明原因，制定整改措施并书面回告。",
        "四、第一责任人",
        f"{unit.deputies[0].name}（分管领导）",
        "五、整改期限",
        f"{DUE_TEXT}前",
        "六、回告要求",
        f"请于签收后10个工作日内分析成因、制定整改措施，并于{DUE_TEXT}前向测试市农业农村局纪委（纪检组）书面报告整改情况。如有异议，可以陈述申辩。",
        "测试市农业农村局纪委（纪检组）（盖章处）",
        "2026年11月20日",
        "送达回执",
    ]
    assert [row[0] for row in cells(document.tables[0])] == ["文号", "被预警单位（个人）", "签收人", "签收时间"]
    assert cells(document.tables[0])[2][1] == ""
    section = document.sections[0]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    title, text = document.paragraphs[0].runs[0].font, document.paragraphs[3].runs[0].font
    assert (title.name, title.size.pt, text.size.pt) == ("方正小标宋简体", 22, 16)


def test_the_receipt_names_who_signed(unit: SmallUnit) -> None:
    warning = issued(unit)
    warning.acknowledged_by, warning.acknowledged_at = unit.clerk, NOON
    [*_rest, by, at] = cells(opened(papers.notice_file(warning)).tables[0])
    assert by[1] == unit.clerk.name
    assert at[1] == "2026年11月20日12:30"


def test_the_recommendation_of_the_discipline_committee(unit: SmallUnit) -> None:
    department = unit.departments[1].department
    warning = issued(unit, department=department)
    disposition = Disposition.objects.create(
        warning=warning, kind=DispositionKind.objects.get(code="discipline-proposal"), department=department, content="完善限时办结制度。",
        ordered_for="discipline", ordered_by=unit.discipline_head, ordered_on=date(2026, 11, 21), due_on=date(2026, 12, 11), effect="none",
    )  # fmt: skip
    assert lines(opened(papers.advice_file(disposition))) == [
        "纪检建议书",
        "纪建〔2026〕    号",
        "行政审批科：",
        "一、存在的问题",
        "多次超时限办理审批事项，群众反映强烈。",
        "《廉政风险预警办法》第八条",
        "二、建议",
        "完善限时办结制度。",
        "三、反馈期限",
        "请于2026年12月11日前将办理情况书面反馈测试市农业农村局纪委（纪检组）。",
        "测试市农业农村局纪委（纪检组）（盖章处）",
        "2026年11月21日",
    ]


def reported(unit: SmallUnit) -> RectificationReport:
    report = RectificationReport.objects.create(
        warning=issued(unit), round=1, causes="责任心不强。\n监督不到位。", results="按计划推进。",
        rules_text="修订限时办结办法。", plans="每季自查。",
        submitted_by=unit.clerk, submitted_at=NOON,
    )  # fmt: skip
    RectificationMeasure.objects.create(
        report=report, order=1, text="建立办件台账", due_on=date(2026, 12, 1), is_done=True, done_on=date(2026, 11, 20), note="已启用。"
    )
    RectificationMeasure.objects.create(report=report, order=2, text="开展专题学习", due_on=date(2026, 12, 20))
    report.rules.add(Rule.objects.create(unit=unit.unit, title="限时办结办法"))
    return report


def test_the_report_of_a_rectification(unit: SmallUnit) -> None:
    document = opened(papers.report_file(reported(unit)))
    assert lines(document) == [
        "整改情况报告",
        "预警文号：测纪预〔2026〕3号",
        f"报告单位（个人）：{unit.clerk.name}（测试市农业农村局 行政审批科 经办）",
        "一、成因分析",
        "责任心不强。",
        "监督不到位。",
        "二、整改措施及完成情况",
        "按计划推进。",
        "三、建章立制情况",
        "修订限时办结办法。",
        "《限时办结办法》",
        "四、今后打算",
        "每季自查。",
        f"签名：{unit.clerk.name}",
        "2026年11月20日",
    ]
    measures, opinion = document.tables
    assert cells(measures) == [
        ["序号", "整改措施", "完成时限", "完成情况"],
        ["1", "建立办件台账", "2026年12月1日", "已完成。已启用。"],
        ["2", "开展专题学习", "2026年12月20日", "未完成"],
    ]
    assert cells(opinion)[0][0] == "核验意见"
    assert cells(opinion)[0][1].endswith("年    月    日")


def test_the_opinion_of_who_verified_stands_below(unit: SmallUnit) -> None:
    report = reported(unit)
    report.decision, report.opinion = "accepted", "措施均已落实。"
    report.verified_by, report.verified_at = unit.discipline_head, NOON
    [[_label, said]] = cells(opened(papers.report_file(report)).tables[1])
    assert said.splitlines() == ["整改到位。措施均已落实。", f"签名：{unit.discipline_head.name}    2026年11月20日"]


def test_the_record_of_an_admonition(unit: SmallUnit) -> None:
    recorder = unit.departments[2].staff[0]
    talk = planned(unit, kind=TalkKind.ADMONITION, recorder=recorder)
    talk = talk_services.hold(talk=talk, record=record(NOON, talker_opinion="认识到位。"), by=talk.talker)
    talk = talk_services.confirm(talk=talk, by=talk.person, opinion="诚恳接受。")
    document = opened(papers.talk_file(talk))
    assert document.paragraphs[0].text == "诫勉谈话记录"
    rows = cells(document.tables[0])
    assert rows[0] == ["时间", "2026年11月20日12:30", "地点", "三楼谈话室"]
    assert rows[1] == ["谈话人", talk.talker.name, "单位职务", "测试市农业农村局行政审批科科长"]
    assert rows[2] == ["记录人", recorder.name, "单位职务", "测试市农业农村局执法大队经办"]
    assert rows[3] == ["谈话对象", talk.person.name, "单位职务", "测试市农业农村局行政审批科经办"]
    assert [row[0] for row in rows[4:]] == ["事由", "谈话内容", "谈话对象意见", "谈话人意见"]
    assert rows[6][1].splitlines()[0] == "诚恳接受。"
    assert talk.person.name in rows[6][1]
    assert rows[7][1].splitlines() == ["认识到位。", papers.BLANK_SIGNATURE]


def test_the_record_of_an_inquiry_holds_the_answer(unit: SmallUnit) -> None:
    talk = planned(unit, kind=TalkKind.INQUIRY)
    talk = talk_services.hold(talk=talk, record=talk_services.Record(content="请说明{{ 情况 }}<w:p>"), by=talk.talker)
    talk = talk_services.reply(talk=talk, text="说明如下。\r\n第二行", by=talk.person)
    document = opened(papers.talk_file(talk))
    rows = {row[0]: row[1] for row in cells(document.tables[0])}
    assert document.paragraphs[0].text == "函询记录"
    assert rows["函询事项"].splitlines()[0] == "请说明{{ 情况 }}<w:p>"
    assert rows["书面回复"] == "说明如下。\n第二行"


def test_who_may_download_a_record(client, unit: SmallUnit) -> None:
    talk = held(unit)
    address = reverse("reporting:talk_document", args=[talk.pk])
    for reader in (talk.talker, talk.person, unit.discipline_head):
        client.force_login(reader)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
    for stranger in (unit.head, unit.departments[2].head):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.force_login(talk.talker)
    assert client.get(reverse("reporting:talk_document", args=[planned(unit).pk])).status_code == 404


def test_who_may_download_the_papers_of_a_warning(client, unit: SmallUnit) -> None:
    report = reported(unit)
    for name, pk in (("warning_notice", report.warning_id), ("rectification_report", report.pk)):
        for reader in (unit.clerk, unit.deputies[0], starter(unit)):
            client.force_login(reader)
            assert client.get(reverse(f"reporting:{name}", args=[pk])).status_code == 200
        client.force_login(unit.departments[2].head)
        assert client.get(reverse(f"reporting:{name}", args=[pk])).status_code == 404
    client.force_login(unit.clerk)
    unissued = drafted(unit)
    assert client.get(reverse("reporting:warning_notice", args=[unissued.pk])).status_code == 404
