"""Every task there is: how it is acknowledged, how long it may run, and that three deliveries at once do what one does."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone
from psycopg import sql

from common import schedule
from config.celery import app
from jobs.models import Job, ScheduledRun, ScheduledWork
from positions.models import Appointment
from regrading.models import Run
from risks.models import ImportedPoints, RiskPoint
from tests.jobs.processes import Site
from tests.matrix_world import build_world

# Whose ids tasks take; the world of the test has one of each that waits.
IDS = {"job_id": Job, "run_id": Run}
# Keys that were drawn, and what follows from the moment.
DRAWN = ("id", "history_id", "event_id", "hash", "object_id", "position", "common_storedfile.content", "common_storedfile.sha256")
SECONDS = r'"+seconds"+: [0-9.]+'
# Two messages of one second may lie on both sides of a minute: then there are rightly two runs.
NOT_COMPARED = {"jobs_scheduledrun"}


def names() -> list[str]:
    """Our tasks without those that other tests registered; sweeps last, for they send others."""
    app.loader.import_default_modules()
    ours = (name for name in app.tasks if not name.startswith(("celery.", "tests.")))
    return sorted(ours, key=lambda name: (name.endswith("sweep"), name))


@pytest.mark.parametrize("name", names())
def test_it_is_acknowledged_late_given_back_when_lost_and_ends_before_it_is_sent_again(name: str) -> None:
    task = app.tasks[name]
    assert task.acks_late
    assert task.reject_on_worker_lost
    assert task.acks_on_failure_or_timeout
    assert 0 < task.soft_time_limit < task.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert task.ignore_result


def test_the_worker_holds_no_more_than_it_works_on() -> None:
    assert app.conf.worker_prefetch_multiplier == 1


def test_beat_sends_all_work_of_the_clock_and_nothing_else() -> None:
    assert set(app.conf.beat_schedule) == {work.name for work in schedule.works()}


Rows = dict[str, Counter[str]]


class Copy:
    """A copy of the test's database with a worker of its own."""

    def __init__(self, source: str, name: str, folder: Path) -> None:
        self._url = urlsplit(os.environ["DATABASE_URL"])
        self.name, self._source = f"{source}_{name}", source
        shutil.copytree(os.environ["LIANFANG_DATA_DIR"], folder / "data")
        environment = os.environ | {"DATABASE_URL": self._at(self.name), "LIANFANG_DATA_DIR": str(folder / "data")}
        self._create()
        self.site = Site(environment, folder / "site", "config.celery")
        self.site.worker(children=3)

    def _at(self, database: str) -> str:
        return urlunsplit(self._url._replace(path=f"/{database}"))

    def _create(self) -> None:
        connection.close()  # a database is copied while nobody uses it
        with psycopg.connect(self._at("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.name)))
            # Threads of servers that tests before this one had keep connections: idle ones, which would stand in the way.
            server.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [self._source])
            server.execute(sql.SQL("create database {} template {}").format(sql.Identifier(self.name), sql.Identifier(self._source)))

    def send(self, name: str, ids: dict[str, int], times: int) -> None:
        """The task as often, at once; back when all of them and what they sent are done."""
        with app.connection_for_write(self.site.broker.url()) as broker:
            for _ in range(times):
                app.send_task(name, kwargs=ids, connection=broker)
        self.site.until(lambda: not self.site.redis.llen("celery") and not self.site.redis.hlen("unacked"))

    def rows(self) -> Rows:
        """Every row of every table without what differs from moment to moment: times, keys that were drawn, and the chain's hashes."""
        with psycopg.connect(self._at(self.name)) as server:
            columns = server.execute(
                """SELECT c.table_name, string_agg(quote_ident(c.column_name), ',' ORDER BY c.column_name)
                     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
                    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name <> ALL(%(drawn)s)
                          AND c.table_name || '.' || c.column_name <> ALL(%(drawn)s)
                          AND c.data_type NOT IN ('timestamp with time zone', 'bytea', 'uuid')
                    GROUP BY 1""",
                {"drawn": list(DRAWN)},
            ).fetchall()
            found = {}
            for table, names in columns:
                query = sql.SQL("SELECT regexp_replace(row({})::text, {}, '') FROM {}")
                rows = server.execute(query.format(sql.SQL(names), SECONDS, sql.Identifier(table)))
                found[table] = Counter(text for (text,) in rows)
            return found

    def runs(self) -> tuple[set[str], set[tuple[str, int]]]:
        """Which works were done, and how their runs ended: (state, attempts)."""
        with psycopg.connect(self._at(self.name)) as server:
            rows = server.execute("SELECT name, state, attempts FROM jobs_scheduledrun").fetchall()
        return {name for name, _state, _attempts in rows}, {(state, attempts) for _name, state, attempts in rows}

    def stop(self) -> None:
        self.site.stop()
        with psycopg.connect(self._at("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.name)))


@pytest.fixture
def copies(transactional_db: None) -> Iterator[tuple[Copy, Copy]]:
    with transaction.atomic():
        world = build_world()
    Job.objects.exclude(pk=world.objects["waiting_job"].pk).filter(state="waiting").update(state="cancelled")
    Job.objects.filter(state="waiting").update(arguments={"query": ""})
    # What ended yesterday is followed, what has no index gets one; how much is reminded of depends on the day of the week.
    Appointment.objects.filter(person=world.people["unit_head"]).update(ends_on=timezone.localdate() - timedelta(days=1))
    # Between midnight and two o'clock the night's run is still as of yesterday: what it evaluates stands in the register longer than that.
    RiskPoint.objects.update(search=None, registered_on=timezone.localdate() - timedelta(days=2))
    ends = RiskPoint.objects.aggregate(first=Min("pk"), last=Max("pk"))
    ImportedPoints.objects.update_or_create(batch=1, defaults={**ends, "unindexed_from": ends["first"]})
    Run.objects.create(unit=world.home.unit, as_of=timezone.localdate() - timedelta(days=1), cause="nightly")
    ScheduledRun.objects.all().delete()
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    ScheduledWork.objects.bulk_create([ScheduledWork(name=work.name, known_since=long_ago) for work in schedule.works()])
    source = str(connection.settings_dict["NAME"])
    with tempfile.TemporaryDirectory(prefix="lianfang-test-", dir="/var/tmp") as folder:
        made = [Copy(source, name, Path(folder) / name) for name in ("once", "thrice")]
        try:
            yield made[0], made[1]
        finally:
            for copy in made:
                copy.stop()


def test_three_deliveries_at_once_of_every_task_do_what_one_does(copies: tuple[Copy, Copy]) -> None:
    once, thrice = copies
    before = once.rows()
    for name in names():
        parameters = signature(app.tasks[name].run).parameters
        assert set(parameters) <= set(IDS), f"{name}: say in IDS whose id that is"
        ids = {key: IDS[key].objects.get(state="waiting").pk for key in parameters}
        once.send(name, ids, 1)
        thrice.send(name, ids, 3)
    after, found = once.rows(), thrice.rows()
    for table in sorted(set(after) - NOT_COMPARED):
        assert found[table] == after[table], f"{table}: {found[table] - after[table]} more, {after[table] - found[table]} missing"
    for copy in copies:
        assert copy.runs() == ({work.name for work in schedule.works()}, {("done", 1)})
    changed = {table for table in after if after[table] != before[table]}
    assert changed >= {
        "risks_riskpoint",
        "risks_importedpoints",
        "positions_bodymembership",
        "regrading_score",
        "jobs_job",
        "common_storedfile",
        "notifications_notice",
    }
