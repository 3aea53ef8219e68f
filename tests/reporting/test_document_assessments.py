"""Papers of the quarterly assessment: 廉政审查意见 for one and for many, 季度廉政考核结果单; the fields of domain §11 in their order."""

import io
from datetime import date, datetime

import docx
import pytest
from django.utils import timezone

from assessments.models import EligibilityCheck, EligibilityLine
from assessments.services import effects
from assessments.states import RoundState
from reporting.documents import assessments as papers
from tests.assessments.final_rounds import a_round, assessed, result
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db
FINAL = timezone.make_aware(datetime(2026, 10, 20, 9, 30))
NOON = timezone.make_aware(datetime(2026, 11, 22, 12, 0))
GRADE = {"kind": "grade", "weight": "no", "source": "2026-3", "on": "2026-10-20", "label": "不良", "until": "2027-04-19"}
WARNING = {"kind": "warning", "weight": "ask", "source": "测廉预〔2026〕3号", "on": "2026-05-06", "label": "一般预警", "until": ""}


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def check(bureau: SmallUnit, *answers: tuple[str, list[dict]]) -> EligibilityCheck:
    made = EligibilityCheck.objects.create(
        unit=bureau.unit, number="农业农村局廉审〔2026〕5号", purpose="promotion", matter="拟任财务科副科长人选", as_of=date(2026, 11, 20),
        award_year=2026, policy={}, asked_by=bureau.discipline_head, asked_at=NOON,
    )  # fmt: skip
    people = bureau.departments[1].staff
    for order, (outcome, reasons) in enumerate(answers):
        EligibilityLine.objects.create(
            eligibility_check=made, order=order, person=people[order], name=people[order].name, staff_number=people[order].staff_number,
            department="行政审批科", post="经办", outcome=outcome, reasons_kept=reasons,
        )  # fmt: skip
    return made


def opened(file: io.BytesIO):
    return docx.Document(io.BytesIO(file.getvalue()))


def cells(table) -> list[list[str]]:
    return [[cell.text for n, cell in enumerate(row.cells) if n == 0 or cell._tc is not row.cells[n - 1]._tc] for row in table.rows]


def lines(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def test_the_opinion_on_one_person(bureau: SmallUnit) -> None:
    made = check(bureau, ("no", [GRADE, WARNING]))
    document = opened(papers.opinion_file(made, list(made.lines.all())))
    assert lines(document) == [
        "廉政审查意见", "农业农村局廉审〔2026〕5号", "测试市农业农村局纪委（纪检组）（盖章处）", "2026年11月22日",
    ]  # fmt: skip
    [*head, grounds, by, review] = cells(document.tables[0])
    assert head == [
        ["申请事由", "拟任财务科副科长人选（提拔任用）"],
        ["审查对象", bureau.clerk.name, "单位职务", "行政审批科经办"],
        ["审查时点", "2026年11月20日", "结论", "不同意"],
    ]
    assert grounds[0] == "依据"
    assert grounds[1].split("\n") == [
        "1. 2026年第3季度廉政考核等次为“不良”（2026年10月20日最终确定），限制期至2027年4月19日。",
        "2. 一般预警（测廉预〔2026〕3号）于2026年5月6日签发，尚未销号。",
    ]
    assert (by[:2], review[0]) == (["经办", bureau.discipline_head.name], "审核")


def test_the_opinion_on_somebody_clean_and_on_a_list(bureau: SmallUnit) -> None:
    made = check(bureau, ("yes", []), ("ask", [WARNING]))
    first, second = made.lines.all()
    clean = "经查阅季度廉政考核结果、廉情预警和廉政记分情况，截至2026年11月20日，未发现影响提拔任用的情形。"
    assert cells(opened(papers.certificate_file(first)).tables[0])[3] == ["依据", clean]
    facts, answers, _signed = opened(papers.opinion_file(made, [first, second])).tables
    assert cells(facts)[2] == ["结论", "同意1人，需说明1人"]
    assert cells(answers) == [
        ["序号", "姓名", "单位职务", "结论", "依据"],
        ["1", first.name, "行政审批科经办", "同意", "未发现影响情形。"],
        ["2", second.name, "行政审批科经办", "需说明", "一般预警（测廉预〔2026〕3号）于2026年5月6日签发，尚未销号。"],
    ]


def test_the_result_sheet(bureau: SmallUnit) -> None:
    made = a_round(bureau, at=FINAL)
    found = result(bureau, assessed(bureau, bureau.clerk, made))
    effects.begin(made)
    document = opened(papers.result_file(found))
    assert lines(document)[:2] == ["季度廉政考核结果单", "2026年第3季度"]
    head, methods, opinions = document.tables
    assert cells(head) == [["姓名", bureau.clerk.name, "科室（单位）", "行政审批科"], ["职务", "经办", "类别", "一般干部"]]
    assert cells(methods) == [
        ["考核方式", "权重", "计算", "计入得分"],
        ["监督检查", "30%", "50 × 30 ÷ 85", "17.65"],
        ["民主测评", "40%", "52 × 40 ÷ 85", "24.47"],
        ["个别谈话", "15%", "本季度休假", "—"],
        ["廉政档案", "15%", "45 × 15 ÷ 85", "7.94"],
        ["总分", "50.00", "等次", "不良"],
    ]
    used = "2026年度不得评先评优。\n2026年10月20日至2027年4月19日不得提拔任用。\n2026年10月20日至2027年4月19日不得岗位调整。"
    assert cells(opinions)[0] == ["结果运用", used]
    assert [row[0] for row in cells(opinions)] == ["结果运用", "纪委审核", "党委确认", "本人签收"]


def test_a_result_that_is_not_final_says_so(bureau: SmallUnit) -> None:
    found = result(bureau, assessed(bureau, bureau.clerk, a_round(bureau, state=RoundState.APPEAL)))
    assert "最终确定后" in cells(opened(papers.result_file(found)).tables[2])[0][1]
