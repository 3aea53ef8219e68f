"""Eligibility checks on real rows: what is asked and what never is, names, four eyes, who sees the answers."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import eligibility_sheet as sheet
from assessments.eligibility import Outcome, Purpose, ReasonKind, read_names
from assessments.eligibility_facts import facts_of
from assessments.models import Appeal, EligibilityCheck, EligibilityLine, EligibilitySettings, Restriction
from assessments.services import effects, eligibility
from assessments.states import RoundState
from audit.models import AuditEvent
from common.errors import DomainError, NotAllowed
from common.xlsx.writing import Column, Sheet, write_workbook
from early_warnings.models import DispositionKind, PointSource, Tier, Warning
from early_warnings.services import dispositions, ending
from early_warnings.services import points as point_services
from leads.services import judging
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import committee, entered, own_scheme
from tests.factories.leads import judgement_facts, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, UserFactory
from tests.factories.warnings import STATES_ON_THE_WAY, advance, drafted, fresh, starter

pytestmark = pytest.mark.django_db
CLERK = "CS-D1S0"


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def question(purpose=Purpose.PROMOTION, as_of=None, matter="2026年第二批干部选拔", award_year=2026):
    return eligibility.Question(purpose, matter, as_of or timezone.localdate(), award_year)


def ask(bureau: SmallUnit, names: str = CLERK, by=None, **facts) -> list[EligibilityLine]:
    made = eligibility.run(
        unit=bureau.unit, question=question(**facts), wanted=read_names(names), by=fresh(by or bureau.departments[0].deputy_head)
    )
    return list(made.lines.all())


def answer(bureau: SmallUnit, **facts) -> tuple[str, list[str]]:
    [line] = ask(bureau, **facts)
    return line.outcome, [str(reason.kind) for reason in line.reasons]


# ---- what is asked


def test_a_warning_counts_between_issue_and_closing_and_is_not_known_before(bureau: SmallUnit) -> None:
    warning = drafted(bureau, Tier.IMPORTANT)
    found = {}
    for state in STATES_ON_THE_WAY:
        advance(bureau, warning, state)
        found[state] = answer(bureau)[0]
    running = ["issued", "acknowledged", "rectifying", "reported", "verified"]
    assert found == {state: "ask" if state in running else "yes" for state in STATES_ON_THE_WAY}


def test_as_of_a_day_and_without_the_grounds(bureau: SmallUnit) -> None:
    warning = advance(bureau, drafted(bureau, Tier.GENERAL), "issued")
    assert answer(bureau, as_of=timezone.localdate() - timedelta(days=1)) == ("yes", [])
    [line] = ask(bureau)
    [reason] = line.reasons
    assert (reason.kind, reason.source, reason.on) == (ReasonKind.WARNING, warning.number, timezone.localdate())
    assert warning.grounds not in str(line.reasons_kept)
    assert warning.basis not in str(line.reasons_kept)


def test_withdrawn_never_counts_and_raised_counts_until_its_successor_does(bureau: SmallUnit) -> None:
    warning, member = advance(bureau, drafted(bureau, Tier.IMPORTANT), "reported"), fresh(starter(bureau))
    ending.escalate(warning=warning, reason="整改不力", by=member)
    successor = Warning.objects.get(previous=warning)
    [reason] = ask(bureau)[0].reasons
    assert reason.source == warning.number
    ending.withdraw(warning=successor, reason="依据不足", by=member)
    assert answer(bureau) == ("yes", [])


@pytest.mark.parametrize(("code", "outcome"), [("admonition", "yes"), ("criticism", "yes"), ("notice-of-criticism", "ask")])
def test_protected_dispositions_are_neither_counted_nor_listed(bureau: SmallUnit, code: str, outcome: str) -> None:
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT), "rectifying")
    kind = DispositionKind.objects.get(unit=None, code=code)
    ordered = dispositions.order(warning=warning, kind=kind, by=bureau.discipline_head)
    assert answer(bureau)[0] == "ask"
    dispositions.carry_out(disposition=ordered, record="已谈话。", by=bureau.discipline_head, worked=True)
    assert answer(bureau)[0] == outcome


def test_a_mistake_never_counts_and_its_points_neither(bureau: SmallUnit) -> None:
    facts = {"error_kind": "mistake", "error_grounds": "先行先试，未谋取私利。"}
    warning = advance(bureau, drafted(bureau, Tier.IMPORTANT, **facts), "issued")
    own_scheme(bureau, thresholds=((1, "yellow"),))
    entered(bureau, bureau.clerk, "GZ-01", source_kind=PointSource.WARNING, warning=warning)
    assert answer(bureau) == ("yes", [])


def test_points_by_the_colour_reached_and_no_draft_behind_them(bureau: SmallUnit) -> None:
    own_scheme(bureau, thresholds=((1, "yellow"), (50, "red")))
    entry = entered(bureau, bureau.clerk, "GZ-01")
    assert Warning.objects.filter(person=bureau.clerk, state="draft").exists()
    assert answer(bureau) == ("ask", ["points"])
    assert answer(bureau, as_of=timezone.localdate() - timedelta(days=1)) == ("yes", [])
    first, second = committee(bureau)
    point_services.confirm(entry=point_services.counter(entry=entry, by=first, reason="记错对象"), by=second)
    assert answer(bureau) == ("yes", [])


def test_leads_are_never_asked(bureau: SmallUnit) -> None:
    lead = lead_about(bureau, bureau.clerk, by=starter(bureau))
    judging.take_up(lead=lead, by=fresh(starter(bureau)))
    judging.propose_judgement(lead=lead, facts=judgement_facts(outcome="warn"), by=fresh(starter(bureau)))
    with CaptureQueriesContext(connection) as captured:
        assert answer(bureau) == ("yes", [])
    assert not [query["sql"] for query in captured if "leads_" in query["sql"].replace("_lead_standing", "")]


def test_the_assessment_from_counting_to_final(bureau: SmallUnit) -> None:
    made = a_round(bureau, state=RoundState.REVIEW)
    of = assessed(bureau, bureau.clerk, made)
    bad = result(bureau, of)
    assert answer(bureau) == ("ask", ["round"])
    for state in (RoundState.CONFIRMATION, RoundState.NOTICE, RoundState.APPEAL):
        made.state, made.published_at = state, timezone.now() if state != RoundState.CONFIRMATION else None
        made.save()
    assert answer(bureau) == ("ask", ["result"])
    appeal = Appeal.objects.create(result=bad, text="计分有误", by=bureau.clerk, at=timezone.now())
    assert answer(bureau) == ("ask", ["result", "appeal"])
    appeal.state, appeal.answer, appeal.answered_by, appeal.answered_at = "upheld", "维持", bureau.discipline_head, timezone.now()
    appeal.save()
    made.state, made.final_at = RoundState.FINAL, timezone.now()
    made.save()
    effects.begin(made)
    outcomes = {purpose: answer(bureau, purpose=purpose) for purpose in Purpose}
    assert outcomes == {
        "award": ("no", ["grade"]), "promotion": ("no", ["grade"]), "transfer": ("no", ["grade"]), "other": ("ask", ["grade"] * 3),
    }  # fmt: skip


def test_a_good_result_that_is_shown_is_no_reason(bureau: SmallUnit) -> None:
    result(bureau, assessed(bureau, bureau.clerk, a_round(bureau, state=RoundState.NOTICE)), "好")
    assert answer(bureau) == ("yes", [])


def test_queries_do_not_grow_with_the_people(bureau: SmallUnit) -> None:
    people = [person for place in bureau.departments[1:] for person in (*place.staff, place.head)]
    made = a_round(bureau)
    for person in people:
        result(bureau, assessed(bureau, person, made))
        entered(bureau, person, "GZ-01")
    effects.begin(made)
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as captured:
            facts_of([person.pk for person in some], timezone.localdate())
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16


# ---- names, four eyes, keeping


def test_unclear_names_are_listed_and_nothing_is_recorded(bureau: SmallUnit) -> None:
    namesake = bureau.departments[2].staff[0]
    namesake.name = bureau.clerk.name
    namesake.save()
    with pytest.raises(eligibility.NamesUnclear) as raised:
        ask(bureau, f"{bureau.clerk.name}\n王无此人\n{bureau.departments[2].head.name}")
    ambiguous, unknown = raised.value.problems
    assert {one.department for one in ambiguous.candidates} == {"行政审批科", "执法大队"}
    assert (unknown.wanted.text, unknown.candidates) == ("王无此人", ())
    assert not EligibilityCheck.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="eligibility.").exists()
    lines = ask(bureau, f"{bureau.clerk.name}（行政审批科）\n{bureau.departments[2].head.name}\n{CLERK}")
    assert [line.person for line in lines] == [bureau.clerk, bureau.departments[2].head]
    [event] = AuditEvent.objects.filter(action="eligibility.checked")
    assert (event.reason, event.detail) == ("2026年第二批干部选拔", {"people": 2})


def test_nobody_checks_themselves_or_who_is_above(bureau: SmallUnit) -> None:
    office = bureau.departments[0].deputy_head
    for person in (office, bureau.departments[0].head, bureau.deputies[0], bureau.head):
        with pytest.raises(NotAllowed, match=person.name):
            ask(bureau, f"{CLERK}，{person.staff_number}", by=office)
    assert not EligibilityCheck.objects.exists()
    assert len(ask(bureau, bureau.departments[0].head.staff_number, by=bureau.discipline_head)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"as_of": timezone.localdate() + timedelta(days=2)},
        {"matter": "  "},
        {"names": " ，"},
        {"names": "\n".join(f"甲{n}" for n in range(1001))},
    ],
)
def test_what_makes_no_sense_is_refused(bureau: SmallUnit, facts: dict) -> None:
    with pytest.raises(DomainError):
        ask(bureau, **facts)
    assert not EligibilityCheck.objects.exists()


def test_only_the_committee_and_the_personnel_office_ask(bureau: SmallUnit) -> None:
    for person in (bureau.head, bureau.deputies[0], bureau.departments[1].head, bureau.office_clerk, small_unit(code="QT").discipline_head):
        with pytest.raises(NotAllowed):
            ask(bureau, by=person)


def test_an_answer_about_somebody_is_hidden_from_them_and_who_is_below(bureau: SmallUnit) -> None:
    member, office = bureau.departments[0].staff[1], bureau.departments[0].deputy_head
    [_clerk, _member, _office_head] = ask(
        bureau, f"{CLERK}，{member.staff_number}，{bureau.departments[0].head.staff_number}", by=bureau.discipline_head
    )
    check = EligibilityCheck.objects.get()

    def seen(user) -> set[str]:
        return set(EligibilityLine.objects.visible_to(fresh(user)).values_list("staff_number", flat=True))

    assert seen(bureau.discipline_head) == {CLERK, "CS-D0S1", "CS-D0H"}
    assert seen(member) == {CLERK}
    assert seen(office) == {CLERK, "CS-D0S1"}
    assert EligibilityCheck.objects.visible_to(fresh(member)).with_counts(fresh(member)).get().people == 1
    for stranger in (bureau.clerk, bureau.head, bureau.departments[1].head):
        assert not EligibilityCheck.objects.visible_to(fresh(stranger)).exists()
        assert seen(stranger) == set()
    ask(bureau, member.staff_number, by=bureau.discipline_head)
    assert EligibilityCheck.objects.visible_to(fresh(member)).get() == check


def test_what_was_answered_stays(bureau: SmallUnit) -> None:
    ask(bureau)
    for table in ("assessments_eligibilitycheck", "assessments_eligibilityline"):
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)


# ---- pages


@pytest.fixture
def desk(bureau: SmallUnit) -> Client:
    client = Client()
    client.force_login(bureau.discipline_head)
    return client


def posted(bureau: SmallUnit, **values) -> dict:
    first = {
        "unit": bureau.unit.pk,
        "purpose": "award",
        "matter": "年度先进工作者",
        "as_of": timezone.localdate().isoformat(),
        "award_year": 2026,
    }
    return first | values


def test_a_list_with_faults_is_mended_on_the_page(bureau: SmallUnit, desk: Client) -> None:
    namesake = UserFactory(staff_number="CS-X", name=bureau.clerk.name)
    AppointmentFactory(person=namesake, position=bureau.departments[2].positions["s1"])
    answer = desk.post(reverse("assessments:eligibility_new"), posted(bureau, names=f"{bureau.clerk.name}\n查无此人"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(
        text in page for text in (CLERK, "CS-X", "执法大队", "“查无此人”：本单位没有该姓名或工号的人员", f"{bureau.clerk.name}\n查无此人")
    )
    answer = desk.post(reverse("assessments:eligibility_new"), posted(bureau, names=CLERK), follow=True)
    assert "未发现影响情形" in answer.content.decode()


def test_a_file_is_read_and_its_names_can_be_mended(bureau: SmallUnit, desk: Client) -> None:
    target = BytesIO()
    rows = [[1, bureau.clerk.name, CLERK], [2, "查无此人", ""], [3, "", "CS-D2H"]]
    write_workbook(target, [Sheet("名单", [Column("序号"), Column("姓 名"), Column("工号")], rows, "年度评优人选名单")])
    upload = SimpleUploadedFile("名单.xlsx", target.getvalue())
    answer = desk.post(reverse("assessments:eligibility_new"), posted(bureau, file=upload))
    assert answer.status_code == 422
    assert f"{bureau.clerk.name}（{CLERK}）\n查无此人\nCS-D2H" in answer.content.decode()
    assert [str(one) for one in sheet.read_people(sheet.template_file())] == ["张三（B010）"]
    answer = desk.post(reverse("assessments:eligibility_new"), posted(bureau, file=SimpleUploadedFile("名单.xlsx", b"PK\x03\x04 nothing")))
    assert answer.status_code == 422
    assert not EligibilityCheck.objects.exists()


def test_checking_oneself_is_refused_on_the_page_and_leaves_its_trace_without_names(bureau: SmallUnit, desk: Client) -> None:
    answer = desk.post(reverse("assessments:eligibility_new"), posted(bureau, names=bureau.discipline_head.staff_number))
    assert answer.status_code == 422
    assert "不能审查本人或本人的上级" in answer.content.decode()
    [event] = AuditEvent.objects.filter(action="request.refused")
    assert bureau.discipline_head.name not in event.reason
    assert not EligibilityCheck.objects.exists()


def test_settings_of_the_unit(bureau: SmallUnit, desk: Client) -> None:
    values = dict.fromkeys(
        ("warning_general", "warning_important", "points_general", "points_important", "points_highest", "pending"), "ask"
    )
    address = reverse("assessments:eligibility_settings")
    assert desk.post(address, values | {"warning_highest": "no"}).status_code == 302
    own = EligibilitySettings.objects.get(unit=bureau.unit)
    assert (own.warning_highest, own.version) == ("no", 1)
    assert desk.post(address, values | {"warning_highest": "ask", "version": "7"}).status_code == 409
    assert EligibilitySettings.objects.get(unit=None).warning_highest == "ask"
    warning = advance(bureau, drafted(bureau, Tier.HIGHEST), "issued")
    [line] = ask(bureau)
    assert (line.outcome, line.eligibility_check.policy["warnings"]["highest"]) == (Outcome.NO, "no")
    assert line.reasons[0].source == warning.number


REASON = {"kind": "warning", "weight": "ask", "source": "测廉预〔2026〕3号", "on": "2026-05-06", "label": "一般预警", "until": ""}


def kept(check: EligibilityCheck, order: int, person) -> None:
    EligibilityLine.objects.create(
        eligibility_check=check,
        order=order,
        person=person,
        name=person.name,
        staff_number=person.staff_number,
        outcome="ask",
        reasons_kept=[REASON],
    )


def a_check(bureau: SmallUnit, number: int) -> EligibilityCheck:
    values = {"number": f"廉审{number}号", "purpose": "award", "matter": "评优", "as_of": timezone.localdate(), "award_year": 2026}
    return EligibilityCheck.objects.create(unit=bureau.unit, policy={}, asked_by=bureau.discipline_head, asked_at=timezone.now(), **values)


def test_queries_of_the_list_of_checks(bureau: SmallUnit, count_queries) -> None:
    def checks(n: int) -> None:
        for number in range(n):
            kept(a_check(bureau, EligibilityCheck.objects.count() + number), 1, bureau.clerk)

    count_queries("assessments:eligibility", user=bureau.discipline_head, make_rows=checks)


def test_queries_of_one_check(bureau: SmallUnit, count_queries) -> None:
    check = a_check(bureau, 1)
    kept(check, 1, bureau.clerk)

    def people(n: int) -> None:
        for order in range(2, n + 2):
            kept(check, order, UserFactory())

    count_queries("assessments:eligibility_check", user=bureau.discipline_head, args=[check.pk], make_rows=people)


def test_queries_of_restrictions(bureau: SmallUnit, count_queries) -> None:
    today = timezone.localdate()

    def rows(n: int) -> None:
        for _number in range(n):
            of = assessed(bureau, bureau.clerk, a_round(bureau, year=2001 + Restriction.objects.count(), quarter=1))
            days = {"effective_on": today, "starts_on": today, "ends_on": today}
            Restriction.objects.create(
                unit=bureau.unit, result=result(bureau, of), person=bureau.clerk, kind="promotion", grade="不良", **days
            )

    count_queries("assessments:restrictions", user=bureau.deputies[1], make_rows=rows)
