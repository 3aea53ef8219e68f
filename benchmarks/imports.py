"""A register of 50,000 rows into the demo's bureau, against reading the file and COPYing its cells into a bare table."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import databases
from benchmarks.figures import Figure

ROWS = 50_000
MOST_TIMES, MOST_MEGABYTES = 4.0, 300
TURNS = 5
HEADER = ("序号", "部门", "岗位", "风险来源", "风险点", "风险内容及表现形式", "风险等级", "防控措施", "直接责任人")


def main() -> None:
    """The file, then both ways several times in turns, for on a shared machine one run says little; each turn in a fresh copy of the
    database, each way in a process of its own."""
    source = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "register.xlsx"
        _run("make", path)
        turns = [_turn(source, path) for _n in range(TURNS)]
    ours, bare = (statistics.median(turn[way]["seconds"] for turn in turns) for way in ("ours", "bare"))
    most = max(turn["ours"]["megabytes"] for turn in turns)
    print(Figure(f"import of {ROWS} rows", ours, "s", bare, MOST_TIMES).dump())
    print(Figure(f"import of {ROWS} rows, peak memory", most, "MB", target=MOST_MEGABYTES).dump())
    afterwards = statistics.median(turn["ours"]["indexing"] for turn in turns)
    print(Figure("search vectors of these rows, afterwards", afterwards, "s").dump())


def _turn(source: str, path: Path) -> dict[str, dict[str, float]]:
    copy = databases.copied(source, "lianfang_bench_import")
    try:
        # Before and after: other work of the machine slows both ways.
        before, ours, after = (_run(part, path, copy) for part in ("bare", "ours", "bare"))
    finally:
        databases.drop(copy)
    return {"ours": ours, "bare": {"seconds": (before["seconds"] + after["seconds"]) / 2}}


def _run(part: str, path: Path, database: str = "") -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.imports", part, str(path)]
    environment = databases.environment(database) if database else None
    return json.loads(subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def make(path: Path) -> dict[str, float]:
    """Texts that the demo does not have, for departments, positions and people that it has."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    import xlsxwriter

    django.setup()
    from demo import content
    from demo.dates import WRITTEN_FOR, Calendar
    from demo.scale import KINDS, POINTS, Stations, Texts

    stations = Stations(Calendar(WRITTEN_FOR), 1)
    people = {name: [row[1] for row in rows] for name, rows in content.words()["people"]["fixed"].items()}
    aspects = {"ethics": "思想道德", "duty": "岗位职责", "process": "业务流程", "system": "制度机制", "environment": "外部环境"}
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("登记册")
        sheet.write_row(0, 0, ["沧南市农业农村局廉政风险点及防控措施一览表"])
        sheet.write_row(1, 0, HEADER)
        for n in range(ROWS):
            field = stations.fields[n // POINTS % len(KINDS)]
            said = Texts(stations, n // POINTS).at(n % POINTS)
            position = said.risk.position or field.positions[0].name
            level = (
                "一级"
                if said.risk.harm * said.risk.probability >= 15
                else "二级"
                if said.risk.harm * said.risk.probability >= 8
                else "三级"
            )
            holder = people.get(f"{field.name}/{position}", [""])[0]
            row = (
                n + 1,
                field.name,
                position,
                aspects[said.risk.aspect],
                said.title,
                said.content,
                level,
                said.risk.measures[0].text,
                holder,
            )
            sheet.write_row(n + 2, 0, row)
    return {"bytes": path.stat().st_size}


def bare(path: Path) -> dict[str, float]:
    """Calamine and COPY."""
    import psycopg
    from python_calamine import CalamineWorkbook

    begun = time.perf_counter()
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    columns = ", ".join(f"c{n} text" for n in range(len(HEADER)))
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(f"CREATE TABLE bench_bare ({columns})")
        with cursor.copy("COPY bench_bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    return {"rows": len(rows), "seconds": time.perf_counter() - begun}


def ours(path: Path) -> dict[str, float]:
    """As `manage.py import_register` does it; then what the worker does after it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from kombu.transport import redis  # noqa: F401 -- modules are loaded before the clock runs, as those of `bare` are

    from accounts.models import User
    from positions.models import Unit
    from reporting.services.from_file import import_file
    from risks.services.indexing import catch_up

    unit, by = Unit.objects.get(code="CNNY"), User.objects.get(staff_number="B022")
    begun = time.perf_counter()
    report = import_file(unit=unit, path=path, by=by)
    if report["imported"] != ROWS:
        raise SystemExit(f"imported {report['imported']}; {report['errors']} errors, such as {report['faults'][:3]}")
    found = {"rows": report["imported"], "seconds": time.perf_counter() - begun, "megabytes": _peak()}
    begun = time.perf_counter()
    if catch_up() != report["points"]:
        raise SystemExit("not every point was without a vector")
    return found | {"indexing": time.perf_counter() - begun}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        found = {"make": make, "bare": bare, "ours": ours}[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps({"megabytes": _peak()} | found))
