"""Which pictures the documents show, and which ones the browser tests take (`screenshot(page, "name")`)."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
GUIDES = ROOT / "docs" / "users"
_SHOWN = re.compile(r"!\[[^\]]*\]\((?:\.\./|docs/)?images/([\w-]+)\.png\)")
_TAKEN = re.compile(r'screenshot\(.*"([\w-]+)"(?:, full_page=\w+)?\)|Picture\("([\w-]+)"')


def shown_in(document: Path) -> set[str]:
    """Names of the pictures in a document."""
    return set(_SHOWN.findall(document.read_text("utf-8")))


def shown() -> set[str]:
    """Those of all documents."""
    return {name for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] for name in shown_in(document)}


def taken() -> set[str]:
    """Names that the browser tests give."""
    texts = (path.read_text("utf-8") for path in (ROOT / "tests" / "e2e").glob("*.py"))
    return {called or listed for text in texts for called, listed in _TAKEN.findall(text)}
