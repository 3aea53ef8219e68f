"""The desk's pages: what they show to whom, and that what is refused changes nothing."""

import json
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from common.encrypted import encrypt_text
from jobs import services as jobs
from jobs.models import Job
from leads.models import Judgement, Lead, LeadIdentity, LeadRecusal, Sign
from leads.providers import warnings_of_lead
from leads.services import judging
from leads.states import LeadState
from positions.models import Appointment, BodyMembership
from tests.factories.leads import CONTENT, TITLE, judgement_facts, lead_about, level
from tests.factories.organisation import small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return small_unit(code="LS")


@pytest.fixture
def head(org):
    return org.discipline_head


@pytest.fixture
def member(org):
    return org.departments[0].staff[1]


@pytest.fixture
def lead(org):
    return lead_about(org, org.departments[2].head)


def page(user, name, *args, **data):
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"leads:{name}", args=args), data)


def send(user, name, *args, **data):
    client = Client()
    client.force_login(user)
    return client.post(reverse(f"leads:{name}", args=args), data)


def text(response):
    return response.content.decode()


def test_staff_report_under_their_name(org):
    reporter = org.departments[1].staff[1]
    response = send(
        reporter, "report", people=[org.departments[2].head.pk], title=TITLE, content=CONTENT,
        documents=[SimpleUploadedFile("清单.txt", "采购清单".encode())],
    )  # fmt: skip
    lead = Lead.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("leads:my_report", args=[lead.public_id])
    assert lead.is_named
    assert lead.channel == "staff_report"
    assert LeadIdentity.objects.filter(lead=lead).exists()
    assert lead.attachments.count() == 1
    assert page(reporter, "lead", lead.public_id).status_code == 404, "the reporter sees the report, not the desk"


def test_a_report_about_nobody_is_kept_in_the_form(org):
    response = send(org.clerk, "report", title=TITLE, content=CONTENT)
    assert response.status_code == 422
    assert TITLE in text(response)
    assert not Lead.objects.exists()


def test_a_post_without_a_token_is_refused(org, head):
    for person, name in ((org.clerk, "report"), (head, "enter")):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert client.post(reverse(f"leads:{name}"), {"title": TITLE}).status_code == 403
    assert not Lead.objects.exists()


def test_the_committee_enters_what_came_by_its_channels(org, head):
    sign = Sign.objects.filter(unit=None).first()
    response = send(
        head, "enter", channel="audit", received_on=timezone.localdate().isoformat(), departments=[org.departments[1].department.pk],
        title=TITLE, content=CONTENT, signs=[sign.pk], is_important="on",
    )  # fmt: skip
    lead = Lead.objects.get()
    assert response["Location"] == lead.get_absolute_url()
    assert (lead.received_by, lead.is_important, list(lead.signs.all())) == (head, True, [sign])


def test_who_enters_a_lead_about_a_superior_does_not_see_it_after_that(org, member):
    response = send(
        member, "enter", channel="audit", received_on=timezone.localdate().isoformat(), people=[org.departments[0].head.pk],
        title=TITLE, content=CONTENT,
    )  # fmt: skip
    assert response["Location"] == reverse("leads:board")
    assert not Lead.objects.visible_to(member).exists()


def test_the_board_by_stage(org, head, lead):
    handled = lead_about(org, org.departments[1].head)
    judging.take_up(lead=handled, by=head)
    judgement = judging.propose_judgement(lead=handled, facts=judgement_facts(), by=head)
    judging.confirm_judgement(judgement=judgement, by=org.departments[0].staff[1])
    Lead.objects.filter(pk=handled.pk).update(due_on="2026-01-05")
    waiting, handling, overdue, ended = (text(page(head, "board", tab=tab)) for tab in ("waiting", "handling", "overdue", "ended"))
    assert lead.number in waiting
    assert handled.number not in waiting
    assert handled.number in handling
    assert handled.number in overdue
    assert lead.number not in overdue
    assert lead.number not in ended


def test_the_page_of_a_lead_and_the_whole_way_through_its_forms(org, head, member, lead):
    other = lead_about(org, org.departments[2].head, title="另一条线索")
    first = text(page(head, "lead", lead.public_id))
    assert CONTENT in first
    assert other.title in first, "a possible duplicate"
    assert page(head, "lead", lead.public_id).headers["Cache-Control"].count("no-store")
    send(head, "take_up", lead.public_id, version=lead.version)
    lead.refresh_from_db()
    assert send(head, "judgement", lead.public_id, version=lead.version, effects="").status_code == 422
    send(
        head, "judgement", lead.public_id, version=lead.version, level=level(2).pk, effects="影响采购公信力", measures="约谈提醒",
        outcome="educate", due_on="2027-12-31", responsible=org.head.pk,
    )  # fmt: skip
    lead.refresh_from_db()
    assert lead.state == LeadState.PROPOSED
    assert send(head, "confirm", lead.public_id).status_code == 403
    assert send(member, "return", lead.public_id, reason="").status_code == 422
    send(member, "return", lead.public_id, reason="措施不具体")
    again = text(page(head, "judgement", lead.public_id))
    assert "影响采购公信力" in again, "a returned judgement is mended, not written anew"
    lead.refresh_from_db()
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=head)
    send(member, "confirm", lead.public_id)
    judgement.refresh_from_db()
    assert judgement.confirmed_by == member
    assert Judgement.objects.filter(lead=lead).count() == 2
    send(member, "result", lead.public_id, result="已约谈提醒")
    send(head, "end", lead.public_id, step="close")
    lead.refresh_from_db()
    assert lead.state == LeadState.CLOSED
    last = text(page(head, "lead", lead.public_id))
    assert "已约谈提醒" in last


def test_a_stale_form_is_a_clear_conflict(head, member, lead):
    judging.take_up(lead=lead, by=head)
    data = {"level": level(2).pk, "effects": "影响", "measures": "措施", "outcome": "watch", "due_on": "2027-12-31"}
    assert send(member, "judgement", lead.public_id, version=1, **data).status_code == 409
    assert not Judgement.objects.exists()


def test_after_a_recusal_of_ones_own_one_is_back_on_the_board(head, member, lead):
    response = send(member, "recuse", lead.public_id, person=member.pk, reason="曾在其手下工作")
    assert response["Location"] == reverse("leads:board")
    assert LeadRecusal.objects.get().person == member
    assert page(member, "lead", lead.public_id).status_code == 404
    assert page(head, "lead", lead.public_id).status_code == 200


def test_the_page_of_the_last_resort_says_what_to_do(org, head):
    lead = lead_about(org, org.head)
    shown = text(page(head, "lead", lead.public_id))
    assert "须移交上级纪委" in shown
    assert reverse("leads:hand_up", args=[lead.public_id]) in shown
    assert reverse("leads:take_up", args=[lead.public_id]) not in shown
    send(head, "hand_up", lead.public_id, result="已由专人送达")
    lead.refresh_from_db()
    assert lead.state == LeadState.HANDED_OVER


def test_the_ledger_filters_and_its_file_has_the_columns_of_the_paper(org, head, member, lead):
    other = lead_about(org, org.departments[1].head, title="另一条线索", channel="audit", is_important=True)
    judging.take_up(lead=other, by=head)
    judgement = judging.propose_judgement(lead=other, facts=judgement_facts(responsible=org.head), by=head)
    judging.confirm_judgement(judgement=judgement, by=member)
    both = text(page(head, "ledger"))
    assert lead.number in both
    assert other.number in both
    for data in (
        {"channel": "audit"},
        {"level": "2"},
        {"outcome": "educate"},
        {"which": "important"},
        {"q": "另一条"},
        {"state": "handling"},
    ):
        shown = text(page(head, "ledger", **data))
        assert other.number in shown, data
        assert lead.number not in shown, data
    assert lead.number in text(page(head, "ledger", q=org.departments[2].head.name))

    rows = CalamineWorkbook.from_filelike(BytesIO(page(head, "ledger_export", q="另一条").content)).get_sheet_by_index(0).to_python()
    header = next(n for n, row in enumerate(rows) if row[0] == "序号")
    columns = "序号 编号 收集时间 信息来源 反映对象 信息摘要 风险等级 研判意见 处置方式 责任人 办理期限 处置结果 回告时间"
    assert rows[header] == columns.split()
    assert len(rows) == header + 3, "one lead, and the day it was made below"
    row = rows[header + 1]
    assert row[1:2] + row[3:7] == [other.number, "审计监督", f"{org.departments[1].head.name}（行政审批科 科长）", "另一条线索", "二级"]
    assert row[8:10] == ["教育提醒", org.head.name]


def test_a_long_ledger_is_written_by_a_job_and_lies_encrypted(org, head, member, lead, settings):
    settings.EXPORT_INLINE_ROWS = 1
    lead_about(org, org.departments[1].head, title="另一条线索", channel="audit")
    client = Client()
    client.force_login(head)
    assert client.get(reverse("leads:ledger_export")).status_code == 302
    assert "后台导出" in text(page(head, "ledger"))
    name = org.departments[1].head.name
    assert client.post(f"{reverse('leads:ledger_export_later')}?q={name}").status_code == 302
    job = Job.objects.get(owner=head)
    assert name not in json.dumps(job.arguments, ensure_ascii=False)
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report) == ("done", {"rows": 1})
    assert job.expires_at - job.finished_at <= timedelta(days=1, seconds=1)
    with job.file.content.open("rb") as kept:
        assert kept.read(2) != b"PK"
    answer = client.get(reverse("jobs:download", args=[job.pk]))
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert [row[5] for row in rows].count("另一条线索") == 1
    assert unquote(answer["Content-Disposition"]).endswith("预警信息台账.xlsx")
    client.force_login(member)
    assert client.get(reverse("jobs:download", args=[job.pk])).status_code == 404


def test_who_has_left_the_desk_gets_no_ledger_any_more(org, head, lead):
    job = jobs.start(kind="leads_export", title="台账", arguments={"query": encrypt_text("")}, by=head)
    BodyMembership.objects.filter(person=head).update(ends_on=timezone.localdate() - timedelta(days=1))
    Appointment.objects.filter(person=head).update(ends_on=timezone.localdate() - timedelta(days=1))
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.file) == ("failed", None)


def test_search_finds_leads_for_the_desk_alone(org, head, lead):
    def found(user):
        client = Client()
        client.force_login(user)
        return client.get(reverse("web:search"), {"q": TITLE[2:6]}).content.decode()

    assert lead.number in found(head)
    for user in (org.departments[2].head, org.departments[2].staff[0], org.head, org.clerk):
        assert lead.number not in found(user)
        assert TITLE not in found(user)


def test_the_start_page_tells_the_desk_alone(org, head, lead):
    def start(user):
        client = Client()
        client.force_login(user)
        return client.get(reverse("web:start")).content.decode()

    assert "1 条廉情待受理或研判" in start(head)
    assert "廉情待受理" not in start(org.head)
    assert "廉情待受理" not in start(org.departments[2].head)


def test_signs_are_read_by_all_and_kept_by_the_committee(org, head):
    sign = Sign.objects.filter(unit=None).order_by("number").first()
    assert sign.text in text(page(org.clerk, "signs"))
    assert send(org.clerk, "sign_switch", sign.pk, on="0").status_code == 403
    send(head, "sign_switch", sign.pk, on="0")
    assert sign.text not in text(page(org.clerk, "signs"))
    send(head, "sign_add", field="funds", text="本单位自定的迹象", severity="3", advice="核实")
    assert "本单位自定的迹象" in text(page(org.clerk, "signs", field="funds"))


def test_warnings_are_shown_by_whoever_answers(head, lead):
    try:
        warnings_of_lead.bind(lambda *, user, lead: [{"label": f"预警 {user.name}", "url": "/x/", "state": "草拟"}])
        assert f"预警 {head.name}" in text(page(head, "lead", lead.public_id))
    finally:
        warnings_of_lead._answer = None
        from config.bindings import install

        install()


def test_queries_of_the_lists(org, head, count_queries):
    def rows(n):
        for _number in range(n):
            lead_about(org, org.departments[2].head)

    count_queries("leads:board", user=head, make_rows=rows)


def test_queries_of_the_ledger(org, head, member, count_queries):
    def rows(n):
        for _number in range(n):
            lead = lead_about(org, org.departments[2].head)
            judging.take_up(lead=lead, by=head)
            judging.confirm_judgement(judgement=judging.propose_judgement(lead=lead, facts=judgement_facts(), by=head), by=member)

    count_queries("leads:ledger", user=head, make_rows=rows)


def test_queries_of_the_signs(org, head, count_queries):
    def rows(n):
        start = Sign.objects.count()
        Sign.objects.bulk_create(Sign(unit=org.unit, number=f"Y{start + i}", field="funds", text=f"迹象{i}", severity=1) for i in range(n))

    count_queries("leads:signs", user=head, make_rows=rows)
