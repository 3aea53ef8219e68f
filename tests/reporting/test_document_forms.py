"""The three forms as Word documents: what stands on the paper is what the database holds (domain §11)."""

import io
from datetime import date

import docx
import pytest
from django.urls import reverse
from docx.shared import Mm

from reporting.documents.forms import form_file, form_file_name
from reporting.paper_templates.kinds.forms import FORMS
from risks.models import Opinion, ReviewStep
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory, level

pytestmark = pytest.mark.django_db

COLUMNS = {
    "position": ["职权事项", "流程环节", "廉政风险点", "表现形式", "风险来源", "自评等级", "防控措施"],
    "department": ["职权事项", "流程环节", "廉政风险点", "表现形式", "风险来源", "涉及岗位", "协作部门", "自评等级", "防控措施"],
    "unit": ["职权事项", "流程环节", "廉政风险点", "表现形式", "风险来源", "三重一大类别", "自评等级", "防控措施"],
}


@pytest.fixture
def unit():
    return small_unit()


def cells(row):
    """The texts of a row, merged cells once."""
    found, last = [], None
    for cell in row.cells:
        if cell._tc is not last:
            found.append(cell.text)
            last = cell._tc
    return found


def paper(declaration):
    document = docx.Document(io.BytesIO(form_file(declaration).getvalue()))
    return document, [cells(row) for row in document.tables[0].rows]


def position_form(unit, **values):
    appointment = unit.appointments[unit.clerk.pk]
    values = {"campaign": CampaignFactory(unit=unit.unit), "state": "in_review"} | values
    return DeclarationFactory(appointment=appointment, **values)


def test_the_form_of_a_position(unit):
    catalogue = CatalogueFactory(unit=unit.unit)
    item = PowerItemFactory(catalogue=catalogue, name="种子经营许可")
    simple_flow(item)
    publish(catalogue)
    step = item.steps.first()
    form = position_form(unit)
    entry = EntryFactory(
        declaration=form, title="受理把关不严", content="对熟人放宽条件", self_level=level(2), power_item=item, flow_step=step
    )
    EntryMeasureFactory(entry=entry, order=1, text="双人核对")
    EntryMeasureFactory(entry=entry, order=2, text="每月抽查")
    ReviewStep.objects.create(declaration=form, order=1, kind="rate", reviewer=unit.departments[1].head)
    ReviewStep.objects.create(declaration=form, order=2, kind="review", reviewer=unit.departments[1].leader)
    ReviewStep.objects.create(declaration=form, order=3, kind="group")
    said = Opinion.objects.create(
        declaration=form, kind="rate", decision="agreed", text="同意自评等级。", by=unit.departments[1].head, name="吴科长"
    )
    document, rows = paper(form)
    assert document.paragraphs[0].text == "岗位廉政风险和自我防控承诺表"
    assert rows[0] == ["姓名", unit.clerk.name, "科室（单位）", "行政审批科", "职务（岗位）", "经办"]
    assert rows[1] == ["岗位职责", form.duties]
    assert rows[2] == COLUMNS["position"]
    assert rows[3] == [
        "种子经营许可",
        step.name,
        "受理把关不严\uff1a对熟人放宽条件",
        entry.manifestation,
        "业务流程",
        "二级",
        "1.双人核对\n2.每月抽查",
    ]
    signed, given = form.signed_at.astimezone(), said.at.astimezone()
    assert rows[4][0] == "本人承诺"
    assert rows[4][1].splitlines()[0] == form.commitment
    assert f"{unit.clerk.name}    " in rows[4][1]
    assert rows[4][1].endswith(f"{signed.year}年{signed.month}月{signed.day}日")
    assert "同意自评等级。" in rows[5][1]
    assert "吴科长" in rows[5][1]
    assert rows[5][1].endswith(f"{given.year}年{given.month}月{given.day}日")
    assert rows[6][1].strip().startswith("签名")
    assert rows[6][1].endswith("年    月    日")
    assert len(rows) == 8


def test_the_form_of_a_department(unit):
    department = unit.departments[1]
    form = DeclarationFactory(
        appointment=None, kind="department", unit=unit.unit, department=department.department, position=None, declarant=department.head,
        campaign=CampaignFactory(unit=unit.unit), participants="全科人员", state="in_review",
    )  # fmt: skip
    EntryFactory(declaration=form, involved_positions="经办、审核", cooperating="办公室")
    document, rows = paper(form)
    assert document.paragraphs[0].text == "科室、单位廉政风险和防控承诺表"
    assert rows[0] == ["科室（单位）", "行政审批科", "负责人", department.head.name]
    assert rows[1] == ["参加查找人员", "全科人员"]
    assert rows[2] == ["主要职责", form.duties]
    assert rows[3] == COLUMNS["department"]
    assert rows[4][5:7] == ["经办、审核", "办公室"]


def test_the_form_of_the_unit(unit):
    form = DeclarationFactory(
        appointment=None, kind="unit", unit=unit.unit, department=None, position=None, declarant=unit.head, state="in_review",
        campaign=CampaignFactory(unit=unit.unit), participants="周、陈、林、韩",
        discussed_on=date(2026, 11, 18), discussed_by="全体班子成员", discussion="一致通过",
    )  # fmt: skip
    EntryFactory(declaration=form, major_matter="funds")
    document, rows = paper(form)
    assert document.paragraphs[0].text == "单位廉政风险和防控承诺表"
    assert rows[0] == ["单位", unit.unit.name, "主要负责人", unit.head.name]
    assert rows[1] == ["班子成员", "周、陈、林、韩"]
    assert rows[2] == COLUMNS["unit"]
    assert rows[3][5] == "大额资金使用"
    discussion = next(row for row in rows if row[0] == "领导班子讨论情况")
    assert [line.split("\uff1a")[1] for line in discussion[1].splitlines()] == ["2026年11月18日", "全体班子成员", "一致通过"]
    assert rows[-1][0].startswith("上级纪委意见")


def test_a_draft_has_room_to_sign_and_says_when_none_was_found(unit):
    form = position_form(unit, state="draft", signed_at=None, none_found_reason="全程网办")
    _document, rows = paper(form)
    assert rows[3] == ["经排查\uff0c未发现廉政风险。理由\uff1a全程网办"]
    assert rows[4][1].endswith("年    月    日")
    assert unit.clerk.name not in rows[4][1]


def test_the_decided_levels_stand_with_the_opinion_of_the_leading_group(unit):
    form = position_form(unit, state="graded")
    EntryFactory(declaration=form, title="甲", final_level=level(3))
    ReviewStep.objects.create(declaration=form, order=1, kind="group")
    Opinion.objects.create(declaration=form, kind="group", decision="agreed", text="同意。", by=unit.head, name=unit.head.name)
    _document, rows = paper(form)
    assert rows[-1][1].splitlines()[:2] == ["同意。", "1.甲\uff1a一级"]


def test_what_people_write_stays_text(unit):
    form = position_form(unit, duties="{{ 7*7 }} <w:p> & {% for %}\x0b第二行\n第三行")
    EntryFactory(declaration=form, title="<b>&", content="{{ unit }}")
    _document, rows = paper(form)
    assert rows[1][1] == "{{ 7*7 }} <w:p> & {% for %}第二行\n第三行"
    assert rows[3][2] == "<b>&\uff1a{{ unit }}"


@pytest.mark.parametrize("kind", FORMS)
def test_the_page_is_a4_and_the_type_as_the_rules_of_papers_say(unit, kind):
    form = position_form(unit)
    form.kind = kind
    document, _rows = paper(form)
    section = document.sections[0]
    assert {round(section.page_width / Mm(1)), round(section.page_height / Mm(1))} == {297, 210}
    title = document.paragraphs[0].runs[0]
    assert (title.font.size.pt, title.font.name) == (22, "方正小标宋简体")
    sizes = {
        run.font.size.pt
        for row in document.tables[0].rows
        for cell in row.cells
        for line in cell.paragraphs
        for run in line.runs
        if run.text
    }
    assert sizes == {12}


def test_the_download_has_the_name_of_the_form_and_the_person(client, unit):
    form = position_form(unit)
    client.force_login(unit.clerk)
    answer = client.get(reverse("reporting:form_document", args=[form.pk]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert form_file_name(form) == f"岗位廉政风险和自我防控承诺表-{unit.clerk.name}.docx"
    assert docx.Document(io.BytesIO(answer.content)).paragraphs[0].text == "岗位廉政风险和自我防控承诺表"
    client.force_login(unit.departments[2].head)
    assert client.get(reverse("reporting:form_document", args=[form.pk])).status_code == 404
