"""A reporter's identity: apart, encrypted, opened only with a reason; and the reports of staff who gave their name."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from common.errors import NotAllowed, NotPossible
from leads.models import IdentityOpening, Lead, LeadIdentity, LeadMessage
from leads.services import desks, judging, messages
from leads.services.identity import keep_identity, open_identity
from leads.services.receiving import LeadFacts, SubjectFacts, receive
from notifications.models import Notice
from tests.factories.leads import judgement_facts
from tests.factories.organisation import SmallUnit, small_unit
from tests.leads.reports import report

pytestmark = pytest.mark.django_db
REASON = "需要向反映人当面核实时间地点"


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def by_name(unit: SmallUnit, reporter, **fields) -> Lead:
    facts = LeadFacts(
        unit=unit.unit,
        channel="staff_report",
        title="标题",
        content="内容",
        subjects=[SubjectFacts(person=unit.departments[2].head)],
        is_named=True,
        **fields,
    )
    lead = receive(facts=facts, reporter=reporter)
    keep_identity(lead=lead, user=reporter)
    return lead


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestOpening:
    def test_with_a_reason_it_is_shown_recorded_and_told(self, unit):
        member = unit.departments[0].staff[1]
        lead = by_name(unit, unit.clerk)
        Notice.objects.all().delete()
        response = signed_in(member).post(reverse("leads:open_identity", args=[lead.public_id]), {"reason": REASON})
        page = response.content.decode()
        assert unit.clerk.name in page
        assert unit.clerk.staff_number in page
        opening = IdentityOpening.objects.get()
        assert (opening.by, opening.reason) == (member, REASON)
        event = AuditEvent.objects.get(action="lead.identity_opened")
        assert (event.actor_id, event.reason) == (member.pk, "")
        notice = Notice.objects.get()
        assert (notice.person, notice.sensitive) == (unit.discipline_head, True)
        assert unit.clerk.name not in notice.text
        assert lead.number not in notice.text

    def test_a_public_name_with_its_contact(self, unit):
        lead, _code = report(unit.unit, name="李群众", contact="0571-88")
        told = open_identity(lead=lead, by=unit.discipline_head, reason=REASON)
        assert (told.name, told.contact, told.staff_number) == ("李群众", "0571-88", "")

    @pytest.mark.parametrize("reason", ["", "   ", "太短"])
    def test_without_a_reason_it_stays_closed(self, unit, reason):
        lead = by_name(unit, unit.clerk)
        with pytest.raises(NotPossible):
            open_identity(lead=lead, by=unit.discipline_head, reason=reason)
        assert not IdentityOpening.objects.exists()

    def test_an_anonymous_report_has_none(self, unit):
        lead, _code = report(unit.unit)
        with pytest.raises(NotAllowed, match="匿名"):
            open_identity(lead=lead, by=unit.discipline_head, reason=REASON)

    def test_who_is_not_at_the_desk_cannot_even_try(self, unit):
        lead = by_name(unit, unit.clerk)
        address = reverse("leads:open_identity", args=[lead.public_id])
        for person in (unit.clerk, unit.departments[2].head, unit.departments[2].staff[0], unit.office_clerk):
            assert signed_in(person).post(address, {"reason": REASON}).status_code == 404
        assert not IdentityOpening.objects.exists()

    def test_who_was_recused_cannot(self, unit):
        member = unit.departments[0].staff[1]
        lead = by_name(unit, unit.clerk)
        desks.recuse(lead=lead, person=member, reason="亲属关系", by=unit.discipline_head)
        with pytest.raises(NotAllowed):
            open_identity(lead=lead, by=member, reason=REASON)

    def test_a_branch_secretary_passes_on_without_knowing_who(self, unit):
        """General staff reported to the branch: its secretary sees the lead, and no identity."""
        from positions.models import BodyRole
        from tests.factories.positions import MembershipFactory

        secretary = unit.departments[0].head
        reporter = unit.departments[1].staff[0]
        MembershipFactory(body=unit.bodies["party_branch"], person=reporter, role=BodyRole.MEMBER)
        facts = LeadFacts(
            unit=unit.unit,
            channel="staff_report",
            title="标题",
            content="内容",
            subjects=[SubjectFacts(person=unit.departments[2].staff[0])],
            is_named=True,
        )
        lead = receive(facts=facts, reporter=reporter)
        keep_identity(lead=lead, user=reporter)
        assert Lead.objects.visible_to(secretary).filter(pk=lead.pk).exists()
        with pytest.raises(NotAllowed):
            open_identity(lead=lead, by=secretary, reason=REASON)

    def test_a_look_cannot_be_undone(self, unit):
        lead = by_name(unit, unit.clerk)
        open_identity(lead=lead, by=unit.discipline_head, reason=REASON)
        for sql in ("DELETE FROM leads_identityopening", "UPDATE leads_identityopening SET at = now()"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


class TestKeeping:
    def test_the_row_names_nobody(self, unit):
        by_name(unit, unit.clerk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT identity, owner_tag FROM leads_leadidentity")
            [(identity, tag)] = cursor.fetchall()
        assert unit.clerk.name not in identity
        assert str(unit.clerk.pk) not in (tag, identity)
        columns = {f.name for f in LeadIdentity._meta.get_fields() if f.is_relation}
        assert columns == {"lead"}, "no foreign key leads to a person"

    def test_the_reporter_is_not_in_the_trail(self, unit):
        by_name(unit, unit.clerk)
        assert not AuditEvent.objects.filter(actor_id=unit.clerk.pk).exists()


class TestMine:
    def test_own_reports_and_no_others(self, unit):
        mine, theirs = by_name(unit, unit.clerk), by_name(unit, unit.departments[0].head)
        page = signed_in(unit.clerk).get(reverse("leads:mine")).content.decode()
        assert str(mine.public_id) in page
        assert str(theirs.public_id) not in page
        assert signed_in(unit.clerk).get(reverse("leads:my_report", args=[theirs.public_id])).status_code == 404

    def test_neutral_words_and_never_the_handling(self, unit):
        lead = by_name(unit, unit.clerk)
        messages.ask(lead=lead, by=unit.discipline_head, text="请补充时间。")
        page = signed_in(unit.clerk).get(reverse("leads:my_report", args=[lead.public_id])).content.decode()
        assert "请补充时间。" in page
        assert "已收到" in page
        assert lead.number not in page
        assert unit.discipline_head.name not in page

    def test_a_question_waits_on_the_start_page_until_it_is_answered(self, unit):
        lead = by_name(unit, unit.clerk)
        words = "您反映的情况"
        assert words not in signed_in(unit.clerk).get("/").content.decode()
        messages.ask(lead=lead, by=unit.discipline_head, text="请补充时间。")
        assert words in signed_in(unit.clerk).get("/").content.decode()
        assert words not in signed_in(unit.departments[1].staff[1]).get("/").content.decode()
        messages.answer(lead=lead, text="九月三日。")
        assert words not in signed_in(unit.clerk).get("/").content.decode()

    def test_an_answer_names_nobody(self, unit):
        lead = by_name(unit, unit.clerk)
        before = AuditEvent.objects.count()
        address = reverse("leads:my_report", args=[lead.public_id])
        assert signed_in(unit.clerk).post(address, {"text": "九月三日。", "once": "x"}).status_code == 302
        assert LeadMessage.objects.get().author is None
        events = AuditEvent.objects.order_by("id")[before:]
        assert {(e.action, e.actor_id, e.address, e.request_id) for e in events if e.action.startswith("lead.")} == {
            ("lead.answered", None, "", "")
        }

    def test_the_person_reported_has_no_part_in_it(self, unit):
        lead = by_name(unit, unit.clerk)
        assert signed_in(unit.departments[2].head).get(reverse("leads:my_report", args=[lead.public_id])).status_code == 404


class TestAsking:
    def test_only_the_desk_asks(self, unit):
        lead, _code = report(unit.unit)
        address = reverse("leads:ask", args=[lead.public_id])
        assert signed_in(unit.clerk).post(address, {"text": "谁?"}).status_code == 404
        assert not LeadMessage.objects.exists()

    def test_where_nobody_can_be_asked_it_says_so(self, unit):
        facts = LeadFacts(unit=unit.unit, channel="audit", title="审计", content="内容", subjects=[SubjectFacts(name="某科室")])
        lead = receive(facts=facts, by=unit.discipline_head)
        with pytest.raises(NotAllowed, match="没有可以联系的反映人"):
            messages.ask(lead=lead, by=unit.discipline_head, text="请问")

    def test_a_reporters_message_can_name_no_account(self, unit):
        lead, _code = report(unit.unit)
        with pytest.raises(DatabaseError), transaction.atomic():
            LeadMessage.objects.create(lead=lead, from_reporter=True, text="x", author=unit.clerk)


def test_queries_of_my_reports(unit, count_queries):
    def make_rows(n):
        for _n in range(n):
            lead = by_name(unit, unit.clerk)
            messages.ask(lead=lead, by=unit.discipline_head, text="请问")

    count_queries("leads:mine", user=unit.clerk, make_rows=make_rows)


def test_nobody_judges_what_they_reported(unit):
    member, head = unit.departments[0].staff[1], unit.discipline_head
    lead = by_name(unit, member)
    judging.take_up(lead=lead, by=head)
    lead.refresh_from_db()
    with pytest.raises(NotAllowed, match="由其他成员"):
        judging.propose_judgement(lead=lead, facts=judgement_facts(), by=member)
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=head)
    with pytest.raises(NotAllowed, match="由其他成员"):
        judging.confirm_judgement(judgement=judgement, by=member)
    lead.refresh_from_db()
    assert lead.state == "proposed"
