"""Re-grading of registers of 10,000, 100,000 and 1,000,000 points, changed and unchanged, against a bare UPDATE of the same scores.

The points lie in a unit of their own, spread over departments, holders, levels and factors. Two of five have a measure (half of these
overdue, half confirmed), every holder has a grade that the whole unit was told, some have leads. Unchanged: the same night once more.
Changed: half a year later, when every point has waited longer for its review. The bare UPDATE is measured twice, at 100,000.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

SIZES = (10_000, 100_000, 1_000_000)
TARGETED = 100_000
MOST_TIMES_CHANGED, MOST_TIMES_UNCHANGED, MOST_MEGABYTES, MOST_GROWTH = 5.0, 3.0, 300, 1.5
HOLDERS, DEPARTMENTS, WATCHED = 500, 25, 40
NIGHT, LATER = date(2026, 11, 22), date(2027, 5, 22)

_POINTS = """
INSERT INTO risks_riskpoint (
    created_at, updated_at, version, level_of, title, content, manifestation, aspect, found_by, method, power_category, major_matter,
    answers, involved_positions, cooperating, number, state, category_text, indicator, direct_holder_text, is_shared, source,
    registered_on, reviewed_on, unit_id, department_id, direct_holder_id, responsible_leader_id, initial_level_id, current_level_id,
    probability, harm
)
SELECT now(), now(), 1, 'position', 'R' || n, '', '', 'process', 'self', 'case', 'approval', '', '{}', '', '', 'N' || n, 'registered', '',
    '', '', false, 'import', '2020-01-01', '2025-11-22', %(unit)s, (%(departments)s::bigint[])[1 + n %% %(departments_n)s],
    (%(holders)s::bigint[])[1 + n %% %(holders_n)s], (%(holders)s::bigint[])[1], (%(levels)s::bigint[])[1 + n %% 3],
    (%(levels)s::bigint[])[1 + n %% 3], 1 + n %% 5, 1 + n / 5 %% 5
FROM generate_series(1, %(size)s) AS n
"""
_MEASURES = """
INSERT INTO risks_measure (
    created_at, updated_at, version, "order", kind, line, text, risk_id, due_on, state, proof_note, done_by_id, done_at, confirmed_by_id,
    confirmed_at
)
SELECT now(), now(), 1, 1, 'position', 'before', 'M', id, '2026-09-01', CASE WHEN late THEN 'planned' ELSE 'confirmed' END, '',
    CASE WHEN NOT late THEN direct_holder_id END, CASE WHEN NOT late THEN '2026-08-01'::timestamptz END,
    CASE WHEN NOT late THEN direct_holder_id END, CASE WHEN NOT late THEN '2026-08-02'::timestamptz END
FROM risks_riskpoint CROSS JOIN LATERAL (SELECT id %% 5 = 0 AS late) l WHERE unit_id = %(unit)s AND id %% 5 < 2
"""
# HOT updates do not help either way: no index holds what changes, and pages are full.
_BARE = """
UPDATE regrading_score SET score = score + 1, contributions = contributions || ' ', changed_on = changed_on + 1 WHERE unit_id = %s
"""


def main() -> None:
    """Each size in a process of its own."""
    found = {size: _run(size) for size in SIZES}
    for size, row in found.items():
        name = f"re-grading of {size:,} points"
        bare, targets = (row["bare"], (MOST_TIMES_CHANGED, MOST_TIMES_UNCHANGED)) if row["bare"] else (None, (None, None))
        print(Figure(f"{name}, changed", row["changed"], "s", bare, targets[0]).dump())
        print(Figure(f"{name}, unchanged", row["unchanged"], "s", bare, targets[1]).dump())
        print(Figure(f"{name}, memory", row["megabytes"], "MB", target=MOST_MEGABYTES).dump())
        print(Figure(f"{name}, memory of the server", row["backend_megabytes"], "MB", target=MOST_MEGABYTES).dump())
    small, large = min(SIZES), max(SIZES)
    for name in ("changed", "unchanged"):
        each = {size: found[size][name] / size * 1e6 for size in (small, large)}
        print(Figure(f"{name}: a point of {large:,}, of {small:,}", each[large], "µs", each[small], MOST_GROWTH).dump())


def _run(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.regrading", str(size)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def measure(size: int) -> dict[str, float]:
    """Fill, then the times."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.urls import reverse

    from regrading.services.evaluating import Counts, regrade

    unit = _filled(size)
    reverse("web:start")  # a worker has loaded the addresses of all pages long before its first night

    def graded(day: date) -> Counts:
        return regrade(unit_id=unit, as_of=day)

    first = graded(NIGHT)
    _settle()
    with _watched() as peak:
        unchanged, same = _timed(lambda: graded(NIGHT))
        _settle()
        changed, other = _timed(lambda: graded(LATER))
    if (first.changed, same.changed, other.changed) != (size, 0, size):
        raise SystemExit(f"changed {first.changed}, {same.changed}, {other.changed} of {size}")
    bare = []
    for _n in range(2 if size == TARGETED else 0):
        _settle()
        bare.append(_timed(lambda: _execute(_BARE, [unit]))[0])
    print(f"  {size}: {other}", file=sys.stderr)
    return {
        "unchanged": unchanged,
        "changed": changed,
        "bare": sum(bare) / len(bare) if bare else 0.0,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "backend_megabytes": max(peak, default=0),
    }


def _filled(size: int) -> int:
    """Key of a new unit with so many points and the evidence about them."""
    from accounts.models import User
    from positions.models import Department, Unit
    from risks.models import Level

    mark = f"B{size}-{Unit.objects.count()}"
    unit = Unit.objects.add_root(instance=Unit(name=mark, code=mark))
    people = [User(staff_number=f"{mark}-{n}", name=f"职工{n}", password="!") for n in range(HOLDERS)]
    departments = Department.objects.bulk_create(Department(unit=unit, name=f"科室{n}") for n in range(DEPARTMENTS))
    facts: dict[str, Any] = {
        "unit": unit.pk,
        "size": size,
        "holders": [person.pk for person in User.objects.bulk_create(people)],
        "holders_n": HOLDERS,
        "departments": [department.pk for department in departments],
        "departments_n": DEPARTMENTS,
        "levels": list(Level.objects.filter(scale__code="three-levels").order_by("severity").values_list("pk", flat=True)),
    }
    with _quick("risks_riskpoint"):
        _execute(_POINTS, facts)
    with _quick("risks_measure"):
        _execute(_MEASURES, facts)
    _watch(unit.pk, facts["holders"])
    for table in ("risks_riskpoint", "risks_measure"):
        _execute(f"VACUUM ANALYZE {table}")
    return unit.pk


def _watch(unit_id: int, holders: list[int]) -> None:
    """Grades of all holders, leads about some of them."""
    from django.utils import timezone

    from assessments.models import Assessed, Result, Round, RoundGroup
    from assessments.rules import GroupRules
    from leads.models import Lead, LeadSubject
    from positions.models import Body, Department, Position

    then = datetime(2026, 10, 20, tzinfo=timezone.get_current_timezone())
    bodies = Body.objects.bulk_create(Body(unit_id=unit_id, kind=kind, name=kind) for kind in ("discipline_committee", "party_committee"))
    found = Round.objects.create(
        unit_id=unit_id, year=2026, quarter=3, state="final", discipline_body=bodies[0], party_body=bodies[1], opened_by_id=holders[0],
        published_at=then, final_at=then,
    )  # fmt: skip
    rules = GroupRules({}, {}, {}, 3, (), (), "unit", 5, 10, appeal_working=True)
    RoundGroup.objects.create(round=found, group="staff", rules=rules.to_json())
    post = Position.objects.create(unit_id=unit_id, department=Department.objects.filter(unit_id=unit_id).first(), name="经办")
    rows = [Assessed(round=found, group="staff", person_id=pk, position=post, name="甲", post="经办") for pk in holders]
    decided: dict[str, Any] = {"computed_by_id": holders[0], "reviewed_by_id": holders[0], "confirmed_by_id": holders[1]}
    decided |= {"computed_at": then, "reviewed_at": then, "confirmed_at": then, "state": "confirmed", "lines": [], "number": 1}
    Result.objects.bulk_create(
        Result(assessed=row, score=80, grade_label="一般", grade_severity=n % 3, grade_colour="blue", **decided)
        for n, row in enumerate(Assessed.objects.bulk_create(rows))
    )
    for n, pk in enumerate(holders[:WATCHED]):
        lead = Lead.objects.create(unit_id=unit_id, number=f"L{n}", channel="letters", title="-", content="-", received_at=then)
        LeadSubject.objects.create(lead=lead, person_id=pk)


@contextmanager
def _quick(table: str) -> Iterator[None]:
    """Fill a table without its triggers and, but for its keys, without its indexes: they are made anew at the end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = %s AND NOT EXISTS ("
            "SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
            [table],
        )
        indexes = cursor.fetchall()
    _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for name, _made in indexes:
        _execute(f'DROP INDEX "{name}"')
    yield
    for _name, made in indexes:
        _execute(made)
    _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def _settle() -> None:
    """What earlier steps left behind is no part of the next one."""
    for table in ("regrading_score", "regrading_scorechange", "regrading_proposal"):
        _execute(f"VACUUM ANALYZE {table}")
    _execute("CHECKPOINT")


def _execute(statement: str, values: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def _watched() -> Iterator[list[float]]:
    """Private memory (MB) of the server's process while the block runs; empty where it is on another machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status")
    seen: list[float] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05) and status.exists():
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            seen.append(int(lines.get("RssAnon", "0").split()[0]) / 1024)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        print(json.dumps(measure(int(sys.argv[1]))))
