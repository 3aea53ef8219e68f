"""Nobody can tell who gave which answer (issue C, quality.md: ballots, ADR 0014), and no ballot is lost or doubled.

A whole round runs through signed-in requests. Every rater's answers are a pattern of their own; the attacker knows who was asked, in which
order they voted, and gets everything: tables with system columns, histories, audit trail, sessions, Redis, log, files.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments import ballot_keys, ballot_selectors, urns
from assessments.ballot_keys import KeyUnusable
from assessments.models import Answer, Assessed, Ballot, BallotKey, Rater, Round, Urn
from assessments.scoring.pooling import SMALLEST_GROUP
from assessments.services import ballots, rounds
from assessments.services.ballots import AlreadyAnswered
from audit.models import AuditEvent
from tests.assessments.test_ballots import filled
from tests.factories.assessments import raters_of, round_open, secretary
from tests.factories.organisation import small_unit
from tests.risks.test_review_concurrency import at_once
from tests.security.test_lead_secrecy import in_redis

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
SIGN = {answer.value: str(n) for n, answer in enumerate(Answer, start=1)}  # as the page sends it
SYSTEM = "xmin::text, xmax::text, cmin::text, ctid::text"


def dump() -> dict[str, set[tuple[str, ...]]]:
    """Every row of every table with the columns PostgreSQL keeps for itself, and where every sequence stands."""
    found: dict[str, set[tuple[str, ...]]] = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text, {SYSTEM} FROM "{name}" t')
            found[name] = set(cursor.fetchall())
        cursor.execute("SELECT sequencename::text, last_value::text FROM pg_sequences")
        found["(sequences)"] = set(cursor.fetchall())
    return found


def files() -> dict[str, tuple[bytes, int]]:
    """Everything beside the database, with the time it was written."""
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in Path(settings.DATA_DIR).rglob("*") if p.is_file()}


def different(before: dict[str, set[Any]], after: dict[str, set[Any]]) -> dict[str, set[Any]]:
    return {name: after[name] ^ before[name] for name in after if after[name] != before[name]}


class Raters:
    """Everybody who is asked about general staff, signed in; each with answers nobody else gives about the same person."""

    def __init__(self, found: Round, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = list(found.assessed.filter(group="staff").order_by("pk"))
        self.keys = [rule.key for rule in found.groups.get(group="staff").frozen.indicators]
        self.browsers: dict[int, Client] = {}
        self.patterns: dict[tuple[int, int], tuple[str, ...]] = {}
        for person in self.people:
            taken: set[tuple[str, ...]] = set()
            for rater_id in Rater.objects.filter(assessed=person).values_list("person_id", flat=True):
                while (pattern := tuple(self.random.choices(Answer.values, k=len(self.keys)))) in taken:
                    pass
                taken.add(pattern)
                self.patterns[person.pk, rater_id] = pattern
        for rater_id in {rater_id for _person, rater_id in self.patterns}:
            self.browsers[rater_id] = Client()
            self.browsers[rater_id].force_login(User.objects.get(pk=rater_id))
            self.browsers[rater_id].get(reverse("assessments:rating"))  # the session is written here, not by a vote

    def turns(self) -> list[tuple[int, int]]:
        order = list(self.patterns)
        self.random.shuffle(order)
        return order

    def send(self, assessed_id: int, rater_id: int) -> None:
        form = {f"a{n}": SIGN[answer] for n, answer in enumerate(self.patterns[assessed_id, rater_id], start=1)}
        response = self.browsers[rater_id].post(reverse("assessments:rate", args=[assessed_id]), {**form, "step": "send"})
        assert response.status_code == 302, response.content.decode()[:3000]


def key_of(row: tuple[str, ...]) -> str:
    """The first column of a row as PostgreSQL prints it."""
    return row[0].split(",")[0].strip("(")


def agreement(orders: list[tuple[list[int], list[int]]]) -> float:
    """By how many standard deviations two orders agree more than chance (Kendall), summed up over independent groups."""
    together, mean, variance = 0, 0.0, 0.0
    for left, right in orders:
        n = len(left)
        together += sum((left[a] < left[b]) == (right[a] < right[b]) for a, b in combinations(range(n), 2))
        mean += n * (n - 1) / 4
        variance += n * (n - 1) * (2 * n + 5) / 72
    return (together - mean) / variance**0.5


def test_nothing_ties_a_ballot_to_its_rater(caplog, capfd):
    bureau = small_unit()
    found = round_open(bureau)
    raters = Raters(found, seed=20261122)
    turns = raters.turns()
    name, key = BallotKey.objects.get().name, ballot_keys.of(found.pk)
    capfd.readouterr()
    caplog.set_level("DEBUG")
    for n, turn in enumerate(turns):
        if n in (2, 16):
            a_vote_changes_one_row(raters, turn, caplog, capfd)
        else:
            raters.send(*turn)
    sealed = {urn.pk: bytes(urn.sealed) for urn in Urn.objects.all()}
    open_there_are_only_sealed_values(raters, sealed)

    rounds.close_rating(found=found, by=secretary(bureau), reason="全部测评人已提交。")
    ballots.clean_up()

    ended = dump()
    rows = {
        (ballot.assessed_id, tuple(ballot.answers[key] for key in raters.keys)): ballot
        for ballot in Ballot.objects.filter(assessed__group="staff")
    }
    assert set(rows) == {(assessed_id, pattern) for (assessed_id, _rater), pattern in raters.patterns.items()}, "nothing was lost"
    no_column_and_no_transaction_ties(ended)
    no_order_ties(ended, rows, raters, turns)
    what_was_sealed_stays_so(found, sealed, name, key)
    assert not [pattern for pattern in raters.patterns.values() if "".join(pattern) in caplog.text]
    assert not AuditEvent.objects.filter(detail__route="assessments:rate").exists()


def a_vote_changes_one_row(raters: Raters, turn: tuple[int, int], caplog: Any, capfd: Any) -> None:
    before, others, beside = dump(), in_redis(), files()
    caplog.clear()
    raters.send(*turn)
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
    changed = different(before, dump())
    assert set(changed) == {"assessments_urn"}
    assert {key_of(row) for row in changed["assessments_urn"]} == {str(turn[0])}
    assert in_redis() == others
    assert files() == beside


def open_there_are_only_sealed_values(raters: Raters, sealed: dict[int, bytes]) -> None:
    lengths = {(Rater.objects.filter(assessed=urn.pk).count(), len(urn.sealed), len(urn.marks)) for urn in Urn.objects.all()}
    assert len({asked for asked, *_length in lengths}) == len(lengths), "as long as people are asked, answered or not"
    assert not Ballot.objects.exists()
    everything = "".join(row[0] for rows in dump().values() for row in rows)
    for pattern in raters.patterns.values():
        as_kept = json.dumps(dict(zip(raters.keys, pattern, strict=True)))
        in_urn = "".join(str(Answer.values.index(answer)) for answer in pattern).encode()
        assert as_kept not in everything
        assert not [value for value in sealed.values() if b'"' + in_urn + b'"' in value]


def no_column_and_no_transaction_ties(ended: dict[str, set[tuple[str, ...]]]) -> None:
    """One transaction, one statement, no time, no key that counts, no column that leads to a person."""
    assert {field.name for field in Ballot._meta.concrete_fields} == {"id", "assessed", "pool", "answers"}
    assert {pk.version for pk in Ballot.objects.values_list("pk", flat=True)} == {4}
    [(xmin, _cmin)] = {(row[1], row[3]) for row in ended["assessments_ballot"]}
    assert {name for name, rows in ended.items() if any(row[1] == xmin for row in rows)} <= {
        "assessments_appraisalcount",
        "assessments_ballot",
        "assessments_historicalround",
        "assessments_round",
        "audit_auditevent",
        "audit_auditlink",
    }, "only what closes the appraisal was written with them"
    keys = {key_of(row) for row in ended["assessments_ballot"]}
    for name in ended.keys() - {"assessments_ballot"}:
        said = "".join(row[0] for row in ended[name])
        assert not [key for key in keys if key in said], name
    alone = Ballot.objects.values("assessed", "pool").annotate(n=Count("pk")).filter(n__lt=SMALLEST_GROUP)
    assert not alone, "nobody is alone in a pool"


def no_order_ties(ended: dict[str, set[tuple[str, ...]]], rows: Any, raters: Raters, turns: list[tuple[int, int]]) -> None:
    """Where and under which key a ballot lies agrees with no order of raters: by more than ten deviations if it did; five are never
    reached by chance."""
    places = {key_of(row): tuple(int(part) for part in row[4].strip("()").split(",")) for row in ended["assessments_ballot"]}
    numbers = {(row.assessed_id, row.person_id): row.pk for row in Rater.objects.filter(assessed__in=raters.people)}
    rater_of = {(assessed_id, pattern): (assessed_id, rater_id) for (assessed_id, rater_id), pattern in raters.patterns.items()}
    voted = {turn: n for n, turn in enumerate(turns)}
    ways: list[Any] = [lambda ballot: places[str(ballot.pk)], lambda ballot: ballot.pk.int]
    for of_rater in (numbers, voted):
        for of_ballot in ways:
            orders: dict[int, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
            for sheet, ballot in rows.items():
                left, right = orders[sheet[0]]
                left.append(of_ballot(ballot))
                right.append(of_rater[rater_of[sheet]])
            assert abs(agreement(list(orders.values()))) < 5
            assert agreement([(sorted(right), sorted(right)) for _left, right in orders.values()]) > 8, "it would be seen"


def what_was_sealed_stays_so(found: Round, sealed: dict[int, bytes], name: str, key: bytes) -> None:
    """Also in a copy taken while it was open; and not even dead versions are left."""
    assert not Urn.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('assessments_urn')")
        assert cursor.fetchone() == (0,)
    assert not [path for path, (content, _when) in files().items() if name in path or key in content]
    with pytest.raises(KeyUnusable):
        ballot_keys.of(found.pk)
    owner, copy = next(iter(sealed.items()))
    assert urns.unseal(copy, key=key, owner=owner).labels, "with the key it would have opened"
    with pytest.raises(KeyUnusable):
        urns.unseal(copy, key=bytes(32), owner=owner)


def voter() -> tuple[Round, Assessed, User]:
    found = round_open(small_unit())
    assessed = found.assessed.filter(group="staff").order_by("pk")[0]
    return found, assessed, raters_of(assessed)[0]


class TestSession:
    """The time of the last request is written coarsely, and never when something is handed in."""

    def test_a_vote_writes_none(self):
        _found, assessed, rater = voter()
        browser = Client()
        browser.force_login(rater)

        def seen_after(method: str, seconds: int) -> int:
            session = browser.session
            session["started"] = session["seen"] = int(time.time()) - seconds
            session.save()
            getattr(browser, method)(reverse("assessments:rate", args=[assessed.pk]), {"step": "check"})
            return int(time.time()) - browser.session["seen"]

        assert seen_after("post", 1500) >= 1500
        assert seen_after("get", 200) >= 200
        assert seen_after("get", 400) <= 60


class TestLengths:
    """The access log notes how many bytes an answer to a request had."""

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_no_answer_makes_a_page_longer(self, language):
        _found, assessed, rater = voter()
        browser = Client()
        browser.force_login(rater)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        address = reverse("assessments:rate", args=[assessed.pk])
        for step in ("check", "change"):
            sizes = {
                len(browser.post(address, dict.fromkeys([f"a{n}" for n in range(1, 7)], sign) | {"step": step}).content) for sign in "1234"
            }
            assert len(sizes) == 1, step


class TestFailures:
    def test_a_refusal_or_an_error_names_nobody(self, caplog):
        """The database itself refuses the write: a trigger of the test's own."""
        _found, assessed, rater = voter()
        browser = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77")
        browser.force_login(rater)
        browser.get(reverse("assessments:rating"))
        address = reverse("assessments:rate", args=[assessed.pk])
        form = {f"a{n}": "2" for n in range(1, 7)} | {"step": "send"}
        trails = AuditEvent.objects.count()
        assert browser.post(address, form | {"a1": ""}).status_code == 422
        with failing_urn("RAISE EXCEPTION 'disk full'"):
            assert browser.post(address, form).status_code == 500
        assert browser.post(address, form).status_code == 302
        assert browser.post(address, form).status_code == 409
        [event] = AuditEvent.objects.order_by("pk")[trails:]
        assert (event.action, event.actor_id, event.actor_label, event.address, event.request_id) == ("request.failed", None, "", "", "")
        for secret in (rater.staff_number, rater.name, "203.0.113.77", "'good'"):
            assert secret not in caplog.text

    def test_a_stale_form_names_nobody(self):
        """The CSRF check turns it away before the page can say that nothing is to be kept."""
        _found, assessed, rater = voter()
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(rater)
        trails = AuditEvent.objects.count()
        assert browser.post(reverse("assessments:rate", args=[assessed.pk]), {"step": "send"}).status_code == 403
        assert {event.actor_id for event in AuditEvent.objects.order_by("pk")[trails:]} <= {None}


class failing_urn:  # noqa: N801 -- read as a phrase
    """While it lasts, a change of an urn runs this first. With `at_commit`, at the end of the transaction."""

    def __init__(self, act: str, *, at_commit: bool = False) -> None:
        kind = "CONSTRAINT TRIGGER" if at_commit else "TRIGGER"
        late = "DEFERRABLE INITIALLY DEFERRED" if at_commit else ""
        self.begin = (
            f"CREATE FUNCTION test_urn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act}; RETURN NULL; END $$;"
            f"CREATE {kind} test_urn AFTER UPDATE ON assessments_urn {late} FOR EACH ROW EXECUTE FUNCTION test_urn()"
        )

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.begin)

    def __exit__(self, *_error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER test_urn ON assessments_urn; DROP FUNCTION test_urn()")


VOTE = """
import sys, django
django.setup()
from accounts.models import User
from assessments.models import Assessed
from assessments.services import ballots
assessed = Assessed.objects.get(pk=sys.argv[1])
keys = [rule.key for rule in assessed.round.groups.get(group=assessed.group).frozen.indicators]
ballots.vote(assessed=assessed, by=User.objects.get(pk=sys.argv[2]), answers=dict.fromkeys(keys, "good"))
"""
LOCK = 732114


class TestCrash:
    """kill -9 of the process that takes a vote, against a server that goes on."""

    @pytest.mark.parametrize("at_commit", [False, True], ids=["between write and commit", "at the commit"])
    def test_nothing_is_lost_and_nothing_doubled(self, process_environment, at_commit):
        found, assessed, rater = voter()
        environment = process_environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-c", VOTE, str(assessed.pk), str(rater.pk)]
        with (
            failing_urn(f"PERFORM pg_advisory_xact_lock({LOCK})", at_commit=at_commit),
            psycopg.connect(process_environment["DATABASE_URL"]) as holder,
            psycopg.connect(process_environment["DATABASE_URL"], autocommit=True) as watcher,
        ):
            holder.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            process = subprocess.Popen(command, cwd=ROOT, env=environment)
            until(lambda: waiting(watcher) == 1, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            holder.rollback()
            # The server notices the end of the connection when it gets the lock.
            until(lambda: waiting(watcher) == 0 and not voting(watcher))
        given = ballot_selectors.turnout(found)[assessed.pk][1]
        # The server had the order to commit: then the vote counts although nobody was told. Before it: nothing happened.
        assert given == (1 if at_commit else 0)
        if given:
            with pytest.raises(AlreadyAnswered):
                ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        else:
            ballots.vote(assessed=assessed, by=rater, answers=filled(assessed))
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 1

    def test_one_who_votes_twice_at_once_has_one_ballot(self):
        found, assessed, rater = voter()
        other = raters_of(assessed)[1]
        act = partial(ballots.vote, assessed=assessed, answers=filled(assessed))
        results = at_once(partial(act, by=rater), partial(act, by=rater), partial(act, by=rater), partial(act, by=other))
        assert sorted(results) == ["AlreadyAnswered", "AlreadyAnswered", "done", "done"]
        assert ballot_selectors.turnout(found)[assessed.pk][1] == 2


def waiting(watcher: psycopg.Connection[Any]) -> int:
    row = watcher.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchone()
    return int(row[0]) if row else 0


def voting(watcher: psycopg.Connection[Any]) -> bool:
    row = watcher.execute(
        "SELECT count(*) FROM pg_locks WHERE relation = 'assessments_urn'::regclass AND mode = 'RowExclusiveLock'"
        # The databases of tests side by side are copies of one: their tables have the same keys.
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchone()
    return bool(row and row[0])


def until(condition: Any, process: subprocess.Popen[bytes] | None = None) -> None:
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert time.monotonic() < end
        assert process is None or process.poll() is None, "the process ended by itself"
        pause.wait(0.05)
