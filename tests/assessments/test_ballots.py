"""Votes, counting and what goes wrong, on PostgreSQL with real key files."""

import io
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from assessments import ballot_keys, ballot_selectors
from assessments.models import AppraisalCount, Assessed, Ballot, BallotKey, Rater, Round, Urn
from assessments.services import ballots, rounds
from assessments.services.ballots import AlreadyAnswered, AppraisalEnded, Incomplete, NotAsked
from assessments.tasks_ballots import clean_up
from common import key_files
from common.errors import DomainError, NotPossible
from tests.factories.assessments import assessed_in, only_raters, raters_of, round_open, round_set_up, secretary
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db
ANSWERS = ("excellent", "good", "fair", "poor")


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def keys_of(assessed: Assessed) -> list[str]:
    return [rule.key for rule in assessed.round.groups.get(group=assessed.group).frozen.indicators]


def left_in(found: Round, person: User) -> int:
    [(round_id, key_name)] = ballot_selectors.open_rounds().filter(pk=found.pk).values_list("pk", "key")
    return ballot_selectors.left_to_rate(person, round_id, key_name)


def filled(assessed: Assessed, answer: str = "good") -> dict[str, str]:
    return dict.fromkeys(keys_of(assessed), answer)


def key_path(found: Round) -> Path:
    return Path(settings.BALLOT_KEY_DIR) / BallotKey.objects.get(pk=found.pk).name


class TestVote:
    def test_it_counts_once_and_only_the_urn_changes_length_never(self, bureau):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        rater = raters_of(assessed)[0]
        asked = {pk: len(raters_of(Assessed.objects.get(pk=pk))) for pk in Urn.objects.values_list("pk", flat=True)}

        def lengths() -> dict[int, tuple[int, int]]:
            return {urn.pk: (len(bytes(urn.sealed)), len(bytes(urn.marks))) for urn in Urn.objects.all()}

        before = lengths()
        assert len({(asked[pk], *length) for pk, length in before.items()}) == len(set(asked.values())), "as long as people are asked"
        assert Urn.objects.count() == found.assessed.count() == 16
        ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        assert lengths() == before
        assert ballot_selectors.turnout(found)[assessed.pk] == (len(raters_of(assessed)), 1)
        with pytest.raises(AlreadyAnswered):
            ballots.vote(assessed=assessed, by=rater, answers=filled(assessed, "poor"))
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 1
        mine = {one.assessed.pk: one.answered for one in ballot_selectors.to_rate(rater)}
        assert [pk for pk, answered in mine.items() if answered] == [assessed.pk]
        assert left_in(found, rater) == len(mine) - 1

    def test_urns_of_an_appraisal_that_was_open_before_marks_lay_apart(self, bureau):
        found = round_open(bureau)
        Urn.objects.update(marks=None)
        assessed = assessed_in(found, bureau.clerk)
        rater, other = raters_of(assessed)[:2]
        ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        with pytest.raises(AlreadyAnswered):
            ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 1
        assert [one.answered for one in ballot_selectors.to_rate(rater) if one.assessed == assessed] == [True]
        assert [one.answered for one in ballot_selectors.to_rate(other) if one.assessed == assessed] == [False]
        for person in (rater, other):
            left = [one for one in ballot_selectors.to_rate(person) if not one.answered]
            assert left_in(found, person) == len(left)

    def test_who_is_not_asked_and_what_is_missing(self, bureau):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        with pytest.raises(NotAsked):
            ballots.vote(assessed=assessed, by=bureau.clerk, answers=filled(assessed))
        rater = raters_of(assessed)[0]
        first, *rest = keys_of(assessed)
        for wrong in (dict.fromkeys(rest, "good"), filled(assessed) | {first: "super"}):
            with pytest.raises(Incomplete) as refused:
                ballots.vote(assessed=assessed, by=rater, answers=wrong)
            assert refused.value.missing == [first]
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 0

    def test_a_missing_or_foreign_key_is_said_and_nothing_is_lost(self, bureau):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        rater, other = raters_of(assessed)[:2]
        ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        path, before = key_path(found), Urn.objects.get(pk=assessed.pk).sealed
        right = path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
        assert ballots.key_problem(found) == ""
        path.unlink()
        foreign = key_files.make()[0]
        for content in (None, b"no key", (path.parent / foreign).read_bytes()):
            if content is not None:
                path.write_bytes(content)
            with pytest.raises(DomainError, match="暂时无法"):
                ballots.vote(assessed=assessed, by=other, answers=filled(assessed))
            with pytest.raises(NotPossible, match="密钥"), transaction.atomic():
                ballots.count(found)
            assert ballot_selectors.turnout(found) == {}
            assert {one.answered for one in ballot_selectors.to_rate(rater)} == {None}
        assert bytes(Urn.objects.get(pk=assessed.pk).sealed) == bytes(before)
        path.write_bytes(right)
        ballots.vote(assessed=assessed, by=other, answers=filled(assessed))
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 2


class TestCount:
    def test_worked_by_hand(self, bureau, django_capture_on_commit_callbacks):
        """Two superiors, three peers, three partners; one superior and the partners all but one answer: 1 + 3 + 2."""
        found = round_set_up(bureau)
        mine = assessed_in(found, bureau.clerk)
        department, others = bureau.departments[1], [*bureau.departments[0].staff, *bureau.departments[2].staff]
        people = {
            department.head: ("superior", "first"),
            department.leader: ("superior", "first"),
            department.staff[1]: ("peer", "second"),
            others[2]: ("peer", "second"),
            others[3]: ("peer", "second"),
            others[0]: ("partner", "third"),
            bureau.departments[0].head: ("partner", "third"),
            bureau.departments[2].head: ("partner", "third"),
        }
        only_raters(mine, people, by=secretary(bureau))
        few = assessed_in(found, bureau.departments[2].head)
        found = rounds.open_rating(found=found, by=secretary(bureau))
        mine, few = assessed_in(found, bureau.clerk), assessed_in(found, bureau.departments[2].head)
        said = {department.head: "poor", department.staff[1]: "excellent", others[2]: "good", others[3]: "good"}
        said |= {others[0]: "fair", bureau.departments[0].head: "excellent"}
        for person, answer in said.items():
            ballots.vote(assessed=mine, by=person, answers=filled(mine, answer))
        for person in raters_of(few)[:4]:
            ballots.vote(assessed=few, by=person, answers=filled(few))
        assert ballot_selectors.appraisal_of(mine) is None, "nothing is known while it is open"
        path = key_path(found)
        with django_capture_on_commit_callbacks(execute=True):
            rounds.close_rating(found=found, by=secretary(bureau), reason="全部测评人已提交。")

        # Superiors stood with the peers from the beginning (two of them); two partners are too few as well: all together.
        kept = Counter((ballot.pool, frozenset(ballot.answers.values())) for ballot in Ballot.objects.filter(assessed=mine))
        together = "first+second+third"
        assert kept == {
            (together, frozenset(["poor"])): 1,
            (together, frozenset(["excellent"])): 2,
            (together, frozenset(["good"])): 2,
            (together, frozenset(["fair"])): 1,
        }
        result = ballot_selectors.appraisal_of(mine)
        assert (result.invited, result.given, result.counted) == (8, 6, True)
        [pool] = result.pools
        # 50 + 100 + 100 + 85 + 85 + 70 points for every indicator; weights 50 + 30 + 20.
        assert (pool.label, pool.weight, pool.ballots, set(pool.points.values())) == (together, 100, 6, {490})
        # Four are fewer than the minimum of five: only the number is kept.
        assert not Ballot.objects.filter(assessed=few).exists()
        assert AppraisalCount.objects.get(pk=few.pk).given == 4
        assert ballot_selectors.appraisal_of(few).counted is False
        assert ballot_selectors.turnout(found)[mine.pk] == (8, 6)
        assert not Urn.objects.exists()
        assert not BallotKey.objects.exists()
        assert not path.exists()

    def test_nobody_answered(self, bureau):
        found = round_open(bureau)
        rounds.close_rating(found=found, by=secretary(bureau), reason="无人参加。")
        assert set(AppraisalCount.objects.values_list("given", "counted")) == {(0, False)}
        assessed = assessed_in(found, bureau.clerk)
        rater = raters_of(assessed)[0]
        with pytest.raises(AppraisalEnded):
            ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        browser = Client()
        browser.force_login(rater)
        late = browser.post(reverse("assessments:rate", args=[assessed.pk]), {"step": "send"})
        assert (late.status_code, "测评已经结束" in late.content.decode()) == (410, True)

    def test_ballots_stay_as_they_are(self, bureau):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        for person in raters_of(assessed):
            ballots.vote(assessed=assessed, by=person, answers=filled(assessed))
        rounds.close_rating(found=found, by=secretary(bureau), reason="全部测评人已提交。")
        for table in ("assessments_ballot", "assessments_appraisalcount"):
            for statement in (f"UPDATE {table} SET assessed_id = assessed_id", f"DELETE FROM {table}"):
                with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)

    def test_a_cancelled_round_keeps_nothing(self, bureau, django_capture_on_commit_callbacks):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        ballots.vote(assessed=assessed, by=raters_of(assessed)[0], answers=filled(assessed))
        path = key_path(found)
        with django_capture_on_commit_callbacks(execute=True):
            rounds.cancel(found=found, by=secretary(bureau), reason="测评对象有误，重新组织。")
        assert not path.exists()
        assert not Urn.objects.exists()
        assert not Ballot.objects.exists()


class TestKeys:
    def test_the_sweep_finds_what_a_crash_left(self, bureau):
        """The process ended after the commit and before the file was removed; or before the commit that would have named a file."""
        found = round_open(bureau)
        needed = key_path(found)
        lost, fresh = key_files.make()[0], key_files.make()[0]
        folder = needed.parent
        old = (folder / lost).stat().st_mtime - timedelta(days=2).total_seconds()
        os.utime(folder / lost, (old, old))
        os.utime(needed, (old, old))
        assert ballot_keys.sweep() == 1
        assert not (folder / lost).exists()
        assert (folder / fresh).exists(), "its row may be on its way"
        assert ballots.key_problem(found) == ""
        rounds.close_rating(found=found, by=secretary(bureau), reason="全部测评人已提交。")
        BallotKey.objects.create(round=found, name=needed.name)  # as a restored older database may have it
        assert ballot_keys.sweep() == 1
        assert not needed.exists()

    def test_a_change_of_the_installations_keys_keeps_them(self, bureau, settings, tmp_path):
        settings.BALLOT_KEY_DIR = tmp_path
        found = round_open(bureau)
        fresh = Fernet.generate_key().decode()
        with override_settings(LEADS_KEYS=[fresh, *settings.LEADS_KEYS]):
            call_command("rotate_lead_keys", stdout=io.StringIO())
        with override_settings(LEADS_KEYS=[fresh]):
            assert ballots.key_problem(found) == ""
        assert ballots.key_problem(found) != ""


@pytest.mark.django_db(transaction=True)
def test_the_task_runs_outside_of_transactions_and_twice():
    clean_up()
    clean_up()


class TestPages:
    def test_from_the_list_to_the_next_person(self, bureau):
        found = round_open(bureau)
        rater = raters_of(assessed_in(found, bureau.clerk))[0]
        browser = Client()
        browser.force_login(rater)
        everybody = ballot_selectors.to_rate(rater)
        first, second = everybody[0].assessed, everybody[1].assessed
        page = browser.get(reverse("assessments:rating")).content.decode()
        assert all(one.assessed.name in page for one in everybody)
        address = reverse("assessments:rate", args=[first.pk])
        empty = browser.get(address).content.decode()
        assert "checked" not in empty, "nothing is chosen beforehand"
        assert empty.count('type="radio"') == 4 * len(keys_of(first))

        names = [f"a{n}" for n in range(1, len(keys_of(first)) + 1)]
        form: dict[str, Any] = dict.fromkeys(names[1:], "3")
        missing = browser.post(address, {**form, "step": "check"})
        assert missing.status_code == 422
        assert "第1题" in missing.content.decode()
        assert missing.content.decode().count("checked") == len(names) - 1, "what was chosen stays in the page"
        form["a1"] = "4"
        looked = browser.post(address, {**form, "step": "check"})
        assert looked.status_code == 200
        assert "您的评价" in looked.content.decode()
        assert ballot_selectors.turnout(found)[first.pk][1] == 0, "a look hands nothing in"
        changed = browser.post(address, {**form, "step": "change"})
        assert changed.content.decode().count("checked") == len(names)
        sent = browser.post(address, {**form, "step": "send"})
        assert sent["Location"] == reverse("assessments:rate", args=[second.pk])
        assert "测评票已提交" in browser.get(sent["Location"]).content.decode()
        assert ballot_selectors.turnout(found)[first.pk][1] == 1
        again = browser.post(address, {**form, "step": "send"})
        assert (again.status_code, "您已提交对该同志的测评票" in again.content.decode()) == (409, True)
        assert ballot_selectors.turnout(found)[first.pk][1] == 1
        assert again["Cache-Control"] == "no-store"

    def test_who_is_not_asked_finds_nothing(self, bureau):
        found = round_open(bureau)
        assessed = assessed_in(found, bureau.clerk)
        strangers = User.objects.exclude(pk__in=Rater.objects.filter(assessed=assessed).values("person"))
        browser = Client()
        browser.force_login(strangers.filter(pk=bureau.clerk.pk).get())
        address = reverse("assessments:rate", args=[assessed.pk])
        assert (browser.get(address).status_code, browser.post(address, {"step": "send"}).status_code) == (404, 404)
