"""docs/operators.md tells every variable that the program reads, and none that it does not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "operators.md"
READ = re.compile(r"(?:environ\.get\(|environ\[|getenv\(|\benv(?:\.\w+)?\(|environ\.setdefault\()\s*\"([A-Z][A-Z0-9_]+)\"")
COMPOSE = re.compile(r"\$\{([A-Z_]+)")
FOLDERS = ("accounts", "audit", "common", "config", "demo", "jobs", "notifications", "positions", "reporting", "risks", "web")


def read_by_the_program() -> set[str]:
    files = [ROOT / "manage.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    found = {name for path in files for name in READ.findall(path.read_text("utf-8"))}
    return found | set(COMPOSE.findall((ROOT / "docker-compose.yml").read_text("utf-8")))


def documented() -> set[str]:
    """Names in the first column of the tables."""
    rows = re.findall(r"^\|([^|]+)\|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def test_every_variable_is_explained_and_no_other() -> None:
    assert documented() == read_by_the_program()


def test_every_variable_of_the_example_is_explained() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE)
    assert set(names) <= documented()
