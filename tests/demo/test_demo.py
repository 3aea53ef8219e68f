"""The loaded demo: the same every time, consistent, and a place in which every role finds its work."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.ballot_selectors import turnout
from assessments.models import EligibilityLine, PositionIndex, Restriction, Result, Round
from audit.chain import verify
from deadlines.models import Reminder
from demo.roles import PASSWORD, ROLES
from notifications.models import Notice
from positions.flowcharts import all_findings, drawing, with_flow
from positions.models import BodyKind, BodyMembership, Catalogue, Department, PowerItem, Unit
from positions.org_sheet import read_organisation
from positions.permissions.powers import may_approve_catalogue
from positions.services.import_org import import_organisation
from positions.states import CatalogueState
from regrading.models import ConfidentialFinding, Proposal, ScoreChange
from reporting.annual.models import AnnualReport
from reporting.integrity.models import FileLook, FileRequest, FileSignature
from reporting.integrity.states import RequestState
from reporting.services.from_file import import_file
from risks.models import Campaign, Declaration, EntryChange, Measure, RiskEntry, RiskPoint
from risks.review_path import plan
from risks.services import responsibility
from risks.services.review_facts import UnitFacts
from risks.states import FormState, MeasureState, RiskState

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "reporting" / "samples"


class _Undo(Exception):
    """Ends a transaction that nothing shall survive."""


@contextmanager
def _for_a_while() -> Iterator[None]:
    """A transaction that is rolled back, with what the database does at a commit done at once."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass


def _load(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("demo", "--today", "2026-11-21", *arguments, stdout=out)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The demo, loaded once for this file and rolled back afterwards."""
    with django_db_blocker.unblock(), _for_a_while():
        yield _load()


@pytest.fixture(scope="module")
def bureau(demo: dict[str, Any]) -> Unit:
    return Unit.objects.get(code="CNNY")


def test_the_register_was_graded_again_and_something_of_it_is_to_be_decided(bureau: Unit) -> None:
    assert set(Proposal.objects.filter(unit=bureau).values_list("state", flat=True)) >= {"open", "accepted", "declined"}
    assert set(Proposal.objects.open().values_list("direction", flat=True)) == {"rise", "fall"}
    assert ConfidentialFinding.objects.open().filter(unit=bureau).exists()
    assert ScoreChange.objects.values("on").distinct().count() == 5
    assert Reminder.objects.filter(stage__startswith="up:").exists()


def test_integrity_files_and_annual_reports_stand_in_every_state(demo: dict[str, Any], bureau: Unit) -> None:
    requests = FileRequest.objects.filter(unit=bureau)
    assert set(requests.values_list("state", flat=True)) == set(RequestState.values)
    assert requests.open_on(date(2026, 11, 21)).exists()
    assert FileLook.objects.filter(unit=bureau, request__isnull=False).exists()
    assert FileLook.objects.filter(unit=bureau, request=None).exists()
    assert FileSignature.objects.exists()
    numbers = list(requests.order_by("requested_at").values_list("pk", flat=True))
    assert numbers == sorted(numbers)
    reports = AnnualReport.objects.filter(unit=bureau).order_by("year")
    assert list(reports.values_list("year", "state")) == [(2025, "approved"), (2026, "draft")]
    assert not AnnualReport.objects.filter(work_done="").exists()


def test_sizes(demo: dict[str, Any], bureau: Unit) -> None:
    assert Department.objects.filter(unit=bureau).count() == 12
    assert 115 <= User.objects.filter(is_active=True, appointments__position__unit=bureau).distinct().count() <= 130
    published = PowerItem.objects.in_force().filter(unit=bureau)
    assert 75 <= published.count() <= 85
    assert 780 <= RiskPoint.objects.count() <= 820
    assert demo["CNNY"]["points"] == RiskPoint.objects.filter(unit=bureau).count()


def test_levels_are_spread_as_in_a_real_register(bureau: Unit) -> None:
    points = RiskPoint.objects.filter(unit=bureau)
    share = {n: points.filter(current_level__severity=n).count() / points.count() for n in (1, 2, 3)}
    assert 0.12 <= share[3] <= 0.26
    assert 0.30 <= share[2] <= 0.50


def test_last_years_campaign_is_finished_and_this_years_half_way(bureau: Unit) -> None:
    last, now = Campaign.objects.filter(unit=bureau).order_by("year")
    assert (last.state, now.state) == ("closed", "running")
    assert set(last.declarations.values_list("state", flat=True)) == {FormState.GRADED}
    states = list(now.declarations.values_list("state", flat=True))
    assert set(states) == {FormState.DRAFT, FormState.IN_REVIEW, FormState.RETURNED, FormState.REVIEWED, FormState.GRADED}
    handed_in = sum(state not in (FormState.DRAFT, FormState.RETURNED) for state in states)
    assert 0.6 <= handed_in / len(states) <= 0.72
    changes = RiskEntry.objects.filter(declaration__campaign=now)
    assert set(changes.values_list("change", flat=True)) == set(EntryChange.values)


def test_reviewers_are_those_of_the_review_path(bureau: Unit) -> None:
    """The steps written are those that the product would plan today."""
    facts = UnitFacts(bureau.pk)
    running = Declaration.objects.filter(unit=bureau, campaign__state="running", signed_at__isnull=False)
    for form in running.select_related("position").prefetch_related("review_steps"):
        written = [(step.kind, step.reviewer_id) for step in form.review_steps.all()]
        assert written == [(step.kind, step.reviewer) for step in plan(facts.facts(form))], form
        assert form.declarant_id not in [reviewer for _kind, reviewer in written]


def test_responsibility_needs_no_correction(demo: dict[str, Any]) -> None:
    """What the register derives by itself changes nothing."""
    with _for_a_while():
        assert responsibility.refresh(unit_ids=set(Unit.objects.values_list("pk", flat=True)), by=None) == 0


def test_measures_stand_in_every_state(demo: dict[str, Any]) -> None:
    assert set(Measure.objects.values_list("state", flat=True)) == set(MeasureState.values)
    assert Measure.objects.filter(state=MeasureState.PLANNED, due_on__lt="2026-11-21").exists()
    done = Measure.objects.filter(state__in=[MeasureState.DONE, MeasureState.CONFIRMED])
    assert not done.filter(proof_note="").exists()
    alone = [measure for measure in done.filter(state=MeasureState.CONFIRMED) if measure.confirmed_by_id == measure.done_by_id]
    assert alone == []
    assert RiskPoint.objects.filter(state=RiskState.RETIRED, retired_on__isnull=False).exists()


def test_catalogue_in_three_versions(bureau: Unit) -> None:
    versions = Catalogue.objects.filter(unit=bureau).order_by("number").values_list("state", flat=True)
    assert list(versions) == [CatalogueState.SUPERSEDED, CatalogueState.PUBLISHED, CatalogueState.COMPILING]
    open_states = PowerItem.objects.filter(unit=bureau, catalogue__state="compiling").values_list("state", flat=True)
    assert len(set(open_states)) == 4


def test_every_flowchart_can_be_checked_and_drawn(bureau: Unit) -> None:
    items = PowerItem.objects.filter(unit=bureau, catalogue__state="published")
    found = all_findings(items)
    assert found, "some charts have a flaw on purpose"
    assert len({one.item.pk for one in found}) < items.count() / 2
    for item in with_flow(items):
        drawn = drawing(item)
        keys = {step["key"] for step in drawn["steps"]}
        assert {key for link in drawn["links"] for key in (link["source"], link["target"])} <= keys


def test_every_body_has_members(bureau: Unit) -> None:
    kinds = set(BodyMembership.objects.in_force().filter(body__unit=bureau).values_list("body__kind", flat=True))
    assert kinds == set(BodyKind.values)


def test_audit_chain_is_sound(demo: dict[str, Any], tmp_path: Any) -> None:
    report = verify(tmp_path / "none.jsonl")
    assert report.ok, report.faults[:3]
    assert report.events > 3000


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.staff_number)
def test_every_role_signs_in_and_finds_its_pages(demo: dict[str, Any], role: Any) -> None:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": role.staff_number, "password": PASSWORD})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("web:start"))
    assert client.get(reverse("web:start")).status_code == 200
    administrator = bool(User.objects.get(staff_number=role.staff_number).admin_role)
    for name in ("risks:forms", "risks:register", "risks:position_levels", "risks:measures", "risks:campaigns"):
        assert client.get(reverse(name)).status_code == (404 if administrator else 200), name
    if not administrator:
        assert client.get(reverse("powers:index")).status_code == 200


def test_something_waits_for_the_demo_accounts(demo: dict[str, Any]) -> None:
    assert Notice.objects.filter(person__staff_number="C025", kind="declaration.returned", read_at=None).exists()
    assert Notice.objects.filter(person__staff_number="B012", kind="declaration.to_review", read_at=None).exists()
    assert Notice.objects.filter(person__staff_number="A003", kind="declaration.to_review", read_at=None).exists()
    assert Notice.objects.filter(person__staff_number="A001", read_at=None).exists()
    assert Notice.objects.filter(person__staff_number="B019", kind="catalogue.submitted", read_at=None).exists()
    lawyer = User.objects.get(staff_number="B019")
    waiting = Catalogue.objects.visible_to(lawyer).get(state="legal_review")
    assert may_approve_catalogue(lawyer, waiting)
    client = Client()
    client.force_login(lawyer)
    assert reverse("powers:catalogue", args=[waiting.pk]) in client.get("/").content.decode()


def test_the_command_is_careful(demo: dict[str, Any], settings: Any) -> None:
    assert _load("--if-empty")["loaded"] is False
    with pytest.raises(CommandError, match="there already"):
        _load()
    settings.DEMO = settings.TESTING = False
    with pytest.raises(CommandError, match="LIANFANG_DEMO"):
        _load("--if-empty")


def test_accounts_are_printed(demo: dict[str, Any]) -> None:
    out = StringIO()
    call_command("demo", "--accounts", stdout=out)
    assert all(role.staff_number in out.getvalue() for role in ROLES)
    assert PASSWORD in out.getvalue()


@pytest.mark.parametrize("name", ["register_bureau.xlsx", "register_by_position.xlsx"])
def test_registers_of_the_samples_fit_in(bureau: Unit, name: str) -> None:
    """Departments, positions and people of the sample registers are those of the bureau."""
    report = import_file(unit=bureau, path=SAMPLES / name, by=User.objects.get(staff_number="B022"), dry_run=True)
    assert report["errors"] == 0, report["faults"]
    assert report["created"] == {"departments": [], "positions": []}


def test_organisation_of_the_samples_is_there_already(bureau: Unit) -> None:
    sheet = read_organisation(SAMPLES / "organisation_bureau.xlsx")
    report = import_organisation(unit=bureau, sheet=sheet, by=None, on=date(2026, 11, 21), dry_run=True)
    assert report.ok, report.faults
    assert not any(report.created.values()), report.created


def test_four_quarters_are_assessed_and_one_is_being_rated(bureau: Unit) -> None:
    *final, now = Round.objects.filter(unit=bureau).order_by("year", "quarter")
    assert [(one.year, one.quarter, one.state) for one in final] == [
        (2025, 3, "final"),
        (2025, 4, "final"),
        (2026, 1, "final"),
        (2026, 2, "final"),
    ]
    assert (now.year, now.quarter, now.state) == (2026, 3, "rating")
    asked = sum(asked for asked, _given in turnout(now).values())
    assert 0.4 < sum(given for _asked, given in turnout(now).values()) / asked < 0.7
    results = Result.objects.filter(assessed__round__in=final).counting()
    assert set(results.values_list("grade_label", flat=True)) == {"好", "良好", "一般", "不良"}
    corrected = Result.objects.get(assessed__round__in=final, corrects__isnull=False)
    assert corrected.score > corrected.corrects.score
    [barred] = set(Restriction.objects.running(date(2026, 11, 21)).values_list("person__staff_number", flat=True))
    assert barred == results.get(grade_label="不良").assessed.person.staff_number
    assert EligibilityLine.objects.get(staff_number=barred).outcome == "no"
    assert PositionIndex.objects.filter(position__unit=bureau).exclude(total=None).count() == 5
