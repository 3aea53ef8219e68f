"""Re-grading of a unit as it is written: once, the same however often, and nothing where nothing changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from common import schedule
from common.errors import NotPossible
from regrading.models import Cause, ConfidentialFinding, Proposal, RuleSet, Run, Score, ScoreChange
from regrading.services import evaluating, runs
from risks.models import RiskPoint
from tests.factories.risks import level
from tests.regrading.evidence_world import START, TODAY, World, moment, world

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def place(db: None) -> World:
    return world()


def graded(place: World, day: date = TODAY, **more: Any) -> evaluating.Counts:
    return evaluating.regrade(unit_id=place.unit.pk, as_of=day, **more)


def written() -> list[tuple[Any, ...]]:
    """Which transaction wrote each row of re-grading, and where it lies."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = []
        for table in ("score", "scorechange", "proposal", "historicalproposal"):
            cursor.execute(f"SELECT %s, ctid::text, xmin::text, xmax::text FROM regrading_{table} ORDER BY 2", [table])
            rows += cursor.fetchall()
        cursor.execute("SELECT 'risk', id, version, updated_at FROM risks_riskpoint ORDER BY 2")
        return rows + cursor.fetchall()


def test_scores_and_the_first_entry_of_their_history(place: World) -> None:
    risk = place.point()
    place.measure(risk, due_on=date(2026, 9, 22))
    assert graded(place).to_json() | {"seconds": 0} == {
        "points": 1, "evaluated": 1, "changed": 1, "cannot": 0, "rises": 0, "falls": 0, "lapsed": 0, "seconds": 0,
    }  # fmt: skip
    expected = {
        "score": START + 6,
        "level_id": level(2).pk,
        "contributions": [["base", START, {"floor": 40, "factors": 2}], ["measures", 6, {"overdue": 1, "months": 2}]],
        "rule_set_id": RuleSet.objects.get().pk,
    }
    assert Score.objects.values(*expected, "anchor_id", "settled_id", "changed_on", "unit_id", "cannot").get(risk=risk) == expected | {
        "anchor_id": level(2).pk, "settled_id": None, "changed_on": TODAY, "unit_id": place.unit.pk, "cannot": "",
    }  # fmt: skip
    assert ScoreChange.objects.values(*expected, "on").get(risk=risk) == expected | {"on": TODAY}


def test_contributions_are_kept_as_the_text_that_jsonb_would_print(place: World) -> None:
    """Rows written before they were text were turned into that, and a night after it that finds the same must write nothing."""
    for late in range(2):
        risk = place.point(reviewed_on=date(2024, 1, 31))
        place.measure(risk, due_on=date(2026, 9, 22)) if late else place.measure(risk, "confirmed")
    place.grade(3)
    graded(place)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributions, contributions::jsonb::text FROM regrading_score")
        rows = cursor.fetchall()
    assert len(rows) == 2
    for rule in ("base", "review", "measures", "grades"):
        assert rule in "".join(text for text, _printed in rows)
    assert [text for text, printed in rows if text != printed] == []


def test_a_point_registered_later_is_evaluated_by_neither_kind_of_evidence_before_its_day(place: World) -> None:
    later = place.point()
    RiskPoint.objects.filter(pk=later.pk).update(registered_on=TOMORROW)
    for _n in range(3):
        place.lead(severity=3)
    assert graded(place).points == 0
    assert not Score.objects.exists()
    assert not ConfidentialFinding.objects.exists()
    assert graded(place, TOMORROW).points == 1
    assert ConfidentialFinding.objects.get().risk_id == later.pk


def test_an_unchanged_night_writes_nothing(place: World) -> None:
    """Not even a lock of a row; nor does another night."""
    risk, rising = place.point(), place.point()
    place.measure(risk, "confirmed"), place.lead(severity=3), place.warning()
    for _n in range(4):
        place.measure(rising, due_on=date(2026, 10, 22))
    assert graded(place).rises == 1
    before = written()
    for day in (TODAY, TODAY, TOMORROW):
        assert graded(place, day).to_json() | {"seconds": 0} == {
            "points": 2, "evaluated": 2, "changed": 0, "cannot": 0, "rises": 0, "falls": 0, "lapsed": 0, "seconds": 0,
        }  # fmt: skip
    assert written() == before


def test_only_changed_points_are_written(place: World) -> None:
    one, other = place.point(), place.point()
    graded(place)
    place.measure(one, due_on=date(2026, 11, 22))
    before = Score.objects.get(risk=other)
    assert graded(place, TOMORROW).changed == 1
    assert list(ScoreChange.objects.filter(risk=one).values_list("on", "score")) == [(TOMORROW, START + 4), (TODAY, START)]
    assert Score.objects.get(risk=other).changed_on == before.changed_on == TODAY
    assert ScoreChange.objects.filter(risk=other).count() == 1


def test_confidential_evidence_changes_nothing_here(place: World) -> None:
    place.point(), graded(place)
    before = written()
    place.lead(severity=3), place.warning("highest"), place.survey(30, 40), place.grade(3, scope="department")
    assert (graded(place, TOMORROW).changed, written()) == (0, before)
    assert not Proposal.objects.exists()


def test_a_level_set_by_people_is_the_new_anchor(place: World) -> None:
    risk = place.point()
    graded(place)
    RiskPoint.objects.filter(pk=risk.pk).update(current_level=level(3))
    graded(place, TOMORROW)
    assert Score.objects.values_list("anchor__severity", "score", "level__severity").get() == (3, 84, 3)  # 70 + 11/24 · 30 = 83.75


def test_a_level_accepted_from_a_proposal_leaves_the_anchor(place: World) -> None:
    risk = place.point()
    for _n in range(4):
        place.measure(risk, due_on=date(2026, 10, 22))  # 4 · 4 + 4
    graded(place)
    RiskPoint.objects.filter(pk=risk.pk).update(current_level=level(3))
    Score.objects.update(settled=level(3))
    graded(place, TOMORROW)
    kept = "anchor__severity", "settled__severity", "score", "level__severity"
    assert Score.objects.values_list(*kept).get() == (2, 3, START + 20, 3)
    # People set another one later: that is where it starts from now on.
    RiskPoint.objects.filter(pk=risk.pk).update(current_level=level(1))
    graded(place, TOMORROW + timedelta(days=1))
    assert Score.objects.values_list(*kept).get() == (1, None, 38, 1)  # 0 + 11/24 · 39 = 17.9 → 18, and 20


def test_other_rules_are_kept_with_the_score_and_make_no_entry_of_their_own(place: World) -> None:
    place.point(), graded(place)
    common = RuleSet.objects.get()
    own = RuleSet.objects.create(unit=place.unit, number=1, rules=common.rules, state="in_force")
    assert graded(place, TOMORROW).changed == 0
    assert (Score.objects.get().rule_set, ScoreChange.objects.count()) == (own, 1)


def test_points_off_the_register_and_of_other_units_are_left_alone(place: World) -> None:
    place.point(state="retired", retired_on=TODAY)
    world().point()
    assert graded(place).points == 0
    assert not Score.objects.exists()


def test_an_earlier_day_is_refused_but_for_a_dry_run(place: World) -> None:
    place.point()
    run = Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY)
    runs.perform(run_id=run.pk)
    before = list(Score.objects.values())
    with pytest.raises(NotPossible):
        graded(place, TODAY - timedelta(days=1))
    assert graded(place, TODAY - timedelta(days=1), dry_run=True).points == 1
    assert graded(place, date(2028, 1, 1), dry_run=True).changed == 1  # no review for more than a year
    assert list(Score.objects.values()) == before
    assert ScoreChange.objects.count() == 1


class TestRuns:
    def test_one_a_unit_with_points(self, place: World, django_capture_on_commit_callbacks: Any) -> None:
        place.point(), place.point(), world().point(state="retired"), world()
        with django_capture_on_commit_callbacks() as sent:
            assert runs.start(cause=Cause.NIGHTLY, as_of=TODAY) == 1
            assert runs.start(cause=Cause.NIGHTLY, as_of=TODAY) == 1  # still waiting: sent again
        run = Run.objects.get()
        assert (run.unit, run.state, len(sent)) == (place.unit, "waiting", 2)
        for _n in range(2):
            runs.perform(run_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.attempts, run.counts["points"], run.counts["changed"]) == ("done", 1, 2, 2)
        assert runs.start(cause=Cause.NIGHTLY, as_of=TODAY) == 0
        assert AuditEvent.objects.filter(action="regrading.done").count() == 1

    def test_a_waiting_one_is_sent_again_after_a_minute(self, place: World) -> None:
        run = Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY)
        assert runs.sweep() == 0
        Run.objects.update(created_at=timezone.now() - timedelta(seconds=61))
        assert runs.sweep() == 1
        runs.perform(run_id=run.pk)
        assert runs.sweep() == 0

    def test_given_up_after_three_attempts_with_the_class_of_the_failure(self, place: World) -> None:
        place.point()
        RuleSet.objects.create(unit=place.unit, number=1, rules={"bands": []}, state="in_force")
        run = Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY)
        states = []
        for _n in range(4):
            runs.perform(run_id=run.pk)
            run.refresh_from_db()
            states.append((run.state, run.attempts))
        assert states == [("waiting", 1), ("waiting", 2), ("failed", 3), ("failed", 3)]
        assert run.counts == {"error": "KeyError"}
        assert AuditEvent.objects.get(action="regrading.failed").detail["error"] == "KeyError"
        assert not Score.objects.exists()

    def test_a_run_that_killed_its_worker_three_times_is_given_up(self, place: World) -> None:
        run = Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY, attempts=3)
        runs.perform(run_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.counts) == ("failed", {"error": "WorkerLost"})

    def test_a_day_overtaken_by_a_later_one_is_passed_over(self, place: World) -> None:
        place.point(registered_on=TODAY - timedelta(days=9))
        old, new = (Run.objects.create(unit=place.unit, as_of=day, cause=Cause.NIGHTLY) for day in (TODAY - timedelta(days=1), TODAY))
        for run in (new, old):
            runs.perform(run_id=run.pk)
        old.refresh_from_db()
        assert (old.state, old.counts, ScoreChange.objects.get().on) == ("done", {"overtaken": 1}, TODAY)

    def test_old_ones_are_forgotten(self, place: World) -> None:
        Run.objects.create(unit=place.unit, as_of=date(2025, 1, 1), cause=Cause.NIGHTLY, state="done")
        Run.objects.update(created_at=timezone.now() - timedelta(days=401))
        runs.start(cause=Cause.NIGHTLY, as_of=TODAY)
        assert not Run.objects.filter(as_of=date(2025, 1, 1)).exists()


class TestClocksThatGoWrong:
    def test_a_night_in_a_far_future_stops_nothing(self, place: World, django_capture_on_commit_callbacks: Any) -> None:
        far = date(2999, 1, 1)
        risk = place.point()
        wrong = Run.objects.create(unit=place.unit, as_of=far, cause=Cause.NIGHTLY)
        runs.perform(run_id=wrong.pk)
        assert Score.objects.values_list("changed_on", "score").get() == (far, START + 9)  # not reviewed for so long: the most there is
        with django_capture_on_commit_callbacks():
            assert runs.start(cause=Cause.NIGHTLY, as_of=TODAY) == 1
        run = Run.objects.get()  # that of the day that has not come is gone: it will have to be done
        runs.perform(run_id=run.pk)
        run.refresh_from_db()
        assert (run.as_of, run.state, run.counts["points"], run.counts["changed"]) == (TODAY, "done", 1, 1)
        assert Score.objects.values_list("changed_on", "score").get() == (TODAY, START)
        assert list(ScoreChange.objects.filter(risk=risk).values_list("on", "score")) == [(TODAY, START), (far, START + 9)]

    def test_the_command_is_not_refused_for_it_either(self, place: World) -> None:
        place.point()
        Run.objects.create(unit=place.unit, as_of=date(2999, 1, 1), cause=Cause.NIGHTLY, state="done")
        assert runs.at_once(unit=place.unit, as_of=TODAY).changed == 1

    def test_a_run_written_later_than_now_is_sent_again(self, place: World) -> None:
        Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY)
        Run.objects.update(created_at=timezone.now() + timedelta(days=30))
        assert runs.sweep() == 1

    @pytest.mark.parametrize(("name", "cause"), [("regrading.nightly", "nightly"), ("regrading.quarter", "quarter")])
    def test_what_is_made_up_for_after_midnight_bears_the_planned_day(self, place: World, name: str, cause: str) -> None:
        """3:00 in China is still the day before in Greenwich."""
        place.point()
        assert schedule.get(name).do(None, moment(date(2026, 9, 30), 3)) == {"units": 1}
        assert Run.objects.values_list("as_of", "cause").get() == (date(2026, 9, 30), cause)
