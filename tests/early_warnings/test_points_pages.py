"""The pages of points: who sees what, what they say, what the ledger's file holds."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from early_warnings.models import PointBehaviour, PointEntry, PointScheme
from early_warnings.services import points
from early_warnings.states_points import PointState
from jobs.models import Job
from jobs.services import run
from tests.early_warnings.points import behaviour, committee, entered, own_scheme, proposed
from tests.factories.organisation import administrators, small_unit

TODAY = date.today()


@pytest.fixture
def unit(db):
    return small_unit()


@pytest.fixture
def clerk(unit):
    return unit.departments[1].staff[0]


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, name, *args, status=200, **query) -> str:
    response = client_of(person).get(reverse(f"warnings:{name}", args=args), query, follow=False)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_everybody_sees_their_own_account_and_no_other(unit, clerk):
    entered(unit, clerk, "GZ-03", facts="多次推诿群众办事")
    other = entered(unit, unit.departments[1].staff[1], "LJ-05")
    text = page(clerk, "points_mine")
    assert behaviour("GZ-03").text in text
    assert "C 蓝" in text or "蓝" in text
    assert other.behaviour.text not in text
    assert page(clerk, "point", other.pk, status=404)
    assert client_of(clerk).get(reverse("warnings:points")).status_code == 302


def test_a_proposal_is_seen_by_who_handles_it_alone(unit, clerk):
    entry = proposed(unit, clerk, "GZ-03")
    first, second = committee(unit)
    for person in (first, second):
        assert clerk.name in page(person, "points_waiting")
        assert page(person, "point", entry.pk)
    for person in (clerk, unit.departments[1].head, unit.deputies[0], unit.office_clerk):
        assert page(person, "point", entry.pk, status=404)
    # The unit head is the secretary of the party committee here, who steps in where the committee has nobody else.
    assert page(unit.head, "point", entry.pk)
    # Not a trace of it for whom it is about.
    before = page(clerk, "points_mine")
    points.withdraw(entry=entry, by=first)
    assert page(clerk, "points_mine") == before or "csrf" in before


def test_heads_see_the_accounts_of_their_people(unit, clerk):
    entry = entered(unit, clerk, "GZ-03")
    elsewhere = entered(unit, unit.departments[2].staff[0], "LJ-05")
    head = unit.departments[1].head
    text = page(head, "points")
    assert clerk.name in text
    assert elsewhere.person.name not in text
    assert page(head, "point_account", "person", clerk.pk)
    assert page(head, "point_account", "person", elsewhere.person_id, status=404)
    detail = page(head, "point", entry.pk)
    assert entry.proposed_by.name not in detail, "who proposed it is for those who handle it"
    assert entry.decided_by.name in page(committee(unit)[0], "point", entry.pk)


def test_proposing_through_the_form(unit, clerk):
    first, _second = committee(unit)
    client = client_of(first)
    address = reverse("warnings:point_new")
    assert clerk.name in client.get(address).content.decode()
    data = {
        "holder": f"{unit.unit.pk}-p{clerk.pk}",
        "behaviour": behaviour("GZ-03").pk,
        "occurred_on": TODAY.isoformat(),
        "facts": "推诿扯皮",
        "basis": "第六条",
        "source_kind": "inspection",
    }
    assert client.post(address, data | {"points": "13"}).status_code == 422
    assert client.post(address, data | {"occurred_on": "2999-01-01"}).status_code == 422
    assert client.post(address, data | {"holder": f"{unit.unit.pk}-p{unit.head.pk}"}).status_code == 422
    assert client.post(address, data | {"facts": ""}).status_code == 422
    assert not PointEntry.objects.exists()
    response = client.post(address, data)
    entry = PointEntry.objects.get()
    assert response.status_code == 302
    assert (entry.person, entry.points, entry.source_kind, entry.state) == (clerk, 3, "inspection", PointState.PROPOSED)


def test_confirming_several_on_the_page(unit, clerk):
    first, second = committee(unit)
    rows = [proposed(unit, person, "GZ-02", by=first) for person in unit.departments[2].staff]
    own = proposed(unit, clerk, by=second)
    client = client_of(second)
    text = client.get(reverse("warnings:points_waiting")).content.decode()
    assert f'value="{rows[0].pk}"' in text
    assert f'name="chosen" value="{own.pk}"' not in text
    client.post(reverse("warnings:points_confirm"), {"chosen": [str(row.pk) for row in (*rows, own)] + ["x", "9" * 30]})
    assert PointEntry.objects.confirmed().count() == 2
    assert client_of(clerk).post(reverse("warnings:points_confirm"), {"chosen": [own.pk]}).status_code == 404


def test_a_stale_decision_shows_a_conflict(unit, clerk):
    first, second = committee(unit)
    entry = proposed(unit, clerk, by=first)
    address = reverse("warnings:point_confirm", args=[entry.pk])
    assert client_of(second).post(address, {"version": entry.version + 1}).status_code == 409
    assert client_of(second).post(address, {"version": entry.version}).status_code == 302
    assert client_of(second).post(address, {"version": entry.version}).status_code in (403, 409)


def test_taking_back_on_the_page(unit, clerk):
    first, second = committee(unit)
    entry = entered(unit, clerk)
    address = reverse("warnings:point_counter", args=[entry.pk])
    assert client_of(first).post(address, {"reason": ""}).status_code == 422
    assert client_of(first).post(address, {"reason": "申诉成立"}).status_code == 302
    made = PointEntry.objects.get(counter_of=entry)
    client_of(second).post(reverse("warnings:point_confirm", args=[made.pk]), {"version": made.version})
    text = page(clerk, "points_mine")
    assert "申诉成立" in page(clerk, "point", made.pk)
    assert "-1" in text


def sheet(response) -> list[tuple]:
    return list(openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))


def test_the_ledger_as_a_file_has_the_columns_officials_expect(unit, clerk):
    first, second = committee(unit)
    entered(unit, clerk, "QZ-02", facts="超时办结")
    entry = entered(unit, clerk, "GZ-03", source_kind="inspection", source_text="市局督查")
    points.confirm(entry=points.counter(entry=entry, by=first, reason="申诉成立"), by=second)
    response = client_of(second).get(reverse("warnings:points_export"))
    rows = sheet(response)
    assert rows[1] == ("序号", "姓名（科室）", "记分事由", "依据条款", "分值", "来源", "记分日期", "周期累计", "预警颜色", "处置")
    body = [row for row in rows[2:] if isinstance(row[0], int)]
    assert [(row[0], row[4], row[7]) for row in body] == [(1, 2, 2), (2, 3, 5), (3, -3, 2)]
    assert body[1][5].endswith("市局督查")
    assert "一般预警" in body[1][9]
    assert clerk.name in body[0][1]
    assert AuditEvent.objects.filter(action="points.exported").count() == 1
    assert len(sheet(client_of(unit.departments[2].staff[0]).get(reverse("warnings:points_export")))) < 5, "others see nothing of it"


def test_running_totals_of_a_rolling_cycle(unit, clerk):
    from datetime import timedelta

    own_scheme(unit, cycle="rolling12")
    for days in (500, 400, 100, 0):
        entered(unit, clerk, "GZ-02", TODAY - timedelta(days=days))
    rows = sheet(client_of(committee(unit)[0]).get(reverse("warnings:points_export")))
    assert [row[7] for row in rows[2:] if isinstance(row[0], int)] == [1, 2, 2, 2]


def test_filters_of_the_ledger(unit, clerk):
    entered(unit, clerk, "GZ-01")
    entered(unit, clerk, "GZ-02", date(TODAY.year - 1, 5, 5))
    entered(unit, unit.departments[2].department, "YQ-01")
    first = committee(unit)[0]

    def count(**query) -> int:
        response = client_of(first).get(reverse("warnings:points_ledger"), query)
        return response.context["table"].paginator.count

    assert count() == 3
    assert count(year=TODAY.year) == 2
    assert count(q=clerk.name) == 2
    assert count(whose="department") == 1
    assert count(department=unit.departments[2].department.pk) == 1
    assert count(department="999999") == count(year="x") == 3


def test_a_long_ledger_is_written_by_a_job(unit, clerk, settings):
    settings.EXPORT_INLINE_ROWS = 1
    entered(unit, clerk, "GZ-01")
    entered(unit, clerk, "GZ-02")
    client = client_of(committee(unit)[0])
    assert client.get(reverse("warnings:points_export")).status_code == 302
    client.post(reverse("warnings:points_export_later"))
    job = Job.objects.get(kind="points_export")
    run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["rows"]) == ("done", 2)


def test_the_catalogue_is_for_everybody_and_kept_by_the_committee(unit, clerk):
    assert PointBehaviour.objects.filter(unit=None).count() >= 30
    assert behaviour("LJ-07").text in page(clerk, "point_behaviours")
    first, _second = committee(unit)
    common = behaviour("GZ-01")
    data = {"code": "GZ-01", "field": "work", "text": "迟到早退三次以上", "points": "2", "is_active": "on"}
    assert client_of(clerk).post(reverse("warnings:point_behaviour", args=[common.pk]), data).status_code == 404
    client_of(first).post(reverse("warnings:point_behaviour", args=[common.pk]), data | {"version": common.version})
    own = PointBehaviour.objects.get(unit=unit.unit)
    assert (own.code, own.points, own.text) == ("GZ-01", 2, "迟到早退三次以上")
    common.refresh_from_db()
    assert common.points == 1
    text = page(clerk, "point_behaviours")
    assert own.text in text
    assert common.text not in text
    assert common.text in page(small_unit(code="QT").clerk, "point_behaviours")
    # What entries use is no longer changed, only taken out of use.
    points.propose(
        unit=unit.unit,
        holder=clerk,
        facts=points.Facts(own, timezone.localdate(), "经查", "第六条"),
        by=first,
    )
    address = reverse("warnings:point_behaviour", args=[own.pk])
    assert client_of(first).post(address, data | {"text": "改了", "version": own.version}).status_code == 422
    off = {key: value for key, value in data.items() if key != "is_active"}
    assert client_of(first).post(address, off | {"version": own.version}).status_code == 302
    assert own.text not in page(clerk, "point_behaviours")


def scheme_data(**changes):
    from tests.early_warnings.points import colour

    blue, yellow, red = (colour(name).pk for name in ("blue", "yellow", "red"))
    data = {
        "name": "本局记分办法",
        "in_force_from": f"{TODAY.year + 1}-01-01",
        "direction": "down",
        "cycle": "calendar",
        "step": "0.5",
        "full": "12",
        "cap": "12",
        "leader_share": "30",
        "for_departments": "on",
        f"points_{blue}": "3",
        f"text_{blue}": "约谈",
        f"points_{yellow}": "6",
        f"points_{red}": "12",
    }
    return data | {key.format(blue=blue, red=red): value for key, value in changes.items()}


def test_a_scheme_of_ones_own(unit, clerk):
    first, _second = committee(unit)
    address = reverse("warnings:point_scheme_new")
    assert client_of(clerk).get(address).status_code == 404
    client = client_of(first)
    assert client.get(address).status_code == 200
    for wrong in (
        {"in_force_from": f"{TODAY.year + 1}-03-01"},
        {"points_{blue}": "7"},
        {"points_{red}": "15"},
        {"points_{blue}": "0.3"},
        {"leader_share": "101"},
    ):
        assert client.post(address, scheme_data(**wrong)).status_code == 422, wrong
    assert not PointScheme.objects.filter(unit=unit.unit).exists()
    assert client.post(address, scheme_data()).status_code == 302
    scheme = PointScheme.objects.get(unit=unit.unit)
    assert (scheme.step, scheme.leader_share, scheme.thresholds.count()) == (Decimal("0.5"), 30, 3)
    assert client.post(address, scheme_data()).status_code == 422, "another one from the same day"
    edit = reverse("warnings:point_scheme", args=[scheme.pk])
    assert client.post(edit, scheme_data(name="改名", version=scheme.version)).status_code == 302
    assert client.post(edit, scheme_data(name="又改", version=scheme.version)).status_code == 409
    entered(unit, clerk)
    this_year = scheme_data(in_force_from=f"{TODAY.year}-01-01")
    assert client.post(address, this_year).status_code == 422, "points were entered in that year"
    assert "改名" in page(clerk, "point_schemes")


def test_administrators_have_no_points(unit, clerk):
    entered(unit, clerk)
    for admin in administrators().values():
        for name in ("points", "points_mine", "points_ledger", "points_export", "point_behaviours", "point_schemes"):
            assert page(admin, name, status=404)


def _rows(unit, state):
    """A maker of so many entries of staff, each on a day and an account of its own as far as there are."""
    first, second = committee(unit)
    people = [person for department in unit.departments[1:] for person in (*department.staff, department.deputy_head)]
    made = iter(range(1000))

    def make(n):
        for _one in range(n):
            number = next(made)
            day = date.fromordinal(date(TODAY.year, 1, 1).toordinal() + number // len(people))
            entry = proposed(unit, people[number % len(people)], "TX-02", min(day, TODAY), by=first)
            if state == PointState.CONFIRMED:
                points.confirm(entry=entry, by=second)

    return make


@pytest.mark.parametrize("name", ["points_ledger", "points"])
def test_list_queries(unit, count_queries, name):
    count_queries(f"warnings:{name}", user=committee(unit)[1], make_rows=_rows(unit, PointState.CONFIRMED))


def test_queries_of_what_waits(unit, count_queries):
    count_queries("warnings:points_waiting", user=committee(unit)[1], make_rows=_rows(unit, PointState.PROPOSED))
