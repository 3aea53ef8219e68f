"""The annual report: figures worked out by hand, versions frozen at approval, page and paper that say the same (domain §9)."""

import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import docx
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.services import effects
from common.errors import Conflict, DomainError, NotAllowed
from early_warnings.models import Tier, Warning
from positions.models import Rule
from reporting.annual import permissions, services
from reporting.annual.figures import Figures, Group, Row, beside, share
from reporting.annual.gather import figures_of
from reporting.documents.annual import report_file
from reporting.models import AnnualReport
from risks.models import Measure, RiskPoint
from risks.services import register
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import entered
from tests.factories.leads import CONTENT, TITLE, lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import CampaignFactory, DeclarationFactory, level
from tests.factories.warnings import advance, dispose, drafted, fresh, starter

TEXTS = {"work_done": "组织开展廉政风险排查，\n召开推进会三次。", "plans": "修订审批制度。"}


# ---- plain values


def test_shares_changes_and_what_one_year_lacks() -> None:
    assert [share(1, 3), share(0, 0)] == [33.3, None]
    assert Row("coverage", 90.0, 85.5).shown == ("90.0%", "85.5%", "+4.5")
    assert Row("issued", 2, 2).shown == ("2", "2", "0")
    assert Row("points", 1.5, 3).shown == ("1.5", "3", "-1.5")
    assert Row("coverage", None, 85.5).shown == ("—", "85.5%", "—")
    rows = beside("tier", {"一般": 2}, {"重要": 1}, ["重要"])
    assert [(row.name, row.now, row.before) for row in rows] == [("重要", 0, 1), ("一般", 2, 0)]


def test_figures_survive_json() -> None:
    figures = Figures(2026, date(2026, 11, 22), (Group("register", (Row("level", 3, None, "一级"), Row("entered", 2, 1))),))
    assert Figures.from_json(figures.to_json()) == figures


# ---- figures, by hand


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def point(bureau: SmallUnit, number: str, severity: int, since: date, **values) -> RiskPoint:
    """A point of the second department."""
    department = bureau.departments[1].department
    made = RiskPoint.objects.create(
        unit=bureau.unit, department=department, level_of="department", number=number, title=f"风险{number}", content="内容",
        aspect="process", initial_level=level(severity), current_level=level(severity), registered_on=since, **values,
    )  # fmt: skip
    _as_of(made, since)
    return made


def _as_of(made: RiskPoint, day: date) -> None:
    """The history of the point begins on the day, as it would have."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE risks_historicalriskpoint DISABLE TRIGGER USER")
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, 9))
        cursor.execute("UPDATE risks_historicalriskpoint SET history_date = %s WHERE id = %s", [moment, made.pk])
        cursor.execute("ALTER TABLE risks_historicalriskpoint ENABLE TRIGGER USER")


def pair(bureau: SmallUnit, group: str, code: str, name: str = "") -> tuple[float | None, float | None]:
    return figures_of(bureau.unit, timezone.localdate().year).value(group, code, name)


def test_the_register_of_both_years_as_the_history_has_it(bureau: SmallUnit) -> None:
    year = timezone.localdate().year
    raised = point(bureau, "1", 1, date(year - 1, 3, 1))
    gone = point(bureau, "2", 2, date(year - 1, 4, 1))
    point(bureau, "3", 1, date(year - 2, 4, 1))
    point(bureau, "4", 3, date(year, 1, 5))
    register.adjust_level(risk=raised, level=level(3), reason="年内两次预警", by=fresh(bureau.head))
    register.retire(risk=gone, by=fresh(bureau.head), reason="职权取消")
    small_unit(code="QT")
    assert pair(bureau, "register", "standing") == (3, 3)
    by_level = {severity: pair(bureau, "register", "level", level(severity).label) for severity in (3, 2, 1)}
    assert by_level == {3: (2, 0), 2: (0, 1), 1: (1, 2)}
    assert pair(bureau, "register", "entered") == (1, 2)
    assert pair(bureau, "register", "retired") == (1, 0)
    assert pair(bureau, "register", "raised") == (1, 0)
    assert pair(bureau, "register", "lowered") == (0, 0)


def test_measures_by_when_they_were_done(bureau: SmallUnit) -> None:
    today = timezone.localdate()
    risk = point(bureau, "1", 1, date(today.year - 1, 3, 1))

    def measure(due: date, done: date | None, state: str) -> None:
        moment = timezone.make_aware(datetime(done.year, done.month, done.day, 10)) if done else None
        by = bureau.clerk if done else None
        Measure.objects.create(risk=risk, text="双人核对", due_on=due, state=state, done_at=moment, done_by=by)

    last = today.year - 1
    measure(date(last, 5, 10), date(last, 5, 10), "confirmed")  # in time, on the last day
    measure(date(last, 5, 10), date(last, 6, 1), "confirmed")  # late
    measure(date(last, 12, 20), date(today.year, 1, 8), "done")  # overdue at the end of the year, done after it
    measure(date(last, 8, 1), None, "dropped")
    measure(date(today.year, 1, 2), None, "planned")  # overdue
    measure(date(today.year, 1, 2), date(today.year, 1, 1), "done")
    counts = {code: pair(bureau, "measures", code) for code in ("due", "kept", "late", "overdue", "kept_share")}
    assert counts == {"due": (2, 3), "kept": (1, 1), "late": (0, 1), "overdue": (1, 1), "kept_share": (50.0, 33.3)}


def test_forms_warnings_points_grades_and_the_rest(bureau: SmallUnit) -> None:
    year = timezone.localdate().year
    campaign = CampaignFactory(unit=bureau.unit, year=year)
    for person, state in ((bureau.clerk, "graded"), (bureau.departments[1].staff[1], "draft"), (bureau.departments[2].head, "in_review")):
        DeclarationFactory(appointment=bureau.appointments[person.pk], campaign=campaign, state=state)
    lead_about(bureau, bureau.clerk, by=starter(bureau))
    drafted(bureau, Tier.GENERAL)
    important = advance(bureau, drafted(bureau, Tier.IMPORTANT), "rectifying")
    dispose(bureau, important)
    closed = advance(bureau, drafted(bureau, Tier.GENERAL, person=bureau.departments[2].staff[0]), "closed")
    entered(bureau, bureau.clerk, "GZ-01")
    round_ = a_round(bureau, year=year, quarter=1)
    result(bureau, assessed(bureau, bureau.clerk, round_))
    effects.begin(round_)
    Rule.objects.create(unit=bureau.unit, title="审批办法", state="in_force", since=date(year, 1, 4))
    Rule.objects.create(unit=bureau.unit, title="旧办法", state="repealed", since=date(year - 3, 1, 4), repealed_on=date(year - 1, 7, 1))

    figures = figures_of(bureau.unit, year)
    value = figures.value
    assert [value("campaign", code) for code in ("forms", "handed_in", "coverage")] == [(3, 0), (2, 0), (66.7, None)]
    assert value("departments", "department", "行政审批科") == (50.0, None)
    assert value("warnings", "issued") == (2, 0)
    assert value("warnings", "tier", important.level.label) == (1, 0)
    assert [value("warnings", code) for code in ("rectified", "open", "late_open")] == [(1, 0), (1, 0), (0, 0)]
    assert closed.state == "closed"
    assert value("dispositions", "dispositions") == (1, 0)
    assert value("points", "entries") == (1, 0)
    assert value("points", "people") == (1, 0)
    assert value("grades", "assessed") == (1, 0)
    assert value("grades", "grade", "不良") == (1, 0)
    assert value("daily", "talks") == (1, 0)
    assert [value("daily", code) for code in ("rules_made", "rules_repealed")] == [(1, 0), (0, 1)]
    # Nobody is named, and the lead is nowhere.
    for hidden in (TITLE, CONTENT, bureau.clerk.name, important.number):
        assert hidden not in str(figures.to_json())


def test_leads_are_never_read_and_the_statements_do_not_grow(bureau: SmallUnit) -> None:
    year = timezone.localdate().year
    counts = []
    for number in (1, 7):
        for n in range(number):
            point(bureau, f"{number}-{n}", 1, date(year - 1, 3, 1))
        with CaptureQueriesContext(connection) as captured:
            figures_of(bureau.unit, year)
        counts.append(len(captured))
        assert not [query["sql"] for query in captured if "leads_" in query["sql"]]
    assert counts[0] == counts[1] <= 45


# ---- versions


def begun(bureau: SmallUnit, year: int | None = None) -> AnnualReport:
    return services.begin(unit=bureau.unit, year=year or timezone.localdate().year, by=fresh(starter(bureau)))


def submitted(bureau: SmallUnit) -> AnnualReport:
    report = begun(bureau)
    services.write(report=report, texts=TEXTS, by=fresh(starter(bureau)))
    return services.submit(report=report, by=fresh(starter(bureau)))


def test_from_draft_to_approval_with_figures_that_stay(bureau: SmallUnit) -> None:
    report = begun(bureau)
    with pytest.raises(DomainError, match="尚未填写：工作开展情况、下一步打算"):
        services.submit(report=report, by=fresh(starter(bureau)))
    with pytest.raises(NotAllowed):
        services.write(report=report, texts=TEXTS, by=fresh(bureau.head))
    with pytest.raises(Conflict):
        services.write(report=report, texts=TEXTS, by=fresh(starter(bureau)), version=report.version + 1)
    services.write(report=report, texts=TEXTS, by=fresh(starter(bureau)))
    report = services.submit(report=report, by=fresh(bureau.discipline_head))
    advance(bureau, drafted(bureau, Tier.IMPORTANT), "issued")
    assert services.figures(report).value("warnings", "issued") == (0, 0)
    for person in (bureau.discipline_head, starter(bureau), bureau.deputies[0]):
        with pytest.raises(NotAllowed):
            services.approve(report=report, by=fresh(person))
    report = services.send_back(report=report, reason="补充预警情况", by=fresh(bureau.head))
    assert (report.figures, services.figures(report).value("warnings", "issued")) == (None, (1, 0))
    report = services.submit(report=report, by=fresh(starter(bureau)))
    report = services.approve(report=report, by=fresh(bureau.discipline_head))
    Warning.objects.filter(unit=bureau.unit).update(issued_at=timezone.now() - timedelta(days=800))
    kept = AnnualReport.objects.get(pk=report.pk)
    assert services.figures(kept).value("warnings", "issued") == (1, 0)
    with pytest.raises(NotAllowed):
        services.write(report=kept, texts=TEXTS, by=fresh(starter(bureau)))
    for statement in ("SET work_done = 'x'", "SET figures = '{}'", "SET approved_by_id = begun_by_id"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE reporting_annualreport {statement}")


def test_a_new_version_replaces_the_old_one_when_it_is_approved(bureau: SmallUnit) -> None:
    first = services.approve(report=submitted(bureau), by=fresh(bureau.head))
    with pytest.raises(DomainError):
        services.begin(unit=bureau.unit, year=timezone.localdate().year + 1, by=fresh(starter(bureau)))
    second = begun(bureau)
    assert (second.number, second.work_done) == (2, first.work_done)
    with pytest.raises(DomainError, match="正在起草"):
        begun(bureau)
    services.submit(report=second, by=fresh(starter(bureau)))
    services.approve(report=second, by=fresh(bureau.head))
    assert dict(AnnualReport.objects.values_list("number", "state")) == {1: "superseded", 2: "approved"}


def test_who_reads_which_version(bureau: SmallUnit) -> None:
    draft, waiting = begun(bureau, 2020), submitted(bureau)
    approved = begun(bureau, 2021)
    services.write(report=approved, texts=TEXTS, by=fresh(starter(bureau)))
    services.submit(report=approved, by=fresh(starter(bureau)))
    services.approve(report=approved, by=fresh(bureau.head))

    def seen(person) -> set[int]:
        return set(AnnualReport.objects.visible_to(fresh(person)).values_list("pk", flat=True))

    everything = {draft.pk, waiting.pk, approved.pk}
    assert seen(starter(bureau)) == seen(bureau.discipline_head) == everything
    assert seen(bureau.head) == {waiting.pk, approved.pk}
    assert seen(bureau.deputies[0]) == seen(bureau.office_clerk) == {approved.pk}
    for stranger in (bureau.clerk, bureau.departments[1].head, small_unit(code="QT").discipline_head):
        assert seen(stranger) == set()
    assert not permissions.may_decide(fresh(starter(bureau)), waiting)


# ---- page and paper


def test_the_page_is_written_submitted_approved_and_printed(bureau: SmallUnit) -> None:
    year = timezone.localdate().year
    point(bureau, "1", 3, date(year, 1, 5))
    member, head = Client(), Client()
    member.force_login(starter(bureau))
    head.force_login(bureau.head)
    assert member.post(reverse("reporting:annual_new"), {"unit": bureau.unit.pk, "year": year + 1}).status_code == 422
    assert member.post(reverse("reporting:annual_new"), {"unit": bureau.unit.pk, "year": year}).status_code == 302
    report = AnnualReport.objects.get()
    write = reverse("reporting:annual_write", args=[report.pk])
    saved = member.post(write, TEXTS | {"version": report.version}, headers={"X-Autosave": "1"}).json()
    assert saved["version"] == report.version + 1
    assert member.post(write, TEXTS | {"work_done": "别的", "version": report.version}).status_code == 409
    assert head.get(report.get_absolute_url()).status_code == 404
    assert member.post(reverse("reporting:annual_submit", args=[report.pk]), {"version": saved["version"]}).status_code == 302
    assert head.post(reverse("reporting:annual_approve", args=[report.pk]), {"version": saved["version"] + 1}).status_code == 302
    page = head.get(report.get_absolute_url()).content.decode()
    assert "组织开展廉政风险排查" in page
    paper = docx.Document(io.BytesIO(head.get(reverse("reporting:annual_document", args=[report.pk])).content))
    for table in paper.tables:
        for row in table.rows[1:]:
            assert row.cells[0].text in page
    [rows] = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables[:1]]
    assert rows[:3] == [["项目", f"{year}年", f"{year - 1}年", "增减"], ["年末登记在册", "1", "0", "+1"], [level(3).label, "1", "0", "+1"]]
    headings = [p.text for p in paper.paragraphs if p.text[1:2] == "、"]
    assert headings == ["一、工作开展情况", "二、主要数据", "三、主要成效", "四、存在问题", "五、下一步打算"]
    assert [p.text for p in paper.paragraphs[:2]] == [str(bureau.unit), f"{year}年度廉政风险防控工作报告"]


def test_pictures_are_charts_with_the_numbers_of_the_tables(bureau: SmallUnit, tmp_path: Path) -> None:
    year = timezone.localdate().year
    point(bureau, "1", 3, date(year, 1, 5))
    report = submitted(bureau)
    file = report_file(report, services.figures(report))
    with zipfile.ZipFile(file) as archive:
        charts = [name for name in archive.namelist() if name.startswith("word/charts/")]
        assert charts == ["word/charts/chart1.xml"]
        content = archive.read(charts[0]).decode()
        assert level(3).label in content
        assert content.count("<c:ser>") == 2
        assert "/word/charts/chart1.xml" in archive.read("[Content_Types].xml").decode()
