"""Re-grading gives no lead and no warning away (ADR 0020): with and without one, the nights write the same and every page reads the same
for all who may not see it. The stage is that of the permission matrix; a point of somebody in another department lies one step below the
next level, so that a lead or a warning tips it over.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Survey
from audit.models import AuditEvent
from notifications.models import Notice
from regrading.models import ConfidentialFinding, Proposal, Score
from regrading.services import confidential
from regrading.services.evaluating import regrade
from risks.models import RiskPoint
from tests.factories.leads import lead_about
from tests.factories.warnings import advance, drafted
from tests.risks.register_helpers import imported
from tests.security.hostile import Attempt
from tests.security.stage import Stage
from tests.security.test_lead_secrecy import tables
from tests.security.test_lead_secrecy_crawl import plain, where
from tests.test_permission_matrix import LINES, address_of

MARK = "玄武纹饰"
# What the outside of re-grading is shown on.
ROUTES = (
    "risks:register", "risks:risk", "risks:measures", "risks:position_levels", "regrading:", "web:start", "web:search", "notifications:",
    "reporting:dashboard", "api_v1:",
)  # fmt: skip
# Tables that the nights write, but for the confidential ones, and the columns that differ between any two nights.
WRITTEN = (
    "regrading_score",
    "regrading_scorechange",
    "regrading_proposal",
    "regrading_historicalproposal",
    "regrading_run",
    "risks_riskpoint",
)
PASSING = re.compile(r'"(id|history_id|history_date|at|created_at|updated_at|finished_at|search|seconds)": ("[^"]*"|[\d.]+|null)(, )?')


@pytest.fixture(scope="module")
def holder(stage: Stage) -> User:
    """Somebody about whom the matrix knows nothing."""
    return stage.world.people["other_department"]


@pytest.fixture(scope="module")
def tipping(stage: Stage, holder: User) -> RiskPoint:
    """The holder's point at the very top of the lightest band: two points more and it is another level."""
    point = imported(stage.world.home, "执法检查走过场", department=2)
    assert point.direct_holder == holder
    RiskPoint.objects.filter(pk=point.pk).update(probability=5, harm=5, reviewed_on=timezone.localdate())
    # A survey of the whole unit would tip it too.
    Survey.objects.filter(state="closed").update(closed_at=timezone.now() - timedelta(days=900))
    ConfidentialFinding.objects.all().delete()  # those of the matrix rest on nothing that tonight would find
    return point


def nights(stage: Stage) -> None:
    """Tonight, tonight again by command, and tomorrow."""
    unit = stage.world.home.unit
    regrade(unit_id=unit.pk, as_of=timezone.localdate())
    call_command("regrade", "--unit", unit.code, stdout=io.StringIO())
    regrade(unit_id=unit.pk, as_of=timezone.localdate() + timedelta(days=1))


def rows() -> dict[str, list[str]]:
    """What the nights wrote, as JSON without keys of the rows and moments."""
    found = {}
    with connection.cursor() as cursor:
        for table in WRITTEN:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            found[table] = sorted(PASSING.sub("", row[0]) for row in cursor.fetchall())
    return found


def told(stage: Stage, entitled: set[int]) -> list[tuple[Any, ...]]:
    """Notices to everybody else, and the trail of re-grading, in an order that does not hang on how the database reads equal ones."""
    notices = Notice.objects.filter(kind__in=["regrading", "risk"]).exclude(person__in=entitled)
    events = AuditEvent.objects.filter(action__regex=r"^(regrading|proposal|risk|confidential)\.")
    trail = [(e.action, e.object_label, e.unit_id, e.changes, {**e.detail, "seconds": 0}) for e in events]
    return sorted([*notices.values_list("person_id", "text", "url", "key", "sensitive"), *trail], key=repr)


def summary(stage: Stage) -> dict[str, Any]:
    """What the command says of tomorrow."""
    out = io.StringIO()
    day = timezone.localdate() + timedelta(days=2)
    call_command("regrade", "--unit", stage.world.home.unit.code, "--as-of", day.isoformat(), "--dry-run", stdout=out)
    return json.loads(re.sub(r'"seconds": [\d.]+', '"seconds": 0', out.getvalue()))


def crawl(stage: Stage, relation: str) -> dict[str, tuple[object, ...]]:
    """Every page and file of the outside that the person may read."""
    lines = [line for line in LINES if line.verb == "GET" and line.route.startswith(ROUTES) and line.expected[relation] in ("ok", "in")]
    asked = [(address_of(stage.world, line), quote(line.data, safe="=&")) for line in lines]
    asked += [(reverse("risks:register"), "proposed=any"), (reverse("risks:register_export"), "proposed=rise")]
    found = {}
    for address, query in asked:
        with stage.undone():
            found[f"{address}?{query}"] = plain(stage.ask(relation, Attempt("GET", address, query=query)))
    return found


@contextmanager
def world_without(stage: Stage, readers: list[str], entitled: set[int]) -> Iterator[dict[str, Any]]:
    """All of it after the nights, with nothing confidential."""
    with stage.undone():
        nights(stage)
        assert not ConfidentialFinding.objects.filter(risk__direct_holder=stage.world.people["other_department"]).exists()
        yield observed(stage, readers, entitled)


def observed(stage: Stage, readers: list[str], entitled: set[int]) -> dict[str, Any]:
    return {
        "rows": rows(),
        "told": told(stage, entitled),
        "summary": summary(stage),
        **{relation: crawl(stage, relation) for relation in readers},
    }


def compare(before: dict[str, Any], after: dict[str, Any], readers: list[str]) -> None:
    for name in WRITTEN:
        assert after["rows"][name] == before["rows"][name], name
    assert after["told"] == before["told"]
    assert after["summary"] == before["summary"]
    for relation in readers:
        assert before[relation].keys() == after[relation].keys()
        differing = {
            a: where(before[relation][a], after[relation][a]) for a in after[relation] if after[relation][a] != before[relation][a]
        }
        assert differing == {}, relation


def committee(stage: Stage) -> set[int]:
    return {stage.world.home.discipline_head.pk, stage.world.people["discipline_committee"].pk}


def test_leads_on_the_holder(stage: Stage, tipping: RiskPoint, holder: User) -> None:
    readers = ["other_department", "unit_head", "leading_group_office"]
    with world_without(stage, readers, committee(stage)) as before:
        pass
    with stage.undone():
        for n in range(3):
            lead_about(stage.world.home, holder, title=f"{MARK}{n}", content=MARK)
        nights(stage)
        finding = ConfidentialFinding.objects.get(risk=tipping)
        assert finding.sources.count() == 3, "else there would be nothing to keep secret"
        assert Score.objects.get(risk=tipping).score == 39
        compare(before, observed(stage, readers, committee(stage)), readers)
        told_of_it = Notice.objects.filter(url=reverse("regrading:confidential")).values_list("person", flat=True)
        assert set(told_of_it) == committee(stage)
        for relation in (*readers, "own", "deputy_in_charge", "system_admin", "audit_admin"):
            for name in ("confidential_finding", "confidential_forward", "confidential_set_aside"):
                verb = "GET" if name == "confidential_finding" else "POST"
                with stage.undone():
                    there = stage.ask(relation, Attempt(verb, reverse(f"regrading:{name}", args=[finding.pk])))
                    nowhere = stage.ask(relation, Attempt(verb, reverse(f"regrading:{name}", args=[10**9])))
                assert there.status_code == nowhere.status_code == 404


def test_a_warning_of_the_holder(stage: Stage, tipping: RiskPoint, holder: User) -> None:
    """Colleagues and the office do not see warnings (ADR 0011)."""
    readers = ["same_department", "leading_group_office"]
    home = stage.world.home
    with stage.undone():
        # Issued long ago it is there for both, with its notices and its trail, and counts for nothing.
        warning = advance(home, drafted(home, person=holder), "issued")
        issued_at = warning.issued_at
        type(warning).objects.filter(pk=warning.pk).update(issued_at=timezone.now() - timedelta(days=900))
        with world_without(stage, readers, committee(stage)) as before:
            pass
        type(warning).objects.filter(pk=warning.pk).update(issued_at=issued_at)
        nights(stage)
        finding = ConfidentialFinding.objects.get(risk=tipping)
        assert [source.kind for source in finding.sources.all()] == ["warning"]
        compare(before, observed(stage, readers, committee(stage)), readers)


def test_planted_marks_stand_in_encrypted_columns_alone(stage: Stage, tipping: RiskPoint, holder: User) -> None:
    head = User.objects.get(pk=stage.world.home.discipline_head.pk)
    with stage.undone():
        for n in range(3):
            lead_about(stage.world.home, holder, title=f"{MARK}{n}", content=MARK)
        nights(stage)
        confidential.set_aside(finding=ConfidentialFinding.objects.get(risk=tipping), reason=f"{MARK}:已核实不属实", by=head)
        assert ConfidentialFinding.objects.get(risk=tipping).reason.startswith(MARK)
        assert [name for name, text in tables().items() if MARK in text] == []


def test_the_holder_reads_of_what_the_committee_put_forward_only_when_it_is_decided(stage: Stage, tipping: RiskPoint, holder: User) -> None:
    """Even that the committee spoke would say that there is something."""
    _compare_with_a_forwarded_one(stage, tipping, holder, leads=1)


def test_nor_does_a_proposal_of_the_score_give_it_away(stage: Stage, tipping: RiskPoint, holder: User) -> None:
    """The score asks for the second level by itself, the committee for the third: to the holder the first stands as it stood."""
    long_ago = timezone.localdate() - timedelta(days=370)
    with stage.undone():
        RiskPoint.objects.filter(pk=tipping.pk).update(reviewed_on=long_ago)  # 3 points: 42
        _compare_with_a_forwarded_one(stage, tipping, holder, leads=16)  # 30 at most: 72
        with stage.undone():
            nights(stage)
            assert Proposal.objects.open().filter(risk=tipping, origin="score").exists()


def _compare_with_a_forwarded_one(stage: Stage, tipping: RiskPoint, holder: User, *, leads: int) -> None:
    readers = ["other_department"]
    with world_without(stage, readers, committee(stage)) as before:
        pass
    with stage.undone():
        for n in range(leads):
            lead_about(stage.world.home, holder, title=f"{MARK}{n}", content=MARK)
        nights(stage)
        finding = ConfidentialFinding.objects.get(risk=tipping)
        head = User.objects.get(pk=stage.world.home.discipline_head.pk)
        confidential.forward(finding=finding, grounds="审批量大,长期未轮岗", by=head)
        assert Proposal.objects.open().filter(risk=tipping, origin="committee").exists()
        nights(stage)
        after = {relation: crawl(stage, relation) for relation in readers}
        for relation in readers:
            assert {
                a: where(before[relation][a], after[relation][a]) for a in after[relation] if after[relation][a] != before[relation][a]
            } == {}
