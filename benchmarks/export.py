"""Whole ledgers as .xlsx and .csv, the register against the same cells written by XlsxWriter alone; each in a process of its own."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

MOST_TIMES, MOST_MEGABYTES = 1.5, 150
TURNS = 3
# Every ledger is written by the same two writers: the longest ones stand for all.
OTHERS = (("register", "csv"), ("measures", "xlsx"), ("measures", "csv"))


def main() -> None:
    """Ours, then the cells of the file that came out, by XlsxWriter alone, several times in turns, for on a shared machine one run says
    little; then the other ledgers and formats."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "register.xlsx"
        turns = [(_run("register", path), _run("bare", path)) for _turn in range(TURNS)]
        rows, most = turns[0][0]["rows"], max(ours["megabytes"] for ours, _bare in turns)
        ours, bare = (statistics.median(turn[which]["seconds"] for turn in turns) for which in (0, 1))
        print(Figure(f"export of {rows} rows", ours, "s", bare, MOST_TIMES).dump())
        print(Figure(f"export of {rows} rows, peak memory", most, "MB", target=MOST_MEGABYTES).dump())
        for ledger, suffix in OTHERS:
            found = _run(ledger, path.with_name(f"{ledger}.{suffix}"))
            name = f"export of {found['rows']} rows ({ledger}, {suffix})"
            print(Figure(name, found["seconds"], "s").dump())
            print(Figure(f"{name}, peak memory", found["megabytes"], "MB", target=MOST_MEGABYTES).dump())


def _run(part: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.export", part, str(path)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def ours(ledger: str, path: Path) -> dict[str, float]:
    """As the job does it, for somebody who sees everything; the suffix of the path says the format."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from accounts.models import User
    from common.tablefiles import Format, write_table

    user = User.objects.get(staff_number="A001")
    begun = time.perf_counter()
    rows = write_table(path, _sheet(ledger, user), Format(path.suffix[1:]), lambda _done: None)
    return {"rows": rows, "seconds": time.perf_counter() - begun}


def _sheet(ledger: str, user: Any) -> Any:
    from django.http import QueryDict

    from risks import exports
    from risks.views import measures, register

    if ledger == "measures":
        return exports.measure_sheet(measures.filtered(user, QueryDict(""))[1], heading="防控措施台账")
    found = register.filtered(user, QueryDict(""))
    return exports.register_sheet(user, found.points.order_by(*found.order), heading="廉政风险点登记册")


def bare(path: Path) -> dict[str, float]:
    """The cells of the file, held in memory before the clock starts."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    cells = [[value.isoformat() if isinstance(value, date | datetime) else value for value in row] for row in cells]
    begun = time.perf_counter()
    with xlsxwriter.Workbook(str(path.with_name("bare.xlsx")), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value)
    return {"rows": len(cells), "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        part, target = sys.argv[1], Path(sys.argv[2])
        found = bare(target) if part == "bare" else ours(part, target)
        print(json.dumps(found | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
