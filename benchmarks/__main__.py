"""`python -m benchmarks [--scale 125] [--only NAME]`: prints a line for each figure; exit code 1 when one is over its target.

Each benchmark is a process of its own, so that its peak of memory is its own. PostgreSQL and Valkey are those in DATABASE_URL and
REDIS_URL, else the embedded ones with data of their own.
"""

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack

from benchmarks import databases
from benchmarks.databases import ROOT
from benchmarks.figures import Figure, header, load
from config import embedded

NAMES = ("pages", "home", "dashboard", "throughput", "export", "import", "regrading", "start")


def main() -> int:
    """Run what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--scale", type=int, default=125, help="of the large register (125 = 100,000 points)")
    parser.add_argument("--only", choices=NAMES, action="append", help="one benchmark (may be given several times)")
    options = parser.parse_args()
    wanted = options.only or NAMES
    with ExitStack() as stack:
        if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
            servers = embedded.start(embedded.default_home() / "bench")
            stack.callback(servers.stop)
            os.environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-0123456789-abcdefghijklmnopqrstuv")
        os.environ.setdefault("LEADS_KEYS", "only-for-benchmarks-0123456789-ABCDEFGHIJKL=")
        databases.prepare()
        figures = [figure for name in wanted for figure in run(name, options.scale)]
    over = [figure.name for figure in figures if not figure.ok]
    print(f"\n{len(figures)} figures, {len(over)} beside their target" + (f": {', '.join(over)}" if over else "."))
    return 1 if over else 0


def run(name: str, scale: int) -> list[Figure]:
    """One benchmark: print its figures as they come."""
    found: list[Figure] = []
    if name == "pages":
        small = _measure("pages", databases.filled(1))
        found += small + _told(_measure("pages", databases.filled(scale)), small)
    elif name == "home":
        found += _measure("home", databases.filled(1)) + _measure("home", databases.filled(scale))
    elif name in ("dashboard", "throughput", "export"):
        found += _measure(name, databases.filled(scale))
    elif name == "import":
        found += _measure("imports", databases.filled(1))
    elif name == "regrading":
        copy = databases.copied(databases.filled(1), "lianfang_bench_regrading")
        try:
            found += _measure("regrading", copy)
        finally:
            databases.drop(copy)
    else:
        found += _measure("start", "postgres")
    return found


def _told(large: list[Figure], small: list[Figure]) -> list[Figure]:
    """The large register's figures, with how they grew. Each is measured against the empty page of its own run."""
    before = {figure.name.split(": ", 1)[1]: figure for figure in small}
    grown = []
    for figure in large:
        other = before.get(figure.name.split(": ", 1)[1])
        if other and figure.ratio and other.ratio:
            name = f"growth: {figure.name.split(': ', 1)[1]}"
            grown.append(Figure(name, figure.ratio, "× empty", other.ratio, 1.3))
            print(grown[-1].line(), flush=True)
    return large + grown


def _measure(module: str, database: str) -> list[Figure]:
    """Run a module in a process of its own against a database; its lines are figures."""
    print(f"\n{module} ({database})\n{header()}", flush=True)
    found = []
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    with subprocess.Popen(command, cwd=ROOT, env=databases.environment(database), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                found.append(load(line))
                print(found[-1].line(), flush=True)
            else:
                print(line, end="", flush=True)
    if process.returncode:
        raise SystemExit(f"benchmarks.{module} failed with code {process.returncode}")
    return found


if __name__ == "__main__":
    sys.exit(main())
